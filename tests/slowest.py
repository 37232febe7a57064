"""The files that take longest begin first, so that no worker is still at one of them when the others have finished.

pytest-xdist's worksteal gives each worker a part of the list, as many tests as the others, and whoever is idle half of
what another has left, from its end. So each part begins with its share of these files, each whole: a file's tests share
what its fixtures started.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Protocol, TypeVar

import pytest

# Half a minute and more, the slowest first: most of it processes that start and waits that are meant.
SLOWEST = (
    "test_kills",
    "test_several",
    "test_embedded",
    "test_backup",
    "test_replica_set",
    "test_serve_processes",
    "test_run",
    "test_image",
    "test_retrieval_floors",
    "test_doctor",
    "test_store_away",
    "test_quick",
    "test_processes",
)


class OfAFile(Protocol):
    """What stands in a file, as a collected test does."""

    @property
    def path(self) -> "Named": ...


class Named(Protocol):
    """A path, as far as it matters here."""

    @property
    def stem(self) -> str: ...


Test = TypeVar("Test", bound=OfAFile)


class SlowestFirst:
    """Puts what was collected in that order, the same in every worker."""

    def __init__(self, workers: int) -> None:
        self._workers = workers

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = slowest_first(items, self._workers)


def slowest_first(tests: Sequence[Test], workers: int) -> list[Test]:
    """The tests as `workers` parts after each other, each of which begins with its slow files."""
    shares: list[list[Test]] = [[] for _ in range(workers)]
    there_and_back = (*range(workers), *reversed(range(workers)))
    for place, name in enumerate(SLOWEST):
        share = shares[there_and_back[place % len(there_and_back)]]
        share.extend(test for test in tests if test.path.stem == name)
    others = (test for test in tests if test.path.stem not in SLOWEST)
    ordered: list[Test] = []
    for worker, share in enumerate(shares):
        part = (len(tests) - len(ordered)) // (workers - worker)
        ordered += [*share, *islice(others, max(0, part - len(share)))]
    return ordered
