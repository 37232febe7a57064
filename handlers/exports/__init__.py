"""Everything of an owner's as one ZIP, written while it is read, and brought back from one."""
