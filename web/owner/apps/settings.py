"""An app's settings on the web: the same use cases as in LINE, all on one page, which wears the app's own colours."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import date

from aiohttp import web

from handlers.apps.dated_links import days_words
from handlers.apps.lists import LISTS
from handlers.apps.seen_settings import SetElsewhere, mark_of
from handlers.apps.settings import COLOURS, NOTHING, SETTINGS
from handlers.told_times import time_words
from knowledge.errors import BadInput, written_at
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.apps.pictures import LARGEST_FILE, Shape
from web.owner.accounts.leaving import TYPE_THIS
from web.owner.apps.apps import app_named, room
from web.owner.apps.setting_fields import NUMBERS, OWN_COLOUR, does, field_of, grouped, joined, number_values
from web.site.body import read_form, read_upload, text_in
from web.site.errors import refused
from web.site.keys import APPS
from web.site.pages import page, page_lang, path_in_lang, see_other
from web.site.theme import swatches
from web.visitor.pictures import header_path, header_sizes

DONE: Mapping[str, Phrase] = {
    "saved": _("Your change is saved."),
    "paused": _("mimi is taking a break. Visitors are told so."),
    "resumed": _("mimi answers visitors again."),
    "stays": _("The app stays, and its page is back online."),
}
# Settings that are one of a few: shown as a choice. The others are written, and may offer something besides.
CHOICES = frozenset({"lang", "tone", "look", "listed", "person"})
COLOUR, OWN = "color", "own"  # a colour that is offered, or one that is written
MEGABYTE = 1024 * 1024
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
    mark = text_in(form, "mark", "")
    try:
        app = await request.app[APPS].settings.set(app.scope, typed, mark)
    except SetElsewhere as error:
        return await settings_page(
            request, error.now, status=409, problem=error.phrase, typed=error.typed, elsewhere=error.keys
        )
    except BadInput as error:
        error.at = field_of(error.at, form)
        status = refused(request, error)
        return await settings_page(request, app, status=status, problem=error.phrase, typed=form, mark=mark)
    return _back(request, app, "saved")


async def switch(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/pause: `paused` is 1 or 0."""
    app = await app_named(request, owner)
    paused = text_in(await read_form(request), "paused") == "1"
    await request.app[APPS].settings.pause(app.scope, paused=paused)
    return _back(request, app, "paused" if paused else "resumed", "pause")


async def add_item(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/lists/{list}"""
    app = await app_named(request, owner)
    form = await read_form(request)
    try:
        await request.app[APPS].settings.add_item(app.scope, request.match_info["list"], form)
    except BadInput as error:
        return await settings_page(request, app, status=refused(request, error), problem=error.phrase)
    return _back(request, app, "saved", request.match_info["list"])


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
                with written_at("until" if _is_day(first) else "since"):
                    await settings.schedule(app.scope, item, f"{first}-{last}" if first or last else "")
            case _:
                await settings.remove_item(app.scope, key, item)
    except BadInput as error:
        return await settings_page(request, app, status=refused(request, error), problem=error.phrase)
    return _back(request, app, "saved", key)


async def upload(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/pictures/{shape}: a file."""
    app = await app_named(request, owner)
    try:
        data = await _picture(request)
        await request.app[APPS].pictures.uploaded(app.scope, Shape(request.match_info["shape"]), data)
    except BadInput as error:
        return await settings_page(request, app, status=refused(request, error), problem=error.phrase)
    return _back(request, app, "saved", "pictures")


async def _picture(request: web.Request) -> bytes:
    """The file, read no further than a picture may be large (S29, S34). Raises BadInput."""
    try:
        return (await read_upload(request, "file", LARGEST_FILE)).data
    except web.HTTPRequestEntityTooLarge as error:
        most = LARGEST_FILE // MEGABYTE
        raise BadInput(_("That file is too large. At most {most} MB can be sent.", most=most)) from error


async def remove_picture(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/pictures/{shape}/remove"""
    app = await app_named(request, owner)
    await request.app[APPS].pictures.remove(app.scope, Shape(request.match_info["shape"]))
    return _back(request, app, "saved", "pictures")


def _is_day(text: str) -> bool:
    with suppress(ValueError):
        return not text or date.fromisoformat(text) is not None
    return False


def _back(request: web.Request, app: App, done: str, at: str = "") -> web.Response:
    """To where on the page it was done: whoever adds three links looks for the place once."""
    page = path_in_lang(request, f"{room(app)}/settings", done=done, at=at)
    return see_other(f"{page}#{at}" if at else page)


async def settings_page(
    request: web.Request,
    app: App,
    *,
    status: int = 200,
    problem: Phrase | None = None,
    typed: Mapping[str, str] | None = None,
    to_delete: str = "",
    mark: str = "",
    elsewhere: Collection[str] = (),
) -> web.Response:
    """All settings of an app, and at their end its deletion. `mark` is that of the form that was `typed` in, if it
    was not of the app as it is now; `elsewhere` are the settings of which the page shows both.
    """
    values = {each.key: each.typed(app) for each in SETTINGS} | dict(typed or {})
    links, lang = request.app[APPS].links, page_lang(request)
    today, zone = await links.today(app.scope), await links.zone(app.scope)
    return page(
        request,
        "app_settings.html",
        header_path=header_path,
        header_sizes=header_sizes,
        colours=[(value or NOTHING, label, swatches(value)) for value, label in COLOURS.items()],
        own=values[COLOUR] if values[COLOUR] not in {*COLOURS, NOTHING} else "",
        status=status,
        app=app,
        groups=grouped(),
        does=does,
        numbers=NUMBERS,
        number_values=number_values(values),
        lists=LISTS,
        zone=zone.key,
        days_words=lambda link: days_words(link, today, lang),
        choices=CHOICES,
        long=LONG,
        typed=values,
        done=DONE.get(request.query.get("done", "")),
        done_at=request.query.get("at", ""),
        problem=problem,
        type_this=TYPE_THIS,
        to_delete=to_delete,
        seen=mark or mark_of(app),
        elsewhere=elsewhere,
        erased_at=time_words(app.leaving_at, zone, lang) if app.leaving_at else "",
    )
