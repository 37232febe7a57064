"""Apps: what visitors come to ask about, each with a page at `/@handle` and how that looks."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pymongo import ReturnDocument

from knowledge.phrases import Lang, Tag, _
from knowledge.store.conversations.visitor_limits import VisitorLimits
from knowledge.store.database import AppId, AppScope, Database, Document, OwnerId, OwnerScope, new_id
from knowledge.store.kept import AsLongAs, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

COLOUR = re.compile(r"#[0-9a-f]{6}\Z")
# Both, since a partial index is only used where the query says its condition and something of its first field.
RECHECKING = {"rechecking": {"$exists": True}, "rechecking.contacts": {"$exists": True}}
APPS = Stored(
    "apps",
    Belonging.to_app(),
    indexes=(
        Index((("handle", 1),), unique=True),
        Index((("former_handles", 1),)),
        Index((("owner_id", 1), ("created_at", 1))),
        Index((("handle_look_at", 1),)),
        Index((("leaving_at", 1),), only={"leaving_at": {"$type": "date"}}),
        Index((("listed", 1),), only={"listed": True}),
        Index((("unstudied", 1),), only={"unstudied": True}),
        Index((("rechecking.contacts", 1),), only={"rechecking": {"$exists": True}}),
    ),
    exported=(
        *("_id", "name", "handle", "url", "bio", "links", "lang", "greeting", "tone", "banned_topics", "suggestions"),
        *("paused", "public_contacts", "former_handles", "theme", "visitor_limits", "kept_days", "created_at"),
        *("shown_names", "hidden_names", "origins"),
        *("released", "handle_notices", "leaving_at", "masked_days"),
        *("other_bio", "other_greeting", "listed", "person_first"),
    ),
    kept=Kept(_("Name, URL, handles, bio, links, theme and the other settings of an app"), Subject.APP, AsLongAs.APP),
)
KEPT_DAYS = 180
MASKED_DAYS = 30
HANDLE = re.compile(r"[a-z0-9_-]{3,30}\Z")
# Words of our own addresses, and words that would let a page pass for mimi's own.
_RESERVED = """
    about account accounts admin alerts anthropic api app apps assets auth blog claude contact dashboard delete
    deleted dev docs export faq favicon feedback health help home images invite legal line login logout mailbox
    me metrics mimi news notice notices null official owner owners policies policy privacy public robots root
    security session sessions settings sign-in sign-out signin signout signup sitemap static status support
    system team terms undefined webhook well-known www
"""
RESERVED_HANDLES = frozenset(_RESERVED.split())


class Look(StrEnum):
    """Light, dark, or what the visitor's device says."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Theme:
    """`accent` is `#rrggbb`, or empty for mimi's own colour. Raises ValueError for anything else."""

    accent: str = ""
    look: Look = Look.AUTO

    def __post_init__(self) -> None:
        if self.accent and not COLOUR.match(self.accent):
            raise ValueError("an accent is #rrggbb in lower case")


class Tone(StrEnum):
    """How mimi speaks for an app."""

    POLITE = "polite"
    FRIENDLY = "friendly"
    BRIEF = "brief"


@dataclass(frozen=True)
class Link:
    """A link an owner shows on the page, from the day `since` to the day `until`, both included; None: without end."""

    label: str
    url: str
    since: date | None = None
    until: date | None = None

    def shows_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Worded:
    """A text of an owner's, and the language it is in."""

    text: str
    lang: Lang


@dataclass(frozen=True)
class App:
    """One app. `public_contacts` pass the guardrail as they are.

    Of `shown_names` and `hidden_names` the owner said whether they are persons to hide.

    `suggestions` are questions offered to visitors; on `banned_topics` mimi says nothing; while it is `paused`, mimi
    answers nobody; one that is `taken_off` has no page, since its owner is leaving, or it is itself: at `leaving_at` it
    is erased. At `former_handles` the page was before, and leads on. `other_bio` and `other_greeting` are the same in
    the owners' other language; an app that is `listed` search engines may show, and its entries with it. With
    `person_first` its visitors may write to its owner before anything else. Pages of
    `origins` may show the page in a frame.
    A conversation is kept for `kept_days` after its last message, and visitors' own details in it for `masked_days`; 0:
    until it falls silent. `icon` and `header` name its pictures' contents. `released_handle` was its own until nobody
    had used the account for six months.
    `knowledge_version` grows with every change of what mimi knows about it.
    """

    owner_id: OwnerId
    name: str
    handle: str
    lang: Lang
    created_at: datetime
    url: str = ""
    bio: str = ""
    links: tuple[Link, ...] = ()
    greeting: str = ""
    tone: Tone = Tone.POLITE
    banned_topics: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    paused: bool = False
    taken_off: bool = False
    public_contacts: tuple[str, ...] = ()
    shown_names: tuple[str, ...] = ()
    hidden_names: tuple[str, ...] = ()
    former_handles: tuple[str, ...] = ()
    theme: Theme = field(default_factory=Theme)
    visitor_limits: VisitorLimits = field(default_factory=VisitorLimits)
    kept_days: int = KEPT_DAYS
    masked_days: int = MASKED_DAYS
    icon: str = ""
    header: str = ""
    released_handle: str = ""
    leaving_at: datetime | None = None
    knowledge_version: int = 0
    other_bio: str = ""
    other_greeting: str = ""
    listed: bool = False
    person_first: bool = False
    id: AppId = field(default_factory=lambda: AppId(new_id()))

    @property
    def scope(self) -> AppScope:
        return AppScope(self.owner_id, self.id)

    def links_on(self, day: date) -> tuple[Link, ...]:
        """The links that stand on its page on that day."""
        return tuple(link for link in self.links if link.shows_on(day))

    def bio_in(self, lang: Tag) -> Worded:
        """What the page says of the app to whoever reads that language, and in which it is."""
        return self._worded(self.bio, self.other_bio, lang)

    def greeting_in(self, lang: Tag) -> Worded:
        return self._worded(self.greeting, self.other_greeting, lang)

    def _worded(self, text: str, other: str, lang: Tag) -> Worded:
        other_lang: Lang = "en" if self.lang == "ja" else "ja"
        return Worded(other, other_lang) if other and lang == other_lang else Worded(text, self.lang)


@dataclass(frozen=True)
class Rechecking:
    """Contacts that became public or private, and the entries in which they have not been looked for since."""

    contacts: tuple[str, ...]
    entries: tuple[str, ...]  # "faq:" or "document:", and the id


class AppRepository:
    """The apps of all owners; only `by_handle` looks across them."""

    def __init__(self, database: Database) -> None:
        self._apps = database.collection(APPS.name)

    async def add(self, app: App) -> None:
        """Keep a new app. Raises DuplicateKeyError if the handle is taken."""
        await self._apps.insert(_to_document(app))

    async def get(self, scope: AppScope) -> App | None:
        document = await self._apps.find_one(scope.filter())
        return _to_app(document) if document else None

    async def by_handle(self, handle: str) -> App | None:
        document = await self._apps.find_one({"handle": handle})
        return _to_app(document) if document else None

    async def by_former_handle(self, handle: str) -> App | None:
        """The app that last had this handle before its present one."""
        document = await self._apps.find_one({"former_handles": handle})
        return _to_app(document) if document else None

    async def list(self, scope: OwnerScope) -> Sequence[App]:
        """The owner's apps, the oldest first."""
        documents = await self._apps.find({"owner_id": scope.owner_id}, sort=[("created_at", 1), ("_id", 1)])
        return [_to_app(document) for document in documents]

    async def listed_handles(self, limit: int) -> Sequence[str]:
        """Where the pages are, of whichever owner, that search engines may show."""
        query = {"listed": True, "taken_off": {"$ne": True}, "leaving_at": None}
        found = await self._apps.find(query, projection=["handle"], limit=limit)
        return [document["handle"] for document in found]

    async def update(self, scope: AppScope, changed: Mapping[str, Any]) -> None:
        """Set the named fields of one app; links, theme and limits are given as values."""
        plain = {name: _plain(value) for name, value in changed.items()}
        await self._apps.update_one(scope.filter(), {"$set": plain})

    async def set_taken_off(self, scope: OwnerScope, taken_off: bool) -> None:
        """Take the pages of all apps of an owner's off, or put them back."""
        changed = {"$set": {"taken_off": taken_off}, "$inc": {"held": 1}}
        await self._apps.update_many({"owner_id": scope.owner_id}, changed)

    async def leave(self, scope: AppScope, at: datetime) -> bool:
        """Take its page off, and erase it at that time; False if it is leaving already, or gone."""
        changed = {"$set": {"leaving_at": at}, "$inc": {"held": 1}}
        return (await self._apps.update_one(scope.filter() | {"leaving_at": None}, changed)).matched_count == 1

    async def stay(self, scope: AppScope) -> bool:
        """Do not erase it after all; False if it was not leaving, or the erasure has begun."""
        query = scope.filter() | {"leaving_at": {"$type": "date"}, "erasing": {"$ne": True}}
        return (await self._apps.update_one(query, {"$set": {"leaving_at": None}})).matched_count == 1

    async def list_leaving(self, now: datetime, limit: int) -> Sequence[App]:
        """Those whose time is over, of whichever owner."""
        due = {"leaving_at": {"$type": "date", "$lte": now}}
        return [_to_app(each) for each in await self._apps.find(due, sort=[("leaving_at", 1)], limit=limit)]

    async def begin_erasing(self, scope: AppScope, now: datetime, lease_until: datetime) -> bool:
        """From now on it cannot stay; False if it does, or is gone, or somebody else is at it until then."""
        due = scope.filter() | {"leaving_at": {"$lte": now}}
        begun = {"$set": {"erasing": True, "leaving_at": lease_until}}
        return (await self._apps.update_one(due, begun)).matched_count == 1

    async def note_erasure(self, scope: AppScope, counts: Mapping[str, int]) -> Mapping[str, int]:
        """What there was when its erasure began: of a process that goes on with one, what the first had found."""
        begun = [{"$set": {"erased": {"$ifNull": ["$erased", dict(counts)]}}}]
        document = await self._apps.find_one_and_update(
            scope.filter(), begun, return_document=ReturnDocument.AFTER, projection=["erased"]
        )
        return document["erased"] if document else counts

    async def remove(self, scope: AppScope) -> bool:
        """Remove the app's own document; of several at once one is told True."""
        return (await self._apps.delete_one(scope.filter())).deleted_count == 1

    async def touch_knowledge(self, scope: AppScope) -> bool:
        """Say that the app's knowledge changed; called in the transaction that changes it. False if it is gone.

        Whoever deletes the app at the same time is in conflict with that transaction: one of them comes after the
        other, and nothing is left behind.
        """
        newer = {"$inc": {"knowledge_version": 1}, "$set": {"unstudied": True}}
        return (await self._apps.update_one(scope.filter(), newer)).matched_count == 1

    async def hold(self, scope: AppScope) -> bool:
        """Be in conflict with a deletion of the app until the caller's transaction ends. False if it is gone."""
        return (await self._apps.update_one(scope.filter(), {"$inc": {"held": 1}})).matched_count == 1

    async def list_unstudied(self, limit: int) -> Sequence[App]:
        """Apps, of whichever owner, whose knowledge changed since somebody looked at what follows from it."""
        return [_to_app(document) for document in await self._apps.find({"unstudied": True}, limit=limit)]

    async def set_unstudied(self, scope: AppScope) -> bool:
        """Have somebody look at what follows from the knowledge, as after a change; False if the app is gone."""
        # The count makes it a conflict with a deletion, as `hold` does.
        looked = {"$set": {"unstudied": True}, "$inc": {"held": 1}}
        return (await self._apps.update_one(scope.filter(), looked)).matched_count == 1

    async def set_studied(self, scope: AppScope, knowledge_version: int) -> None:
        """What follows from this state of the knowledge is done; nothing if it has changed meanwhile."""
        query = scope.filter() | {"knowledge_version": knowledge_version}
        await self._apps.update_one(query, {"$set": {"unstudied": False}})

    async def set_rechecking(self, scope: AppScope, contact: str, entries: Sequence[str]) -> None:
        """All these entries are to be looked at again for a contact, and for those that still were."""
        changed = {"$addToSet": {"rechecking.contacts": contact}, "$set": {"rechecking.entries": list(entries)}}
        await self._apps.update_one(scope.filter(), changed)

    async def rechecking(self, scope: AppScope) -> Rechecking | None:
        """What is still to be looked at, if anything is."""
        document = await self._apps.find_one(scope.filter(), projection={"rechecking": True})
        left = document and document.get("rechecking")
        return Rechecking(tuple(left["contacts"]), tuple(left["entries"])) if left else None

    async def take_off_rechecking(self, scope: AppScope, entry: str) -> None:
        """One entry has been looked at."""
        await self._apps.update_one(scope.filter(), {"$pull": {"rechecking.entries": entry}})

    async def set_rechecked(self, scope: AppScope, done: Rechecking) -> None:
        """All entries have been looked at for these contacts; nothing if another contact came meanwhile."""
        query = scope.filter() | {"rechecking.entries": [], "rechecking.contacts": list(done.contacts)}
        await self._apps.update_one(query, {"$unset": {"rechecking": True}})

    async def list_rechecking(self, limit: int) -> Sequence[AppScope]:
        """Apps, of whichever owner, with entries that are still to be looked at."""
        found = await self._apps.find(RECHECKING, projection={"owner_id": True}, limit=limit)
        return [AppScope(document["owner_id"], document["_id"]) for document in found]


def _plain(value: Any) -> Any:
    """A field as it is stored: values as documents, tuples as lists."""
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Link):
        return _to_plain_link(value)
    return asdict(value) if isinstance(value, Theme | VisitorLimits) else value


def _to_plain_link(link: Link) -> Document:
    """Its days as text, since the store knows times alone; none where it has none."""
    days = {"since": link.since, "until": link.until}
    return {"label": link.label, "url": link.url} | {name: day.isoformat() for name, day in days.items() if day}


def _to_link(plain: Mapping[str, str]) -> Link:
    since, until = (date.fromisoformat(plain[name]) if name in plain else None for name in ("since", "until"))
    return Link(plain["label"], plain["url"], since, until)


def _to_document(app: App) -> Document:
    return {
        "_id": app.id,
        "owner_id": app.owner_id,
        "app_id": app.id,  # so that an AppScope's filter fits here too
        "name": app.name,
        "handle": app.handle,
        "lang": app.lang,
        "created_at": app.created_at,
        "url": app.url,
        "bio": app.bio,
        "links": [_to_plain_link(link) for link in app.links],
        "greeting": app.greeting,
        "tone": app.tone,
        "banned_topics": list(app.banned_topics),
        "suggestions": list(app.suggestions),
        "origins": list(app.origins),
        "paused": app.paused,
        "taken_off": app.taken_off,
        "public_contacts": list(app.public_contacts),
        "shown_names": list(app.shown_names),
        "hidden_names": list(app.hidden_names),
        "former_handles": list(app.former_handles),
        "theme": asdict(app.theme),
        "visitor_limits": asdict(app.visitor_limits),
        "kept_days": app.kept_days,
        "masked_days": app.masked_days,
        "icon": app.icon,
        "header": app.header,
        "knowledge_version": app.knowledge_version,
        "other_bio": app.other_bio,
        "other_greeting": app.other_greeting,
        "listed": app.listed,
        "person_first": app.person_first,
    }


def _to_app(document: Document) -> App:
    """Apps of before lack what they could not have: it is as it is for new ones."""
    theme = document.get("theme", {})
    return App(
        owner_id=document["owner_id"],
        name=document["name"],
        handle=document["handle"],
        lang=document["lang"],
        created_at=document["created_at"],
        url=document["url"],
        bio=document["bio"],
        links=tuple(_to_link(link) for link in document["links"]),
        greeting=document["greeting"],
        tone=Tone(document.get("tone", Tone.POLITE)),
        banned_topics=tuple(document.get("banned_topics", ())),
        suggestions=tuple(document.get("suggestions", ())),
        origins=tuple(document.get("origins", ())),
        paused=document.get("paused", False),
        taken_off=document.get("taken_off", False) or document.get("leaving_at") is not None,
        leaving_at=document.get("leaving_at"),
        public_contacts=tuple(document.get("public_contacts", ())),
        shown_names=tuple(document.get("shown_names", ())),
        hidden_names=tuple(document.get("hidden_names", ())),
        former_handles=tuple(document.get("former_handles", ())),
        theme=Theme(theme.get("accent", ""), Look(theme.get("look", Look.AUTO))),
        visitor_limits=VisitorLimits(**document.get("visitor_limits", {})),
        kept_days=document.get("kept_days", KEPT_DAYS),
        masked_days=document.get("masked_days", MASKED_DAYS),
        icon=document.get("icon", ""),
        header=document.get("header", ""),
        released_handle=(document.get("released") or {}).get("handle", ""),
        knowledge_version=document["knowledge_version"],
        other_bio=document.get("other_bio", ""),
        other_greeting=document.get("other_greeting", ""),
        listed=document.get("listed", False),
        person_first=document.get("person_first", False),
        id=document["_id"],
    )
