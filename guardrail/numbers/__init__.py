"""Telephone numbers, ids, addresses of all kinds."""
