"""Whose form it was: a page that was opened before another owner signed in here acts for nobody (S10).

Not a secret and no defence against other sites (web/site/security.py is that): it tells one owner from the next in the
same browser.
"""

from aiohttp import web

from knowledge.store.accounts.owners import Owner
from knowledge.store.stored import digest
from web.site.keys import OWNER

FIELD = "of"
LENGTH = 16


def form_mark(request: web.Request) -> str:
    """What the forms of this page carry; empty where nobody is signed in."""
    owner = request.get(OWNER)
    return _mark(owner) if owner else ""


def is_of_another(request: web.Request, owner: Owner) -> bool:
    """Whether a form was made for somebody else than who is signed in now. One without a mark is no page's."""
    return FIELD in request.query and request.query[FIELD] != _mark(owner)


def _mark(owner: Owner) -> str:
    return digest(f"form:{owner.id}")[:LENGTH]
