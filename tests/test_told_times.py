"""Times in LINE, letters and files taken along: on the owner's clock, in one way of writing, with the clock's name."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from owner_chat import OwnerChat

from handlers.told_times import HOME, time_words, with_zone, zone_called, zone_words
from knowledge.phrases import LANGS, Lang
from knowledge.store.database import Database

AT = datetime(2026, 12, 31, 15, 5, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "lang", "words"),
    [
        ("Asia/Tokyo", "ja", "2027/1/1 0:05（日本時間）"),
        ("Asia/Tokyo", "en", "Jan 1, 2027, 00:05 (Japan Time)"),
        ("America/New_York", "ja", "2026/12/31 10:05（アメリカ東部時間）"),
        ("America/New_York", "en", "Dec 31, 2026, 10:05 (Eastern Time)"),
        ("UTC", "ja", "2026/12/31 15:05（UTC）"),
        ("Etc/GMT+5", "en", "Dec 31, 2026, 10:05 (UTC-05:00)"),
    ],
)
def test_a_time_is_on_the_owners_clock_which_is_named(zone: str, lang: Lang, words: str) -> None:
    assert time_words(AT, ZoneInfo(zone), lang) == words


def test_a_receipt_has_the_second() -> None:
    assert time_words(AT, HOME, "ja", seconds=True) == "2027/1/1 0:05:07（日本時間）"


def test_a_time_of_day_is_named_alike() -> None:
    assert with_zone("22:00-07:00", HOME, "ja") == "22:00-07:00（日本時間）"
    assert with_zone("22:00-07:00", HOME, "en") == "22:00-07:00 (Japan Time)"


@pytest.mark.parametrize("lang", LANGS)
def test_no_zone_is_called_unknown_and_each_is_found_by_its_key(lang: Lang) -> None:
    keys = sorted(available_timezones())
    assert [key for key in keys if {"不明", "Unknown"} & set(zone_words(ZoneInfo(key), lang).split())] == []
    assert [key for key in keys if "/" in key and zone_called(key) != key] == []
    assert zone_called("Mars") is zone_called("") is None


async def test_conversations_and_a_deletion_are_told_on_the_clock_the_owner_chose(db: Database) -> None:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await chat.core.conversations.open(await chat.app(), "a visitor's key", "en")
    assert "(Japan Time)" in " ".join(await chat.says("/conversations"))
    await chat.core.alert_preferences.set_time_zone((await chat.owner()).scope, "Europe/London")
    assert "(United Kingdom Time)" in " ".join(await chat.says("/conversations"))
    await chat.taps("Read")
    assert "(United Kingdom Time)" in " ".join(await chat.taps("Delete"))
    await chat.says("/delete-account")
    assert "(United Kingdom Time)" in " ".join(await chat.says("delete"))
    assert "(United Kingdom Time)" in " ".join(await chat.says("anything"))
