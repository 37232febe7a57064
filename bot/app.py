"""build_app(): what a process of mimi holds open, opened and closed in one place."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial

from aiohttp import web

from bot import health, metrics
from bot.background.heartbeat import keep_time
from bot.background.start import heard_by, start_background, start_loading
from bot.join.areas import join
from bot.join.chat import join as join_chat
from bot.join.ground import open_ground
from bot.keys import AREAS, DISPATCHER, GROUND, READY
from bot.line_in import webhook
from bot.line_in.webhook import DOOR, Door
from bot.loops import start
from bot.role import ProcessRole
from bot.settings import Settings
from handlers.clock import SharedClock
from handlers.ports import Notifier
from knowledge.store.accounts.form_answers import FormAnswers
from knowledge.store.changes import Changes
from knowledge.store.database import Database
from knowledge.store.inbox.inbox import InboxRepository
from knowledge.store.replica_set import require_replica_set
from knowledge.store.schema import migrate
from web.routes import MIDDLEWARES, add_routes
from web.site.keys import SITE, Site, hand_over
from web.site.once import FORMS
from web.site.security import add_headers
from web.site.server import QUICK
from web.site.store_watch import STORE, StoreWatch


def build_app(
    settings: Settings,
    role: ProcessRole = ProcessRole.ALL,
    *,
    mailer: Notifier | None = None,
    site: Site | None = None,
) -> web.Application:
    """The application, its parts opened when it starts and closed when it stops.

    `mailer` sends instead of SMTP; `site` says more than the settings about where the pages are served.
    """
    app = web.Application(middlewares=(metrics.count, *MIDDLEWARES), client_max_size=webhook.BODY_LIMIT)
    app[SITE] = site or Site(settings.public_url.rstrip("/"), trusted_proxy=settings.trusted_proxy)
    app.cleanup_ctx.append(partial(_open, settings=settings, role=role, mailer=mailer))
    app.on_response_prepare.append(add_headers)
    app[READY] = asyncio.Event()
    app.on_shutdown.append(health.drain)
    app.router.add_get("/healthz", health.health)
    app.router.add_get("/readyz", health.ready)
    if token := settings.metrics_token.get_secret_value():
        app.router.add_get(metrics.PATH, metrics.page(token))
    if role is not ProcessRole.WORKER:
        app[QUICK] = {webhook.PATH: metrics.counted(webhook.PATH, webhook.receiver(app))}
        add_routes(app)
    return app


async def _open(
    app: web.Application, settings: Settings, role: ProcessRole, mailer: Notifier | None
) -> AsyncIterator[None]:
    """Everything the process holds open, in the order it is opened; closed in reverse."""
    clock = SharedClock()
    async with AsyncExitStack() as stack:
        database = Database.open(settings.mongodb_uri.get_secret_value())
        stack.callback(database.close)
        require_replica_set(await database.ping())
        await clock.follow(database.time)
        await migrate(database, clock.now)
        changes = Changes(database, heard_by(role))
        await changes.start()
        stack.push_async_callback(changes.stop)
        app[GROUND] = ground = await open_ground(stack, settings, database, changes, clock)
        app[AREAS] = areas = join(ground)
        hand_over(app, areas, clock)
        chat = join_chat(ground, areas)
        app[DISPATCHER], app[STORE] = chat.dispatcher, StoreWatch(database)
        app[FORMS] = FormAnswers(database)
        start_loading(app)
        start(stack, keep_time(clock, database))
        wake = await start_background(ground, areas, chat, role, mailer)
        line_secret = settings.line_channel_secret.get_secret_value()
        app[DOOR] = Door(line_secret, settings.line_bot_user_id, InboxRepository(database), clock, wake)
        yield
