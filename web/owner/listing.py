"""What of a long list a page's address asks for, and the same again for the links and forms on it."""

from contextlib import suppress

from aiohttp import web

from handlers.entries.lists import LONGEST_SEARCH, EntryOrder, Wanted


def asked_for(request: web.Request) -> Wanted:
    """The words, the order and the page; whatever is none of these is left out."""
    query, order = request.query, EntryOrder.NEWEST
    with suppress(ValueError):
        order = EntryOrder(query.get("order", ""))
    return Wanted(query.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH], order, query.get("page", ""))


def kept_place(request: web.Request) -> dict[str, str]:
    """The same as it stands in an address, so that whoever did something there comes back to where they were."""
    wanted = asked_for(request)
    order = wanted.order if wanted.order is not EntryOrder.NEWEST else ""
    page = wanted.page if wanted.page.isdecimal() and wanted.page != "1" else ""
    return {name: text for name, text in (("q", wanted.words), ("order", order), ("page", page)) if text}
