"""What the first visitor's question would have to wait for, loaded before it comes."""

import asyncio

from knowledge.meaning.item_vectors import ItemVectors
from knowledge.words.romaji import in_hiragana


async def warm_up(meaning: ItemVectors | None) -> None:
    """Load the models of meaning, where they are wanted, and a word list."""
    if meaning is not None:
        await meaning.begin()
    await asyncio.to_thread(in_hiragana, "kaiyaku shitai")
