"""Notices: who was told what, and whether it arrived."""
