"""What every part stands on: settings, the store, the clock, and what is opened once for a process."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import cache

from bot.line.contents import LineContents
from bot.line.link_tokens import LineLinkTokens
from bot.settings import Settings
from guardrail.limits import Limits
from guardrail.pii import Pii
from handlers.ports import Clock
from knowledge.store.changes import Changes
from knowledge.store.database import Database


@dataclass(frozen=True)
class Ground:
    """What is opened is closed with `stack`, in reverse."""

    stack: AsyncExitStack
    settings: Settings
    database: Database
    changes: Changes
    clock: Clock
    pii: Pii
    limits: Limits
    contents: LineContents
    link_tokens: LineLinkTokens


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
    return Ground(stack, settings, database, changes, clock, one_pii(), limits, contents, link_tokens)


@cache
def one_pii() -> Pii:
    """One analyser for the process: its dictionaries take a second to read, and it keeps nothing of any text.

    It is loaded when it is first prepared or looks at something.
    """
    return Pii.late()
