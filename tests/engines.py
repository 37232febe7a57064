"""Which engine a run's browsers have, `--engine`, and which tests are for it.

Chromium has all tests but those marked for another one; Firefox those of pages that ask for nothing which Chromium
alone tells; WebKit, which no Playwright drives as Debian has it, those that are marked for it.
"""

import os

import pytest

ENGINES = ("chromium", "firefox", "webkit")
ENGINE = "TESTS_ENGINE"  # for browsers.py, in every worker


class OtherEngines:
    """Leaves out what is not for this run's engine."""

    def __init__(self, engine: str) -> None:
        self._engine = engine
        os.environ[ENGINE] = engine

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        others = [item for item in items if not self._is_for(item)]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if self._is_for(item)]

    def _is_for(self, item: pytest.Item) -> bool:
        marker = item.get_closest_marker("engines")
        return self._engine in marker.args if marker else self._engine != "webkit"
