"""Whose program calls: by the key in its Authorization header, and by nothing else."""

from aiohttp import web

from handlers.programs.items import no_such
from handlers.programs.keys import Caller, NoKey
from knowledge.store.programs.api_keys import Reach
from web.site.keys import PROGRAMS


async def caller_of(request: web.Request) -> Caller:
    """Raises NoKey, TooMany."""
    scheme, _blank, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":  # RFC 9110, 11.1
        raise NoKey
    return await request.app[PROGRAMS].keys.caller(secret.strip())


async def caller_for(request: web.Request, reach: Reach) -> Caller:
    """The same for the app that the URL names. Raises NotFound where the key is another app's (S39), NotAllowed."""
    caller = await caller_of(request)
    if caller.app.handle != request.match_info["handle"]:
        raise no_such()
    caller.needs(reach)
    return caller
