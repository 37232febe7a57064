"""Owners' photos made again: decoded within limits, turned upright, cut to shape, and without what a camera adds."""
