"""An app's settings on the web: the same use cases as in LINE, all on one page, which wears the app's own colours."""

from collections.abc import Mapping

from aiohttp import web

from handlers.apps.dated_links import days_words
from handlers.apps.lists import LISTS
from handlers.apps.settings import COLOURS, NOTHING, SETTINGS
from handlers.told_times import HOME, time_words
from knowledge.errors import BadInput
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.apps.pictures import Shape
from web.owner.accounts.leaving import TYPE_THIS
from web.owner.apps.apps import app_named, room
from web.owner.apps.setting_fields import NUMBERS, does, grouped, joined, number_values
from web.site.body import read_form, text_in
from web.site.keys import APPS
from web.site.pages import page, page_lang, path_in_lang, see_other
from web.site.theme import swatches
from web.visitor.pictures import read_upload

DONE: Mapping[str, Phrase] = {
    "saved": _("Your change is saved."),
    "paused": _("mimi is taking a break. Visitors are told so."),
    "resumed": _("mimi answers visitors again."),
    "stays": _("The app stays, and its page is back online."),
}
# Settings that are one of a few: shown as a choice. The others are written, and may offer something besides.
CHOICES = frozenset({"lang", "tone", "look", "listed", "person"})
COLOUR, OWN, OWN_COLOUR = "color", "own", "own_color"  # a colour that is offered, or one that is written
LONG = frozenset({"bio", "greeting", "bio2", "greeting2"})


async def show(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/settings"""
    return await settings_page(request, await app_named(request, owner))


async def save(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/settings: all settings at once, or none where one does not fit."""
    app = await app_named(request, owner)
    form = joined(await read_form(request))
    if form.get(COLOUR) == OWN:
        form = {**form, COLOUR: text_in(form, OWN_COLOUR, "")}
    typed = {each.key: text_in(form, each.key).strip() or NOTHING for each in SETTINGS if each.key in form}
    try:
        app = await request.app[APPS].settings.set(app.scope, typed)
    except BadInput as error:
        return await settings_page(request, app, status=400, problem=error.phrase, typed=form)
    return _back(request, app, "saved")


async def switch(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/pause: `paused` is 1 or 0."""
    app = await app_named(request, owner)
    paused = text_in(await read_form(request), "paused") == "1"
    await request.app[APPS].settings.pause(app.scope, paused=paused)
    return _back(request, app, "paused" if paused else "resumed")


async def add_item(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/lists/{list}"""
    app = await app_named(request, owner)
    form = await read_form(request)
    try:
        await request.app[APPS].settings.add_item(app.scope, request.match_info["list"], form)
    except BadInput as error:
        return await settings_page(request, app, status=400, problem=error.phrase)
    return _back(request, app, "saved")


async def change_item(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/lists/{list}/{item}: `do` is up, remove or, of a link, days."""
    app = await app_named(request, owner)
    settings, key, item = request.app[APPS].settings, request.match_info["list"], request.match_info["item"]
    form = await read_form(request)
    try:
        match text_in(form, "do"):
            case "up":
                await settings.move_up(app.scope, key, item)
            case "days":
                first, last = text_in(form, "since", ""), text_in(form, "until", "")
                await settings.schedule(app.scope, item, f"{first}-{last}" if first or last else "")
            case _:
                await settings.remove_item(app.scope, key, item)
    except BadInput as error:
        return await settings_page(request, app, status=400, problem=error.phrase)
    return _back(request, app, "saved")


async def upload(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/pictures/{shape}: a file."""
    app = await app_named(request, owner)
    try:
        data = await read_upload(request)
        await request.app[APPS].pictures.uploaded(app.scope, Shape(request.match_info["shape"]), data)
    except BadInput as error:
        return await settings_page(request, app, status=400, problem=error.phrase)
    return _back(request, app, "saved")


async def remove_picture(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/pictures/{shape}/remove"""
    app = await app_named(request, owner)
    await request.app[APPS].pictures.remove(app.scope, Shape(request.match_info["shape"]))
    return _back(request, app, "saved")


def _back(request: web.Request, app: App, done: str) -> web.Response:
    return see_other(path_in_lang(request, f"{room(app)}/settings", done=done))


async def settings_page(
    request: web.Request,
    app: App,
    *,
    status: int = 200,
    problem: Phrase | None = None,
    typed: Mapping[str, str] | None = None,
) -> web.Response:
    """All settings of an app, and at their end its deletion."""
    values = {each.key: each.typed(app) for each in SETTINGS} | dict(typed or {})
    links, lang = request.app[APPS].links, page_lang(request)
    today = await links.today(app.scope)
    return page(
        request,
        "app_settings.html",
        colours=[(value or NOTHING, label, swatches(value)) for value, label in COLOURS.items()],
        own=values[COLOUR] if values[COLOUR] not in {*COLOURS, NOTHING} else "",
        status=status,
        app=app,
        groups=grouped(),
        does=does,
        numbers=NUMBERS,
        number_values=number_values(values),
        lists=LISTS,
        zone=(await links.zone(app.scope)).key,
        days_words=lambda link: days_words(link, today, lang),
        choices=CHOICES,
        long=LONG,
        typed=values,
        done=DONE.get(request.query.get("done", "")),
        problem=problem,
        type_this=TYPE_THIS,
        erased_at=time_words(app.leaving_at, HOME, page_lang(request)) if app.leaving_at else "",
    )
