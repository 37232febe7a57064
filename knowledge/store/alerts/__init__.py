"""What owners are to be told."""
