"""What keeps a command from doing its work, in one line for who runs it."""


class CannotStart(Exception):
    """The message says what is in the way, and what to do."""
