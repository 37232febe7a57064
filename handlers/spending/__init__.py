"""What models cost, and who may still spend."""
