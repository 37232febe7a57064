"""The store that a command works on: the configured one, or, where none is, the embedded one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.settings import Settings
from knowledge.store.database import Database


@asynccontextmanager
async def command_store(settings: Settings, *, alone: bool = False) -> AsyncIterator[Database]:
    """The database. With `alone` an embedded one must not be in use. Raises CannotStart."""
    uri = settings.mongodb_uri.get_secret_value()
    if uri:
        database = Database.open(uri)
        try:
            yield database
        finally:
            database.close()
        return
    from bot.embedded.start import a_store  # production leaves out what the embedded parts need

    async with a_store(settings, alone=alone) as embedded:
        yield embedded
