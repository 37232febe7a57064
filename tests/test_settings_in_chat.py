"""Everything about an app set from LINE: by a line, by a dialogue, by buttons; and what cannot be set."""

from datetime import datetime, timedelta

import pytest
from owner_chat import OwnerChat
from visitors import VisitorSide

from handlers.apps.settings import SETTINGS, Setting
from handlers.chat.apps.settings import RESUME
from knowledge.errors import Gone, TooMany
from knowledge.store.apps.apps import App, Link, Look, Theme, Tone
from knowledge.store.conversations.visitor_limits import VisitorLimits
from knowledge.store.database import Database

OVER = "That question is no longer open."


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    return chat


def value(app: App, key: str) -> object:
    """What a setting has become."""
    by_key: dict[str, object] = {"lang": app.lang, "tone": app.tone, "color": app.theme.accent, "look": app.theme.look}
    by_key |= {"limits": app.visitor_limits, "keep": app.kept_days, "mask": app.masked_days}
    by_key |= {"bio2": app.other_bio, "greeting2": app.other_greeting, "person": app.person_first}
    return by_key[key] if key in by_key else getattr(app, key)


TYPED = [
    ("name", "Kotori", "Kotori"),
    ("handle", "＠Kotori", "kotori"),
    ("url", "https://kotori.example/", "https://kotori.example/"),
    ("bio", "A diary.\nFor birds.", "A diary.\nFor birds."),
    ("greeting", "Chirp!", "Chirp!"),
    ("bio2", "鳥の日記", "鳥の日記"),
    ("greeting2", "やあ", "やあ"),
    ("lang", "日本語", "ja"),
    ("listed", "yes", True),
    ("listed", "載せる", True),
    ("listed", "Do not show it", False),
    ("person", "yes", True),
    ("person", "最初から", True),
    ("person", "After a first question", False),
    ("tone", "親しみやすく", Tone.FRIENDLY),
    ("tone", "brief", Tone.BRIEF),
    ("color", "Blue", "#1f6feb"),
    ("color", "青", "#1f6feb"),
    ("color", "＃ABC", "#aabbcc"),
    ("color", "1F6FEB", "#1f6feb"),
    ("look", "Always dark", Look.DARK),
    ("limits", "4 40", VisitorLimits(4, 40)),
    ("limits", "４、４０", VisitorLimits(4, 40)),
    ("keep", "30", 30),
    ("keep", "30日", 30),
    ("mask", "7", 7),
    ("mask", "90 days", 90),
    ("mask", "0", 0),
    ("mask", "すぐ", 0),
    ("mask", "At once", 0),
]


@pytest.mark.parametrize(("key", "typed", "kept"), TYPED)
async def test_each_setting_is_set_in_one_line(chat: OwnerChat, key: str, typed: str, kept: object) -> None:
    assert (await chat.says(f"/app {key} {typed}"))[0].startswith("Changed. ")
    assert value(await chat.app(), key) == kept


@pytest.mark.parametrize(("key", "typed", "kept"), TYPED)
async def test_each_setting_is_asked_for_by_its_japanese_command(
    chat: OwnerChat, key: str, typed: str, kept: object
) -> None:
    setting = next(each for each in SETTINGS if each.key == key)
    now, asked = await chat.says(f"/app {setting.japanese}")
    assert " now: " in now
    assert asked == setting.ask.say("en")
    assert (await chat.says(typed))[0].startswith("Changed. ")
    assert value(await chat.app(), key) == kept


@pytest.mark.parametrize("setting", [each for each in SETTINGS if each.offered], ids=lambda each: each.key)
async def test_what_is_offered_can_be_tapped(chat: OwnerChat, setting: Setting) -> None:
    for number in range(len(setting.offered)):
        await chat.says(f"/app {setting.key}")
        offered = [choice for choice in chat.labels() if choice not in {"Cancel", "Edit current text"}]
        assert len(offered) == len(setting.offered)
        assert (await chat.taps(offered[number]))[0].startswith("Changed. ")


@pytest.mark.parametrize(
    ("key", "typed", "told"),
    [
        ("name", "n" * 51, "That is 51 characters"),
        ("handle", "🐑🐑🐑", "A handle has 3 to 30 characters"),
        ("handle", "ひつじ", "A handle has 3 to 30 characters"),
        ("handle", "hi", "A handle has 3 to 30 characters"),
        ("handle", "admin", "@admin is reserved"),
        ("handle", "other", "@other is already taken"),
        ("url", "javascript:alert(1)", "That is not the address of a web page"),
        ("bio", "b" * 1001, "That is 1001 characters"),
        ("lang", "Deutsch", "I speak Japanese and English"),
        ("tone", "rude", "Please choose one of the buttons."),
        ("color", "#12345", "That is not a colour"),
        ("color", "red;}body{display:none", "That is not a colour"),
        ("color", "#1f6feg", "That is not a colour"),
        ("look", "blinding", "Please choose one of the buttons."),
        ("limits", "8", "Write two numbers"),
        ("limits", "1 100", "Write two numbers"),
        ("limits", "20 301", "Write two numbers"),
        ("limits", "99999999 99999999", "Write two numbers"),
        ("keep", "0", "Write a number of days, from 1 to 730."),
        ("keep", "731", "Write a number of days, from 1 to 730."),
        ("keep", "forever", "Write a number of days, from 1 to 730."),
        ("mask", "366", "Write a number of days, from 1 to 365, or 0 for as soon as a conversation is over."),
        ("mask", "never", "Write a number of days, from 1 to 365, or 0 for as soon as a conversation is over."),
    ],
)
async def test_what_does_not_fit_is_said_and_asked_for_again(chat: OwnerChat, key: str, typed: str, told: str) -> None:
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    before = await chat.app()
    await chat.says(f"/app {key}")
    refusal, asked = await chat.says(typed)
    assert refusal.startswith(told)
    assert asked == next(each for each in SETTINGS if each.key == key).ask.say("en")
    assert await chat.app() == before


async def test_texts_can_be_left_empty(chat: OwnerChat) -> None:
    for key in ("url", "bio", "greeting"):
        await chat.says(f"/app {key} https://kotori.example")
        await chat.says(f"/app {key}")
        assert "Edit current text" in chat.labels()
        await chat.taps("Leave it empty")
        assert value(await chat.app(), key) == ""


async def test_colour_and_look_do_not_undo_each_other(chat: OwnerChat) -> None:
    await chat.says("/app color #123456")
    await chat.says("/app look dark")
    assert (await chat.app()).theme == Theme("#123456", Look.DARK)


async def test_the_overview_shows_everything_and_leads_to_each(chat: OwnerChat) -> None:
    [state, *cards] = await chat.says("/設定")
    assert state == "Hitsuji answers visitors."
    assert len(cards) == 5
    for setting in SETTINGS:
        assert any(f"{setting.title.say('en')}: " in card for card in cards)
        assert setting.title.say("en") in chat.labels()
    assert (await chat.taps("Tone"))[-1] == "How should I speak with visitors?"


async def test_a_setting_button_is_about_the_app_it_stands_under(chat: OwnerChat) -> None:
    first = await chat.app()
    await chat.core.apps.create((await chat.owner()).scope, "Kotori", "kotori")
    await chat.posts(f"set:bio:{first.id}")
    await chat.says("About the first")
    assert (await chat.core.apps.get(first.scope)).bio == "About the first"
    assert (await chat.app()).bio == ""


@pytest.mark.parametrize("verb", ["set:bio", "settings", "app.pause", "app.resume", "list:links", "list.add:topics"])
async def test_no_button_reaches_another_owners_app(chat: OwnerChat, verb: str) -> None:
    """S39"""
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    before = await chat.app()
    assert (await other.posts(f"{verb}:{before.id}"))[0] in {"That app does not exist.", "There is no such setting."}
    assert await chat.app() == before


# ---- handles that were


async def test_the_old_handle_leads_on_and_stays_the_owners(chat: OwnerChat) -> None:
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    app = await chat.app()
    await chat.says("/app handle kotori")
    assert (await chat.core.apps.public("hitsuji")).id == app.id
    assert (await other.says("/app handle hitsuji"))[0].startswith("@hitsuji is already taken")
    await chat.says("/app handle hitsuji")
    moved = await chat.app()
    assert (moved.handle, moved.former_handles) == ("hitsuji", ("kotori",))


async def test_only_the_last_three_handles_lead_on_and_those_before_rest(chat: OwnerChat) -> None:
    for number in range(4):
        await chat.says(f"/app handle kotori-{number}")
    assert (await chat.app()).former_handles == ("kotori-0", "kotori-1", "kotori-2")
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    assert (await other.says("/app handle hitsuji"))[0].startswith("@hitsuji was in use until recently")
    with pytest.raises(Gone):
        await chat.core.apps.public("hitsuji")
    await chat.says("/app handle hitsuji")
    assert (await chat.app()).handle == "hitsuji"
    assert (await other.says("/app handle kotori-0"))[0].startswith("@kotori-0 was in use until recently")
    chat.core.clock.advance(timedelta(days=90))
    await other.says("/app handle kotori-0")
    assert (await other.app()).handle == "kotori-0"


# ---- lists


async def test_links_are_added_in_two_questions_ordered_and_removed(chat: OwnerChat) -> None:
    assert (await chat.says("/app links"))[0].startswith("Links: none yet.")
    await chat.taps("Add")
    await chat.says("https://a.example")
    await chat.says("First")
    await chat.says("/app リンク https://b.example")
    await chat.says("Second")
    assert (await chat.app()).links == (Link("First", "https://a.example"), Link("Second", "https://b.example"))
    await chat.taps("Show")
    assert chat.labels().count("Move up") == 1
    await chat.taps("Move up")
    assert [link.label for link in (await chat.app()).links] == ["Second", "First"]
    await chat.taps("Show")
    await chat.taps("Remove")
    assert len((await chat.app()).links) == 1


async def test_an_old_remove_button_removes_nothing_else(chat: OwnerChat) -> None:
    for text in ("Is it free?", "Does it sync?"):
        await chat.says(f"/app questions {text}")
    await chat.says("/app questions")
    cards = chat.last
    await chat.taps("Remove")
    chat.last = cards
    assert (await chat.taps("Remove"))[0] == "That is no longer in the list."
    assert len((await chat.app()).suggestions) == 1


async def test_lists_hold_so_many_and_nothing_twice(chat: OwnerChat) -> None:
    for number in range(6):
        await chat.says(f"/app 質問例 Question {number}?")
    assert (await chat.says("/app questions Seven?"))[0] == "The list can hold up to 6. Remove one first."
    assert (await chat.says("/app questions Question 3?"))[0] == "That is already in the list."
    await chat.says("/cancel")
    await chat.says("/app topics politics")
    app = await chat.app()
    assert (len(app.suggestions), app.banned_topics) == (6, ("politics",))


async def test_an_address_that_is_none_is_no_link(chat: OwnerChat) -> None:
    await chat.says("/app links")
    await chat.taps("Add")
    assert (await chat.says("javascript:alert(1)"))[0].startswith("That is not the address")


# ---- what settings do


async def test_paused_mimi_answers_nobody_and_goes_on_when_told(chat: OwnerChat, visitors: VisitorSide) -> None:
    [told] = await chat.says("/pause")
    assert told.startswith("I no longer answer visitors of Hitsuji.")
    assert await chat.says("/休止") == ["Hitsuji is already paused."]
    _accepted, left = await visitors.ask(await chat.app(), "Is it free?")
    assert left.state == "handed_over"
    await chat.taps("Resume")
    assert await chat.presses(RESUME((await chat.app()).id)) == ["I am already answering visitors of Hitsuji."]
    _accepted, told_now = await visitors.ask(await chat.app(), "Is it free?")
    assert told_now.state not in {"", "handed_over"}


async def test_the_apps_own_limits_hold_for_a_visitor(chat: OwnerChat, visitors: VisitorSide) -> None:
    """S43"""
    await chat.says("/app limits 2 10")
    app = await chat.app()
    key = ""
    for number in range(3):
        accepted = await visitors.accept(app, f"Question {number}?", key)
        key = accepted.key
    with pytest.raises(TooMany):
        await visitors.accept(app, "One more?", key)


async def test_shorter_retention_moves_the_end_of_what_is_there(chat: OwnerChat, visitors: VisitorSide) -> None:
    app = await chat.app()
    await visitors.ask(app, "Is it free?")
    before = await _ends(chat.core.db)
    await chat.says("/app keep 30")
    assert await _ends(chat.core.db) == {end - timedelta(days=150) for end in before}
    await visitors.ask(await chat.app(), "Does it sync?")
    assert len(await _ends(chat.core.db)) == 1


async def _ends(db: Database) -> set[datetime]:
    return {each["expires_at"] for name in ("conversations", "messages") for each in await db.collection(name).find({})}


async def test_texts_in_the_other_language_change_places_with_the_pages_own_when_its_language_does(
    chat: OwnerChat,
) -> None:
    for line in ("/app bio A diary.", "/app bio2 日記です。", "/app lang ja"):
        await chat.says(line)
    app = await chat.app()
    assert (app.bio, app.other_bio, app.lang) == ("日記です。", "A diary.", "ja")
    assert (app.bio_in("en").text, app.bio_in("ko").text) == ("A diary.", "日記です。")


async def test_whether_it_is_listed_is_one_of_two_answers(chat: OwnerChat) -> None:
    assert await chat.says("/app listed maybe") == ["Please choose one of the buttons."]
