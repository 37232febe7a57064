"""Buttons: each declared once and run by one feature, written as they always were, and read as they were written."""

import ast
import pkgutil
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from owner_chat import OwnerChat

import handlers
from handlers.alerts.cards import ANSWER_ALERT, BEGIN_TALK, MUTE_ALERTS
from handlers.apps.apps import CURRENT
from handlers.apps.lists import BY_NAME
from handlers.apps.settings import BY_KEY
from handlers.buttons import TURN_MENU, TYPE_IN, Button
from handlers.chat.accounts.alert_settings import SET_HOW_SOON
from handlers.chat.accounts.signup import SIGN_UP
from handlers.chat.apps.pictures import USE_PICTURE
from handlers.chat.apps.settings import OVERVIEW, SET, SHOW_LIST, SHOW_PICTURES
from handlers.chat.conversations.conversations import END, LIST_CONVERSATIONS, READ_CONVERSATION
from handlers.chat.dialogues import BACK, CANCEL, SAY
from handlers.chat.entries.faqs import ADD_FAQ, EDIT_FAQ, LIST_FAQS
from handlers.chat.entries.gaps import ADD_TO_ENTRY
from handlers.chat.entries.look_alikes import ADD_TO_TWIN
from handlers.chat.entries.phrasings import REMOVE_PHRASING
from handlers.chat.entries.trials import SAME_AS_FOUND
from handlers.chat.lists import MOVE_ITEM_UP, SCHEDULE_LINK
from handlers.imports.cards import SHOW_IMPORT
from handlers.notices.handle_release import KEEP_HANDLE, TAKE_HANDLE
from handlers.paging import FIRST
from knowledge.errors import NotFound
from knowledge.store.alerts.alerts import AlertId, AlertKind
from knowledge.store.apps.pictures import PictureId, Shape
from knowledge.store.conversations.conversations import ConversationId
from knowledge.store.database import AppId, Database
from knowledge.store.entries.faqs import FaqId
from knowledge.store.imports.imports import ImportId
from knowledge.store.learning.gaps import GapId
from knowledge.store.learning.trials import TrialId
from knowledge.store.outbox.outbox import Urgency

ROOT = Path(__file__).parent.parent
APP, FAQ, LINKS = AppId("a1"), FaqId("f1"), BY_NAME["links"]
OF_NO_FEATURE = {TYPE_IN.word, TURN_MENU.word, SIGN_UP.word}  # done in the phone, or by who has no account yet

# As they stand in people's chats: button, what it names, what a tap brings back. None of the third column may change.
WRITTEN: list[tuple[Button[*tuple[Any, ...]], tuple[object, ...], str]] = [
    (ADD_FAQ, ("",), "faq.add"),
    (LIST_FAQS, ("2",), "faq.list:2"),
    (EDIT_FAQ, (FAQ,), "faq.edit:f1"),
    (REMOVE_PHRASING, (FAQ, "0a1b2c3d"), "faq.phrasing_remove:f1:0a1b2c3d"),
    (ANSWER_ALERT, (AlertId("l1"),), "alert.answer:l1"),
    (MUTE_ALERTS, (AlertKind.THUMBS_DOWN,), "alert.mute:thumbs_down"),
    (SET_HOW_SOON, (AlertKind.LIMIT, Urgency.DIGEST), "alert.urgency:limit:digest"),
    (BEGIN_TALK, (ConversationId("c1"),), "takeover.begin:c1"),
    (LIST_CONVERSATIONS, ("2:a1",), "conversation.list:2:a1"),
    (READ_CONVERSATION, (ConversationId("c1"), END), "conversation.read:c1"),
    (READ_CONVERSATION, (ConversationId("c1"), "12"), "conversation.read:c1:12"),
    (SHOW_IMPORT, (ImportId("i1"), FIRST), "import.show:i1"),
    (SHOW_IMPORT, (ImportId("i1"), "3"), "import.show:i1:3"),
    (ADD_TO_ENTRY, (GapId("g1"), FAQ), "gap.phrasing:g1/f1"),
    (ADD_TO_TWIN, ("alert", "l1", FAQ), "twin.add:alert/l1/f1"),
    (SAME_AS_FOUND, (TrialId("t1"), FAQ), "trial.phrasing:t1/f1"),
    (SET, (BY_KEY["tone"], APP), "set:tone:a1"),
    (SET, (BY_KEY["tone"], CURRENT), "set:tone"),
    (SHOW_LIST, (LINKS, CURRENT), "list:links"),
    (MOVE_ITEM_UP, (LINKS, APP, "0a1b2c3d4e5f"), "list.up:links:a1:0a1b2c3d4e5f"),
    (SCHEDULE_LINK, (APP, "0a1b2c3d4e5f"), "list.days:a1:0a1b2c3d4e5f"),
    (OVERVIEW, (APP,), "settings:a1"),
    (SHOW_PICTURES, (CURRENT,), "pictures"),
    (USE_PICTURE, (Shape.HEADER, PictureId("p1")), "picture.use:header:p1"),
    (KEEP_HANDLE, (), "handle.keep"),
    (TAKE_HANDLE, (APP, "hitsuji-2"), "handle.take:a1:hitsuji-2"),
    (SAY, ("alert.quiet/hours", "22:00-7:00"), "say:alert.quiet/hours:22:00-7:00"),
    (BACK, ("faq.add/answer",), "back:faq.add/answer"),
    (CANCEL, ("faq.add",), "cancel:faq.add"),
    (CANCEL, ("",), "cancel"),
]


def declared() -> set[Button[*tuple[Any, ...]]]:
    """Every button that some module of the core declares."""
    modules = [import_module(each.name) for each in pkgutil.walk_packages(handlers.__path__, "handlers.")]
    values = [value for module in modules for value in vars(module).values()]
    values += [inner for value in values if isinstance(value, dict) for inner in value.values()]
    return {value for value in values if isinstance(value, Button)}


@pytest.mark.parametrize(("button", "named", "written"), WRITTEN, ids=[written for _, _, written in WRITTEN])
def test_a_button_is_written_as_ever_and_names_what_it_was_made_of(
    button: Button[*tuple[Any, ...]], named: tuple[object, ...], written: str
) -> None:
    assert button.action(*named) == written
    assert button.is_on(written)
    assert button.read(written.partition(":")[2]) == named


def test_a_button_is_no_other_whose_word_begins_alike() -> None:
    assert not EDIT_FAQ.is_on("faq.edit_answer:f1")
    assert not SHOW_LIST.is_on("list.up:links")


def test_what_names_nothing_that_exists_is_refused_with_a_sentence() -> None:
    for button, about in ((MUTE_ALERTS, "weather"), (SET, "weather:a1"), (SHOW_LIST, ""), (ADD_TO_TWIN, "alert/l1")):
        with pytest.raises(NotFound):
            button.read(about)


async def test_each_button_is_declared_once_and_run_by_one_feature(db: Database) -> None:
    words = [button.word for button in declared()]
    assert sorted(words) == sorted(set(words))
    assert set(words) - OF_NO_FEATURE == set(OwnerChat.open(db).core.dispatcher.buttons)


def test_only_buttons_make_what_a_tap_brings_back() -> None:
    """That an action is no plain text mypy checks; here, that nobody else turns a text into one."""
    makers = {
        str(path.relative_to(ROOT))
        for package in ("bot", "handlers", "knowledge", "web")
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Action"
    }
    assert makers == {"handlers/buttons.py", "handlers/messages.py"}
