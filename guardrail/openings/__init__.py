"""How an answer may begin before the rest is read."""
