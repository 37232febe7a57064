"""Secrets that people hold are kept as hashes only: reading the database gives nobody a key."""

from hashlib import sha256


def digest(secret: str) -> str:
    """The SHA-256 of a random secret, in hex. Random enough that it needs neither salt nor a slow hash."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
