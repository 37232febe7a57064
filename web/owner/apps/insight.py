"""Insight on the web: the same numbers as in LINE, as a table beside a chart that needs no script."""

from aiohttp import web

from handlers.insight.figures import NAMES, USUAL, rows_of
from handlers.insight.insight import SPANS
from knowledge.store.accounts.owners import Owner
from web.owner.apps.apps import app_named
from web.site.keys import INSIGHT
from web.site.pages import page, page_lang

CHART_HEIGHT = 100


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
