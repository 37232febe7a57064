"""Many new entries at once, each beside all that is known and those before it."""

from collections.abc import AsyncIterator, Sequence

import numpy as np
import pytest_asyncio

from knowledge.items import KnowledgeItem
from knowledge.meaning.embedder import Embedder
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.meaning.process import USE_DIMENSIONS
from knowledge.search.many_doubles import AT_ONCE, doubled_by
from knowledge.search.retrieval import KnownItems, Retrieval
from knowledge.store.database import AppId, AppScope, OwnerId

SCOPE = AppScope(OwnerId("owner"), AppId("app"))


def entry(name: str, question: str, answer: str) -> KnowledgeItem:
    return KnowledgeItem(name, "faq", question, answer)


KNOWN = [
    entry("price", "撮影料金はいくらですか？", "1回3,800円（税込）です。土日祝も同じ料金です。"),
    entry("parking", "駐車場はありますか？", "店舗の裏に4台分あります。無料です。"),
    entry("hours", "営業時間を教えてください", "10時から19時までです。火曜日は休みです。"),
    entry("pets", "ペットと一緒に撮れますか？", "はい。小型犬と猫は一緒に撮れます。"),
]
NEW = [
    entry("n1", "何時に開いて何時に閉まりますか", "10時開店、19時閉店です。火曜は休業です。"),
    entry("n2", "ギフト券はありますか？", "5,000円と10,000円のギフト券をアプリで買えます。"),
    entry("n3", "開店と閉店の時間は？", "10時に開き、19時に閉まります。火曜は休みです。"),
]


class Heard:
    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []

    async def __call__(self, done: int, of: int) -> None:
        self.told.append((done, of))


@pytest_asyncio.fixture
async def vectors() -> AsyncIterator[ItemVectors]:
    embedder = Embedder()
    yield ItemVectors(embedder)
    await embedder.close()


async def known_with(vectors: ItemVectors | None) -> KnownItems:
    async def load(_scope: object) -> Sequence[KnowledgeItem]:
        return KNOWN

    retrieval = Retrieval(load, vectors)
    try:
        return await retrieval.entries(SCOPE, 1, 60.0)
    finally:
        await retrieval.close()


async def test_new_entries_are_told_beside_what_is_known_and_those_before_them(vectors: ItemVectors) -> None:
    doubled = await doubled_by(NEW, await known_with(vectors), vectors, Heard())
    assert [[item.id for item in each] for each in doubled] == [["hours"], [], ["n1", "hours"]]


async def test_words_alone_tell_what_is_asked_in_the_same_words() -> None:
    new = [entry("n1", "撮影の料金はいくらですか？", "3,800円です。"), entry("n2", "車いすで入れますか？", "はい。")]
    doubled = await doubled_by(new, await known_with(None), None, Heard())
    assert [[item.id for item in each] for each in doubled] == [["price"], []]


async def test_how_far_it_is_is_told_on_the_way() -> None:
    heard = Heard()
    new = [entry(f"n{n}", f"{n}番の機能は？", f"設定の{n}番目です。") for n in range(AT_ONCE * 2 + 1)]
    await doubled_by(new, KnownItems(), None, heard)
    assert heard.told == [(0, len(new)), (AT_ONCE, len(new)), (AT_ONCE * 2, len(new))]


async def test_the_quick_half_of_a_vector_is_what_the_quick_model_says_alone(vectors: ItemVectors) -> None:
    whole = await vectors.question("営業時間を教えてください")
    texts = ["営業時間を教えてください", *(f"ほかの質問{n}" for n in range(10))]
    quick = await vectors.quick(texts)
    assert quick is not None
    assert quick.shape == (len(texts), USE_DIMENSIONS)
    half = whole[-USE_DIMENSIONS:]
    assert np.allclose(quick[0], half / np.linalg.norm(half), atol=1e-2)
