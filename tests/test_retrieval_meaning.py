"""Meaning and words together: across languages, stored with the knowledge, and never waited for."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from test_retrieval import FAQS, ITEMS, Loader

from knowledge.items import KnowledgeItem
from knowledge.meaning.embedder import Embedder, EmbedderFailed, Vector
from knowledge.meaning.item_vectors import ItemVectors, Meanings, RecentVectors
from knowledge.meaning.process import DIMENSIONS
from knowledge.search.retrieval import PASSAGE_WORDS, WORDS, Retrieval
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.database import AppScope, Database, OwnerId
from knowledge.store.entries.derived import VECTORS, Derived, DerivedRepository
from knowledge.store.registry import erase_belongings, remains

PATIENT = 600.0  # a busy machine reads slowly
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
async def embedder() -> AsyncIterator[Embedder]:
    """The real one."""
    started = Embedder(rest=0)
    yield started
    await started.close()


@pytest.fixture
async def scope(db: Database) -> AppScope:
    """Of an app that exists."""
    app = App(OwnerId("owner"), "Kotori", "kotori", "ja", NOW)
    await AppRepository(db).add(app)
    return app.scope


async def any_vector(embedder: Embedder) -> Vector:
    """Any vector to look at others from."""
    return await embedder.vector("返金", "query")


async def found(retrieval: Retrieval, scope: AppScope, question: str, version: int = 1) -> list[str]:
    return [hit.item.id for hit in await retrieval.search(scope, version, question, 3)]


async def test_a_question_in_other_words_or_another_language_is_found(embedder: Embedder, scope: AppScope) -> None:
    retrieval = Retrieval(Loader(ITEMS), ItemVectors(embedder), patience=PATIENT)
    assert (await found(retrieval, scope, "I want my money back"))[0] == "0"
    assert (await found(retrieval, scope, "スマホを買い替えたら前のメモはどうなる"))[0] == "2"
    assert (await found(retrieval, scope, "画面を黒くしたい"))[0] == "4"
    await retrieval.close()


async def test_a_question_in_romaji_is_found(embedder: Embedder, scope: AppScope) -> None:
    retrieval = Retrieval(Loader(ITEMS), ItemVectors(embedder), patience=PATIENT)
    assert (await found(retrieval, scope, "henkin dekimasuka"))[0] == "0"
    assert (await found(retrieval, scope, "kaiyaku shitai"))[0] == "1"
    await retrieval.close()


async def test_a_phrasing_leads_to_its_entry(embedder: Embedder, scope: AppScope) -> None:
    refund = KnowledgeItem("0", "faq", *FAQS[0])
    asked = "買ったけど気に入らなかった"
    for phrasings, first in (((), False), (("思っていたのと違ったのでやめたい",), True)):
        items = [replace(refund, phrasings=phrasings), *ITEMS[1:]]
        retrieval = Retrieval(Loader(items), ItemVectors(embedder), patience=PATIENT)
        assert ((await found(retrieval, scope, asked))[0] == "0") is first
        await retrieval.close()


async def test_a_new_phrasing_is_read(embedder: Embedder, db: Database, scope: AppScope) -> None:
    store = DerivedRepository(db, VECTORS)
    await ItemVectors(embedder, store).of(scope, ITEMS[:2])
    first = {each.item_id: each for each in await store.list(scope)}
    await ItemVectors(embedder, store).of(scope, [replace(ITEMS[0], phrasings=("お金を返して",)), ITEMS[1]])
    second = {each.item_id: each for each in await store.list(scope)}
    assert {name for name in second if second[name] == first[name]} == {"1"}


async def test_a_question_asked_again_is_not_read_again(embedder: Embedder, scope: AppScope) -> None:
    vectors = ItemVectors(embedder)
    first = await vectors.question("返金")
    await embedder.close()
    assert (await vectors.question("返金") == first).all()
    with pytest.raises(EmbedderFailed):
        await vectors.question("返品")


def test_of_recent_vectors_the_oldest_go() -> None:
    async def read(text: str) -> Vector:
        asked.append(text)
        return np.full(2, len(text), np.float32)

    async def ask(*texts: str) -> None:
        for text in texts:
            assert (await recent.get(text, read) == len(text)).all()

    asked: list[str] = []
    recent = RecentVectors(2)
    asyncio.run(ask("a", "bb", "a", "ccc", "a", "bb"))
    assert asked == ["a", "bb", "ccc", "bb"]


async def test_a_question_that_is_being_read_is_not_read_again() -> None:
    """Nor is who waits for it held up by one who went away."""

    async def read(text: str) -> Vector:
        asked.append(text)
        await going_on.wait()
        return np.full(DIMENSIONS, len(text), np.float32)

    asked: list[str] = []
    going_on, recent = asyncio.Event(), RecentVectors()
    first, second, third = (asyncio.create_task(recent.get("a", read)) for _ in range(3))
    await asyncio.sleep(0)
    first.cancel()
    going_on.set()
    assert (await second == 1).all()
    assert (await third == 1).all()
    assert asked == ["a", "a"], "the second one's own, since nobody waited for the first"


async def test_a_question_that_was_begun_is_there_when_it_is_looked_for(embedder: Embedder) -> None:
    vectors = ItemVectors(embedder)
    retrieval = Retrieval(Loader(ITEMS), vectors, patience=PATIENT)
    retrieval.begin("いつ開いていますか")
    await asyncio.sleep(0)
    await any_vector(embedder)  # texts are read in turn
    await embedder.close()
    assert (await vectors.question("いつ開いていますか")).any()
    await retrieval.close()


async def test_vectors_are_made_once_and_follow_the_knowledge(
    embedder: Embedder, db: Database, scope: AppScope
) -> None:
    store, load = DerivedRepository(db, VECTORS), Loader(ITEMS)
    retrieval = Retrieval(load, ItemVectors(embedder, store), patience=PATIENT)
    await found(retrieval, scope, "返金")
    first = {each.item_id: each for each in await store.list(scope)}
    assert set(first) == {item.id for item in ITEMS}
    load.items = [KnowledgeItem("0", "faq", "営業時間は？", "9時からです。"), *ITEMS[2:]]
    await found(retrieval, scope, "返金", version=2)
    second = {each.item_id: each for each in await store.list(scope)}
    assert set(second) == {"0", "2", "3", "4", "5"}
    assert {name for name in second if second[name] == first[name]} == {"2", "3", "4", "5"}
    await retrieval.close()


async def test_the_next_process_asks_the_store_not_the_model(embedder: Embedder, db: Database, scope: AppScope) -> None:
    store = DerivedRepository(db, VECTORS)
    made = await ItemVectors(embedder, store).of(scope, ITEMS)
    idle = Embedder()
    read = await ItemVectors(idle, store).of(scope, ITEMS)
    asked = await any_vector(embedder)
    assert (made.near(asked) == read.near(asked)).all()
    assert idle.starts == 0


async def test_vectors_of_another_model_are_made_again(embedder: Embedder, db: Database, scope: AppScope) -> None:
    store = DerivedRepository(db, VECTORS)
    await ItemVectors(embedder, store).of(scope, ITEMS[:1])
    [kept] = await store.list(scope)
    await store.keep(scope, [Derived(kept.item_id, kept.made_of, "older", b"\0" * len(kept.value))])
    await ItemVectors(embedder, store).of(scope, ITEMS[:1])
    assert await store.list(scope) == [kept]


class Slow(ItemVectors):
    """Vectors that never come."""

    def __init__(self) -> None:
        super().__init__(Embedder())
        self.asked = 0

    async def of(
        self, scope: AppScope, items: Sequence[KnowledgeItem], stored: Sequence[Derived] | None = None
    ) -> Meanings:
        self.asked += 1
        await asyncio.Event().wait()
        raise AssertionError


async def test_words_find_alone_while_vectors_are_made(scope: AppScope) -> None:
    vectors = Slow()
    retrieval = Retrieval(Loader(ITEMS), vectors, patience=1)
    for _ in range(2):
        assert await found(retrieval, scope, "返金") == ["0"]
    assert vectors.asked == 1
    await retrieval.close()


class Gated(ItemVectors):
    """Vectors that come when the gate is opened, all alike."""

    def __init__(self) -> None:
        super().__init__(Embedder())
        self.gate, self.asked = asyncio.Event(), asyncio.Event()

    async def question(self, text: str) -> Vector:
        return np.full(DIMENSIONS, DIMENSIONS**-0.5, np.float32)

    async def of(
        self, scope: AppScope, items: Sequence[KnowledgeItem], stored: Sequence[Derived] | None = None
    ) -> Meanings:
        self.asked.set()
        await self.gate.wait()
        return Meanings(np.ones((len(items), DIMENSIONS), np.float32))


async def test_who_has_patience_waits_for_meaning_others_are_told_that_words_did(scope: AppScope) -> None:
    vectors = Gated()
    items = [KnowledgeItem(str(number), "faq", f"返金 {number}", "はい") for number in range(1_300)]
    retrieval = Retrieval(Loader(items), vectors, patience=60)
    patient = asyncio.create_task(retrieval.found(scope, 1, "返金 7", patience=PATIENT))
    await vectors.asked.wait()
    assert (await retrieval.found(scope, 1, "返金 7")).for_now
    assert (await retrieval.found(scope, 1, "返金 7", patience=0)).for_now
    vectors.gate.set()
    waited = await patient
    assert not waited.for_now
    assert all(hit.by_meaning for hit in waited.hits)
    await retrieval.close()


async def test_a_question_does_not_wait_for_vectors_that_take_longer_than_its_patience(scope: AppScope) -> None:
    items = [KnowledgeItem(str(number), "faq", f"返金 {number}", "はい") for number in range(1_300)]
    retrieval = Retrieval(Loader(items), Slow(), patience=60)
    async with asyncio.timeout(50):
        assert await found(retrieval, scope, "返金 7") == ["7", "0", "1"]
    await retrieval.close()


class Meaningless(ItemVectors):
    """Everything is equally far from everything."""

    def __init__(self) -> None:
        super().__init__(Embedder())

    async def question(self, text: str) -> Vector:
        return np.zeros(DIMENSIONS, np.float32)

    async def of(
        self, scope: AppScope, items: Sequence[KnowledgeItem], stored: Sequence[Derived] | None = None
    ) -> Meanings:
        return Meanings(np.zeros((len(items), DIMENSIONS), np.float32))


async def test_beside_meaning_words_count_more_in_a_passage_than_in_an_entry(scope: AppScope) -> None:
    # Of no everyday topic, so that words alone are there.
    items = [KnowledgeItem("entry", "faq", "盆栽", "五葉松"), KnowledgeItem("passage", "passage", "盆栽", "五葉松")]
    retrieval = Retrieval(Loader(items), Meaningless(), patience=PATIENT)
    passage, entry = await retrieval.search(scope, 1, "盆栽")
    assert (passage.item.id, entry.item.id) == ("passage", "entry")
    assert passage.score / entry.score == pytest.approx(PASSAGE_WORDS / WORDS)
    await retrieval.close()


async def test_words_find_alone_without_the_package(scope: AppScope) -> None:
    embedder = Embedder(packages=["mimi-has-no-such-package"])
    retrieval = Retrieval(Loader(ITEMS), ItemVectors(embedder), patience=PATIENT)
    assert await found(retrieval, scope, "返金") == ["0"]
    await retrieval.close()


async def test_vectors_go_with_their_owner(embedder: Embedder, db: Database, scope: AppScope) -> None:
    vectors = ItemVectors(embedder, DerivedRepository(db, VECTORS))
    await vectors.of(scope, ITEMS[:1])
    assert (await remains(db, scope.owner_id, None))["vectors"] == 1
    await erase_belongings(db, scope.owner_id, None)
    await vectors.of(scope, ITEMS)
    assert await remains(db, scope.owner_id, None) == {}


async def test_an_index_of_fifty_entries_takes_at_most_120_kilobytes(embedder: Embedder, scope: AppScope) -> None:
    items = [
        KnowledgeItem(
            f"{n}", "faq", f"{n}番の商品の送料はいくらですか？", f"{n}番は{n * 37}円です。" + "五十件ほど。" * 15
        )
        for n in range(50)
    ]
    retrieval = Retrieval(Loader(items), ItemVectors(embedder), patience=PATIENT)
    await found(retrieval, scope, "送料")
    assert 50 * DIMENSIONS < retrieval.size() <= 120_000
    await retrieval.close()
