"""Apps, their looks and pictures."""
