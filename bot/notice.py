"""`python -m bot notice` and `python -m bot policy`: what is told to all owners, and the policy they agreed to."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import typer

from bot.backup import command_store
from bot.join.notices import notices_of, policies_of
from bot.problems import CannotStart
from bot.settings import Settings
from handlers.clock import SystemClock
from handlers.notices.notice_words import notice_to
from handlers.notices.notices import Notices, NoticeStatus
from handlers.notices.policies import Policies
from knowledge.errors import MimiError
from knowledge.phrases import LANGS, spoken
from knowledge.store.database import Database
from knowledge.store.dumps import is_ours
from knowledge.store.notices.deliveries import Delivered
from knowledge.store.notices.notices import NoticeState
from knowledge.store.notices.policies import PolicyVersion
from knowledge.store.repositories import Repositories

Said = Mapping[str, str]
DRAFTED = "Drafted: {name}. Look at it with `notice preview {name}`; `notice send {name}` sends it."
WORDS = {
    Delivered.SENT: "sent",
    Delivered.WAITING: "waiting",
    Delivered.REFUSED: "refused",
    Delivered.NO_ADDRESS: "no address",
    Delivered.OTHERWISE: "with other news",
}


class Refused(CannotStart):
    """What the operator asked for cannot be, in one line."""


def public_url(settings: Settings) -> str:
    """Where the links of letters lead."""
    return settings.public_url or f"http://localhost:{settings.port}"


async def draft(settings: Settings, name: str, subject: Said, text: Said) -> None:
    """Keep a notice in both languages, and show it."""
    async with _notices(settings) as notices:
        notice = await notices.draft(name, subject, text)
    typer.echo(DRAFTED.format(name=notice.id))


async def draft_for_policy(settings: Settings, version: str) -> None:
    """Keep the notice of a significant change of the policy."""
    async with _notices(settings) as notices:
        notice = await notices.draft_for_policy(version)
    typer.echo(DRAFTED.format(name=notice.id))


async def preview(settings: Settings, name: str) -> None:
    """The letter and the card as owners of either language get them."""
    async with _notices(settings) as notices:
        notice = await notices.get(name)
    for lang in LANGS:
        given = notice_to(notice, lang, public_url(settings))
        typer.echo(f"===== letter, {lang} =====\nSubject: {given.subject.say(lang)}\n\n{given.text.say(lang)}\n")
        buttons = "".join(f"\n[{spoken(choice.label, lang)}] {choice.url}" for choice in given.choices)
        typer.echo(f"===== card in LINE, {lang} =====\n{given.title}\n\n{given.body}{buttons}\n")


async def send(settings: Settings, name: str, *, sure: bool) -> None:
    """Ask for it to be given; a running worker does the rest."""
    async with _notices(settings) as notices:
        await notices.get(name)
        owners = await notices.count_owners()
        question = f"Tell all owners ({owners}) of {name}, by mail and in LINE? This cannot be taken back."
        if not sure and not typer.confirm(question):
            return
        await notices.send(name)
    typer.echo(f"A worker sends it from now on, whether or not this window stays open: `notice status {name}`")


async def drop(settings: Settings, name: str) -> None:
    """Throw a draft away."""
    async with _notices(settings) as notices:
        await notices.drop(name)
    typer.echo(f"Dropped: {name}")


async def status(settings: Settings, name: str) -> None:
    """How far one is, or all of them."""
    async with _notices(settings) as notices:
        found = [await notices.status(name)] if name else await notices.all()
    typer.echo("\n".join(_status_words(each) for each in found) or "There are no notices.")


async def publish(settings: Settings, policy: PolicyVersion) -> None:
    """Publish a version of the policy for good."""
    async with _policies(settings) as policies:
        await policies.publish(policy)
        typer.echo(_policy_line(policy, is_coming=policy.since > (await policies.versions()).today))
    typer.echo(f"If it is a significant change: `notice draft --significant-policy {policy.version}`")


async def list_policies(settings: Settings) -> None:
    """All versions, the newest first."""
    async with _policies(settings) as policies:
        versions = await policies.versions()
    for policy in reversed(versions.all):
        mark = " (in force)" if policy is versions.current else ""
        typer.echo(_policy_line(policy, is_coming=versions.is_coming(policy)) + mark)


def version_in(name: str, since: str, texts: Said, changes: Said) -> PolicyVersion:
    """What the command was given. Raises Refused for what is no date or no file."""
    try:
        day = date.fromisoformat(since)
    except ValueError as error:
        raise Refused("--since is a day, as in 2027-04-01") from error
    return PolicyVersion(name, day, texts, changes)


def texts_in(paths: Mapping[str, Path | None]) -> dict[str, str]:
    """What stands in these files, by language; nothing where there is none. Raises Refused."""
    return {lang: _read(path) if path else "" for lang, path in paths.items()}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path} cannot be read as a text in UTF-8 ({type(error).__name__})") from error


def _policy_line(policy: PolicyVersion, *, is_coming: bool) -> str:
    return f"{policy.version}  {'comes into force on' if is_coming else 'since'} {policy.since.isoformat()}"


def _status_words(status: NoticeStatus) -> str:
    notice, counts = status.notice, status.counts
    if notice.state is NoticeState.DRAFT:
        return f"{notice.id}: a draft"
    stands = f"being sent, {status.left} owners still to be told" if notice.state is NoticeState.GIVING else "sent"
    ways = (("mail", counts.mail), ("LINE", counts.line))
    lines = [
        f"  {way}: " + (", ".join(f"{by[each]} {WORDS[each]}" for each in Delivered if by.get(each)) or "nobody yet")
        for way, by in ways
    ]
    lines.append(f"  reached by neither: {counts.unreached}")
    return "\n".join([f"{notice.id}: {stands}; told: {counts.owners}", *lines])


@asynccontextmanager
async def _notices(settings: Settings) -> AsyncIterator[Notices]:
    async with _store(settings) as database:
        yield notices_of(Repositories(database), SystemClock(), public_url(settings))


@asynccontextmanager
async def _policies(settings: Settings) -> AsyncIterator[Policies]:
    async with _store(settings) as database:
        yield policies_of(Repositories(database), SystemClock())


@asynccontextmanager
async def _store(settings: Settings) -> AsyncIterator[Database]:
    """The store of a mimi. Raises Refused for what the operator can put right."""
    async with command_store(settings) as database:
        if not await is_ours(database):
            raise Refused(f"No mimi has ever been at work on database {database.raw.name}: check MONGODB_URI.")
        try:
            yield database
        except MimiError as error:
            raise Refused(error.phrase.say("en")) from error
