"""`python -m guardrail scan` and `redact`: the guardrail by itself, for measuring it or using it elsewhere."""

import json
import sys
from typing import Annotated

import typer

from guardrail.pii import Pii, hidden, redacted
from knowledge.phrases import to_lang

cli = typer.Typer(add_completion=False, help="Find or replace personal information in text.")


@cli.command()
def scan() -> None:
    """JSONL {"id","lang","text"} in; {"id","spans":[{"start","end","type"}]} out, in characters of the text."""
    pii = Pii.load()
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            findings = pii.find_now(record["text"])
        except (ValueError, KeyError, TypeError) as error:
            raise typer.BadParameter(f"line {number} is not a record with a text") from error
        spans = [{"start": f.start, "end": f.end, "type": str(f.kind)} for f in findings]
        typer.echo(json.dumps({"id": record.get("id"), "spans": spans}, ensure_ascii=False))


@cli.command()
def redact(lang: Annotated[str, typer.Option(help="ja or en: the language of the placeholder")] = "ja") -> None:
    """Text in, the same text without personal information out."""
    pii = Pii.load()
    text = sys.stdin.read()
    placeholder = hidden(to_lang(lang))
    typer.echo(redacted(text, pii.find_now(text), lambda _kind: placeholder).text, nl=False)


if __name__ == "__main__":
    cli()
