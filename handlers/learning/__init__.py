"""What visitors asked in vain, and what must stay answered."""
