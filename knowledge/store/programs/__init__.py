"""What is kept of programs that read and write an app's knowledge."""
