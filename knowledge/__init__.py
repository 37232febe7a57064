"""What mimi knows, where it is kept, how it is put to the model."""
