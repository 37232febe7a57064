"""Office files -> their parts."""
