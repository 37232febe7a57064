"""Exports that are being brought back."""
