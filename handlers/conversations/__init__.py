"""What visitors and mimi said, and owners who talk in its place."""
