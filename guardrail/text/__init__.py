"""A text as it is read: normalised, unmasked, in pieces."""
