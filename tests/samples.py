"""A value of any type that the store's methods take, made from the type alone, and the classes that take them."""

import dataclasses
import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from bson import Binary
from clock import START

import knowledge.store
from knowledge.store import database as stored_database
from knowledge.store.alerts.quiet_hours import QuietHours
from knowledge.store.changes import Changes
from knowledge.store.database import AppId, AppScope, Database, OwnerId, OwnerScope
from knowledge.store.dumps import Restoring, Snapshot
from knowledge.store.entries.derived import VECTORS
from knowledge.store.inbox.inbox import InboxEvent
from knowledge.store.notices.holdings import HoldingRepository
from knowledge.store.stored import Stored

# One id for everything: what one method keeps, another finds.
ID = "x"
PLAIN: dict[Any, Any] = {
    Any: ID,
    object: ID,
    str: ID,
    int: 1,
    float: 1.0,
    bytes: b"x",
    dict: {},
    datetime: START,
    date: START.date(),
    timedelta: timedelta(seconds=5),
    OwnerScope: AppScope(OwnerId(ID), AppId(ID)),
    AppScope: AppScope(OwnerId(ID), AppId(ID)),
}
LISTS = (list, Sequence, Iterable, Collection)
# Classes of the store that are not asked for anything of an owner.
NOT_ASKING: set[type] = {
    HoldingRepository,  # `doctor --privacy` counts everything
    *(Database, stored_database.Collection, Changes),  # the ground that the others stand on
    *(Snapshot, Restoring),  # a backup reads everything, and a restore fills an empty store
}
# Values of types that are not made of simpler ones.
KNOWN: dict[Any, Any] = {
    QuietHours: QuietHours(time(1), time(2)),
    Stored: VECTORS,
    Binary: Binary.from_uuid(UUID(int=1)),
    InboxEvent: InboxEvent("x", "x", {"type": "message"}, START, START),
}


def readers() -> Iterator[type]:
    """The classes of the store that are made with a database: those that ask it."""
    for module_info in pkgutil.walk_packages(knowledge.store.__path__, "knowledge.store."):
        module = importlib.import_module(module_info.name)
        for each in vars(module).values():
            here = inspect.isclass(each) and each.__module__ == module.__name__
            if here and "__init__" in vars(each) and Database in typing.get_type_hints(each.__init__).values():
                yield each


class Samples:
    """Makes them; `known` are values of types that this file does not know."""

    def __init__(self, known: Mapping[Any, Any]) -> None:
        self._known = PLAIN | dict(known)
        self._making: list[Any] = []  # the dataclasses that one is being made of: none holds another of itself

    def arguments(self, function: Any, full: bool) -> dict[str, Any]:
        """What to call it with: all that it takes, or (not `full`) only what it must have."""
        hints, given = typing.get_type_hints(function), dict[str, Any]()
        for name, parameter in list(inspect.signature(function).parameters.items())[1:]:
            if parameter.kind not in {parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL}:
                must = parameter.default is parameter.empty
                given[name] = self.of(hints[name], full) if full or must else parameter.default
        return given

    def of(self, kind: Any, full: bool) -> Any:
        """One of this type, with all its parts or without those that may be missing. Raises TypeError if unknown."""
        if isinstance(kind, typing.NewType):
            return ID
        if typing.get_origin(kind):
            return self._composed(kind, full)
        if kind in self._known:
            return self._known[kind]
        if kind is bool:
            return full
        if inspect.isclass(kind) and issubclass(kind, Enum):
            return next(iter(kind))
        if dataclasses.is_dataclass(kind):
            return self._dataclass(kind, full)
        raise TypeError(f"no sample of {kind}")

    def _composed(self, kind: Any, full: bool) -> Any:
        origin, inside = typing.get_origin(kind), typing.get_args(kind)
        if origin in (typing.Union, types.UnionType):
            if type(None) in inside and inside[0] in self._making:
                return None
            return None if not full and type(None) in inside else self.of(inside[0], full)
        if origin is typing.Literal:
            return inside[0]
        if origin is tuple:
            return tuple(self.of(each, full) for each in inside if each is not Ellipsis)
        if origin in LISTS:
            return [self.of(inside[0], full)]
        if origin in (dict, Mapping):
            return {self.of(inside[0], full): self.of(inside[1], full)}
        raise TypeError(f"no sample of {kind}")

    def _dataclass(self, kind: Any, full: bool) -> Any:
        hints = typing.get_type_hints(kind)
        self._making.append(kind)
        values = {each.name: self.of(hints[each.name], full) for each in dataclasses.fields(kind)}
        self._making.pop()
        try:
            return kind(**values)
        except ValueError:  # it checks itself: the values it has by itself are right
            needed = [each.name for each in dataclasses.fields(kind) if _has_no_default(each)]
            return kind(**{name: values[name] for name in needed})


def _has_no_default(field: Any) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
