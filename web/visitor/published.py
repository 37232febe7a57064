"""GET /@{handle}/faq: an app's questions and answers to read, of apps that search engines may show.

The answers stand on a page of their own: search engines want to see on a page what its data says (FAQPage as Google
reads it), and the page with the chat stays as light as it is.
"""

from aiohttp import web

from knowledge.errors import NotFound
from knowledge.phrases import _
from web.site.compression import smaller
from web.site.keys import ENTRIES
from web.site.markdown import to_html
from web.site.pages import page, spoken_lang
from web.site.security import CSP, policy
from web.site.theme import inline_style
from web.visitor.data_blocks import as_data, questions_data
from web.visitor.public_page import app_of


async def show(request: web.Request) -> web.Response:
    """GET /@{handle}/faq: 404 unless its owner lets search engines show the page."""
    app = await app_of(request)
    if not app.listed:
        raise NotFound(_("There is no page at this address."))
    entries = await request.app[ENTRIES].published.of(app, spoken_lang(request))
    style = inline_style(app.theme)
    response = page(
        request,
        "published.html",
        style=style.text,
        app=app,
        data=as_data(questions_data(entries)),
        entries=[(each.redacted_question, to_html(each.redacted_answer)) for each in entries],
    )
    response.headers[CSP] = policy(style.source)
    return smaller(request, response)
