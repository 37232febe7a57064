"""The apps that benchmarks ask over are stored as mimi stores them."""

from test_retrieval import ITEMS

from bench.parts.stored_apps import Shelf
from knowledge.store.database import Database
from knowledge.store.entries.derived import ITEM_WORDS, DerivedRepository
from knowledge.stored_items import KnowledgeItems


async def test_every_app_has_entries_and_what_was_made_of_them(db: Database) -> None:
    shelf = await Shelf.of(db, ITEMS, None)
    scopes = await shelf.fill(2, 9)
    assert len({scope.owner_id for scope in scopes}) == 2
    stored = DerivedRepository(db, ITEM_WORDS)
    for scope in scopes:
        items, before = await KnowledgeItems(db).load(scope), await stored.list(scope)
        assert {each.item_id for each in before} == {item.id for item in items}
        instance = shelf.instance(meaning=False)
        assert (await instance.search(scope, 0, items[0].title))[0].item.title == items[0].title
        await instance.close()
        assert await stored.list(scope) == before  # nothing had to be counted again
