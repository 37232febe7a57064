"""Names of which nobody but their owner can say whether they are a person to hide: chosen, and asked about in chat."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from guardrail.findings import PiiKind
from guardrail.text.skeleton import key
from handlers.buttons import Button
from handlers.messages import Card, Cards
from handlers.written import LONGEST_SHOWN, shortened
from knowledge.phrases import _
from knowledge.store.apps.apps import App
from knowledge.store.entries.hidden import FindingId, FoundValue

IS_PERSON = Button("hidden.person", _("Yes, hide it"), FindingId)
IS_NOBODY = Button("hidden.nobody", _("No, show it"), FindingId)

OFTEN = 3  # entries in which somebody private hardly ever stands
VERY_OFTEN = 5  # times, whatever the number of entries
ASKED_AT_ONCE = 3  # whoever has just saved something wants to go on
# What somebody could be called; a rule may have caught a piece of markup with it.
CALLED = re.compile(r"[^\W\d_](?:[^\W_]|[ .,'’・＝=&-])*", re.UNICODE)


@dataclass(frozen=True)
class AskedName:
    """A name of which mimi would like to know whether it is a person to hide, and in how many entries it stands."""

    found: FoundValue
    entries: int
    times: int


def doubtful_names(app: App, found: Iterable[FoundValue]) -> list[AskedName]:
    """Names that are used often, or that may be none, the most used first; without those the owner answered for."""
    answered = {key(name) for name in (*app.hidden_names, *app.shown_names)}
    uses: dict[str, list[FoundValue]] = {}
    for each in found:
        if each.kind == PiiKind.PERSON and key(each.text) not in answered and CALLED.fullmatch(each.text):
            uses.setdefault(key(each.text), []).append(each)
    asked = [name for each in uses.values() if _is_doubtful(name := _asked(each), each)]
    return sorted(asked, key=lambda name: (-name.entries, -name.times))


def new_questions(app: App, found: Sequence[FoundValue], entry_ids: Sequence[str]) -> list[AskedName]:
    """Of these the few that stand in entries just saved and were never asked about; `found`: wherever they stand."""
    before = {key(each.text) for each in found if each.asked}
    saved = {key(each.text) for each in found if each.entry.id in {*entry_ids}} - before
    return [name for name in doubtful_names(app, found) if key(name.found.text) in saved][:ASKED_AT_ONCE]


def questions(asked: Sequence[AskedName]) -> Cards:
    """As they are put in chat: a card each, with both answers."""
    return Cards(_("Is this the name of a person to hide? I will not ask again."), tuple(map(_question, asked)))


def _asked(found: Sequence[FoundValue]) -> AskedName:
    return AskedName(found[0], len({each.entry.id for each in found}), sum(each.times for each in found))


def _is_doubtful(name: AskedName, found: Sequence[FoundValue]) -> bool:
    often = name.entries >= OFTEN or name.times >= VERY_OFTEN
    return often or all(each.doubtful for each in found)


def _question(asked: AskedName) -> Card:
    return Card(
        title=shortened(asked.found.text, LONGEST_SHOWN),
        body=_("Entries with this name: {count}", count=asked.entries),
        choices=(IS_PERSON(asked.found.id), IS_NOBODY(asked.found.id)),
    )
