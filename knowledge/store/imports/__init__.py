"""Imports and pages that are watched."""
