"""PDF files -> their parts."""
