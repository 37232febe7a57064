"""The demo: an owner on the simulated LINE, an app at /@demo, and knowledge in Japanese and English."""

import json
from importlib import resources
from typing import TYPE_CHECKING

from aiohttp import web

from knowledge.errors import NotFound
from knowledge.phrases import Lang, _

if TYPE_CHECKING:
    from bot.join.ground import Ground  # for their types alone: importing them takes seconds
    from handlers.areas import Areas
    from knowledge.store.accounts.owners import Owner

DEMO_HANDLE = "demo"
DEMO_PERSON = "U" + "de30" * 8
DEMO_NAME = "Demo owner"
OWNER_PAGE = "/dev/owner"


async def plant(ground: "Ground", areas: "Areas", lang: Lang = "ja") -> None:
    """Make the demo owner, app and knowledge, unless the app is there already; whoever else may sign up."""
    from bot.join.accounts import accounts_on

    accounts = accounts_on(ground.store, ground.clock)
    owner = await accounts.join(DEMO_PERSON, lang)
    await accounts.seen(owner, ground.clock.now())  # nobody uses it, and its handle stays
    try:
        await areas.apps.apps.public(DEMO_HANDLE)
    except NotFound:
        await _plant(owner, areas)


async def _plant(owner: "Owner", areas: "Areas") -> None:
    content = json.loads(resources.files(__package__).joinpath("demo.json").read_text("utf-8"))
    app = await areas.apps.apps.create(owner.scope, content["name"], DEMO_HANDLE)
    await areas.apps.apps.describe(app.scope, bio=content["bio"], url=content["url"], greeting=content["greeting"])
    # Its texts are Japanese, and English for who reads that, whatever its owner speaks.
    spoken = {"lang": "ja", "listed": "yes"} | {key: content[key] for key in ("bio2", "greeting2")}
    await areas.apps.settings.set(app.scope, spoken)
    for entry in content["faqs"]:
        await areas.entries.faqs.add(app.scope, entry["question"], entry["answer"])
    for document in content["documents"]:
        await areas.entries.documents.add(app.scope, document["title"], document["text"])


async def open_owner_page(request: web.Request) -> web.StreamResponse:
    """GET /dev/owner: the demo's owner signs in without asking for a link in LINE; who has, is there already."""
    from bot.keys import AREAS
    from web.site.pages import path_in_lang, see_other
    from web.site.session import signed_in

    owner = await signed_in(request)
    if owner and owner.line_user_id == DEMO_PERSON:
        return see_other(path_in_lang(request, "/owner/conversations"))
    accounts = request.app[AREAS].accounts.accounts
    theirs = await accounts.by_line_user(DEMO_PERSON)
    if theirs is None:
        raise NotFound(_("The demo is not ready yet. Please try again in a moment."))
    link = await accounts.sign_in_link(theirs.scope)
    return see_other(path_in_lang(request, f"/sign-in/{link.token}"))
