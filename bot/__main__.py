"""The command line: python -m bot run | serve | doctor | settings | invite | notice | policy | backup | restore ..."""

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
    """Run everything on this machine, with embedded parts for whatever is not configured."""
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
    processes: Annotated[int, typer.Option(min=1, help="how many: one per core; they share what they load")] = 1,
) -> None:
    """Run in production: real settings only. Web and worker processes scale separately on one database."""
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
    privacy: Annotated[
        bool, typer.Option("--privacy", help="show instead what is stored, since when and until when")
    ] = False,
) -> None:
    """Check everything mimi needs and say what to do about each fault. Exits with 1 if something failed."""
    if privacy:
        from bot.doctor.privacy import report_privacy

        _command(report_privacy)
        return
    logs.set_up(pretty=True)
    from bot.doctor import report

    if not asyncio.run(report(_settings(), fix=fix)):
        raise typer.Exit(1)


@cli.command()
def invite() -> None:
    """Create an invitation code for one new owner (MIMI_SIGNUP=invite), valid for 30 days."""
    logs.set_up(pretty=True)
    from bot.invite import make_invitation

    _finish(make_invitation(_settings()))


@cli.command()
def backup(file: Annotated[Path, typer.Argument(help="a new file; an existing one is never replaced")]) -> None:
    """Write everything that lasts into one file, while mimi runs or not (docs/backup.md)."""
    logs.set_up(pretty=True)
    from bot.backup import back_up

    _finish(back_up(_settings(), file))


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="the file that `backup` wrote")],
    replace: Annotated[bool, typer.Option("--replace", help="erase what is in the database; asks first")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    send_waiting: Annotated[
        bool, typer.Option("--send-waiting", help="send what waited at the backup: it was not sent since")
    ] = False,
) -> None:
    """Restore a backup into an empty database, after checking all of it (docs/backup.md)."""
    logs.set_up(pretty=True)
    from bot.backup import restore as put_back

    _finish(put_back(_settings(), file, replace=replace, send_waiting=send_waiting, sure=yes))


@cli.command()
def erase(
    owner_ids: Annotated[list[str], typer.Argument(help='their ids, as in the log under "account erased"')],
) -> None:
    """Erase accounts that a restore brought back, at once and without telling anyone (docs/backup.md)."""
    logs.set_up(pretty=True)
    from bot.backup import erase as erase_again

    _finish(erase_again(_settings(), owner_ids))


receipt_cli = typer.Typer(no_args_is_help=True, help="Check receipts of deletions.")
cli.add_typer(receipt_cli, name="receipt")


@receipt_cli.callback()
def receipt() -> None:
    """Check receipts of deletions."""


@receipt_cli.command()
def verify(
    file: Annotated[
        typer.FileText, typer.Argument(help="an e-mail or text with a receipt in it; - for standard input")
    ],
) -> None:
    """Check that a receipt is as this service signed it. Exits with 1 if it was altered, 2 if there is none."""
    from bot.receipt import verify as verify_receipt

    verify_receipt(_settings(), file.read())


notice_cli = typer.Typer(no_args_is_help=True, help="Tell all owners something, once, by e-mail and in LINE.")
policy_cli = typer.Typer(no_args_is_help=True, help="Manage the versions of the privacy policy that /privacy shows.")
cli.add_typer(notice_cli, name="notice")
cli.add_typer(policy_cli, name="policy")


@notice_cli.command(name="draft")
def draft_notice(
    name: Annotated[str, typer.Argument(help="what it is called: maintenance-2027-01")] = "",
    subject_ja: Annotated[str, typer.Option(help="its subject, in Japanese")] = "",
    subject_en: Annotated[str, typer.Option(help="... in English")] = "",
    ja: Annotated[Path | None, typer.Option(help="a file with its text, in Japanese")] = None,
    en: Annotated[Path | None, typer.Option(help="... in English")] = None,
    significant_policy: Annotated[
        str, typer.Option(metavar="VERSION", help="instead of all these: announce this version of the policy")
    ] = "",
) -> None:
    """Draft a notice in both languages; nobody is told yet."""
    from bot import notice

    if significant_policy:
        _command(lambda settings: notice.draft_for_policy(settings, significant_policy))
        return
    subject = {"ja": subject_ja, "en": subject_en}
    _command(lambda settings: notice.draft(settings, name, subject, notice.texts_in({"ja": ja, "en": en})))


@notice_cli.command(name="preview")
def preview_notice(name: str) -> None:
    """Show the e-mail and the LINE card as owners of each language get them."""
    from bot import notice

    _command(lambda settings: notice.preview(settings, name))


@notice_cli.command(name="send")
def send_notice(name: str, yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False) -> None:
    """Tell everyone who has an account now. A worker does the sending; this only asks for it."""
    from bot import notice

    _command(lambda settings: notice.send(settings, name, sure=yes))


@notice_cli.command(name="drop")
def drop_notice(name: str) -> None:
    """Throw a draft away."""
    from bot import notice

    _command(lambda settings: notice.drop(settings, name))


@notice_cli.command(name="status")
def notice_status(name: Annotated[str, typer.Argument(help="leave it out to see all of them")] = "") -> None:
    """Show how many owners were told, how, and whether it arrived."""
    from bot import notice

    _command(lambda settings: notice.status(settings, name))


@policy_cli.command(name="add")
def add_policy(
    version: Annotated[str, typer.Argument(help="its name, in lower-case letters and digits: 3")],
    since: Annotated[str, typer.Option(help="the day it comes into force: 2027-04-01")],
    ja: Annotated[Path, typer.Option(help="a file with its text, in Japanese (web/policies/ has examples)")],
    en: Annotated[Path, typer.Option(help="... in English")],
    changes_ja: Annotated[str, typer.Option(help="what changed, in Japanese")],
    changes_en: Annotated[str, typer.Option(help="... in English")],
) -> None:
    """Publish a version. It cannot be changed afterwards."""
    from bot import notice

    changes = {"ja": changes_ja, "en": changes_en}
    _command(
        lambda settings: notice.publish(
            settings, notice.version_in(version, since, notice.texts_in({"ja": ja, "en": en}), changes)
        )
    )


@policy_cli.command(name="list")
def list_policies() -> None:
    """List all versions: which is in force, and which comes next."""
    from bot import notice

    _command(notice.list_policies)


@cli.command(name="use-cases")
def use_cases() -> None:
    """Print what an owner can do, and where (docs/use-cases.md)."""
    from bot.use_cases import print_use_cases

    _finish(print_use_cases(_settings()))


@cli.command()
def settings() -> None:
    """List every variable: its default, whether it is set, and what it is for."""
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


def _command(work: Callable[[Settings], Coroutine[Any, Any, None]]) -> None:
    """A command on the store, as clearly."""
    logs.set_up(pretty=True)
    _clearly(lambda: asyncio.run(work(_settings())))


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
        from bot.doctor.store import why_not_usable

        finding = asyncio.run(why_not_usable(_settings(), problem))
        _stop(f"MongoDB: {finding.detail}: {finding.advice}.")
    except (SettingsProblem, CannotStart, NewerSchema, UnfinishedRestore, NotAReplicaSet) as problem:
        _stop(str(problem))


def _stop(why: str) -> NoReturn:
    typer.echo(why, err=True)
    sys.exit(CLEAR)


if __name__ == "__main__":
    cli()
