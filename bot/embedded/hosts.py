"""Under `run`, pages are for whoever types the right address: a page of somebody else's may not borrow it.

A name of an attacker's that suddenly leads to 127.0.0.1 (DNS rebinding) makes a browser treat mimi as their own site;
the simulator, the mailbox and a sign-in without a password are behind it. The Host header still says their name.
"""

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.settings import OF_THIS_MACHINE


def only_for(url: str) -> Middleware:
    """Answer requests that were made to this machine, or to the host of `url`; any other gets 421."""
    allowed = OF_THIS_MACHINE | {str(urlsplit(url).hostname)}

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if _host(request.headers.get("Host", "")) in allowed:
            return await handler(request)
        return web.Response(
            status=421,
            text=f"This mimi is at {url}. If it shall be reached under another name, set MIMI_PUBLIC_URL.\n",
        )

    return check


def _host(header: str) -> str:
    """The host of a Host header without its port, as it is compared; "" for what is none."""
    try:
        return (urlsplit(f"//{header}").hostname or "").rstrip(".")
    except ValueError:
        return ""
