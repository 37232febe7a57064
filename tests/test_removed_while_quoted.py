"""An entry may be removed while an answer quotes it: by its owner's hand, or because an import is undone."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from mimi import soon
from sites import SiteUnderTest, running_site

from knowledge.store.database import Database


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        yield running


async def test_an_answer_under_way_ends_and_the_next_one_no_longer_knows(site: SiteUnderTest) -> None:
    app = await site.an_app()
    entry = (await site.faqs.add(app.scope, "Does it work offline?", "Yes.")).entry
    site.model.hold = True
    asking = asyncio.create_task(site.ask("Does it work offline?"))
    await soon(lambda: site.db.collection("messages").find_one({"state": "pending"}))
    await site.faqs.remove(app.scope, entry.id)
    site.model.go.set()
    answered = await asking
    assert answered.status == 200
    assert "it does" in await answered.text()
    site.model.knows = False
    assert "it does" not in await (await site.ask("Does it work offline?")).text()
    states = [each["state"] for each in await site.db.collection("messages").find({"role": "mimi"}, sort=[("seq", 1)])]
    assert states == ["answered", "unknown"]
