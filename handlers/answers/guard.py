"""What answers about an app must not say and where their links may lead, made once for each state of its knowledge."""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from guardrail.findings import PiiKind
from guardrail.known.known_values import KnownValues
from guardrail.links import Hosts
from guardrail.public_contacts import PublicContacts
from handlers.entries.guard import public_contacts
from knowledge.items import KnowledgeItem
from knowledge.store.apps.apps import App
from knowledge.store.database import AppId, Database
from knowledge.store.entries.hidden import HiddenValueRepository

MOST_KEPT = 500  # apps; an index of fifty values takes some 100 KB
ADDRESS = re.compile(r"https?://[^\s<>()「」（）]+", re.IGNORECASE)


@dataclass(frozen=True)
class AppGuard:
    """`public` passes, `known` never does, and links lead to `hosts` only."""

    public: PublicContacts
    known: KnownValues
    hosts: Hosts


@dataclass(frozen=True)
class _Kept:
    version: int
    known: KnownValues
    addresses: tuple[str, ...]


class AppGuards:
    """The guards of the apps asked about lately."""

    def __init__(self, db: Database, most: int = MOST_KEPT) -> None:
        self._findings = HiddenValueRepository(db)
        self._most = most
        self._kept: OrderedDict[AppId, _Kept] = OrderedDict()  # least recently asked first

    async def of(self, app: App, items: Sequence[KnowledgeItem]) -> AppGuard:
        """The guard for this state of the app; `items` is what it knows. Raises what the store raises."""
        kept = self._kept.get(app.id)
        if kept is None or kept.version != app.knowledge_version:
            kept = await self._made(app, items)
            self._kept[app.id] = kept
        self._kept.move_to_end(app.id)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        named = (app.url, *(link.url for link in app.links), *kept.addresses)
        return AppGuard(public_contacts(app), kept.known, Hosts.of(named))

    async def _made(self, app: App, items: Sequence[KnowledgeItem]) -> _Kept:
        found = [(PiiKind(each.kind), each.text) for each in await self._findings.list(app.scope)]
        known = await asyncio.to_thread(KnownValues.of, found, app.public_contacts)
        texts = (text for item in items for text in (item.url, item.title, item.text))
        addresses = tuple(dict.fromkeys(match[0] for text in texts for match in ADDRESS.finditer(text)))
        return _Kept(app.knowledge_version, known, addresses)
