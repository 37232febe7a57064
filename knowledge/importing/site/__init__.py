"""A whole site: which of its addresses are pages, and what each page says of the others."""
