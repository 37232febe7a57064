"""What goes out, by LINE and by mail."""
