"""What mimi has to tell every owner, or one, before it acts: with a record of what became of it."""
