"""`make quick`: the tests that are pure, and those of one area (`make quick AREA=alerts`); it says what it left out.

Pure is what neither waits nor reaches outside of its process: a plain function, like every fixture and every function
of tests/ that it leads to, none of which names what starts or reaches something else. Nothing is listed by hand: a test
becomes quick by being so. Pure tests that take seconds of work, as those that read whole corpora, are marked `long` and
left out, too. An area's tests are those whose file has its name or that of a file in its room, or imports
from there: `AREA=entries` means tests/test_faqs.py, too, for handlers/entries/faqs.py.
"""

import inspect
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

HERE = str(Path(__file__).parent)
ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "handlers", "knowledge", "web", "guardrail")
# The modules through which other programs, servers and files elsewhere are reached.
OUTSIDE = frozenset({"asyncio", "subprocess", "socket", "threading", "multiprocessing", "urllib", "http", "playwright"})
COUNTS = "left_out"


class Quick:
    """Leaves out what is neither pure nor of the area."""

    def __init__(self, area: str) -> None:
        self._area = area
        rooms = [room for package in PACKAGES for room in (ROOT / package).rglob(area) if area and room.is_dir()]
        self._words = {area, area.removesuffix("s"), *(path.stem for room in rooms for path in room.glob("*.py"))}
        self._pure: dict[FunctionType, bool] = {}
        self._counts: Counter[str] = Counter()

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        why = {item: self._why(item) for item in items}
        if self._area and "of the area" not in why.values():
            raise pytest.UsageError(f"no test is of an area {self._area!r}: it is the name of a folder, such as alerts")
        self._counts.update(why.values())
        config.hook.pytest_deselected(items=[item for item in items if why[item] == "left out"])
        items[:] = [item for item in items if why[item] != "left out"]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A worker of xdist tells the process that speaks."""
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput[COUNTS] = dict(self._counts)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Each worker has counted the same tests."""
        self._counts = Counter(getattr(node, "workeroutput", {}).get(COUNTS, {})) or self._counts

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        counts = self._counts
        area = f" and {counts['of the area']} of {self._area}" if self._area else ""
        terminalreporter.write_line(
            f"quick: {counts['pure']} pure tests{area}; left out: {counts['left out']} that need a MongoDB, a browser, "
            f"another process, the loop or seconds of work (`make test` runs all)"
        )

    def _why(self, item: pytest.Item) -> str:
        if self._area and self._is_of_area(item):
            return "of the area"
        is_long = item.get_closest_marker("long") is not None
        return "left out" if is_long or not all(map(self._is_pure, _functions(item))) else "pure"

    def _is_of_area(self, item: pytest.Item) -> bool:
        module = item.getparent(pytest.Module)
        froms = (getattr(each, "__module__", None) for each in vars(module.obj).values()) if module else ()
        named = f"{item.path.stem.removeprefix('test_')}_"
        return named.startswith(tuple(f"{word}_" for word in self._words)) or any(
            self._area in str(name).split(".")[:-1] for name in froms
        )

    def _is_pure(self, function: FunctionType) -> bool:
        """Whether it, and what it leads to in tests/, stays in its process and does not wait."""
        if function not in self._pure:
            self._pure[function] = True  # what calls itself is as pure as the rest of it
            waits = inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)
            named = [function.__globals__.get(name) for name in _names(function.__code__)]
            outside = any(_module_of(each).partition(".")[0] in OUTSIDE for each in named)
            ours = [each for each in named if isinstance(each, FunctionType) and HERE in each.__code__.co_filename]
            self._pure[function] = not waits and not outside and all(self._is_pure(each) for each in ours)
        return self._pure[function]


def _functions(item: pytest.Item) -> Iterator[FunctionType]:
    """The test and its fixtures, unwrapped; what pytest's plugins bring counts, too."""
    info = getattr(item, "_fixtureinfo", None)  # pytest has no public way to a test's fixtures
    fixtures = [each[-1].func for each in info.name2fixturedefs.values()] if info else []
    for found in (getattr(item, "function", None), *fixtures):
        function = inspect.unwrap(found) if found else None
        if isinstance(function, FunctionType):
            yield function


def _names(code: CodeType) -> Iterator[str]:
    """The global names a function uses, those of the functions inside it, too."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _module_of(value: Any) -> str:
    return value.__name__ if isinstance(value, ModuleType) else str(getattr(value, "__module__", ""))
