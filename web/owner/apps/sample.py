"""The page in small, in a colour that is not chosen yet: what the settings show while somebody chooses."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from handlers.apps.settings import BY_KEY, NOTHING
from knowledge.errors import BadInput
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import Look, Theme
from web.owner.apps.apps import app_named
from web.site.icons import initial_of
from web.site.pages import page, page_lang
from web.site.security import CSP, LOADS_NOTHING
from web.site.theme import DARK_INK, DARK_LINE, DARK_SHEET, INK, LINE, SHEET, Swatch, swatches
from web.visitor.app_icons import icon_of

LONGEST_NAME = 12  # of a name in it
WORDS: Final = {
    "link": _("Website"),
    "greeting": _("How can I help you?"),
    "question": _("Does it work offline?"),
    "send": _("Send"),
}


@dataclass(frozen=True)
class Paper:
    """One half of the sample."""

    colours: Swatch
    ink: str
    sheet: str
    line: str


def papers(theme: Theme) -> list[Paper]:
    """What visitors see: on light paper, on dark, or on either, as their device has it."""
    light, dark = swatches(theme.accent)
    each = {Look.LIGHT: Paper(light, INK, SHEET, LINE), Look.DARK: Paper(dark, DARK_INK, DARK_SHEET, DARK_LINE)}
    return [paper for look, paper in each.items() if theme.look in {look, Look.AUTO}]


async def show(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/sample.svg: `color` and `look` as they would be saved, else as they are. 404 for what is
    no colour.
    """
    app = await app_named(request, owner)
    try:
        asked = {key: request.query.get(key) or BY_KEY[key].typed(app) or NOTHING for key in ("color", "look")}
        accent, look = (BY_KEY[key].read(app, typed)["theme"] for key, typed in asked.items())
    except BadInput as error:
        raise web.HTTPNotFound from error
    name = app.name if len(app.name) <= LONGEST_NAME else f"{app.name[: LONGEST_NAME - 1]}…"
    words: dict[str, Any] = {key: phrase.say(page_lang(request)) for key, phrase in WORDS.items()}
    made = page(
        request,
        "sample.svg",
        papers=papers(Theme(accent.accent, look.look)),
        letter=initial_of(app),
        # In the picture itself: what an <img> shows fetches nothing.
        icon=b64encode(await icon_of(request, app, "112")).decode() if app.icon else "",
        name=name,
        **words,
    )
    made.content_type = "image/svg+xml"
    made.headers[CSP] = LOADS_NOTHING
    return made
