"""Where the program's own handlers find their parts."""

import asyncio
from typing import Final

from aiohttp import web

from bot.join.ground import Ground
from handlers.areas import Areas
from handlers.chat.dispatcher import Dispatcher

AREAS: Final = web.AppKey("areas", Areas)
GROUND: Final = web.AppKey("ground", Ground)
# Done when everything is loaded that a request may need; failed when something cannot be.
LOADING: Final[web.AppKey[asyncio.Task[None]]] = web.AppKey("loading", asyncio.Task[None])
# Set when this process answers without first having to load something; cleared to drain.
READY: Final = web.AppKey("ready", asyncio.Event)
DISPATCHER: Final = web.AppKey("dispatcher", Dispatcher)
