"""The words of knowledge are counted once, stored, and read back as they were."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest
from owner_chat import OwnerChat
from test_checks import settle
from test_retrieval import ITEMS, Loader
from test_retrieval_meaning import found, scope

from knowledge.items import KnowledgeItem
from knowledge.search.retrieval import Retrieval
from knowledge.store.database import AppScope, Database
from knowledge.store.entries.derived import ITEM_WORDS, Derived, DerivedRepository
from knowledge.store.registry import erase_belongings, remains
from knowledge.words.index import REVISION, ItemWords, WordIndex, analyser
from knowledge.words.kept_words import KeptWords

__all__ = ["scope"]  # pytest finds the fixture by its name here

LONG = KnowledgeItem("long", "passage", "送料", "送料 shipping " * 400, phrasings=("配送料は？", "delivery"))
# What the analyser makes of these texts, by revision. Where this differs, count item_words.REVISION up, so that what is
# stored is counted anew, and note the new digest.
MADE = {3: "4e5fd74d0139e66a"}


@pytest.fixture
def store(db: Database) -> DerivedRepository:
    return DerivedRepository(db, ITEM_WORDS)


async def counted(store: DerivedRepository, scope: AppScope, items: Sequence[KnowledgeItem]) -> dict[str, Derived]:
    """What is stored after somebody asked."""
    retrieval = Retrieval(Loader(items), words=KeptWords(store))
    assert await found(retrieval, scope, "返金") == ["0"]
    await retrieval.close()
    return {each.item_id: each for each in await store.list(scope)}


@pytest.mark.parametrize("item", [*ITEMS, LONG, KnowledgeItem("empty", "faq", "", "")], ids=lambda item: item.id)
def test_what_is_stored_reads_back_the_same(item: KnowledgeItem) -> None:
    made = ItemWords.of(item)
    read = ItemWords.read(made.stored())
    for one, other in ((made.words, read.words), (made.parts, read.parts), (made.topics, read.topics)):
        assert np.array_equal(one.terms, other.terms)
        assert np.array_equal(one.times, other.times)


def test_an_index_of_stored_words_finds_as_one_of_texts() -> None:
    items = [*ITEMS, LONG]
    stored = WordIndex(items, [ItemWords.read(ItemWords.of(item).stored()) for item in items])
    for question in ("返金", "送料はいくら", "cancel", "sorry, delivry?"):
        assert stored.search(question, 9) == WordIndex(items).search(question, 9)


def test_another_analysis_has_another_revision() -> None:
    made = b"".join(ItemWords.of(item).stored() for item in (*ITEMS, LONG))
    assert MADE[REVISION] == sha256(made).hexdigest()[:16]


async def test_words_are_counted_once_and_follow_the_knowledge(store: DerivedRepository, scope: AppScope) -> None:
    first = await counted(store, scope, ITEMS)
    assert set(first) == {item.id for item in ITEMS}
    changed = [ITEMS[0], replace(ITEMS[1], text="お店で。"), *ITEMS[3:]]
    second = await counted(store, scope, changed)
    assert set(second) == {item.id for item in changed}
    assert {name for name in second if second[name] != first[name]} == {"1"}


async def test_what_is_stored_is_what_is_searched(store: DerivedRepository, scope: AppScope) -> None:
    """Words of another entry, stored as this one's, would be found."""
    first = await counted(store, scope, ITEMS)
    await store.keep(scope, [replace(first["3"], value=first["4"].value)])
    retrieval = Retrieval(Loader(ITEMS), words=KeptWords(store))
    assert await found(retrieval, scope, "dark mode") == ["3", "4"]
    await retrieval.close()


@pytest.mark.parametrize("changed", [{"made_by": "an older one"}, {"made_of": "another text"}])
async def test_words_that_something_else_made_are_counted_again(
    store: DerivedRepository, scope: AppScope, changed: dict[str, str]
) -> None:
    first = await counted(store, scope, ITEMS)
    assert {each.made_by for each in first.values()} == {analyser()}
    await store.keep(scope, [replace(first["0"], value=b"", **changed)])
    assert await counted(store, scope, ITEMS) == first


async def test_words_go_with_their_owner_and_do_not_come_back(
    store: DerivedRepository, db: Database, scope: AppScope
) -> None:
    await counted(store, scope, ITEMS)
    assert (await remains(db, scope.owner_id, None))["item_words"] == len(ITEMS)
    await erase_belongings(db, scope.owner_id, None)
    await counted(store, scope, ITEMS)
    assert await remains(db, scope.owner_id, None) == {}


async def test_what_was_taught_is_ready_before_anybody_asks(db: Database, store: DerivedRepository) -> None:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await chat.says("/faq add Can I get a refund? = Yes, within 14 days.")
    await settle(chat)
    [entry] = await chat.core.faqs.list((await chat.app()).scope)
    assert [each.item_id for each in await store.list((await chat.app()).scope)] == [entry.id]
