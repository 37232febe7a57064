"""The command line: python -m bot run | serve | doctor | settings | invite | backup | restore | erase | receipt."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from bot import logs
from bot.problems import CannotStart
from bot.role import ProcessRole
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
        from bot.embedded.run import run as run_everything
    except ModuleNotFoundError as missing:
        _stop(f"`run` needs what production leaves out ({missing.name}): install requirements-run.lock, or `make run`.")
    from bot.program import until_told_to_stop

    _finish(until_told_to_stop(run_everything(_settings())))


@cli.command()
def serve(
    role: Annotated[ProcessRole, typer.Option(help="the site and the webhook, the worker, or both")] = ProcessRole.ALL,
    processes: Annotated[int, typer.Option(min=1, help="how many, one a core; what they load they share")] = 1,
) -> None:
    """Production: real settings only. Web and worker processes scale separately on one database."""
    logs.set_up(pretty=False)
    # A container's first process has no default way to end: until the program listens for it, this is one.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # Whoever starts mimi may have ignored it, which is inherited: then nobody would hear of a process that has ended.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    from bot.processes import serve_in
    from bot.program import serve as serve_role
    from bot.program import until_told_to_stop

    settings = _settings()
    if processes > 1:
        _clearly(lambda: serve_in(processes, settings, role))
    else:
        _finish(until_told_to_stop(serve_role(settings, role)))


@cli.command()
def doctor(
    fix: Annotated[bool, typer.Option("--fix", help="give LINE the webhook URL it should have")] = False,
) -> None:
    """Look at everything mimi needs and say what to do about each fault. Exits 1 on a failure."""
    logs.set_up(pretty=True)
    from bot.doctor import report

    if not asyncio.run(report(_settings(), fix=fix)):
        raise typer.Exit(1)


@cli.command()
def invite() -> None:
    """Make an invitation code for one new owner (MIMI_SIGNUP=invite); good for 30 days."""
    logs.set_up(pretty=True)
    from bot.invite import make_invitation

    _finish(make_invitation(_settings()))


@cli.command()
def backup(file: Annotated[Path, typer.Argument(help="a new file; what is there is never replaced")]) -> None:
    """Write everything that lasts into one file, while mimi runs or not (docs/backup.md)."""
    logs.set_up(pretty=True)
    from bot.backup import back_up

    _finish(back_up(_settings(), file))


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="what `backup` wrote")],
    replace: Annotated[bool, typer.Option("--replace", help="erase what is in the database; asks first")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    send_waiting: Annotated[
        bool, typer.Option("--send-waiting", help="send what waited at the backup: it was not sent since")
    ] = False,
) -> None:
    """Put a backup into an empty database, once all of it was checked (docs/backup.md)."""
    logs.set_up(pretty=True)
    from bot.backup import restore as put_back

    _finish(put_back(_settings(), file, replace=replace, send_waiting=send_waiting, sure=yes))


@cli.command()
def erase(owner_ids: Annotated[list[str], typer.Argument(help="as the log says them: account erased")]) -> None:
    """Erase accounts that a restore has brought back, at once and without a word to anybody (docs/backup.md)."""
    logs.set_up(pretty=True)
    from bot.backup import erase as erase_again

    _finish(erase_again(_settings(), owner_ids))


receipt_cli = typer.Typer(no_args_is_help=True, help="Receipts of deletions.")
cli.add_typer(receipt_cli, name="receipt")


@receipt_cli.callback()
def receipt() -> None:
    """Receipts of deletions."""


@receipt_cli.command()
def verify(
    file: Annotated[typer.FileText, typer.Argument(help="a mail or text with a receipt in it; - for standard input")],
) -> None:
    """Whether a receipt is as this service signed it. Exits 1 for one that was altered, 2 where there is none."""
    from bot.receipt import verify as verify_receipt

    verify_receipt(_settings(), file.read())


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


def _finish(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end, as clearly."""
    _clearly(lambda: asyncio.run(work))


def _clearly(do: Callable[[], None]) -> None:
    """What stops mimi from starting is one clear line, not a traceback."""
    from pymongo.errors import PyMongoError

    from knowledge.store.replica_set import NotAReplicaSet
    from knowledge.store.schema import NewerSchema, UnfinishedRestore

    try:
        do()
    except PyMongoError as problem:
        from bot.doctor.store import about_the_user

        if finding := about_the_user(problem):
            _stop(f"{finding.detail}: {finding.advice}")
        _stop(f"MongoDB is not usable ({type(problem).__name__}): check MONGODB_URI and that the server is up.")
    except (SettingsProblem, CannotStart, NewerSchema, UnfinishedRestore, NotAReplicaSet) as problem:
        _stop(str(problem))


def _stop(why: str) -> NoReturn:
    typer.echo(why, err=True)
    sys.exit(CLEAR)


if __name__ == "__main__":
    cli()
