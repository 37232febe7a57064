"""Release notes are parted as people write them, and nothing of them is lost or made up."""

from datetime import date

import pytest

from handlers.entries.news_written import WrittenNote, day_in, notes_written

CHANGELOG = """# Changelog
All notable changes.

## [Unreleased]
- Not yet

## [2.3.0] - 2026-12-25
### Added
- Sync

## [2.2.0](https://example.com/compare) (2026-11-01)

- Dark mode

```
# 1.0.0 is no heading here
```

[2.3.0]: https://example.com/compare/2.2.0...2.3.0
"""


def test_a_changelog_is_parted_at_its_versions_and_what_is_not_released_left_out() -> None:
    first, second = notes_written(CHANGELOG)
    assert first == WrittenNote("2.3.0", "### Added\n- Sync", date(2026, 12, 25))
    assert (second.title, second.day) == ("2.2.0", date(2026, 11, 1))
    assert second.text == "- Dark mode\n\n```\n# 1.0.0 is no heading here\n```"


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("• Fixed a crash.\n• 翻訳の更新。", [WrittenNote("", "• Fixed a crash.\n• 翻訳の更新。")]),
        ("v1.2.0（2026-01-13）\n- 追加", [WrittenNote("v1.2.0", "- 追加", date(2026, 1, 13))]),
        ("■ Ver.1.1.0 2026年1月4日\n・修正", [WrittenNote("Ver.1.1.0", "・修正", date(2026, 1, 4))]),
        ("## What's New in 2.9.1\n\n- Fixed", [WrittenNote("2.9.1", "- Fixed")]),
        ("### Version 2.1.0 (January 25, 2015)\n* A", [WrittenNote("Version 2.1.0", "* A", date(2015, 1, 25))]),
        ("## v29\n- A\n## v28\n- B", [WrittenNote("v29", "- A"), WrittenNote("v28", "- B")]),
        ("## 2024-06-21\n- Bump", [WrittenNote("", "- Bump", date(2024, 6, 21))]),
        ("### v0.9.x\n- A\n\n## License\nMIT", [WrittenNote("v0.9.x", "- A")]),
        ("Fixed in 2.3.1:\n- A crash", [WrittenNote("", "Fixed in 2.3.1:\n- A crash")]),
        ("We support iOS 18.2 now.", [WrittenNote("", "We support iOS 18.2 now.")]),
        ("## v2.3\n\n20 Mar 2040\n\n- A", [WrittenNote("v2.3", "- A", date(2040, 3, 20))]),
        ("2040/3/20\nVer. 2.3\n・A", [WrittenNote("Ver. 2.3", "・A", date(2040, 3, 20))]),
        ("= 1.8 (2015-03-06) =\n* A\n\n== Notice ==\nB", [WrittenNote("1.8", "* A", date(2015, 3, 6))]),
        ("* Version 3.2.0 (27/11/2023)\n\t* A", [WrittenNote("Version 3.2.0", "* A", date(2023, 11, 27))]),
        ("v1.0.0 初回リリース\n- A", [WrittenNote("v1.0.0", "- A")]),
        ("## 2.0\n- A\n### Upgrading from 1.9\nB", [WrittenNote("2.0", "- A\n### Upgrading from 1.9\nB")]),
        ("We support:\n- 1.2.3\n- 1.2.4", [WrittenNote("", "We support:\n- 1.2.3\n- 1.2.4")]),
        ("## 2.0\n\n## 1.0\n- A", [WrittenNote("1.0", "- A")]),
        ("", []),
    ],
)
def test_a_note_has_the_version_and_day_that_its_heading_names(text: str, notes: list[WrittenNote]) -> None:
    assert notes_written(text) == notes


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("2.3.0 2026-12-25", date(2026, 12, 25)),
        ("8 Mar 2024", date(2024, 3, 8)),
        ("2026-02-30, 2026/3/1", date(2026, 3, 1)),
        ("2.3.0", None),
    ],
)
def test_the_first_day_there_is_counts(line: str, day: date | None) -> None:
    assert day_in(line) == day
