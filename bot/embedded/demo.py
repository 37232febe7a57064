"""The demo: an owner on the simulated LINE, an app at /@demo, and knowledge in Japanese and English."""

import json
from importlib import resources

from bot.core import Core
from handlers.accounts import Accounts
from knowledge.errors import NotFound
from knowledge.phrases import Lang

DEMO_HANDLE = "demo"
DEMO_PERSON = "U" + "de30" * 8
DEMO_NAME = "Demo owner"


async def plant(core: Core, accounts: Accounts, lang: Lang = "ja") -> None:
    """Make the demo owner, app and knowledge, unless the app is there already. `accounts` must be open to all."""
    try:
        await core.apps.public(DEMO_HANDLE)
    except NotFound:
        await _plant(core, accounts, lang)


async def _plant(core: Core, accounts: Accounts, lang: Lang) -> None:
    content = json.loads(resources.files(__package__).joinpath("demo.json").read_text("utf-8"))
    owner = await accounts.join(DEMO_PERSON, lang)
    app = await core.apps.create(owner.scope, content["name"], DEMO_HANDLE)
    await core.apps.describe(app.scope, bio=content["bio"], url=content["url"], greeting=content["greeting"])
    for entry in content["faqs"]:
        await core.faqs.add(app.scope, entry["question"], entry["answer"])
    for document in content["documents"]:
        await core.documents.add(app.scope, document["title"], document["text"])
