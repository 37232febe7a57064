"""Trials: questions that owners put to mimi as a visitor would, and how what they were answered came about."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import NewType

from pymongo import ReturnDocument

from knowledge.phrases import Tag, _
from knowledge.store.conversations.answer_facts import NOTHING_MADE, AnswerFacts
from knowledge.store.conversations.messages import Source
from knowledge.store.database import AppScope, Database, Document, OwnerScope, new_id
from knowledge.store.kept import MADE, GoneAfter, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

KEPT = timedelta(days=30)
MOST_KEPT = 100  # of one app; beyond that the oldest go
_WAITS: Document = {"lease_until": {"$type": "date"}}

TRIALS = Stored(
    "trials",
    Belonging.to_app(),
    indexes=(
        Index((("owner_id", 1), ("app_id", 1), ("asked_at", -1), ("_id", -1))),
        Index((("lease_until", 1),), only=_WAITS),
        Index((("expires_at", 1),), expire=True),
    ),
    exported=("_id", "app_id", "question", "lang", "outcome", "wrong", "asked_at"),
    lasting=False,  # a day later the knowledge is another
    kept=Kept(
        _("Questions you tried as a visitor would, and how the answers were made"),
        Subject.KNOWLEDGE,
        GoneAfter("expires_at", KEPT, MADE),
    ),
)

TrialId = NewType("TrialId", str)


@dataclass(frozen=True)
class Piece:
    """A piece of knowledge as a model gets it: found (`score`, `share`, `by_meaning`: Hit), shown in a prompt, or both.

    `entry` is the FAQ entry or document it belongs to, empty for the app's own facts and what an owner said.
    """

    id: str
    kind: str
    entry: str
    title: str
    text: str = ""
    found: bool = False
    score: float = 0.0
    share: float = 0.0
    by_meaning: bool = False
    shown: bool = False


@dataclass(frozen=True)
class Rest:
    """A sentence and the ids of the pieces it rests on."""

    sentence: str
    pieces: tuple[str, ...]


@dataclass(frozen=True)
class Dropped:
    """A sentence that nothing bears out; `why` is what of it the pieces it pointed at do not hold."""

    sentence: str
    why: str = ""


@dataclass(frozen=True)
class TrialOutcome:
    """An answer, and how it came about.

    `asked` is the question as the model gets it. `pieces` are what was found, the best first, then what else was shown,
    as far as there is room; `shown` of all `known` were in the prompt, of `tokens` at most; `estimate` is what the
    model `priced` takes for that, in millionths of a dollar. `hidden` counts what the guardrail took out of `words`.
    """

    text: str
    state: str
    sources: tuple[Source, ...] = ()
    suggestions: tuple[str, ...] = ()
    made: AnswerFacts = NOTHING_MADE
    asked: str = ""
    pieces: tuple[Piece, ...] = ()
    known: int = 0
    shown: int = 0
    tokens: int = 0
    priced: str = ""
    estimate: int = 0
    hidden: Mapping[str, int] = field(default_factory=dict)
    words: str = ""
    rests: tuple[Rest, ...] = ()
    left_out: tuple[Dropped, ...] = ()


@dataclass(frozen=True)
class Trial:
    """One question; without an `outcome` it waits for one. `after` is the trial it goes on from, `wrong` its owner's
    mark."""

    scope: AppScope
    question: str
    lang: Tag
    asked_at: datetime
    after: str = ""
    outcome: TrialOutcome | None = None
    wrong: bool = False
    attempts: int = 0
    id: TrialId = field(default_factory=lambda: TrialId(new_id()))


class TrialRepository:
    """The trials of one app at a time; those that wait are taken by lease, of any."""

    def __init__(self, database: Database) -> None:
        self._trials = database.collection(TRIALS.name)

    async def add(self, scope: AppScope, trial: Trial) -> None:
        """Keep a new one, and no more of the app's than there is room for."""
        waits = {} if trial.outcome else {"lease_until": trial.asked_at}
        await self._trials.insert(scope.filter() | _to_document(trial) | waits)
        order = [("asked_at", -1), ("_id", -1)]
        older = await self._trials.find(scope.filter(), projection={"_id": True}, sort=order, skip=MOST_KEPT)
        if older:
            await self._trials.delete_many(scope.filter() | {"_id": {"$in": [each["_id"] for each in older]}})

    async def get(self, scope: OwnerScope, trial_id: str) -> Trial | None:
        """Any of an owner's."""
        document = await self._trials.find_one({"owner_id": scope.owner_id, "_id": trial_id})
        return _to_trial(document) if document else None

    async def latest(self, scope: AppScope, limit: int) -> Sequence[Trial]:
        """The latest of an app, the newest first."""
        documents = await self._trials.find(scope.filter(), sort=[("asked_at", -1), ("_id", -1)], limit=limit)
        return [_to_trial(each) for each in documents]

    async def count_waiting(self, scope: AppScope) -> int:
        return await self._trials.count(scope.filter() | _WAITS)

    async def set_wrong(self, scope: AppScope, trial_id: str, wrong: bool) -> None:
        """Note what its owner thinks of it."""
        await self._trials.update_one(scope.filter() | {"_id": trial_id}, {"$set": {"wrong": wrong}})

    async def take(self, now: datetime, lease_until: datetime) -> Trial | None:
        """One that waits and nobody works on, leased to the caller."""
        document = await self._trials.find_one_and_update(
            {"lease_until": {"$lte": now, "$type": "date"}},
            {"$set": {"lease_until": lease_until}, "$inc": {"attempts": 1}},
            sort=[("lease_until", 1)],
            return_document=ReturnDocument.AFTER,
        )
        return _to_trial(document) if document else None

    async def release(self, trial: Trial, now: datetime) -> None:
        """Hand it back: whoever looks next may take it."""
        await self._trials.update_one(_as_taken(trial), {"$set": {"lease_until": now}, "$inc": {"attempts": -1}})

    async def done(self, trial: Trial, outcome: TrialOutcome) -> bool:
        """Keep what came of it, in the caller's transaction; False if another was first, or it is gone."""
        done: Document = {"$set": {"outcome": asdict(outcome)}, "$unset": {"lease_until": ""}}
        return (await self._trials.update_one(_as_taken(trial), done)).matched_count == 1


def _as_taken(trial: Trial) -> Document:
    return trial.scope.filter() | {"_id": trial.id, "attempts": trial.attempts} | _WAITS


def _to_document(trial: Trial) -> Document:
    return {
        "_id": trial.id,
        "question": trial.question,
        "lang": trial.lang,
        "asked_at": trial.asked_at,
        "expires_at": trial.asked_at + KEPT,
        "after": trial.after,
        "outcome": asdict(trial.outcome) if trial.outcome else None,
        "wrong": trial.wrong,
        "attempts": trial.attempts,
    }


def _to_trial(document: Document) -> Trial:
    return Trial(
        scope=AppScope(document["owner_id"], document["app_id"]),
        question=document["question"],
        lang=document["lang"],
        asked_at=document["asked_at"],
        after=document["after"],
        outcome=_to_outcome(document["outcome"]) if document["outcome"] else None,
        wrong=document["wrong"],
        attempts=document["attempts"],
        id=document["_id"],
    )


def _to_outcome(document: Document) -> TrialOutcome:
    return TrialOutcome(
        **document
        | {
            "sources": tuple(Source(**each) for each in document["sources"]),
            "suggestions": tuple(document["suggestions"]),
            "made": AnswerFacts.of(document["made"]),
            "pieces": tuple(Piece(**each) for each in document["pieces"]),
            "rests": tuple(Rest(each["sentence"], tuple(each["pieces"])) for each in document["rests"]),
            "left_out": tuple(Dropped(**each) for each in document["left_out"]),
        }
    )
