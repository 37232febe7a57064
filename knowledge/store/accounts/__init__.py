"""Owners and their ways in."""
