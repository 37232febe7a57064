"""Records of an export as the values they were: each read by the rules that its owner's own typing has to keep.

Raises BadInput for a record that no mimi wrote.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any, Final

from handlers.apps.apps import handle_of
from handlers.apps.lists import LISTS, SettingList
from handlers.apps.settings import BY_KEY
from handlers.entries.hidden import LONGEST_CONTACT, MOST_CONTACTS, MOST_NAMES
from handlers.exports.archives import Record
from handlers.written import written_line
from knowledge.checks.checking import LONGEST_CHECK
from knowledge.errors import BadInput
from knowledge.phrases import Tag, _
from knowledge.store.apps.apps import HANDLE, App
from knowledge.store.conversations.answer_facts import AnswerFacts
from knowledge.store.conversations.messages import Feedback, Message, MessageId, Role, Source
from knowledge.store.database import AppId, AppScope, OwnerId
from knowledge.store.entries.hidden import EntryRef
from knowledge.store.learning.checks import Check, CheckId

TAG: Final = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?")  # a language, and how it is written (BCP 47)
FIRST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LONGEST_MESSAGE: Final = 50_000
MOST_SOURCES: Final = 50
MOST_JOINED: Final = 100
OTHER_WORDS: Final = {"bio2": "other_bio", "greeting2": "other_greeting"}  # a setting, and the field it is kept in
HEX: Final = frozenset("0123456789abcdef")


class Ids:
    """New ids for the ids of before: the same ones whenever the same comes back to the same owner.

    They begin as the old ones do, with the second they were made in, since lists are in the order of their ids.
    """

    def __init__(self, owner_id: OwnerId) -> None:
        self._owner_id = owner_id

    def of(self, kind: str, before: str) -> str:
        """The id of what had `before`. Other kinds have other ids; FAQ entries and documents are one ("entry")."""
        mixed = hashlib.sha256(f"{self._owner_id} {kind} {before}".encode()).hexdigest()
        made = before[:8] if len(before) == 24 and HEX.issuperset(before) else mixed[32:40]
        return made + mixed[:16]


def app_in(record: Record, owner_id: OwnerId, ids: Ids) -> App:
    """An app with all its settings, under the handle it had."""
    app = App(
        owner_id, "app", handle_of(text_in(record, "handle")), "ja", time_in(record, "created_at"),
        id=AppId(ids.of("app", text_in(record, "_id"))),
    )  # fmt: skip
    if not HANDLE.match(app.handle):
        raise _unfit("handle")
    for key, typed in _typed(record).items():
        app = replace(app, **BY_KEY[key].read(app, typed))
    lists: dict[str, Any] = {}
    for listed in LISTS:
        lists[listed.key] = tuple(_item(listed, each) for each in list_in(record, listed.key, listed.most))
    for shown, most in (("public_contacts", MOST_CONTACTS), ("shown_names", MOST_NAMES), ("hidden_names", MOST_NAMES)):
        lists[shown] = tuple(written_line(_text(each, shown), LONGEST_CONTACT) for each in list_in(record, shown, most))
    return replace(app, **lists, paused=record.get("paused") is True)


def _item(listed: SettingList, value: Any) -> Any:
    return listed.make({part.name: part.read(_part(value, part.name)) for part in listed.parts})


def message_in(record: Record, scope: AppScope, ids: Ids, ends: datetime, seq: int) -> Message:
    """A complete message, the `seq`-th of its conversation unless it says which itself; kept until `ends`."""
    own = ids.of("message", text_in(record, "_id"))
    said, role = record.get("seq", seq), _one_of(Role, record, "role")
    reply = text_in(record, "reply_to") or f"unknown, of {own}"
    return Message(
        scope=scope,
        conversation_id=ids.of("conversation", text_in(record, "conversation_id")),
        role=role,
        text=text_in(record, "text", LONGEST_MESSAGE),
        lang=lang_in(record),
        created_at=time_in(record, "created_at"),
        expires_at=ends,
        seq=said if isinstance(said, int) and 0 < said < 10**6 else seq,
        state=text_in(record, "state", 40),
        sources=tuple(_source(each, ids) for each in list_in(record, "sources", MOST_SOURCES)),
        made=_facts(record.get("made")),
        reply_to=ids.of("message", reply) if role is Role.MIMI else "",
        joined=tuple(ids.of("message", _text(each, "joined")) for each in list_in(record, "joined", MOST_JOINED)),
        client_id=own,
        feedback=_one_of(Feedback, record, "feedback") if record.get("feedback") else "",
        id=MessageId(own),
    )


def check_in(record: Record, scope: AppScope, ids: Ids) -> Check:
    """A pinned question, not tried yet."""
    expected = tuple(
        EntryRef(_part(each, "kind"), ids.of("entry", _part(each, "id")), _part(each, "title"))
        for each in list_in(record, "expected")
    )
    if not {each.kind for each in expected} <= {"faq", "document"}:
        raise _unfit("expected")
    at, own = time_in(record, "created_at"), ids.of("check", text_in(record, "_id"))
    return Check(
        scope, written_line(text_in(record, "question"), LONGEST_CHECK), lang_in(record), expected, at, id=CheckId(own)
    )


def text_in(record: Record, name: str, longest: int = 10**6) -> str:
    """A text; empty where there is none."""
    value = _text(record.get(name, ""), name)
    if len(value) > longest:
        raise _unfit(name)
    return value


def time_in(record: Record, name: str) -> datetime:
    """A time that was."""
    try:
        at = datetime.fromisoformat(text_in(record, name, 40))
    except ValueError as error:
        raise _unfit(name) from error
    if at.tzinfo is None or at < FIRST:
        raise _unfit(name)
    return at


def day_in(record: Record, name: str) -> date | None:
    """A day, where there is one."""
    day = text_in(record, name, 10)
    try:
        return date.fromisoformat(day) if day else None
    except ValueError as error:
        raise _unfit(name) from error


def list_in(record: Record, name: str, most: int = 1_000) -> Sequence[Any]:
    """A list; empty where there is none."""
    value = record.get(name) or []
    if not isinstance(value, list) or len(value) > most:
        raise _unfit(name)
    return value


def lang_in(record: Record) -> Tag:
    """The language something is in; what is none is taken for Japanese."""
    lang = record.get("lang")
    return lang if isinstance(lang, str) and TAG.fullmatch(lang) else "ja"


def _typed(record: Record) -> dict[str, str]:
    """What its owner would have to type for the settings that it names."""
    texts = ("name", "url", "bio", "greeting", "lang", "tone")
    typed: dict[str, str] = {key: text_in(record, key) for key in texts if key in record}
    if theme := record.get("theme"):
        typed |= {"color": _part(theme, "accent"), "look": _part(theme, "look")}
    if limits := record.get("visitor_limits"):
        if not isinstance(limits, dict):
            raise _unfit("visitor_limits")
        typed["limits"] = " ".join(str(limits.get(name)) for name in ("per_minute", "per_day"))
    if "kept_days" in record:
        typed["keep"] = str(record["kept_days"])
    typed |= {key: text_in(record, field) for key, field in OTHER_WORDS.items() if field in record}
    for key, field in (("listed", "listed"), ("person", "person_first")):
        if field in record:
            typed[key] = "yes" if record[field] is True else "no"
    if "masked_days" in record:
        typed["mask"] = str(record["masked_days"])
    return typed


def _source(value: Any, ids: Ids) -> Source:
    # Of a document it is a passage: its id, and which.
    entry, dash, passage = _part(value, "item").partition("-")
    return Source(_part(value, "title"), _part(value, "url"), ids.of("entry", entry) + dash + passage if entry else "")


def _facts(value: Any) -> AnswerFacts:
    """How an answer was made, as far as it is said as it is kept."""
    usual = AnswerFacts()
    if not isinstance(value, dict):
        return usual
    fit = {
        each.name: value[each.name]
        for each in fields(AnswerFacts)
        if each.name in value and type(value[each.name]) is type(getattr(usual, each.name))
    }
    if any(isinstance(each, int) and not 0 <= each < 2**53 for each in fit.values()):
        raise _unfit("made")
    return replace(usual, **fit)


def _part(value: Any, name: str) -> str:
    """A text that stands alone, or under a name."""
    return _text(value.get(name, "") if isinstance(value, dict) else value, name)


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise _unfit(name)
    try:
        value.encode()
    except UnicodeEncodeError as error:  # half of a character: the store takes none
        raise _unfit(name) from error
    return value


def _one_of(kind: Any, record: Record, name: str) -> Any:
    try:
        return kind(record.get(name))
    except ValueError as error:
        raise _unfit(name) from error


def _unfit(name: str) -> BadInput:
    return BadInput(_("“{field}” is not in the form mimi wrote it in", field=name))
