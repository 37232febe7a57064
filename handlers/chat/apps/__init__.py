"""LINE's words for an owner's apps."""
