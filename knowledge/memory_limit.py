"""How much memory a process that reads what strangers sent may take."""

import resource
import sys


def limit_memory(size: int) -> None:
    """For this process, and for good. macOS has no such limit: setting it fails there (bugs.python.org/issue34602)."""
    if sys.platform != "darwin":
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
