"""Where the program's own handlers find their parts."""

import asyncio
from typing import Final

from aiohttp import web

from bot.core import Core
from handlers.dispatcher import Dispatcher
from knowledge.store.database import Database

CORE: Final = web.AppKey("core", Core)
DATABASE: Final = web.AppKey("database", Database)
READY: Final[web.AppKey[asyncio.Event]] = web.AppKey("ready")  # what a request needs is loaded; cleared to drain
DISPATCHER: Final = web.AppKey("dispatcher", Dispatcher)
