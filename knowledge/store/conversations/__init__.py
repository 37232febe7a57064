"""Conversations, messages, and what is counted about visitors."""
