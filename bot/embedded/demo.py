"""The demo: an owner on the simulated LINE, an app at /@demo, and knowledge in Japanese and English."""

import json
from importlib import resources
from typing import TYPE_CHECKING

from handlers.accounts.accounts import Accounts
from knowledge.errors import NotFound
from knowledge.phrases import Lang
from knowledge.store.database import Database

if TYPE_CHECKING:
    from bot.join.core import Core  # for its type alone: importing it takes seconds

DEMO_HANDLE = "demo"
DEMO_PERSON = "U" + "de30" * 8
DEMO_NAME = "Demo owner"


async def plant(core: "Core", database: Database, lang: Lang = "ja") -> None:
    """Make the demo owner, app and knowledge, unless the app is there already; whoever else may sign up."""
    try:
        await core.owners.apps.public(DEMO_HANDLE)
    except NotFound:
        await _plant(core, Accounts(database, core.ground.clock), lang)


async def _plant(core: "Core", accounts: Accounts, lang: Lang) -> None:
    content = json.loads(resources.files(__package__).joinpath("demo.json").read_text("utf-8"))
    owner = await accounts.join(DEMO_PERSON, lang)
    app = await core.owners.apps.create(owner.scope, content["name"], DEMO_HANDLE)
    await core.owners.apps.describe(app.scope, bio=content["bio"], url=content["url"], greeting=content["greeting"])
    for entry in content["faqs"]:
        await core.knowledge.faqs.add(app.scope, entry["question"], entry["answer"])
    for document in content["documents"]:
        await core.knowledge.documents.add(app.scope, document["title"], document["text"])
