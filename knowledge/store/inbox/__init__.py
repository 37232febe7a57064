"""What came in by LINE and is being worked on."""
