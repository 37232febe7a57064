"""The counters behind the rate limits. The `limits` library writes them; they are named here so that none is forgotten.

They hold hashes and times, nothing of an owner's, and are gone when their window is over.
"""

from knowledge.store.stored import Index, Stored

# The library makes the same index in both, whichever of them its strategies use.
LIMIT_COUNTERS = Stored(
    "limit_counters", indexes=(Index((("expireAt", 1),), expire=True),), of_owner=None, lasting=False
)
LIMIT_WINDOWS = Stored("limit_windows", indexes=(Index((("expireAt", 1),), expire=True),), of_owner=None, lasting=False)
