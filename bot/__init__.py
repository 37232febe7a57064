"""The program, and the LINE door."""
