"""Every collection there is: indexes, export and erasure are driven from this list, so none can be forgotten."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from pymongo import IndexModel
from pymongo.errors import OperationFailure

from knowledge.store.accounts.download_links import DOWNLOAD_LINKS
from knowledge.store.accounts.emails import EMAIL_CODES, MAIL_COUNTS
from knowledge.store.accounts.form_answers import FORM_ANSWERS
from knowledge.store.accounts.invites import INVITES
from knowledge.store.accounts.line_links import LINE_LINKS
from knowledge.store.accounts.owners import OWNERS, email_key
from knowledge.store.accounts.sessions import SESSIONS
from knowledge.store.accounts.sign_in_links import SIGN_IN_LINKS
from knowledge.store.alerts.alert_settings import ALERT_SETTINGS
from knowledge.store.alerts.alerts import ALERTS, TOLD_ONCE
from knowledge.store.alerts.askings import ASKINGS
from knowledge.store.apps.apps import APPS
from knowledge.store.apps.handle_tombstones import HANDLE_TOMBSTONES
from knowledge.store.apps.pictures import PICTURES
from knowledge.store.conversations.conversations import CONVERSATIONS
from knowledge.store.conversations.messages import MESSAGES
from knowledge.store.conversations.return_addresses import RETURN_ADDRESSES
from knowledge.store.conversations.visitor_limits import COUNTED_POSTS, REFUSALS
from knowledge.store.database import AppScope, Database, Document, OwnerId
from knowledge.store.entries.derived import ITEM_WORDS, VECTORS
from knowledge.store.entries.documents import DOCUMENTS
from knowledge.store.entries.faqs import FAQS
from knowledge.store.entries.hidden import FINDINGS
from knowledge.store.exports.returns import RETURN_PARTS, RETURNS
from knowledge.store.imports.import_items import IMPORT_ITEMS
from knowledge.store.imports.imports import IMPORT_FILES, IMPORTS
from knowledge.store.imports.site_pages import SITE_PAGES
from knowledge.store.imports.watched_pages import WATCHED_PAGES
from knowledge.store.inbox.dialogues import DIALOGUES
from knowledge.store.inbox.inbox import INBOX, LANES
from knowledge.store.inbox.line_account import LINE_GROUPS, LINE_MENUS
from knowledge.store.inbox.plain_lines import PLAIN_LINES
from knowledge.store.inbox.proposals import PROPOSALS
from knowledge.store.insight.access_log import ACCESS_LOG
from knowledge.store.insight.daily_visitors import VISITOR_SALTS, VISITORS_TODAY
from knowledge.store.insight.page_views import PAGE_VIEWS
from knowledge.store.kept import RUNNING
from knowledge.store.learning.checks import CHECKS
from knowledge.store.learning.gaps import GAPS
from knowledge.store.learning.studies import STUDIES
from knowledge.store.learning.trials import TRIALS
from knowledge.store.limits import LIMIT_COUNTERS, LIMIT_WINDOWS
from knowledge.store.notices.deliveries import DELIVERIES
from knowledge.store.notices.notices import NOTICES
from knowledge.store.notices.policies import POLICIES
from knowledge.store.outbox.outages import WAYS
from knowledge.store.outbox.outbox import OUTBOX
from knowledge.store.outbox.pushes import PUSH_MONTHS, PUSH_SHARES
from knowledge.store.processes import PROCESSES
from knowledge.store.programs.api_keys import API_KEYS
from knowledge.store.spending.spend_counts import SPEND_COUNTS
from knowledge.store.spending.spending import SPENDING
from knowledge.store.stored import Belonging, Index, Stored, Whose

NAMESPACE_EXISTS = 48
INDEX_NOT_FOUND = 27

SCHEMA = Stored("schema", Belonging.to_nobody(), kept=RUNNING)
STORED: tuple[Stored, ...] = (
    ACCESS_LOG,
    ALERT_SETTINGS,
    ALERTS,
    API_KEYS,
    APPS,
    ASKINGS,
    CHECKS,
    CONVERSATIONS,
    COUNTED_POSTS,
    DELIVERIES,
    DIALOGUES,
    DOCUMENTS,
    DOWNLOAD_LINKS,
    EMAIL_CODES,
    FAQS,
    FINDINGS,
    FORM_ANSWERS,
    GAPS,
    HANDLE_TOMBSTONES,
    IMPORTS,
    IMPORT_FILES,
    IMPORT_ITEMS,
    INBOX,
    INVITES,
    LANES,
    LIMIT_COUNTERS,
    LIMIT_WINDOWS,
    LINE_GROUPS,
    LINE_LINKS,
    LINE_MENUS,
    MAIL_COUNTS,
    MESSAGES,
    NOTICES,
    OUTBOX,
    OWNERS,
    PAGE_VIEWS,
    PUSH_MONTHS,
    PUSH_SHARES,
    PLAIN_LINES,
    POLICIES,
    PROCESSES,
    PROPOSALS,
    REFUSALS,
    PICTURES,
    RETURN_ADDRESSES,
    RETURN_PARTS,
    RETURNS,
    SCHEMA,
    SESSIONS,
    SIGN_IN_LINKS,
    SITE_PAGES,
    SPENDING,
    SPEND_COUNTS,
    TOLD_ONCE,
    TRIALS,
    STUDIES,
    VECTORS,
    ITEM_WORDS,
    VISITORS_TODAY,
    VISITOR_SALTS,
    WATCHED_PAGES,
    WAYS,
)


async def create_indexes(database: Database) -> None:
    """Make every collection and index that is missing, and remove former ones; what is right already costs one look."""
    there = set(await database.raw.list_collection_names())
    for stored in STORED:
        if stored.name not in there:
            await _create(database, stored.name)
        if stored.indexes:
            await database.raw[stored.name].create_indexes([_model(index) for index in stored.indexes])
        for name in stored.former:
            await _drop(database, stored.name, name)


async def missing_indexes(database: Database) -> list[str]:
    """The indexes of the registry that the database does not have as they are meant: `apps(handle)`."""
    missing = []
    for stored in STORED:
        wanted = [_model(index).document for index in stored.indexes]
        there = await database.raw[stored.name].list_indexes().to_list(length=None) if wanted else []
        same = [_meant(document) for document in there]
        missing += [f"{stored.name}({', '.join(each['key'])})" for each in wanted if _meant(each) not in same]
    return missing


def _meant(index: Mapping[str, Any]) -> tuple[Any, ...]:
    """What makes two descriptions of an index the same: MongoDB adds names and versions."""
    keys = [(field, int(direction)) for field, direction in index["key"].items()]
    expires, only = index.get("expireAfterSeconds"), index.get("partialFilterExpression")
    return keys, bool(index.get("unique")), expires, only


async def erase_belongings(database: Database, owner_id: OwnerId, line_user_id: str | None, email: str = "") -> None:
    """Remove every trace of one owner but their own document, which goes last: a crash in between can be repeated."""
    for stored in STORED:
        if stored is not OWNERS:
            for query in _filters(stored, owner_id, line_user_id, email):
                await database.collection(stored.name).delete_many(query)


async def erase_conversation(database: Database, scope: AppScope, conversation_id: str) -> None:
    """Remove a conversation, what quotes it and what is still to be sent of it, in the caller's transaction."""
    await _erase(database, scope, Whose.CONVERSATION, [conversation_id])


async def erase_entries(database: Database, scope: AppScope, entry_ids: Sequence[str]) -> None:
    """Remove pieces of knowledge and what is kept because of them, in the caller's transaction."""
    await _erase(database, scope, Whose.ENTRY, entry_ids)


OF_AN_APP = frozenset({Whose.APP, Whose.CONVERSATION, Whose.ENTRY})


async def erase_app(database: Database, scope: AppScope) -> None:
    """Remove every trace of one app but its own document, which goes last: a crash in between can be repeated."""
    gone: dict[str, list[Document]] = {}
    for stored in _of_an_app():
        collection = database.collection(stored.name)
        if stored.leaves:
            gone[stored.name] = await collection.find(scope.filter(), projection=list(stored.leaves))
        await collection.delete_many(scope.filter())
    await _follow(database, scope, gone)


async def remains_of_app(database: Database, scope: AppScope) -> dict[str, int]:
    """Collection name -> how many documents of one app are in it beside its own, where there are any."""
    counts = {stored.name: await database.collection(stored.name).count(scope.filter()) for stored in _of_an_app()}
    return {name: count for name, count in counts.items() if count}


def _of_an_app() -> list[Stored]:
    return [stored for stored in STORED if stored.belongs.whose in OF_AN_APP and stored is not APPS]


async def _erase(database: Database, scope: AppScope, whose: Whose, ids: Sequence[str]) -> None:
    gone: dict[str, list[Document]] = {}
    for stored in STORED:
        if stored.belongs.whose is whose:
            collection = database.collection(stored.name)
            query = scope.filter() | {stored.belongs.field: {"$in": list(ids)}}
            if stored.leaves:
                gone[stored.name] = await collection.find(query, projection=list(stored.leaves))
            await collection.delete_many(query)
    await _follow(database, scope, gone)


async def _follow(database: Database, scope: AppScope, gone: Mapping[str, list[Document]]) -> None:
    """Do what others do about rows that are gone."""
    for stored in STORED:
        if stored.follow and gone:
            await stored.follow(database, scope, gone)


async def move_ends(database: Database, scope: AppScope, by: timedelta) -> None:
    """Everything of the app's conversations ends this much later, or earlier if `by` is negative.

    In the transaction that changes the app: whoever writes a message meanwhile is in conflict over its conversation,
    and tries again with the new setting.
    """
    later = {"$add": ["$expires_at", int(by.total_seconds() * 1000)]}
    for stored in STORED:
        if stored.until_setting:
            ending = scope.filter() | {"expires_at": {"$ne": None}}
            await database.collection(stored.name).update_many(ending, [{"$set": {"expires_at": later}}])


async def remains(database: Database, owner_id: OwnerId, line_user_id: str | None, email: str = "") -> dict[str, int]:
    """Collection name -> how many documents of one owner are still in it, where there are any."""
    counts = {
        stored.name: sum(
            [
                await database.collection(stored.name).count(query)
                for query in _filters(stored, owner_id, line_user_id, email)
            ]
        )
        for stored in STORED
    }
    return {name: count for name, count in counts.items() if count}


def _filters(stored: Stored, owner_id: OwnerId, line_user_id: str | None, email: str) -> list[Document]:
    of_owner, of_address = stored.belongs.of_owner, stored.belongs.of_address
    found = [of_owner(owner_id, line_user_id)] if of_owner else []
    return [*found, of_address(email_key(email))] if email and of_address else found


async def _create(database: Database, name: str) -> None:
    """Make a collection before the first write, since transactions get in each other's way; two processes may try."""
    try:
        await database.raw.create_collection(name, check_exists=False)
    except OperationFailure as error:
        if error.code != NAMESPACE_EXISTS:
            raise


async def _drop(database: Database, collection: str, index: str) -> None:
    """Remove an index that nothing asks for any more, once those in its place are there; two processes may try."""
    try:
        await database.raw[collection].drop_index(index)
    except OperationFailure as error:
        if error.code != INDEX_NOT_FOUND:
            raise


def _model(index: Index) -> IndexModel:
    return IndexModel(list(index.keys), **index.options())
