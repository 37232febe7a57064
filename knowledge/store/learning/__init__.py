"""Gaps, checks and studies."""
