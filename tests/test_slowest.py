"""The slow files begin first, whole, and no test is lost on the way."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from slowest import SLOWEST, slowest_first

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Collected:
    """A test, as far as its place matters."""

    path: Path
    number: int


def collected(**counts: int) -> list[Collected]:
    return [Collected(Path(f"{name}.py"), number) for name, count in counts.items() for number in range(count)]


def test_every_slow_file_is_there() -> None:
    assert [name for name in SLOWEST if not (HERE / f"{name}.py").is_file()] == []


@pytest.mark.parametrize("workers", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("others", [0, 5, 100])
def test_no_test_is_lost_or_doubled(workers: int, others: int) -> None:
    tests = collected(test_a=others, **dict.fromkeys(reversed(SLOWEST), 3))
    assert sorted(map(repr, slowest_first(tests, workers))) == sorted(map(repr, tests))


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_each_part_begins_with_its_share_of_the_slow_files_the_slowest_first(workers: int) -> None:
    tests = collected(test_a=500, **dict.fromkeys(SLOWEST, 2), test_b=500 - 2 * len(SLOWEST))
    ordered, size = slowest_first(tests, workers), len(tests) // workers
    parts = [ordered[n * size : (n + 1) * size] for n in range(workers)]
    assert [part[0].path.stem for part in parts] == list(SLOWEST[:workers])
    for part in parts:
        slow = [test.path.stem in SLOWEST for test in part]
        assert slow == sorted(slow, reverse=True)
        names = [test.path.stem for test in part if test.path.stem in SLOWEST]
        assert names == sorted(names, key=SLOWEST.index)
        assert all(names.count(name) == 2 for name in names)


def test_what_is_not_slow_keeps_its_order() -> None:
    tests = collected(test_a=20, test_kills=1, test_b=20)
    assert [test for test in slowest_first(tests, 4) if test.path.stem != "test_kills"] == [*tests[:20], *tests[21:]]
