"""What owners bring along, read into FAQ entries and documents: a file for each form it may have."""
