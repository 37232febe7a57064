"""The command line: python -m bot run | serve | doctor | settings | invite."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, NoReturn

import typer

from bot import logs
from bot.role import Role
from bot.settings import Settings, SettingsProblem

CLEAR = 2  # the exit code of what another try would not change

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="mimi: an AI concierge for an app's public page.",
)


@cli.command()
def run() -> None:
    """The whole product on this machine; embedded parts for whatever is not configured."""
    logs.set_up(pretty=True)
    try:
        from bot.embedded.mongod import NoMongod
        from bot.embedded.run import run as run_everything
        from bot.embedded.start import UnusableFolder
    except ModuleNotFoundError as missing:
        _stop(f"`run` needs what production leaves out ({missing.name}): install requirements-run.lock, or `make run`.")

    _finish(run_everything(_settings()), NoMongod, UnusableFolder)


@cli.command()
def serve(
    role: Annotated[Role, typer.Option(help="the site and the webhook, the worker, or both")] = Role.ALL,
    processes: Annotated[int, typer.Option(min=1, help="how many, one a core; what they load they share")] = 1,
) -> None:
    """Production: real settings only. Web and worker processes scale separately on one database."""
    logs.set_up(pretty=False)
    # A container's first process has no default way to end: until the program listens for it, this is one.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    from bot.processes import serve_in
    from bot.program import serve as serve_role

    settings = _settings()
    if processes > 1:
        _clearly(lambda: serve_in(processes, settings, role))
    else:
        _finish(serve_role(settings, role))


@cli.command()
def doctor() -> None:
    """Look at settings, store, LINE, Claude, inbox and outbox, and say what to do about each. Exits 1 on a failure."""
    logs.set_up(pretty=True)
    from bot.doctor import report

    if not asyncio.run(report(_settings())):
        raise typer.Exit(1)


@cli.command()
def invite() -> None:
    """Make an invitation code for one new owner (MIMI_SIGNUP=invite); good for 30 days."""
    logs.set_up(pretty=True)
    from bot.invite import make_invitation

    _finish(make_invitation(_settings()))


@cli.command(name="use-cases")
def use_cases() -> None:
    """What an owner can do, and by which door: docs/use-cases.md."""
    from bot.use_cases import print_use_cases

    _finish(print_use_cases(_settings()))


@cli.command()
def settings() -> None:
    """Every variable: its default, whether it is set, and what it is for."""
    given = _settings()
    for field in type(given).model_fields.values():
        state = "set" if field.alias in given.named() else f"default {_shown(field.default)}"
        typer.echo(f"{field.alias}  ({state})\n    {field.description}")


def _shown(default: Any) -> str:
    value = default.get_secret_value() if hasattr(default, "get_secret_value") else default
    return "unset" if value == "" else str(value)


def _settings() -> Settings:
    try:
        return Settings.read()
    except SettingsProblem as problem:
        _stop(str(problem))


def _finish(work: Coroutine[Any, Any, None], *problems: type[Exception]) -> None:
    """Run to the end, as clearly."""
    _clearly(lambda: asyncio.run(work), *problems)


def _clearly(do: Callable[[], None], *problems: type[Exception]) -> None:
    """What stops mimi from starting, `problems` among it, is one clear line, not a traceback."""
    from pymongo.errors import PyMongoError

    from bot.program import PortBusy
    from knowledge.store.replica_set import NotAReplicaSet
    from knowledge.store.schema import NewerSchema

    clear: tuple[type[Exception], ...] = (SettingsProblem, PortBusy, NewerSchema, NotAReplicaSet, *problems)
    try:
        do()
    except PyMongoError as problem:
        _stop(f"MongoDB is not usable ({type(problem).__name__}): check MONGODB_URI and that the server is up.")
    except clear as problem:
        _stop(str(problem))


def _stop(why: str) -> NoReturn:
    typer.echo(why, err=True)
    sys.exit(CLEAR)


if __name__ == "__main__":
    cli()
