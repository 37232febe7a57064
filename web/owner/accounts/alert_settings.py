"""The owner's page for what they are told, how soon, and when not."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import time

from aiohttp import web

from handlers.alerts.kinds import HOW_SOON, KINDS, is_wanted, urgency_of
from handlers.alerts.settings import AlertPreferences, hours_in, urgency_named
from handlers.alerts.waiting_alerts import shut_words
from knowledge.errors import BadInput, written_at
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.alerts.alert_settings import AlertSettings
from knowledge.store.alerts.alerts import AlertKind
from web.site.body import read_form, text_in
from web.site.errors import refused
from web.site.keys import ALERTS
from web.site.pages import page, page_lang, path_in_lang, see_other

OFF = "off"


async def show(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/alerts"""
    return await _page(request, owner)


async def save(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/alerts: everything the form shows, at once."""
    fields, preferences = await read_form(request), _preferences(request)
    try:
        start, end = text_in(fields, "quiet_start", ""), text_in(fields, "quiet_end", "")
        with written_at(_unfit(quiet_start=start, quiet_end=end)):
            hours = hours_in(f"{start}-{end}") if start or end else None
        with written_at("time_zone"):
            await preferences.set_time_zone(owner.scope, text_in(fields, "time_zone"))
    except BadInput as error:
        status = refused(request, error)
        return await _page(request, owner, status=status, problem=error.phrase, written=fields)
    await preferences.set_quiet(owner.scope, hours)
    for kind in KINDS:
        chosen = text_in(fields, kind, "")
        if KINDS[kind].can_mute and chosen:
            await preferences.want(owner.scope, kind, chosen != OFF)
            if chosen != OFF:
                await preferences.set_urgency(owner.scope, kind, urgency_named(chosen))
    if fields.get("mail") and owner.email:
        await preferences.use_mail(owner.scope, owner.email)
    if fields.get("no_mail"):
        await preferences.no_mail(owner.scope)
    return see_other(path_in_lang(request, "/owner/alerts", done="1"))


async def _page(
    request: web.Request,
    owner: Owner,
    *,
    status: int = 200,
    problem: Phrase | None = None,
    written: Mapping[str, str] | None = None,
) -> web.Response:
    """`written` is what was chosen in a form that could not be kept."""
    chosen = written or {}
    settings = await _preferences(request).of(owner.scope)
    held = await request.app[ALERTS].waiting.of(owner)
    kinds = [
        (kind.value, KINDS[kind].name, chosen.get(kind) or _how_soon(kind, settings))
        for kind in KINDS
        if KINDS[kind].can_mute and (owner.line_user_id or kind is not AlertKind.QUOTA)
    ]
    begins, ends = (_minutes(settings.quiet.start), _minutes(settings.quiet.end)) if settings.quiet else ("", "")
    choices: list[tuple[str, Phrase]] = [(urgency.value, words) for urgency, words in HOW_SOON.items()]
    return page(
        request,
        "alert_settings.html",
        status=status,
        kinds=kinds,
        choices=[*choices, (OFF, _("Off"))],
        settings=settings,
        address=owner.email,
        quiet=[chosen.get("quiet_start", begins), chosen.get("quiet_end", ends)],
        zone=chosen.get("time_zone", settings.time_zone),
        ticked=chosen,
        done="done" in request.query,
        problem=problem,
        held=held,
        shut=shut_words(held.shut_since, held.zone, page_lang(request)) if held.shut_since else None,
    )


def _unfit(**times: str) -> str:
    """The name of the time that is none, of two; else of the one that is missing."""

    def is_time(text: str) -> bool:
        with suppress(ValueError):
            return time.fromisoformat(text) is not None
        return False

    return max(times, key=lambda name: (bool(times[name]) and not is_time(times[name]), not times[name]))


def _how_soon(kind: AlertKind, settings: AlertSettings) -> str:
    return urgency_of(kind, settings).value if is_wanted(kind, settings) else OFF


def _minutes(at: time) -> str:
    return at.isoformat("minutes")


def _preferences(request: web.Request) -> AlertPreferences:
    return request.app[ALERTS].preferences
