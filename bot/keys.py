"""Where the program's own handlers find their parts."""

from typing import Final

from aiohttp import web

from bot.core import Core
from handlers.dispatcher import Dispatcher
from knowledge.store.database import Database

CORE: Final = web.AppKey("core", Core)
DATABASE: Final = web.AppKey("database", Database)
DISPATCHER: Final = web.AppKey("dispatcher", Dispatcher)
