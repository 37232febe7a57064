"""LINE's events, from the webhook to the core."""
