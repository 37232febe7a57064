"""What the areas stand on: the settings, and this process's connections with the world around it."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

from bot.late_claude import open_models
from bot.line.contents import LineContents
from bot.line.link_tokens import LineLinkTokens
from bot.outside.fetcher import Fetcher
from bot.outside.places import Places
from bot.settings import Settings
from guardrail.limits import Limits
from guardrail.pii import Pii, one_pii
from handlers.ports import Clock, Contents, LinkTokens, Models, Pages
from knowledge.importing.reading import Reading
from knowledge.store.changes import Changes
from knowledge.store.database import Database
from knowledge.store.repositories import Repositories


@dataclass(frozen=True)
class Ground:
    """All that differs between the program and a test. What is opened is closed with `stack`, in reverse."""

    stack: AsyncExitStack
    settings: Settings
    database: Database
    store: Repositories
    changes: Changes
    clock: Clock
    pii: Pii
    limits: Limits
    models: Models
    contents: Contents
    link_tokens: LinkTokens
    pages: Pages
    reading: Reading


async def open_ground(
    stack: AsyncExitStack, settings: Settings, database: Database, changes: Changes, clock: Clock
) -> Ground:
    """The rest of it, opened."""
    limits = Limits(settings.mongodb_uri.get_secret_value(), database.raw.name)
    stack.callback(limits.close)
    line_token = settings.line_channel_access_token.get_secret_value()
    contents = LineContents(settings.line_data_api_url, line_token)
    stack.push_async_callback(contents.close)
    link_tokens = LineLinkTokens(settings.line_api_url, line_token)
    stack.push_async_callback(link_tokens.close)
    own_hosts = [host.strip() for host in settings.import_hosts.split(",") if host.strip()]
    return Ground(
        stack=stack,
        settings=settings,
        database=database,
        store=Repositories(database),
        changes=changes,
        clock=clock,
        pii=one_pii(),
        limits=limits,
        models=open_models(stack, settings),
        contents=contents,
        link_tokens=link_tokens,
        pages=Fetcher(Places(own_hosts)),
        reading=Reading(),
    )
