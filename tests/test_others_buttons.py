"""S39: no button of one owner reaches anything of another's, whatever id stands in it."""

from collections.abc import Iterator, Mapping

import pytest
from asking import Visitor
from owner_chat import OwnerChat
from test_pictures import photo

from knowledge.store.database import Database, Document
from knowledge.store.imports.imports import ImportDoor
from knowledge.store.imports.watched_pages import WatchedPageRepository
from knowledge.store.inbox.proposals import Change
from knowledge.store.programs.api_keys import Reach
from knowledge.store.registry import STORED

CANARY = "canary-7741"
PHONE = "03-1234-5678"
# The first word of a button's verb -> what it may name. A verb that names nothing shows its owner's own.
NAMES: Mapping[str, tuple[str, ...]] = {
    "account": ("apps",),
    "alert": ("alerts", "messages"),
    "app": ("apps",),
    "back": (),
    "cancel": (),
    "check": ("checks", "messages", "apps"),
    "conversation": ("conversations", "apps"),
    "doc": ("documents",),
    "email": (),
    "export": (),
    "faq": ("faqs",),
    "gap": ("gaps", "messages"),
    "handle": ("apps",),
    "help": (),
    "hidden": ("findings", "faqs", "documents"),
    "import": ("imports",),
    "insight": (),
    "key": ("api_keys",),
    "lang": (),
    "link": (),
    "list": ("apps",),
    "news": ("documents",),
    "page": ("watched_pages",),
    "picture": ("pictures", "apps"),
    "pictures": ("apps",),
    "proposal": ("proposals",),
    "public": ("apps",),
    "resume": (),
    "say": (),
    "session": ("sessions",),
    "set": ("apps",),
    "settings": ("apps",),
    "takeover": ("conversations", "messages"),
    "trial": ("trials", "faqs"),
    "twin": ("messages", "faqs"),
    "unlink": (),
    "web": (),
    "wish": (),
}


def ways_to_name(kind: str, named: str) -> Iterator[str]:
    """As buttons name such things."""
    yield named
    if kind in {"apps", "pictures"}:
        yield from (f"{key}:{named}" for key in ("name", "links", "icon", "1"))
        yield from (f"links:{named}:{'0' * 12}", f"{named}:{'0' * 12}")
    else:
        yield from (f"{named}:1", f"{named}/{named}")


async def everything(chat: OwnerChat) -> dict[str, list[Document]]:
    """All that the store holds of an owner, apart from what time alone writes."""
    mine = {"owner_id": (await chat.owner()).id}
    return {stored.name: await chat.core.db.collection(stored.name).find(mine) for stored in STORED}


async def owns_one_of_each(chat: OwnerChat) -> None:
    scope = (await chat.app()).scope
    await chat.says(f"/faq add {CANARY}? = Call {PHONE}.")
    await chat.core.documents.add(scope, f"{CANARY} hours", "From ten to six.")
    visitor = Visitor(chat)
    asked = await visitor.asks_in_vain(f"May I swim in {CANARY}?")
    assert visitor.conversation
    conversation = visitor.conversation.id
    await chat.core.db.transaction(
        lambda: chat.core.alerts.question_unanswered(scope, conversation, asked.id, f"{CANARY}?", "en")
    )
    await chat.core.learning.round()
    await chat.core.checks.pin(scope, f"{CANARY}?", ())
    await chat.core.areas.answers.trials.ask(await chat.app(), f"{CANARY}?")
    await chat.core.imports.begin_text(scope, f"{CANARY} " * 100, ImportDoor.CHAT, "m1")
    await WatchedPageRepository(chat.core.db).watch(scope, f"https://{CANARY}.example/", chat.core.clock.now())
    await chat.sends_photo(photo())
    await chat.core.proposals.propose(scope, Change("pause", values={"paused": "on"}), "m2")
    accounts = chat.core.areas.accounts.accounts
    await accounts.sign_in((await accounts.sign_in_link(scope)).token)
    await chat.core.areas.programs.keys.make(await chat.app(), f"{CANARY} program", Reach.WRITE)


@pytest.fixture
async def victim(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up(f"{CANARY} app", "victim")
    await owns_one_of_each(chat)
    return chat


async def test_s39_every_button_with_another_owners_ids_shows_and_changes_nothing_of_theirs(victim: OwnerChat) -> None:
    before = await everything(victim)
    named = {kind for kinds in NAMES.values() for kind in kinds}
    assert sorted(kind for kind in named if not before[kind]) == []
    other = OwnerChat(victim.core)
    await other.signs_up("Other", "other")
    verbs = victim.core.dispatcher.buttons
    assert {verb.partition(".")[0] for verb in verbs} == set(NAMES), "say in NAMES what the new button may name"
    for verb in verbs:
        for kind in NAMES[verb.partition(".")[0]]:
            for document in before[kind][:2]:
                for about in ways_to_name(kind, str(document["_id"])):
                    said = await other.posts(f"{verb}:{about}")
                    assert not any(CANARY in words or PHONE in words for words in said), (verb, kind)
    assert await everything(victim) == before
