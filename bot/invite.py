"""`python -m bot invite`: an invitation code for one new owner."""

import typer
from pymongo.errors import PyMongoError

from bot.doctor import store_uri
from bot.join.accounts import accounts_on
from bot.settings import Settings, SettingsProblem
from handlers.clock import SystemClock
from knowledge.store.database import Database
from knowledge.store.repositories import Repositories


async def make_invitation(settings: Settings) -> None:
    """Print a code. Raises SettingsProblem when the store cannot be reached."""
    database = Database.open(store_uri(settings))
    try:
        typer.echo(await accounts_on(Repositories(database), SystemClock()).invite())
    except PyMongoError as error:
        raise SettingsProblem("The database is not reachable: start mimi first, or check MONGODB_URI.") from error
    finally:
        database.close()
