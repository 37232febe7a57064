"""LINE's words for what mimi knows."""
