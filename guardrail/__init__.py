"""Text in, verdict out: personal information, spam and limits."""
