"""The parts, made and joined."""
