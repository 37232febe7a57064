"""Finding in what an app knows."""

from bot.join.ground import Ground
from handlers.areas import SearchArea
from knowledge.checks.checking import SETTLING
from knowledge.meaning.embedder import Embedder
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.meaning.likeness import Likeness
from knowledge.search.retrieval import Retrieval
from knowledge.store.entries.derived import ITEM_WORDS, VECTORS, DerivedRepository
from knowledge.stored_items import KnowledgeItems
from knowledge.words.kept_words import KeptWords

BACKGROUND_BYTES = 20_000_000  # of indexes beside those that answer visitors: one app at a time is looked at


def join(ground: Ground) -> SearchArea:
    """The background has a patient retrieval; whoever waits, a visitor or an owner, has the other."""
    meaning = _meaning(ground)
    load, derived = KnowledgeItems(ground.database).load, DerivedRepository(ground.database, ITEM_WORDS)
    retrieval = Retrieval(load, meaning, words=KeptWords(derived))
    ground.stack.push_async_callback(retrieval.close)
    background = Retrieval(load, meaning, words=KeptWords(derived), most_bytes=BACKGROUND_BYTES, patience=SETTLING)
    ground.stack.push_async_callback(background.close)
    return SearchArea(meaning, retrieval, background, Likeness(meaning))


def _meaning(ground: Ground) -> ItemVectors | None:
    """Vectors of what texts mean, where they are wanted."""
    if not ground.settings.embeddings:
        return None
    embedder = Embedder(ground.settings.runtime_dir)
    ground.stack.push_async_callback(embedder.close)
    return ItemVectors(embedder, DerivedRepository(ground.database, VECTORS))
