"""What the code asks MongoDB, heard at the driver, and how MongoDB would answer it: by an index, or by reading all."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bson.codec_options import CodecOptions, DatetimeConversion
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from knowledge.store.database import Database, Document

# Of each command what decides how it is answered; what is bounded by its own filter.
DECIDES: dict[str, tuple[str, ...]] = {
    "find": ("filter", "sort", "limit", "skip", "projection"),
    "aggregate": ("pipeline",),
    "findAndModify": ("query", "sort", "update", "upsert", "new", "remove", "fields", "hint"),
}
# (collection, first field) -> why MongoDB may sort it in memory.
MAY_SORT = {
    ("apps", "created_at"): "one owner's apps",
    ("outbox", "created_at"): "what waits for one owner, or what failed: twenty of it for doctor",
    ("messages", "seq"): "the conversations of one page of the list",
    ("inbox", "happened_at"): "one person's waiting events",
    ("inbox", "received_at"): "what was given up: twenty of it for doctor",
}
# Collection -> why all of it may be read.
MAY_READ = {
    "lanes": "those in hand now, and only whoever stops, or buries a process, gives all of theirs back",
    "notices": "a handful of an operator's, who lists them",
    "policies": "a handful",
    "processes": "a row for each process that is at work",
}
ANY_DATE: CodecOptions[Document] = CodecOptions(datetime_conversion=DatetimeConversion.DATETIME_AUTO)  # bounds have it
EACH = {"update": "updates", "delete": "deletes"}


@dataclass(frozen=True)
class Query:
    """One query of a shape that was asked, and by what."""

    command: Document
    asker: str

    @property
    def collection(self) -> str:
        return str(next(iter(self.command.values())))

    def __str__(self) -> str:
        return f"{self.asker} asks {json.dumps(self.command, default=str, ensure_ascii=False)[:400]}"


class AskedQueries(CommandListener):
    """Hears the commands of clients that are made with it, or after it is registered; keeps one of each shape."""

    def __init__(self, asker: str = "") -> None:
        self.asker = asker
        self._hears = True
        self._by_shape: dict[str, Query] = {}

    def started(self, event: CommandStartedEvent) -> None:
        for command in _explainable(event.command_name, event.command) if self._hears else ():
            query = Query(command, self.asker)
            self._by_shape.setdefault(f"{query.collection} {json.dumps(_shape(command))}", query)

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing to keep of it."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nor of this."""

    def stop(self) -> list[Query]:
        """One query of each shape so far; what is asked later is not heard any more."""
        self._hears = False
        return list(self._by_shape.values())


async def all_answered_by_an_index(database: Database, queries: Sequence[Query]) -> None:
    """Fail for what MongoDB would answer by reading a whole collection or index, or by sorting in memory."""
    found = []
    for query in queries:
        explain = {"explain": query.command, "verbosity": "queryPlanner"}
        plans = await database.raw.command(explain, codec_options=ANY_DATE)
        found += [f"{why}: {query}" for why in _why(query, list(_stages(plans)))]
    assert not found, "\n".join(found)


def _why(query: Query, stages: list[Document]) -> Iterator[str]:
    if query.collection not in MAY_READ and any(stage["stage"] == "COLLSCAN" for stage in stages):
        yield "reads the whole collection"
    limited = query.command.get("limit") or "findAndModify" in query.command
    for stage in stages:
        whole = (
            stage["stage"] == "IXSCAN" and not stage["isPartial"] and all(map(_is_all, stage["indexBounds"].values()))
        )
        if whole and not (limited and not _filters(stages)):
            yield f"reads the whole index {stage['indexName']}"
        if stage["stage"] == "SORT" and (query.collection, next(iter(stage["sortPattern"]))) not in MAY_SORT:
            yield "sorts in memory"


def _is_all(bounds: Sequence[str]) -> bool:
    return list(bounds) in (["[MinKey, MaxKey]"], ["[MaxKey, MinKey]"])


def _filters(stages: Sequence[Document]) -> bool:
    return any(stage.get("filter") for stage in stages)


def _stages(plan: Any) -> Iterator[Document]:
    """The stages of all winning plans in an explanation."""
    if isinstance(plan, Mapping):
        if "stage" in plan:
            yield dict(plan)
        for name, value in plan.items():
            if name not in {"rejectedPlans", "slotBasedPlan", "parsedQuery", "command"}:
                yield from _stages(value)
    elif isinstance(plan, list):
        for each in plan:
            yield from _stages(each)


def _explainable(name: str, command: Mapping[str, Any]) -> Iterator[Document]:
    """The command as `explain` takes it, apart for each of several updates; nothing for what reads nothing."""
    collection = command.get(name)
    if not isinstance(collection, str) or collection.startswith("$cmd"):
        return
    if fields := DECIDES.get(name):
        decides = {field: command[field] for field in fields if field in command}
        yield {name: collection, **decides} | ({"cursor": {}} if name == "aggregate" else {})
    for each in command.get(EACH.get(name, ""), ()):
        yield {name: collection, EACH[name]: [each]}


def _shape(value: Any) -> Any:
    """The same for queries that differ in values alone."""
    if isinstance(value, Mapping):
        return {name: _shape(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_shape(each) for each in value[:2]]
    return type(value).__name__
