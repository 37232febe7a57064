"""What runs when nothing is configured: MongoDB, LINE, a mailbox, a demo app."""
