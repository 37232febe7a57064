"""What mimi knows, on the web: entries, documents, imports, open questions."""
