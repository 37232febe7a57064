"""What owners are told, how soon, and by which way."""
