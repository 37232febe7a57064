"""Meanings of a text as vectors."""
