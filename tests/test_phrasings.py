"""Other ways to ask for a FAQ entry, and answers said word for word: kept, checked, and left alone by edits."""

import pytest
from owner_chat import OwnerChat

from handlers.entries.faqs import MOST_PHRASINGS
from knowledge.errors import BadInput
from knowledge.store.database import AppScope, Database
from knowledge.stored_items import KnowledgeItems


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    return chat


@pytest.fixture
async def scope(chat: OwnerChat) -> AppScope:
    return (await chat.app()).scope


async def test_phrasings_are_kept_once_each_and_checked_like_the_rest(chat: OwnerChat, scope: AppScope) -> None:
    asked = ["Ring 090-1234-5678?", "Is it free?", " Ring  090-1234-5678? ", "無料？"]
    saved = await chat.core.faqs.add(scope, "Is it free?", "Yes.", phrasings=asked, exact=True)
    assert saved.entry.phrasings == ("Ring 090-1234-5678?", "無料？")
    assert saved.kinds == ("PHONE",)
    [item] = await KnowledgeItems(chat.core.db).load(scope)
    assert item.phrasings == ("Ring [PHONE]?", "無料？")
    assert item.exact


async def test_an_edit_of_the_answer_leaves_phrasings_and_mark(chat: OwnerChat, scope: AppScope) -> None:
    saved = await chat.core.faqs.add(scope, "Is it free?", "Yes.", phrasings=["無料？"], exact=True)
    edited = await chat.core.faqs.edit(scope, saved.entry.id, "Is it free?", "No.")
    assert (edited.entry.phrasings, edited.entry.exact) == (("無料？",), True)
    edited = await chat.core.faqs.edit(scope, saved.entry.id, "Is it free?", "No.", phrasings=(), exact=False)
    assert (edited.entry.phrasings, edited.entry.exact) == ((), False)


async def test_checking_again_keeps_them(chat: OwnerChat, scope: AppScope) -> None:
    saved = await chat.core.faqs.add(scope, "Is it free?", "Yes.", phrasings=["無料？"], exact=True)
    await chat.core.faqs.check_again(scope, saved.entry)
    assert await chat.core.faqs.get(scope, saved.entry.id) == saved.entry


async def test_too_many_phrasings_are_refused(chat: OwnerChat, scope: AppScope) -> None:
    most = [f"way {number}" for number in range(MOST_PHRASINGS)]
    with pytest.raises(BadInput):
        await chat.core.faqs.add(scope, "Is it free?", "Yes.", phrasings=[*most, "one more"])
    assert len((await chat.core.faqs.add(scope, "Is it free?", "Yes.", phrasings=most)).entry.phrasings) == len(most)
