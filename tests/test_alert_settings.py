"""What owners choose about alerts, in chat and on the page, and what becomes of it."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from owner_chat import OwnerChat

from handlers.alerts.settings import hours_in, zone_of
from handlers.chat.accounts.alert_settings import NO_MAIL, SET_QUIET, SET_ZONE, USE_MAIL
from handlers.outgoing import letter_in
from knowledge.errors import BadInput
from knowledge.store.alerts.alert_settings import AlertSettings, AlertSettingsRepository
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.alerts.quiet_hours import QuietHours
from knowledge.store.database import Database
from knowledge.store.outbox.outbox import Urgency


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    return chat


async def settings(chat: OwnerChat) -> AlertSettings:
    return await AlertSettingsRepository(chat.core.db).get((await chat.owner()).scope)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("22:00-7:00", time(22), time(7)),
        ("22:30 - 06:15", time(22, 30), time(6, 15)),
        ("22〜7", time(22), time(7)),
        ("22時から7時まで", time(22), time(7)),
        ("0:00-9:00", time(0), time(9)),
        ("２２：００－７：００", time(22), time(7)),
        ("夜10時から朝7時", time(22), time(7)),
        ("午後10時-午前7時", time(22), time(7)),
        ("22:00～翌7:00", time(22), time(7)),
        ("毎日、夜の11時半〜翌朝6時15分まで", time(23, 30), time(6, 15)),
        ("25時から8時", time(1), time(8)),
        ("夜12時から朝8時", time(0), time(8)),
        ("夕方6時〜夜9時", time(18), time(21)),
        ("二十三時から七時", time(23), time(7)),
        ("正午から13時", time(12), time(13)),
        ("between 10 pm and 6:30 a.m.", time(22), time(6, 30)),
        ("midnight to 8am", time(0), time(8)),
        ("2200-0700", time(22), time(7)),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, start: time, end: time) -> None:
    assert hours_in(text) == QuietHours(start, end)


@pytest.mark.parametrize(
    "text",
    ["", "never", "22:00", "30:00-7:00", "22:61-7:00", "夜から朝", "午前22時から7時", "7:00-7:00", "22:00-7:00-8:00"],
)
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        hours_in(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("asia/tokyo", "Asia/Tokyo"),
        (" America/new york ", "America/New_York"),
        ("東京", "Asia/Tokyo"),
        ("日本時間", "Asia/Tokyo"),
        ("Ｔｏｋｙｏ", "Asia/Tokyo"),
        ("JST", "Asia/Tokyo"),
        ("Japan", "Asia/Tokyo"),
        ("Tokyo time", "Asia/Tokyo"),
        ("韓国", "Asia/Seoul"),
        ("ロンドン", "Europe/London"),
        ("アメリカ東部時間", "America/New_York"),
        ("Pacific Time", "America/Los_Angeles"),
        ("utc", "UTC"),
        ("Etc/GMT+5", "Etc/GMT+5"),
    ],
)
def test_a_time_zone_is_known_however_it_is_spelled(text: str, name: str) -> None:
    assert zone_of(text) == name
    with pytest.raises(BadInput):
        zone_of("Mars/Olympus")


@pytest.mark.parametrize(
    ("zone", "hours", "now", "until"),
    [
        # Japan has no summer time.
        ("Asia/Tokyo", "22:00-7:00", "2026-07-01T14:00:00+00:00", "2026-07-01T22:00:00+00:00"),
        ("Asia/Tokyo", "22:00-7:00", "2026-07-01T16:00:00+00:00", "2026-07-01T22:00:00+00:00"),
        ("Asia/Tokyo", "22:00-7:00", "2026-07-01T12:59:59+00:00", None),
        ("Asia/Tokyo", "22:00-7:00", "2026-07-01T22:00:00+00:00", None),
        ("Asia/Tokyo", "12:00-13:00", "2026-07-01T03:30:00+00:00", "2026-07-01T04:00:00+00:00"),
        # The clock goes forward in the night to 29 March 2026, and back in that to 25 October.
        ("Europe/Berlin", "22:00-7:00", "2026-03-28T22:00:00+00:00", "2026-03-29T05:00:00+00:00"),
        ("Europe/Berlin", "22:00-7:00", "2026-10-24T21:00:00+00:00", "2026-10-25T06:00:00+00:00"),
        ("America/Los_Angeles", "22:00-7:00", "2026-07-01T05:00:00+00:00", "2026-07-01T14:00:00+00:00"),
    ],
)
def test_quiet_hours_end_on_the_owners_clock(zone: str, hours: str, now: str, until: str | None) -> None:
    chosen = AlertSettings(quiet=hours_in(hours), time_zone=zone)
    expected = datetime.fromisoformat(until) if until else None
    assert chosen.quiet_until(datetime.fromisoformat(now)) == expected


def test_without_a_choice_the_clock_is_that_of_japan_and_no_hour_is_quiet() -> None:
    assert AlertSettings().zone == ZoneInfo("Asia/Tokyo")
    assert AlertSettings().quiet_until(datetime.now(UTC)) is None


async def test_each_kind_is_switched_and_hurried_by_its_buttons(chat: OwnerChat) -> None:
    shown = await chat.says("/alerts settings")
    assert "Thumbs down\n\nWhen: Within the day" in shown
    await chat.posts("alert.mute:thumbs_down")
    await chat.taps("Alert settings")
    await chat.posts("alert.how_soon:limit")
    assert await chat.taps("With other alerts") == ["Limits reached: With other alerts"]
    shown = await chat.taps("Alert settings")
    assert "Thumbs down\n\nWhen: Off" in shown
    assert "Limits reached\n\nWhen: With other alerts" in shown
    chosen = await settings(chat)
    assert (chosen.wanted, chosen.urgency) == (
        {AlertKind.THUMBS_DOWN: False},
        {AlertKind.LIMIT: Urgency.DIGEST},
    )


async def test_quiet_hours_and_time_zone_are_asked_for_and_taken_back(chat: OwnerChat) -> None:
    await chat.says("/通知設定")
    await chat.presses(SET_QUIET())
    assert (await chat.says("when I sleep"))[0] == "Please write it like this: 22:00-7:00"
    assert await chat.says("23:00-6:30") == ["I will not disturb you between these times: 23:00-06:30 (Japan Time)"]
    await chat.presses(SET_ZONE())
    assert await chat.taps("United Kingdom Time") == ["Your time zone: United Kingdom Time (Europe/London)"]
    chosen = await settings(chat)
    assert (chosen.quiet, chosen.time_zone) == (QuietHours(time(23), time(6, 30)), "Europe/London")
    await chat.presses(SET_QUIET())
    assert await chat.taps("No quiet hours") == ["Quiet hours are off."]
    assert (await settings(chat)).quiet is None


async def test_mail_needs_the_code_that_was_mailed_there(chat: OwnerChat) -> None:
    await chat.presses(USE_MAIL())
    assert (await chat.says("nowhere"))[0] == "That is not an e-mail address. Please check it."
    await chat.says("yuki@example.com")
    [letter] = await chat.core.db.collection("outbox").find({"channel": "mail"})
    code = letter_in(letter["body"])[0][-6:]
    wrong = "000000" if code != "000000" else "000001"
    assert (await chat.says(wrong))[0] == "That is not the code in the latest e-mail. Please check it and try again."
    assert not (await settings(chat)).email_fallback
    assert "yuki@example.com" in (await chat.says(code))[0]
    assert (await settings(chat)).email == "yuki@example.com"
    await chat.presses(NO_MAIL())
    assert (await settings(chat)).email == ""


async def test_an_account_that_has_an_address_gets_its_alerts_by_mail_with_one_tap(chat: OwnerChat) -> None:
    await chat.says("/email yuki@example.com")
    [letter] = await chat.core.db.collection("outbox").find({"channel": "mail"})
    await chat.says(letter_in(letter["body"])[0][-6:])
    assert "yuki@example.com" in (await chat.presses(USE_MAIL()))[0]
    assert (await settings(chat)).email_fallback


@pytest.mark.parametrize("action", ["alert.how_soon:weather", "alert.urgency:limit:yesterday", "alert.urgency:limit"])
async def test_buttons_of_no_kind_are_refused(chat: OwnerChat, action: str) -> None:
    assert await chat.posts(action) == ["There is no such kind of alert."]
