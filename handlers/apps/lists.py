"""Every setting of an app that is a list: links, suggested questions, topics to be silent about, and its sites."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.apps.apps import LONGEST_URL, web_address
from handlers.apps.days_written import days_at_end
from handlers.apps.origins import origin_of
from handlers.messages import Words
from handlers.web_addresses import whole_address
from handlers.written import written_line
from knowledge.errors import BadInput
from knowledge.phrases import Phrase, _
from knowledge.store.apps.apps import App, Link

LONGEST_LABEL = 40
LONGEST_SUGGESTION = 80
LONGEST_TOPIC = 100


MAIL = re.compile(r"(?:mailto:\s*)?([^\s@/:?&]+@[^\s@/:?&]+\.[^\s@/:?&.]+)", re.IGNORECASE)


def link_address(text: str) -> str:
    """Where a link leads: a web page, or a mail address as it is (`me@example.com`). Raises BadInput."""
    if (mail := MAIL.fullmatch(text.strip())) and len(mail[0]) <= LONGEST_URL:
        return f"mailto:{mail[1]}"
    return web_address(text)


IN_LINE = re.compile(r"https?://\S+|\S+@\S+\.\S+", re.IGNORECASE)


def _link_line(line: str, today: date) -> Mapping[str, str]:
    """What a line says of a link: an address alone, or one between its label and its days, each if it is there:
    `Winter sale https://example.com/sale 12/1-12/25`. Raises BadInput.
    """
    kept = written_line(line, LONGEST_URL + 2 * LONGEST_LABEL)
    found = IN_LINE.search(kept) or next((each for each in re.finditer(r"\S+", kept) if _is_bare(each[0])), None)
    if found is None or found[0] == kept:
        return {"url": link_address(kept)}
    said = [days_at_end(part, today) for part in (kept[: found.start()], kept[found.end() :])]
    label = " ".join(name for name, _days in said if name)
    parts = {"url": link_address(found[0])} | ({"label": written_line(label, LONGEST_LABEL)} if label else {})
    for days in (days for _name, days in said if days):
        parts |= {name: day.isoformat() for name, day in (("since", days.since), ("until", days.until)) if day}
    return parts


def _is_bare(word: str) -> bool:
    return whole_address(word) != word


def _day(text: str) -> str:
    """A day as a form sends it, or none."""
    try:
        return date.fromisoformat(text.strip()).isoformat() if text.strip() else ""
    except ValueError as error:
        raise BadInput(_("That is not a date. Write it like 2026-12-25.")) from error


def _link(parts: Mapping[str, str]) -> Link:
    since, until = (date.fromisoformat(parts[name]) if parts.get(name) else None for name in ("since", "until"))
    if since and until and until < since:
        raise BadInput(_("The last day comes before the first one. Please write them like 12/1-12/25."))
    return Link(parts["label"], parts["url"], since, until)


def named_link(link: Link) -> str:
    """A link without its days."""
    return f"{link.label} {link.url}"


def _show_link(link: Link) -> str:
    days = f" {link.since or ''}–{link.until or ''}" if link.since or link.until else ""
    return f"{named_link(link)}{days}"


@dataclass(frozen=True)
class ItemPart:
    """One thing to say about a new item; `read` raises BadInput. Nobody is asked for an `optional` one."""

    name: str
    title: Phrase
    ask: Phrase
    read: Callable[[str], str]
    optional: bool = False


@dataclass(frozen=True)
class SettingList:
    """One list. `make` puts an item together from its parts; `show` says it in one line.

    `line` reads what is typed first, on this day: usually the first part alone.
    """

    key: str  # the app's field, and part of commands and buttons: it never changes
    english: str
    japanese: str
    title: Phrase
    summary: Phrase
    about: Phrase
    most: int
    parts: tuple[ItemPart, ...]
    make: Callable[[Mapping[str, str]], Any]
    show: Callable[[Any], str]
    line: Callable[[str, date], Mapping[str, str]] | None = None

    def typed(self, text: str, today: date) -> Mapping[str, str]:
        """The parts that a line holds, as they are kept. Raises BadInput."""
        first = self.parts[0]
        return self.line(text, today) if self.line else {first.name: first.read(text)}

    def __str__(self) -> str:
        """As buttons name it; `list_called` finds it again."""
        return self.key

    def items(self, app: App) -> Sequence[Any]:
        return tuple(getattr(app, self.key))

    def id_of(self, item: Any) -> str:
        """What a button calls an item: its content, so that an old button never means another one."""
        return hashlib.sha256(self.show(item).encode()).hexdigest()[:12]

    def shown(self, app: App) -> Words:
        """The whole list, numbered."""
        items = self.items(app)
        return "\n".join(f"{n}. {self.show(item)}" for n, item in enumerate(items, 1)) or _("(empty)")


LISTS: tuple[SettingList, ...] = (
    SettingList(
        "links", "links", "リンク", _("Links"), _("Show, add and order the page's links"),
        _("Shown at the top of the page, in this order."), 10,
        (
            ItemPart("url", _("Address"), _("What is the address of the new link?"), link_address),
            ItemPart("label", _("Label"), _("What should the link say?"),
                     lambda text: written_line(text, LONGEST_LABEL)),
            ItemPart("since", _("First day"), _("From which day?"), _day, optional=True),
            ItemPart("until", _("Last day"), _("Until which day?"), _day, optional=True),
        ),
        _link, _show_link, _link_line,
    ),
    SettingList(
        "suggestions", "questions", "質問例", _("Suggested questions"), _("Show and change the questions I suggest"),
        _("Visitors see them before they ask, and can tap them."), 6,
        (
            ItemPart("text", _("Question"), _("Which question should I suggest to visitors?"),
                     lambda text: written_line(text, LONGEST_SUGGESTION)),
        ),
        lambda parts: parts["text"], str,
    ),
    SettingList(
        "banned_topics", "topics", "話題", _("Topics I do not discuss"),
        _("Show and change the topics I do not discuss"),
        _("If someone asks about one of these, I say that I cannot discuss it."), 20,
        (
            ItemPart("text", _("Topic"), _("Which topic should I not discuss?"),
                     lambda text: written_line(text, LONGEST_TOPIC)),
        ),
        lambda parts: parts["text"], str,
    ),
    SettingList(
        "origins", "origins", "設置先", _("Sites with the widget"),
        _("Show and change which sites may show the widget"),
        _("The chat opens right on the pages of these sites. On any other site the button opens the app's page."), 10,
        (
            ItemPart("text", _("Site"), _("Which site has the widget? Write its address, like https://example.com."),
                     origin_of),
        ),
        lambda parts: parts["text"], str,
    ),
)  # fmt: skip
BY_NAME: Mapping[str, SettingList] = {each.key: each for each in LISTS}
