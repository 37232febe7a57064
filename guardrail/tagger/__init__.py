"""Who is named in a text, by weights that were trained on lines made for it."""
