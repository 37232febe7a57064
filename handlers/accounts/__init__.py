"""Owners' accounts: ways in, ways out, letters."""
