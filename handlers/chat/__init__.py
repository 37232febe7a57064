"""The words of the LINE door: what owners say and tap there, and what they are answered."""
