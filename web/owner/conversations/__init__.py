"""Conversations with visitors, on the web."""
