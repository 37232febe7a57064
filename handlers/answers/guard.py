"""What stands between an answer and the visitor: what must not be said of an app, the screen its text goes to, and
what it rests on as a visitor may see it.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from guardrail.findings import PiiKind
from guardrail.known.known_values import KnownValues, Together
from guardrail.links import Hosts, addresses_in
from guardrail.pii import Pii
from guardrail.public_contacts import PublicContacts
from guardrail.stream import Memory, StreamFilter
from handlers.answers.knowledge import Question
from handlers.answers.progress import LiveAnswer
from handlers.entries.guard import public_contacts
from knowledge.items import KnowledgeItem
from knowledge.phrases import Phrase, Tag
from knowledge.store.apps.apps import App
from knowledge.store.conversations.messages import Role, Source
from knowledge.store.database import AppId, Database
from knowledge.store.entries.hidden import EntryRef, HiddenValueRepository
from knowledge.stored_items import entry_of

MOST_KEPT = 500  # apps; an index of fifty values takes some 100 KB
Named = dict[tuple[str, Tag, PublicContacts], Source]  # by the item's id


@dataclass(frozen=True)
class AppGuard:
    """`public` passes, `known` never does, and links lead only where `hosts` says.

    `sources`: what of its knowledge has been named to visitors already, as they see it.
    """

    public: PublicContacts
    known: KnownValues
    hosts: Hosts
    sources: Named


@dataclass(frozen=True)
class Screen:
    """Where an answer's text becomes visible (`live`). A model's words pass a `filter`; our own sentences hold nothing.

    Nothing else writes it, save the sentence in place of a withheld answer (`AnswerWriter.withhold`).

    `known`: what must not be said, the app's and what this conversation brought.
    """

    pii: Pii
    guard: AppGuard
    known: Together
    question: Question
    live: LiveAnswer

    def filter(self) -> StreamFilter:
        """What holds back personal information, with what the conversation has shown so far; one for each try."""
        shown = [said.text for said in self.question.history if said.role is Role.MIMI]
        return StreamFilter(
            self.pii, self.question.lang, self.guard.public, self.known, self.guard.hosts, Memory(shown)
        )

    def say(self, phrase: Phrase) -> None:
        """Our own sentence after whatever the model said."""
        self.live.add(("\n\n" if self.live.text else "") + phrase.say(self.question.lang))

    async def show_instead(self, text: str) -> Mapping[PiiKind, int]:
        """This in place of what was visible, filtered like any other; what was withheld. Raises GuardrailFailed."""
        checked = self.filter()
        shown = await checked.feed(text) + await checked.close()
        if self.live.text:
            self.live.start_over()
        self.live.add(shown)
        return checked.withheld


@dataclass(frozen=True)
class _Kept:
    version: int
    known: KnownValues
    addresses: tuple[str, ...]
    sources: Named = field(default_factory=dict)


class AppGuards:
    """The guards of the apps asked about lately."""

    def __init__(self, db: Database, most: int = MOST_KEPT) -> None:
        self._findings = HiddenValueRepository(db)
        self._most = most
        self._kept: OrderedDict[AppId, _Kept] = OrderedDict()  # least recently asked first

    async def of(self, app: App, items: Sequence[KnowledgeItem]) -> AppGuard:
        """The guard for this state of the app; `items` is what it knows. Raises what the store raises."""
        kept = self._kept.get(app.id)
        # Whatever changes what must not be said raises the version: entries, documents, public contacts.
        if kept is None or kept.version != app.knowledge_version:
            kept = await self._made(app, items)
            self._kept[app.id] = kept
        self._kept.move_to_end(app.id)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        own = (
            each for text in (app.bio, app.greeting, app.other_bio, app.other_greeting) for each in addresses_in(text)
        )
        named = filter(None, (app.url, *(link.url for link in app.links), *own, *kept.addresses))
        return AppGuard(public_contacts(app), kept.known, Hosts.of(named), kept.sources)

    async def _made(self, app: App, items: Sequence[KnowledgeItem]) -> _Kept:
        found = [(PiiKind(each.kind), each.text) for each in await self._findings.list(app.scope)]
        known = await asyncio.to_thread(KnownValues.of, found, (*app.public_contacts, *app.shown_names))
        texts = (text for item in items for text in (item.url, item.title, item.text))
        addresses = tuple(dict.fromkeys(address for text in texts for address in addresses_in(text)))
        return _Kept(app.knowledge_version, known, addresses)


WEB = ("http://", "https://")  # the only addresses of sources a visitor is led to


async def sources_of(cited: Sequence[KnowledgeItem], screen: Screen) -> tuple[Source, ...]:
    """Each item once as a visitor may see it: its title, with the heading of a passage, and its address only if it
    leads to the web and tells nothing. Raises GuardrailFailed."""
    named, lang, public = screen.guard.sources, screen.question.lang, screen.guard.public
    sources: dict[Source, None] = {}
    for item in cited:
        source = named.get((item.id, lang, public))
        if source is None:
            title = await screen.pii.redact(item.full_title, lang, public)
            shown = item.url.lower().startswith(WEB) and not await screen.pii.find(item.url, public)
            source = Source(title.text, item.url if shown else "", item.id)
            # The app's own facts, and what was said in a conversation, may change without its knowledge.
            if item.kind in ("faq", "passage"):
                named[item.id, lang, public] = source
        sources.setdefault(source)
    return tuple(sources)


def withheld_in(withheld: Iterable[str], likely: Sequence[KnowledgeItem]) -> EntryRef | None:
    """The first of the likely pieces from which something of a kind that was withheld was taken."""
    marks = [f"[{kind}]" for kind in withheld]
    for item in likely:
        if item.kind in ("faq", "passage") and any(mark in item.title + item.text for mark in marks):
            return entry_of(item)
    return None
