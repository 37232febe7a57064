"""Known values, in any disguise."""
