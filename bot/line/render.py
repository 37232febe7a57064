"""Replies as LINE messages. LINE's size limits live here (Messaging API reference, "Limits on what is sent")."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.buttons import TYPE_IN
from handlers.messages import Card, Cards, Choice, Confirm, Drawing, Reply, Text, Words

Message = dict[str, Any]

# Lengths are UTF-16 code units, for labels grapheme clusters (LINE: character counting in a text).
TEXT_UNITS = 5000
ALT_UNITS = 400  # 1,500 are allowed; a notification shows a line or two
LABEL = 20  # of an action, wherever it stands (LINE: action objects)
QUICK_REPLIES = 13  # and those of the last message alone are shown (LINE: quick reply)
CARDS = 10  # of twelve: a carousel must stay under 50 KB too (LINE: flex message)
CONFIRM_UNITS = 240  # (LINE: confirm template)
MESSAGES = 5  # in one call, pushed or replied; five cost what one does (LINE: pricing)
DATA = 300  # of a postback, and of what it types in (LINE: postback action)


@dataclass(frozen=True)
class Room:
    """How much of each part a card shows, so that the bubble stays under 30 KB and a carousel of them under 50."""

    title: int
    body: int
    value: int
    rows: int
    buttons: int


ALONE = Room(title=100, body=1000, value=200, rows=8, buttons=10)
SIDE_BY_SIDE = Room(title=60, body=200, value=80, rows=4, buttons=6)

# Both colours of everything are said, so that a card reads the same where LINE is dark.
PAPER, INK, QUIET, ACCENT, NOTHING = "#FFFDFA", "#1F2937", "#6B7280", "#0F766E", "#E5E7EB"
CHART_HEIGHT = 72  # pixels
LABELLED_BARS = 7  # more of them have a label below the first, middle and last only


def render(replies: Sequence[Reply]) -> list[Message]:
    """At most five LINE messages, as many as one call may carry; longer texts are cut into several."""
    return [message for reply in replies for message in _message(reply)][:MESSAGES]


def shorten(text: str, units: int) -> str:
    """`text` in at most `units` UTF-16 code units, an ellipsis showing that something is missing."""
    if len(text.encode("utf-16-le")) <= units * 2:
        return text
    return text.encode("utf-16-le")[: (units - 1) * 2].decode("utf-16-le", "ignore") + "…"


def _message(reply: Reply) -> Iterator[Message]:
    match reply:
        case Text():
            *before, last = _cut(f"({reply.progress}) {_words(reply.text)}" if reply.progress else _words(reply.text))
            for piece in before:
                yield {"type": "text", "text": piece}
            yield {"type": "text", "text": last} | _quick_reply(reply.choices)
        case Card():
            yield _flex(_alt(reply), _bubble(reply, ALONE), ())
        case Cards():
            bubbles = [_bubble(card, SIDE_BY_SIDE) for card in reply.cards[:CARDS]]
            yield _flex(_words(reply.summary), {"type": "carousel", "contents": bubbles}, reply.choices)
        case Confirm():
            yield _confirm(reply)
        case Drawing():
            addresses = {"originalContentUrl": reply.url, "previewImageUrl": reply.url}
            yield {"type": "image"} | addresses | _quick_reply(reply.choices)


def _cut(text: str) -> list[str]:
    """Pieces LINE takes, together the whole text; LINE refuses an empty one."""
    pieces, rest = [], text or "…"
    while len(rest.encode("utf-16-le")) > TEXT_UNITS * 2:
        piece = rest.encode("utf-16-le")[: TEXT_UNITS * 2].decode("utf-16-le", "ignore")
        pieces.append(piece)
        rest = rest[len(piece) :]
    return [*pieces, rest]


def _flex(alt: str, contents: Message, choices: Sequence[Choice]) -> Message:
    return {"type": "flex", "altText": shorten(alt, ALT_UNITS) or "…", "contents": contents} | _quick_reply(choices)


def _bubble(card: Card, room: Room) -> Message:
    body = [_line(shorten(_words(card.title), room.title), weight="bold", size="md")]
    if card.body:
        body.append(_line(shorten(_words(card.body), room.body), size="sm", margin="md"))
    if card.bars:
        body += _chart(card.bars)
    body += [_row(label, words, room) for label, words in card.rows[: room.rows]]
    bubble: Message = {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": body}}
    bubble["styles"] = {part: {"backgroundColor": PAPER} for part in ("body", "footer")}
    if card.choices:
        style = {"type": "button", "style": "link", "height": "sm", "color": ACCENT}
        buttons = [style | {"action": _action(choice)} for choice in card.choices[: room.buttons]]
        bubble["footer"] = {"type": "box", "layout": "vertical", "spacing": "sm", "contents": buttons}
    return bubble


def _line(words: Words, **style: str) -> Message:
    return {"type": "text", "text": _words(words) or " ", "wrap": True, "color": INK} | style


def _row(label: Words, words: Words, room: Room) -> Message:
    name = _line(shorten(_words(label), 40), size="xs") | {"color": QUIET, "flex": 4}
    value = _line(shorten(_words(words), room.value), size="sm") | {"flex": 7}
    return {"type": "box", "layout": "baseline", "margin": "md", "spacing": "md", "contents": [name, value]}


def _chart(bars: Sequence[tuple[str, int]]) -> list[Message]:
    """Bars as boxes: LINE has no pictures of ours to fetch for it, and needs none."""
    most = max(1, *(value for _label, value in bars))
    columns = [_bar(round(CHART_HEIGHT * value / most)) for _label, value in bars]
    chart = {"type": "box", "layout": "horizontal", "height": f"{CHART_HEIGHT}px", "alignItems": "flex-end"}
    labels = [label for label, _value in bars]
    if len(labels) > LABELLED_BARS:
        labels = [labels[0], labels[len(labels) // 2], labels[-1]]
    return [
        _line(f"▲ {most}", size="xxs", margin="lg", color=QUIET),
        chart | {"spacing": "2px", "margin": "xs", "contents": columns},
        {"type": "box", "layout": "horizontal", "margin": "xs", "contents": _under(labels)},
    ]


def _bar(height: int) -> Message:
    return {
        "type": "box",
        "layout": "vertical",
        "flex": 1,
        "height": f"{max(2, height)}px",
        "cornerRadius": "2px",
        "backgroundColor": ACCENT if height else NOTHING,
        "contents": [],
    }


def _under(labels: Sequence[str]) -> list[Message]:
    ends = {0: "start", len(labels) - 1: "end"} if len(labels) == 3 else {}
    return [
        _line(label, size="xxs", color=QUIET, align=ends.get(n, "center")) | {"flex": 1, "wrap": False}
        for n, label in enumerate(labels)
    ]


def _confirm(reply: Confirm) -> Message:
    text = shorten(_words(reply.text), CONFIRM_UNITS)
    template = {"type": "confirm", "text": text, "actions": [_action(reply.yes), _action(reply.no)]}
    return {"type": "template", "altText": shorten(text, ALT_UNITS), "template": template}


def _quick_reply(choices: Sequence[Choice]) -> Message:
    if not choices:
        return {}
    return {"quickReply": {"items": [{"type": "action", "action": _action(each)} for each in choices[:QUICK_REPLIES]]}}


def _action(choice: Choice) -> Message:
    words = _words(choice.label)
    label = words if len(words) <= LABEL else words[: LABEL - 1] + "…"
    if choice.url:
        return {"type": "uri", "label": label, "uri": choice.url}
    if choice.type_in:
        return {
            "type": "postback",
            "label": label,
            "data": TYPE_IN.action(),
            "inputOption": "openKeyboard",
            "fillInText": shorten(choice.type_in, DATA),
        }
    # displayText leaves a trace of the tap in the chat, so that the answer below it makes sense.
    return {"type": "postback", "label": label, "data": choice.action[:DATA], "displayText": label}


def _alt(card: Card) -> str:
    """All that the card says: a notification shows the first of it, and what matters stands first."""
    rows = [f"{_words(label)}: {_words(words)}" for label, words in card.rows]
    return "\n".join(part for part in (_words(card.title), _words(card.body), *rows) if part)


def _words(words: Words) -> str:
    if not isinstance(words, str):
        raise TypeError("replies are put into words (handlers.outgoing.said) before they are rendered")
    return words
