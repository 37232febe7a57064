"""What is being brought back, as the parts that put it in its place see it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, TypeVar

from handlers.exports.archives import Archive, Record
from handlers.exports.records import Ids, app_in, text_in
from knowledge.errors import BadInput
from knowledge.phrases import _
from knowledge.store.apps.apps import App
from knowledge.store.database import AppScope, OwnerScope

T = TypeVar("T")


@dataclass(frozen=True)
class Coming:
    """A file and whose it becomes. `apps` are by the ids they had, with their new ids and the handles they had."""

    owner: OwnerScope
    archive: Archive
    ids: Ids
    apps: Mapping[str, App]

    @classmethod
    def of(cls, owner: OwnerScope, data: bytes) -> "Coming":
        """Read the file as far as its apps. Raises BadInput."""
        archive, ids = Archive(data), Ids(owner.owner_id)

        def read(record: Record) -> tuple[str, App]:
            return text_in(record, "_id"), app_in(record, owner.owner_id, ids)

        return cls(owner, archive, ids, dict(each_of(archive, "apps.json", read)))

    def app_of(self, record: Record) -> App:
        """The app that a record is a part of. Raises BadInput."""
        app = self.apps.get(text_in(record, "app_id"))
        if app is None:
            raise BadInput(_("“{field}” is not in the form mimi wrote it in", field="app_id"))
        return app

    def scope_of(self, record: Record) -> AppScope:
        return self.app_of(record).scope


class ReturnedKind(Protocol):
    """Puts one kind of what comes back in its place."""

    def check(self, coming: Coming) -> Mapping[str, int]:
        """How much of what there is, by collection, after a look at all of it. Raises BadInput."""

    def put(self, coming: Coming) -> AsyncIterator[int]:
        """Put it in its place, and say after each piece how much that was. Twice is once. Raises BadInput."""


def each_of(archive: Archive, name: str, read: Callable[[Record], T]) -> Iterable[T]:
    """What its records are. Raises BadInput that says where."""
    for n, record in enumerate(archive.records(name), 1):
        try:
            yield read(record)
        except BadInput as problem:
            raise BadInput(_("{file}, record {n}: {why}", file=name, n=n, why=problem.phrase)) from problem


async def some_of(values: Iterable[T], at_once: int) -> AsyncIterator[Sequence[T]]:
    """So many at a time, read in a thread."""
    left = iter(values)
    while some := await asyncio.to_thread(lambda: list(islice(left, at_once))):
        yield some
