"""Replies as an outbox row's body, and back: every phrase put into the recipient's language when it is written."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from handlers.messages import Card, Cards, Choice, Confirm, Later, Replies, Reply, Text
from knowledge.phrases import Lang, Phrase

KINDS: Mapping[str, type[Text | Card | Cards | Confirm]] = {
    "text": Text,
    "card": Card,
    "cards": Cards,
    "confirm": Confirm,
}
V = TypeVar("V")


def to_body(replies: Replies) -> dict[str, Any]:
    """`{"lang", "replies": [{"kind", ...fields}]}`, all words spoken in `replies.lang`; `again` where there is one."""
    sayable = [Text(reply.text) if isinstance(reply, Later) else reply for reply in replies.items]
    items = [{"kind": type(reply).__name__.lower(), **asdict(said(reply, replies.lang))} for reply in sayable]
    return {"lang": replies.lang, "replies": items} | ({"again": replies.again} if replies.again else {})


def from_body(body: Mapping[str, Any]) -> list[Reply]:
    """The replies of a row's body, as values; what it carries for other rows stands first."""
    return [_reply(dict(item)) for item in (*body.get("carried", ()), *body["replies"])]


def carrying(body: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The same body with the replies of other bodies before its own, whose choices stay the last to be seen."""
    return {**body, "carried": [item for other in others for item in (*other.get("carried", ()), *other["replies"])]}


def said(value: V, lang: Lang) -> V:
    """The same value with every phrase in it, however deep, replaced by its words in `lang`."""
    if isinstance(value, Phrase):
        return cast(V, value.say(lang))
    if isinstance(value, tuple):
        return cast(V, tuple(said(part, lang) for part in value))
    if is_dataclass(value) and not isinstance(value, type):
        spoken = {each.name: said(getattr(value, each.name), lang) for each in fields(value)}
        return cast(V, replace(cast(Any, value), **spoken))
    return value


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
