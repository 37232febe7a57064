"""Questions that must stay answered, tried by a model."""
