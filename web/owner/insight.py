"""Insight on the web: the same numbers as in LINE, as a table beside a chart that needs no script."""

from aiohttp import web

from handlers.insight.figures import NAMES, USUAL, rows_of
from handlers.insight.insight import SPANS
from knowledge.store.accounts.owners import Owner
from web.owner.apps import app_named, room
from web.site.keys import APPS, INSIGHT
from web.site.pages import page, page_lang, path_in_lang, see_other

CHART_HEIGHT = 100


async def first_room(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/insight: on to the current app's."""
    app = await request.app[APPS].apps.chosen(owner)
    return see_other(path_in_lang(request, f"{room(app)}/insight"))


async def show(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/insight: `days` is 1, 7 or 30."""
    app = await app_named(request, owner)
    asked = request.query.get("days", "")
    days = next((span for span in SPANS if str(span) == asked), USUAL)
    seen = await request.app[INSIGHT].insights.of(app.scope, days)
    most = max(1, *(bar.value for bar in seen.bars))
    bars = [(bar, round(CHART_HEIGHT * bar.value / most)) for bar in seen.bars]
    return page(
        request,
        "insight.html",
        app=app,
        seen=seen,
        rows=rows_of(seen, page_lang(request)),
        bars=bars,
        spans=NAMES,
        days=days,
        most=most,
    )
