"""An app's public page, and the chat on it."""
