"""Alerts: what a visitor asked that only the owner can answer, what became of it, and of what an owner knows."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from pymongo import ReturnDocument

from knowledge.phrases import Tag, _
from knowledge.store.conversations.conversations import ConversationId
from knowledge.store.conversations.messages import MessageId
from knowledge.store.database import AppScope, Database, Document, OwnerScope, new_id
from knowledge.store.entries.hidden import EntryRef
from knowledge.store.kept import BY_VISITOR, GoneAfter, GoneByApp, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

ALERTS = Stored(
    "alerts",
    Belonging.to_conversation("conversation_id"),
    indexes=(
        Index((("message_id", 1), ("kind", 1)), unique=True),
        Index((("owner_id", 1), ("state", 1), ("created_at", 1), ("_id", 1))),
        Index((("owner_id", 1), ("app_id", 1), ("conversation_id", 1))),
        Index((("expires_at", 1),), expire=True),
    ),
    former=("owner_id_1_state_1_created_at_1",),
    exported=("_id", "app_id", "kind", "question", "state", "answer", "faq_id", "created_at"),
    until_setting=True,
    leaves=("_id",),
    kept=Kept(
        _("Questions that wait for the owner, with personal information removed, and what became of them"),
        Subject.CONVERSATIONS,
        GoneByApp("expires_at", 180),
        BY_VISITOR,
    ),
    quotes=("question", "answer"),
)
TOLD_ONCE = Stored(
    "told_once",
    Belonging.to_owner(),
    indexes=(Index((("owner_id", 1),)), Index((("until", 1),), expire=True)),
    kept=Kept(
        _("What you have already been told, so that you are not told twice"),
        Subject.DELIVERY,
        GoneAfter("until", timedelta(days=180), _("after you are told")),
    ),
)

AlertId = NewType("AlertId", str)


class AlertKind(StrEnum):
    """What an owner can be told of. The first five are visitors' questions, kept here until they are settled."""

    UNANSWERED = "unanswered"  # the knowledge does not say
    HANDOFF = "handoff"  # the visitor asks for the owner
    WITHHELD = "withheld"  # something was held back of an answer; `entry` says where it stands
    QUOTED = "quoted"  # an entry was quoted without a model, and may not be the answer
    THUMBS_DOWN = "thumbs_down"  # the visitor was not content with an answer
    TAKEOVER = "takeover"  # a visitor whom the owner talks with waits for them
    ABUSE = "abuse"  # many messages of an app's visitors were refused
    LIMIT = "limit"  # a rate or spend limit of an app was reached
    IMPORT = "import"  # an import ended, well or not
    CHECKS = "checks"  # a question that was answered well is no longer
    PROPOSALS = "proposals"  # a program of the owner's proposes changes
    QUOTA = "quota"  # LINE's pushes of this month run low
    DIGEST = "digest"  # the week in numbers
    ACCOUNT = "account"  # something happened to the account itself
    NOTICE = "notice"  # what the service has to say to its owners


class AlertState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    DISMISSED = "dismissed"
    TALKED = "talked"  # the owner talked with the visitor themselves


@dataclass(frozen=True)
class Alert:
    """One question that waits for an owner. `question` is the visitor's, redacted; kept until `expires_at`."""

    scope: AppScope
    kind: AlertKind
    conversation_id: ConversationId
    message_id: MessageId
    question: str
    asked_lang: Tag
    created_at: datetime
    expires_at: datetime
    state: AlertState = AlertState.OPEN
    answer: str = ""
    faq_id: str = ""
    entry: EntryRef | None = None
    id: AlertId = field(default_factory=lambda: AlertId(new_id()))


class AlertRepository:
    """Alerts and their way from open to answered or dismissed, and back when the visitor asks again."""

    def __init__(self, database: Database) -> None:
        self._alerts = database.collection(ALERTS.name)

    async def add(self, scope: AppScope, alert: Alert) -> None:
        """Keep a new alert. Raises DuplicateKeyError if its message has one of its kind."""
        await self._alerts.insert(scope.filter() | _to_document(alert))

    async def get(self, scope: OwnerScope, alert_id: str) -> Alert | None:
        return _maybe(await self._alerts.find_one({"owner_id": scope.owner_id, "_id": alert_id}))

    async def about(self, scope: AppScope, message_id: str) -> list[Alert]:
        """Alerts that a visitor's message has caused already: at most one of each kind."""
        documents = await self._alerts.find(scope.filter() | {"message_id": message_id}, limit=len(AlertKind))
        return [_to_alert(document) for document in documents]

    async def open_about(self, scope: AppScope, message_ids: Sequence[str]) -> list[Alert]:
        """What still waits of these messages, the newest first."""
        query = scope.filter() | {"message_id": {"$in": list(message_ids)}, "state": AlertState.OPEN}
        documents = await self._alerts.find(query, sort=[("created_at", -1), ("_id", -1)])
        return [_to_alert(document) for document in documents]

    async def list_open(self, scope: OwnerScope, *, limit: int = 0, kinds: Sequence[AlertKind] = ()) -> list[Alert]:
        """What still waits, the oldest first; of some kinds only where they are named."""
        query = _open(scope, kinds)
        documents = await self._alerts.find(query, sort=[("created_at", 1), ("_id", 1)], limit=limit)
        return [_to_alert(document) for document in documents]

    async def count_open(self, scope: OwnerScope, kinds: Sequence[AlertKind] = ()) -> int:
        return await self._alerts.count(_open(scope, kinds))

    async def answer(self, scope: OwnerScope, alert_id: str, answer: str, said_in: str) -> Alert | None:
        """From open to answered; None if it is not open (any more)."""
        answered = {"state": AlertState.ANSWERED, "answer": answer, "said_in": said_in}
        return await self._change(scope, alert_id, {"state": AlertState.OPEN}, answered)

    async def take_back(self, scope: OwnerScope, said_in: str) -> None:
        """Remove the answer the owner gave in this message; it stays answered."""
        given = {"owner_id": scope.owner_id, "said_in": said_in}
        await self._alerts.update_many(given, {"$set": {"answer": ""}})

    async def dismiss(self, scope: OwnerScope, alert_id: str) -> Alert | None:
        """From open to dismissed; None if it is not open (any more)."""
        return await self._change(scope, alert_id, {"state": AlertState.OPEN}, {"state": "dismissed"})

    async def reopen(self, scope: OwnerScope, alert_id: str, now: datetime, keep_until: datetime) -> Alert | None:
        """From settled to open, as if asked just now; None if it is open already or gone."""
        settled = {"state": {"$ne": AlertState.OPEN}}
        anew = {"state": "open", "answer": "", "faq_id": "", "created_at": now, "expires_at": keep_until}
        return await self._change(scope, alert_id, settled, anew)

    async def set_faq(self, scope: OwnerScope, alert_id: str, faq_id: str) -> Alert | None:
        """Note which entry its answer became; None if it is not answered, or has become one before."""
        return await self._change(scope, alert_id, {"state": AlertState.ANSWERED, "faq_id": ""}, {"faq_id": faq_id})

    async def talked_about(self, scope: AppScope, conversation_id: str) -> list[str]:
        """What waits from this conversation was settled by talking; the ids of it."""
        query = scope.filter() | {"conversation_id": conversation_id, "state": AlertState.OPEN}
        ids = [document["_id"] for document in await self._alerts.find(query, projection=["_id"])]
        await self._alerts.update_many({"_id": {"$in": ids}}, {"$set": {"state": AlertState.TALKED}})
        return ids

    async def _change(self, scope: OwnerScope, alert_id: str, only: Document, changed: Document) -> Alert | None:
        return _maybe(
            await self._alerts.find_one_and_update(
                {"owner_id": scope.owner_id, "_id": alert_id} | only,
                {"$set": changed},
                return_document=ReturnDocument.AFTER,
            )
        )


def _open(scope: OwnerScope, kinds: Sequence[AlertKind]) -> Document:
    return {"owner_id": scope.owner_id, "state": AlertState.OPEN} | ({"kind": {"$in": list(kinds)}} if kinds else {})


def _maybe(document: Document | None) -> Alert | None:
    return _to_alert(document) if document else None


def _to_document(alert: Alert) -> Document:
    return {
        "_id": alert.id,
        "kind": alert.kind,
        "conversation_id": alert.conversation_id,
        "message_id": alert.message_id,
        "question": alert.question,
        "asked_lang": alert.asked_lang,
        "created_at": alert.created_at,
        "expires_at": alert.expires_at,
        "state": alert.state,
        "answer": alert.answer,
        "faq_id": alert.faq_id,
        "entry": asdict(alert.entry) if alert.entry else None,
    }


def _to_alert(document: Document) -> Alert:
    return Alert(
        scope=AppScope(document["owner_id"], document["app_id"]),
        kind=AlertKind(document["kind"]),
        conversation_id=document["conversation_id"],
        message_id=document["message_id"],
        question=document["question"],
        asked_lang=document["asked_lang"],
        created_at=document["created_at"],
        expires_at=document["expires_at"],
        state=AlertState(document["state"]),
        answer=document["answer"],
        faq_id=document["faq_id"],
        entry=EntryRef(**entry) if (entry := document.get("entry")) else None,
        id=document["_id"],
    )


class SentNoticeRepository:
    """One mark for each owner, kind and subject, gone when it may be told again."""

    def __init__(self, database: Database) -> None:
        self._marks = database.collection(TOLD_ONCE.name)

    async def mark(self, scope: OwnerScope, kind: str, key: str, now: datetime, until: datetime) -> bool:
        """Note in the caller's transaction that it is told now; False if it is marked until later than `now`."""
        mark: Document = {"_id": f"{scope.owner_id}:{kind}:{key}"}
        if await self._marks.find_one(mark | {"until": {"$gt": now}}):
            return False
        # Two at once: one of them is in conflict, runs again and finds the other's mark.
        await self._marks.update_one(mark, {"$set": {"owner_id": scope.owner_id, "until": until}}, upsert=True)
        return True
