"""Which entries a question is about."""
