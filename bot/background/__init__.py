"""What a process does by itself, without anybody asking it just now."""
