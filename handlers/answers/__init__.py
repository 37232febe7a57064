"""A visitor's question on its way to an answer."""
