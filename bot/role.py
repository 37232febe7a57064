"""What a process does."""

from enum import StrEnum


class ProcessRole(StrEnum):
    """The site and the webhook, the worker's share, or both."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"
