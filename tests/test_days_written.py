"""Days are read as people write them in both languages, as a whole or not at all."""

from datetime import date

import pytest

from handlers.apps.days_written import Days, days_at_end, days_written
from knowledge.errors import BadInput

TODAY = date(2026, 11, 29)  # a Sunday
CHRISTMAS = date(2026, 12, 25)
SALE = Days(date(2026, 12, 1), CHRISTMAS)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("12/1〜12/25", SALE),
        ("１２／１～１２／２５", SALE),
        ("12月1日から12月25日まで", SALE),
        ("12月1日(火)〜25日(金)", SALE),
        ("12/1-25", SALE),
        ("2026-12-01..2026-12-25", SALE),
        ("2026.12/1〜12/25", SALE),
        ("期間：2026年12月1日（火）10:00 ～ 12月25日（金）23:59 JST", SALE),
        ("会期;令和8年12月1日(火)メンテナンス後~令和8年12月25日(金)", SALE),
        ("from Tuesday,1 December 2026 to Friday,25 December 2026", SALE),
        ("Dec 1 - Dec 25", SALE),
        ("December 1st to 25th", SALE),
        ("from 1 Dec until Friday, 25 Dec 2026", SALE),
        ("12月1日から", Days(date(2026, 12, 1))),
        ("starting December 1st", Days(date(2026, 12, 1))),
        ("12/1〜", Days(date(2026, 12, 1))),
        ("11/1から", Days(date(2026, 11, 1))),
        ("1/5から", Days(date(2027, 1, 5))),
        ("明日から", Days(date(2026, 11, 30))),
        ("〜12/25", Days(None, CHRISTMAS)),
        ("until Dec 25", Days(None, CHRISTMAS)),
        ("25日まで", Days(None, CHRISTMAS)),
        ("来週まで", Days(None, date(2026, 12, 6))),
        ("until Friday", Days(None, date(2026, 12, 4))),
        ("来週の金曜まで", Days(None, date(2026, 12, 4))),
        ("月末まで", Days(None, date(2026, 11, 30))),
        ("until the end of next month", Days(None, date(2026, 12, 31))),
        ("2/29まで", Days(None, date(2028, 2, 29))),
        ("12/25", Days(CHRISTMAS, CHRISTMAS)),
        ("12月25日のみ", Days(CHRISTMAS, CHRISTMAS)),
        ("12月いっぱい", Days(date(2026, 12, 1), date(2026, 12, 31))),
        ("明日から3日間", Days(date(2026, 11, 30), date(2026, 12, 2))),
        ("for 2 weeks", Days(TODAY, date(2026, 12, 12))),
        ("12/25〜1/3", Days(CHRISTMAS, date(2027, 1, 3))),
        ("Nov 25 to Dec 2", Days(date(2026, 11, 25), date(2026, 12, 2))),
        ("Now through Dec 2", Days(TODAY, date(2026, 12, 2))),
        ("this weekend", Days(date(2026, 11, 28), TODAY)),
        ("1日から10日まで", Days(date(2026, 12, 1), date(2026, 12, 10))),
    ],
)
def test_days_are_read_as_people_write_them(text: str, days: Days) -> None:
    assert days_written(text, TODAY) == days


@pytest.mark.parametrize(
    "text",
    ["", "まで", "5", "iOS 18", "Sun & Moon", "2.3.0", "2月30日まで", "31日まで", "12/1 and more", "24時間サポート"],
)
def test_anything_else_is_no_days(text: str) -> None:
    assert days_written(text, TODAY) is None


@pytest.mark.parametrize("text", ["2026/12/25〜2026/12/1", "2020/1/1〜2020/2/1", "until Nov 28, 2026"])
def test_days_that_end_too_early_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        days_written(text, TODAY)


@pytest.mark.parametrize(
    ("text", "name", "days"),
    [
        ("冬セール 12/1〜12/25", "冬セール", SALE),
        ("冬セール12/1〜12/25", "冬セール", SALE),
        ("冬セール（12/1〜12/25）", "冬セール", SALE),
        ("Winter sale Dec 1 - Dec 25", "Winter sale", SALE),
        ("Spring 2 until Friday", "Spring 2", Days(None, date(2026, 12, 4))),
        ("Café Sun", "Café Sun", None),
        ("iOS 18", "iOS 18", None),
        ("", "", None),
    ],
)
def test_days_stand_behind_a_name(text: str, name: str, days: Days | None) -> None:
    assert days_at_end(text, TODAY) == (name, days)
