"""LINE's side of the border: its events read, its messages rendered and sent."""
