"""Counts for insight."""
