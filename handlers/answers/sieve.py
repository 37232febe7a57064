"""What tells spam from questions: an app's own words, and the day's salt for what is remembered of senders."""

import asyncio
import hashlib
from collections import OrderedDict
from dataclasses import dataclass

from guardrail.spam import About, Earlier, Judgement, Utterance, judge
from handlers.clock import JAPAN, end_of
from handlers.ports import Clock
from knowledge.search.retrieval import Retrieval
from knowledge.store.apps.apps import App
from knowledge.store.database import AppId
from knowledge.store.insight.daily_visitors import DailySalts

MOST_KEPT = 200  # apps; the words of a large one take a megabyte
SALTED = 16  # bytes: what a sketch is salted with


@dataclass(frozen=True)
class Sifted:
    """`junk` is what was held against the conversation before, `earlier` what is left for its next message."""

    judgement: Judgement
    junk: int
    earlier: bytes


@dataclass(frozen=True)
class Sieve:
    """For one message that came `at` this time; pure, so that a transaction may judge as often as it runs."""

    about: About
    salt: bytes
    at: float

    def judged(self, text: str, key: str, earlier: bytes) -> Sifted:
        """What to do with it as the next one of the conversation that `key` opens, where `earlier` was left."""
        # Each conversation's own salt: what two of them hold cannot be compared.
        message = Utterance.of(text, _mark(self.salt, key), self.at)
        before = _unpacked(earlier)
        judgement = judge(message, before, self.about)
        return Sifted(judgement, before.junk, before.after(message, judgement).packed())

    def sender(self, address: str) -> str:
        """By what an address is counted until the day is over; empty for none."""
        return _mark(self.salt, address).hex() if address else ""


class Sieves:
    """Makes them; what an app is about is kept for each version of its knowledge."""

    def __init__(self, salts: DailySalts, retrieval: Retrieval, clock: Clock, most: int = MOST_KEPT) -> None:
        self._salts = salts
        self._retrieval = retrieval
        self._clock = clock
        self._most = most
        self._kept: OrderedDict[AppId, tuple[object, About]] = OrderedDict()  # least recently asked first

    async def of(self, app: App) -> Sieve:
        """For a message that comes now. Raises what the store raises."""
        now = self._clock.now()
        today = now.astimezone(JAPAN).date()
        salt = await self._salts.of(today, end_of(today))
        return Sieve(await self._about(app), salt, now.timestamp())

    async def _about(self, app: App) -> About:
        hosts = [app.url, *(link.url for link in app.links)]
        said = [app.name, app.bio, app.greeting, app.other_bio, app.other_greeting]
        version = app.knowledge_version, *hosts, *said
        kept = self._kept.get(app.id)
        if kept is None or kept[0] != version:
            items = await self._retrieval.items(app.scope, app.knowledge_version)
            texts = [*said, *(f"{item.title}\n{item.text}" for item in items)]
            about = await asyncio.to_thread(About.of, texts, [*hosts, *(item.url for item in items)])
            kept = self._kept[app.id] = version, about
        self._kept.move_to_end(app.id)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return kept[1]


def _mark(salt: bytes, what: str) -> bytes:
    return hashlib.blake2b(what.encode(), digest_size=SALTED, key=salt).digest()


def _unpacked(stored: bytes) -> Earlier:
    """What a former version kept in another form is nothing."""
    try:
        return Earlier.unpacked(stored)
    except ValueError:
        return Earlier()
