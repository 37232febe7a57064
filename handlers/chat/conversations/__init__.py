"""LINE's words for alerts and conversations with visitors."""
