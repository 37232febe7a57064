"""Apps, their settings and their pictures."""
