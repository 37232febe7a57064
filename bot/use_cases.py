"""`python -m bot use-cases`: what an owner can do and by which door, from the command table, the buttons and the pages.

It is kept as docs/use-cases.md; tests/test_use_cases.py compares.
"""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack

import typer
from pydantic import SecretStr

from bot.join.areas import join
from bot.join.chat import join as join_chat
from bot.join.ground import open_ground
from bot.settings import Settings
from handlers.apps.settings import BY_KEY
from handlers.chat.commands import Command
from handlers.chat.dispatcher import Dispatcher
from handlers.chat.help import grouped
from handlers.clock import SystemClock
from knowledge.store.changes import Changes
from knowledge.store.database import Database
from web.routes import ROUTES

NOWHERE = "mongodb://127.0.0.1:9/use-cases"  # nothing is read or written: the parts are made and looked at
OWNERS = "/owner"
APP = "/owner/apps/{handle}"

# Each page of the owner's -> the command that does the same in LINE.
SAME_IN_LINE: Mapping[str, str] = {
    "/owner": "/app list",
    "/owner/sign-out": "/web",
    "/owner/apps": "/app new",
    "/owner/faqs": "/faq list",
    APP: "/faq list",
    f"{APP}/delete": "/app delete",
    f"{APP}/delete/stay": "/app delete",
    f"{APP}/faqs": "/faq add",
    f"{APP}/faqs/{{faq}}": "/faq edit",
    f"{APP}/faqs/{{faq}}/phrasings": "/faq phrasings",
    f"{APP}/faqs/{{faq}}/remove": "/faq remove",
    f"{APP}/faqs/chosen": "/faq remove",
    "/owner/documents": "/doc list",
    f"{APP}/documents": "/doc list",
    f"{APP}/documents/{{document}}": "/doc list",
    f"{APP}/documents/{{document}}/edit": "/doc list",
    f"{APP}/documents/{{document}}/file": "/doc list",
    f"{APP}/documents/{{document}}/look": "/doc list",
    f"{APP}/documents/{{document}}/watch": "/doc list",
    f"{APP}/documents/{{document}}/remove": "/doc list",
    f"{APP}/news": "/news list",
    f"{APP}/news/page": "/news list",
    f"{APP}/news/{{note}}": "/news list",
    f"{APP}/hidden": "/hidden",
    f"{APP}/hidden/{{finding}}/publish": "/hidden",
    f"{APP}/hidden/{{finding}}/remove": "/hidden",
    f"{APP}/hidden/{{finding}}/person": "/hidden",
    f"{APP}/hidden/{{finding}}/nobody": "/hidden",
    f"{APP}/public": "/public",
    f"{APP}/public/hide": "/public",
    "/owner/import": "/import",
    f"{APP}/import": "/import",
    f"{APP}/import/file": "/import",
    f"{APP}/import/page": "/import",
    f"{APP}/import/text": "/doc add",
    f"{APP}/import/pages/{{page}}": "/doc pages",
    f"{APP}/import/{{job}}": "/import",
    f"{APP}/import/{{job}}/apply": "/import",
    f"{APP}/import/{{job}}/cancel": "/import",
    f"{APP}/import/{{job}}/stop": "/import",
    f"{APP}/import/{{job}}/settle": "/import",
    f"{APP}/import/{{job}}/undo": "/import",
    f"{APP}/import/{{job}}/columns": "/import",
    f"{APP}/import/{{job}}/as": "/import",
    f"{APP}/export/{{file}}": "/export faq",
    "/owner/gaps": "/gaps",
    f"{APP}/gaps": "/gaps",
    f"{APP}/gaps/{{gap}}/accept": "/gaps",
    f"{APP}/gaps/{{gap}}/phrasing": "/gaps",
    f"{APP}/gaps/{{gap}}/dismiss": "/gaps",
    f"{APP}/gaps/{{gap}}/later": "/gaps",
    f"{APP}/waiting/{{alert}}/answer": "/alerts",
    f"{APP}/waiting/{{alert}}/dismiss": "/alerts",
    f"{APP}/checks": "/checks",
    f"{APP}/checks/ask": "/check add",
    f"{APP}/checks/{{check}}/unpin": "/checks",
    f"{APP}/try": "/try",
    f"{APP}/try/{{trial}}": "/tried",
    f"{APP}/try/{{trial}}/entry": "/tried",
    f"{APP}/try/{{trial}}/phrasing": "/tried",
    f"{APP}/try/{{trial}}/mark": "/tried",
    "/owner/alerts": "/alerts settings",
    "/owner/settings": "/settings",
    f"{APP}/settings": "/settings",
    f"{APP}/sample.svg": "/settings",
    f"{APP}/pause": "/pause",
    f"{APP}/lists/{{list}}": "/app links",
    f"{APP}/lists/{{list}}/{{item}}": "/app links",
    f"{APP}/pictures/{{shape}}": "/app icon",
    f"{APP}/pictures/{{shape}}/remove": "/app icon",
    "/owner/conversations": "/conversations",
    f"{APP}/conversations": "/conversations",
    f"{APP}/conversations/new": "/conversations",
    f"{APP}/conversations/{{conversation}}": "/conversations",
    f"{APP}/conversations/{{conversation}}/latest": "/conversations",
    f"{APP}/conversations/{{conversation}}/events": "/conversations",
    f"{APP}/conversations/{{conversation}}/talk": "/talks",
    f"{APP}/conversations/{{conversation}}/say": "/talks",
    f"{APP}/conversations/{{conversation}}/hand-back": "/end",
    f"{APP}/conversations/{{conversation}}/answers": "/end",
    f"{APP}/conversations/{{conversation}}/answers/{{message}}": "/end",
    f"{APP}/conversations/{{conversation}}/correct/{{message}}": "/faq add",
    f"{APP}/conversations/{{conversation}}/release/{{message}}": "/conversations",
    f"{APP}/conversations/{{conversation}}/block": "/conversations",
    f"{APP}/conversations/{{conversation}}/unblock": "/conversations",
    f"{APP}/conversations/{{conversation}}/delete": "/conversations",
    "/owner/keys": "/api",
    f"{APP}/keys": "/api",
    f"{APP}/keys/{{key}}/revoke": "/api",
    "/owner/proposals": "/proposals",
    "/owner/proposals/{proposal}/apply": "/proposals",
    "/owner/proposals/{proposal}/reword": "/proposals",
    "/owner/proposals/{proposal}/discard": "/proposals",
    "/owner/insight": "/insight",
    f"{APP}/insight": "/insight",
    "/owner/account": "/account",
    "/owner/email": "/email",
    "/owner/email/code": "/email",
    "/owner/email/again": "/email",
    "/owner/email/stop": "/email",
    "/owner/email/remove": "/email",
    "/owner/sessions/end": "/account",
    "/owner/sessions/{session}/end": "/account",
    "/owner/link": "/link",
    "/owner/unlink": "/unlink",
    "/owner/export": "/export",
    "/owner/export.zip": "/export",
    "/owner/export/back": "/export",
    "/owner/export/back/{return}": "/export",
    "/owner/export/back/{return}/apply": "/export",
    "/owner/export/back/{return}/cancel": "/export",
    "/owner/delete": "/delete-account",
    "/owner/delete/stay": "/delete-account",
    "/owner/delete/now": "/delete-account",
}
# Commands whose page stands under another command's name.
ALSO: Mapping[str, str] = {
    "/app header": "/app icon",
    "/app questions": "/app links",
    "/app topics": "/app links",
    "/app origins": "/app links",
    "/resume": "/pause",
    "/conversations find": "/conversations",
    "/faq find": "/faq list",
    "/faq exact": "/faq edit",
    "/news add": "/news list",
}


def pages() -> dict[str, set[str]]:
    """The owner's pages: path -> methods."""
    found: dict[str, set[str]] = {}
    for route in ROUTES:
        path = route.path.replace(":icon|header", "")
        if path.split("/")[1:2] == [OWNERS.strip("/")]:
            found.setdefault(path, set()).add(route.method)
    return found


def document(dispatcher: Dispatcher) -> str:
    """The whole page as Markdown."""
    lines = [
        "# Use cases and their doors",
        "",
        "What an owner can do. LINE has all of it; the dashboard has what is marked. "
        "Written by `python -m bot use-cases`, from the command table, the buttons and the pages.",
    ]
    for group in grouped(dispatcher.commands):
        lines += [
            "",
            f"## {group.topic.name.say('en')}",
            "",
            "| use case | in LINE | 日本語 | door |",
            "| --- | --- | --- | --- |",
        ]
        lines += [_row(command) for command in group.commands]
    lines += ["", "## Buttons", "", "Every command is reached by buttons and the menu too; these are all of them.", ""]
    lines += [
        f"- {verb}: {', '.join(f'`{each}`' for each in names)}" for verb, names in _by_subject(dispatcher.buttons)
    ]
    return "\n".join(lines) + "\n"


def _row(command: Command) -> str:
    english, japanese = command.names[:2]
    door = "both" if _has_page(english) else "LINE"
    return f"| {command.summary.say('en')} | `{english}` | `{japanese}` | {door} |"


def _has_page(name: str) -> bool:
    shown = set(SAME_IN_LINE.values())
    is_setting = name.removeprefix("/app ") in BY_KEY
    return name in shown or ALSO.get(name) in shown or is_setting


def _by_subject(verbs: Sequence[str]) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for verb in sorted(verbs):
        found.setdefault(verb.partition(".")[0], []).append(verb)
    return list(found.items())


async def print_use_cases(settings: Settings) -> None:
    """Print the page."""
    at_rest = settings.model_copy(update={"mongodb_uri": SecretStr(NOWHERE)})
    async with AsyncExitStack() as stack:
        database = Database.open(NOWHERE)
        stack.callback(database.close)
        ground = await open_ground(stack, at_rest, database, Changes(database, ()), SystemClock())
        typer.echo(document(join_chat(ground, join(ground)).dispatcher), nl=False)
