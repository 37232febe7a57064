"""The way out to pages that owners name: what may be reached, and how much of it is taken."""
