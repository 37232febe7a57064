"""Replies as an outbox row's body, and back: phrases are kept as such, and said in the language it is sent in."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from handlers.messages import Card, Cards, Choice, Confirm, Drawing, Later, Replies, Reply, Text
from knowledge.phrases import Lang, Phrase, Tag, from_plain, is_plain, to_plain

KINDS: Mapping[str, type[Text | Card | Cards | Confirm | Drawing]] = {
    "text": Text,
    "card": Card,
    "cards": Cards,
    "confirm": Confirm,
    "drawing": Drawing,
}


def to_body(replies: Replies) -> dict[str, Any]:
    """`{"lang", "replies": [{"kind", ...fields}]}`, phrases as `to_plain` has them; `again` where there is one."""
    sayable = [Text(reply.text, reply.choices) if isinstance(reply, Later) else reply for reply in replies.items]
    items = [{"kind": type(reply).__name__.lower(), **_kept(reply)} for reply in sayable]
    return {"lang": replies.lang, "replies": items} | ({"again": replies.again} if replies.again else {})


def from_body(body: Mapping[str, Any], lang: Lang | None = None) -> list[Reply]:
    """The replies of a row's body, said in `lang` or its own language; what it carries for other rows stands first.

    Rows of before hold words, said already, where now phrases are.
    """
    spoken = lang or body.get("lang", "ja")
    return [_reply(_spoken(item, spoken)) for item in (*body.get("carried", ()), *body["replies"])]


def to_letter_body(subject: Phrase, text: Phrase, lang: Tag) -> dict[str, Any]:
    """A letter as a row's body, kept in the same way."""
    return {"lang": lang, "subject": to_plain(subject), "text": to_plain(text)}


def letter_in(body: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and text of a letter's body in words; those of before were words already, as what people wrote is."""
    lang = body.get("lang", "ja")
    return str(_spoken(body["subject"], lang)), str(_spoken(body["text"], lang))


def carrying(body: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The same body with the replies of other bodies before its own, whose choices stay the last to be seen."""
    return {**body, "carried": [item for other in others for item in (*other.get("carried", ()), *other["replies"])]}


def _kept(value: Any) -> Any:
    if isinstance(value, Phrase):
        return to_plain(value)
    if isinstance(value, tuple):
        return [_kept(part) for part in value]
    if is_dataclass(value):
        return {each.name: _kept(getattr(value, each.name)) for each in fields(value)}
    return value


def _spoken(value: Any, lang: Tag) -> Any:
    if is_plain(value):
        return from_plain(value).say(lang)
    if isinstance(value, Mapping):
        return {name: _spoken(part, lang) for name, part in value.items()}
    return [_spoken(part, lang) for part in value] if isinstance(value, list | tuple) else value


def _reply(item: dict[str, Any]) -> Reply:
    kind = KINDS[item.pop("kind")]
    return kind(**{name: _part(name, value) for name, value in item.items()})


def _part(name: str, value: Any) -> Any:
    if name == "choices":
        return tuple(Choice(**choice) for choice in value)
    if name == "cards":
        return tuple(Card(**{field: _part(field, part) for field, part in card.items()}) for card in value)
    if name in {"yes", "no"}:
        return Choice(**value)
    if name in {"rows", "bars"}:
        return tuple((label, words) for label, words in value)
    return value
