"""`python -m guardrail scan`, `filter`, `redact`, `spam`: the guardrail by itself, to measure or to use elsewhere."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from guardrail.details import Details
from guardrail.findings import GuardrailFailed, PiiKind
from guardrail.known.known_values import KnownValues
from guardrail.links import Hosts
from guardrail.pii import Pii, hidden, redacted
from guardrail.public_contacts import PublicContacts
from guardrail.spam import About
from guardrail.spam.records import BadLine, judge_lines
from guardrail.stream import Memory, StreamFilter
from knowledge.phrases import Lang, to_lang

cli = typer.Typer(add_completion=False, help="Find or replace personal information in text; judge spam.")


@cli.command()
def scan() -> None:
    """JSONL {"id","lang","text"} in; {"id","spans":[{"start","end","type","confidence"}]} out, in its characters."""
    pii = Pii.load()
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            findings = pii.find_now(record["text"])
        except (ValueError, KeyError, TypeError) as error:
            raise typer.BadParameter(f"line {number} is not a record with a text") from error
        spans = [{"start": f.start, "end": f.end, "type": f.kind, "confidence": f.confidence} for f in findings]
        typer.echo(json.dumps({"id": record.get("id"), "spans": spans}, ensure_ascii=False))


@cli.command()
def mask() -> None:
    """JSONL {"id","lang","text"} in; {"id","text"} out: a visitor's words as they are kept once masked."""
    details = Details(Pii.load())
    for line in filter(str.strip, sys.stdin):
        record = json.loads(line)
        placeholder = hidden(to_lang(record["lang"]))
        kept = redacted(record["text"], details.find_now(record["text"]), lambda _kind: placeholder)  # noqa: B023
        typer.echo(json.dumps({"id": record.get("id"), "text": kept.text}, ensure_ascii=False))


@cli.command("filter")
def filter_answers(
    known: Annotated[
        Path, typer.Option(help='JSON {"values":[{"type","text"}],"hosts":[...],"public":[...]}: an app\'s index')
    ],
) -> None:
    """JSONL {"id","lang","turns":[["chunk",...],...]} in; {"id","turns":["what a visitor sees",...]} out."""
    pii = Pii.load()
    app = json.loads(known.read_text("utf-8"))
    public = app.get("public", [])
    values = KnownValues.of([(PiiKind(each["type"]), each["text"]) for each in app.get("values", [])], public)
    rules = (PublicContacts.of(public), values, Hosts.of(app.get("hosts", [])))
    for line in filter(str.strip, sys.stdin):
        record = json.loads(line)
        turns = asyncio.run(_shown(record["turns"], pii, to_lang(record["lang"]), *rules))
        typer.echo(json.dumps({"id": record.get("id"), "turns": turns}, ensure_ascii=False))


async def _shown(
    turns: list[list[str]], pii: Pii, lang: Lang, public: PublicContacts, known: KnownValues, hosts: Hosts
) -> list[str]:
    """What a visitor sees of each answer of a conversation; nothing of one that could not be checked."""
    memory, shown = Memory(), []
    for chunks in turns:
        answer = StreamFilter(pii, lang, public, known, hosts, memory)
        try:
            shown.append("".join([*[await answer.feed(chunk) for chunk in chunks], await answer.close()]))
        except GuardrailFailed:
            shown.append("")
    return shown


@cli.command()
def redact(lang: Annotated[str, typer.Option(help="ja or en: the language of the placeholder")] = "ja") -> None:
    """Text in, the same text without personal information out."""
    pii = Pii.load()
    text = sys.stdin.read()
    placeholder = hidden(to_lang(lang))
    typer.echo(redacted(text, pii.find_now(text), lambda _kind: placeholder).text, nl=False)


@cli.command()
def spam(
    messages: Annotated[Path | None, typer.Argument(help="a file, if not stdin", exists=True, dir_okay=False)] = None,
    about: Annotated[
        Path | None, typer.Option(help="an entry of the app's knowledge a line: what it is for", exists=True)
    ] = None,
) -> None:
    """JSONL {"id","lang","text","group"?,"at"?} in, in the order they came; {"id","verdict","why"} out, a line each.

    A group is one visitor's conversation; "at" the second of arrival. Lines that are no such record are named, and end
    the command with status 2 when the others are judged.
    """
    known = About.of(about.read_text("utf-8").splitlines()) if about else About()
    with messages.open("rb") if messages else sys.stdin.buffer as lines:
        wrong = 0
        for judged in judge_lines(lines, known):
            wrong += isinstance(judged, BadLine)
            typer.echo(str(judged), err=isinstance(judged, BadLine))
    if wrong:
        raise typer.Exit(2)


if __name__ == "__main__":
    cli()
