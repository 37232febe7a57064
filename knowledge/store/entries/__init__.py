"""FAQ entries, documents, and what follows from them."""
