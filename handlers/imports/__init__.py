"""Files and pages on their way to entries."""
