"""Texts that ask the same are grouped and recognised, in either language, with the model and without it."""

from collections.abc import AsyncIterator, Sequence

import pytest

from bench.likeness import ROWS, told
from bench.retrieval import DATA, sets
from knowledge.meaning.embedder import Embedder
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.meaning.likeness import MOST_TEXTS, Like, Likeness

ASKED = (
    "返金してもらえますか？",
    "How do I reset my password?",
    "返金はしてもらえますか",
    "お店の営業時間を教えてください",
    "i forgot how to reset my password",
    "返金してもらうことはできますか？",
)
# Precision and recall of pairs that are like and of groups, a little below what bench/likeness.py prints.
WORDS = {"apps": ((0.2, 0.03), (0.90, 0.37)), "bank77": ((0.25, 0.30), (0.58, 0.45))}


@pytest.fixture
async def embedder() -> AsyncIterator[Embedder]:
    """The real one."""
    started = Embedder(rest=0)
    yield started
    await started.close()


def numbers(found: Sequence[Like]) -> list[int]:
    return [each.number for each in found]


async def test_questions_in_the_same_words_are_grouped_without_the_model() -> None:
    groups = await Likeness().groups(ASKED)
    assert [sorted(group) for group in groups] == [[0, 2, 5], [1, 4], [3]]


async def test_questions_with_one_meaning_are_grouped_in_either_language(embedder: Embedder) -> None:
    asked = [*ASKED, "Can I get my money back?", "パスワードを再設定したい"]
    groups = await Likeness(ItemVectors(embedder)).groups(asked)
    assert [sorted(group) for group in groups] == [[0, 2, 5, 6], [1, 4, 7], [3]]


async def test_the_most_typical_of_a_group_comes_first() -> None:
    asked = ["離島への送料はいくら", "送料はいくらですか", "送料を教えて", "送料っていくら", *ASKED]
    groups = await Likeness().groups(asked)
    assert (set(groups[0]), groups[0][0]) == ({0, 1, 2, 3}, 1)


@pytest.mark.parametrize("meaning", [False, True])
async def test_what_says_the_same_is_told_from_what_is_near(meaning: bool, embedder: Embedder) -> None:
    likeness = Likeness(ItemVectors(embedder) if meaning else None)
    there = ["プレミアムプランを解約するには？", "プレミアムプランの料金はいくらですか？", "返金してもらえますか？"]
    [again, near, far] = await likeness.like(
        ["プレミアムプランを解約するには", "プレミアムプランの家族割", "犬も入れますか"], there
    )
    assert (numbers(again)[0], again[0].same) == (0, True)
    assert set(numbers(near)) <= {0, 1}
    assert not any(each.same for each in near)
    assert far == []


async def test_words_compare_when_the_model_cannot_be_asked() -> None:
    missing = Embedder(packages=["mimi-has-no-such-package"])
    assert await Likeness(ItemVectors(missing)).groups(ASKED) == await Likeness().groups(ASKED)


@pytest.mark.parametrize("texts", [[], [""], ["", "？", "🍣"], ["送料\x00\ud800", "送料" * 5_000]])
async def test_odd_texts_are_compared_like_others(texts: list[str], embedder: Embedder) -> None:
    for likeness in (Likeness(), Likeness(ItemVectors(embedder))):
        groups = await likeness.groups(texts)
        assert sorted(number for group in groups for number in group) == list(range(len(texts)))
        assert await likeness.like(texts, []) == [[] for _ in texts]
        assert await likeness.like([], texts) == []


async def test_more_texts_than_can_be_compared_are_refused() -> None:
    with pytest.raises(ValueError, match=str(MOST_TEXTS)):
        await Likeness().groups(["送料"] * (MOST_TEXTS + 1))


@pytest.mark.parametrize("row", ROWS)
async def test_words_tell_texts_apart_as_well_as_recorded(row: str) -> None:
    found = await told(sets(DATA)[row], Likeness())
    for shares, floors in zip((found.like, found.groups), WORDS[row], strict=True):
        assert (shares.precision >= floors[0], shares.recall >= floors[1]) == (True, True), found
