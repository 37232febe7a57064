"""What an import would take in, as JSON Lines for scripts: of files and pages, without a server.

Each line is an entry, a document, something that was left out, or the problem that kept a file from being read.
"""

import json
from pathlib import Path
from typing import Any

from knowledge.errors import BadInput
from knowledge.importing.limited_process import TooMuch, command_of, said_by
from knowledge.importing.read_results import FoundDocument, FoundFaq, Item, LeftOut, ReadRequest
from knowledge.importing.reading import Reading, TooCostly
from knowledge.phrases import Phrase, Tag, _, from_plain

FETCH = command_of("bot.outside")
FETCHED_WITHIN = 60.0  # seconds, which are more than the fetch gives itself
SCHEMES = ("http://", "https://")


async def lines(places: list[str], lang: Tag) -> list[dict[str, Any]]:
    """The lines for these files and addresses, in their order."""
    reading, found = Reading(), list[dict[str, Any]]()
    for place in places:
        try:
            found += await _read(reading, place, lang)
        except BadInput as problem:
            found.append({"kind": "problem", "text": problem.phrase.say(lang), "source": place})
    return found


async def _read(reading: Reading, place: str, lang: Tag) -> list[dict[str, Any]]:
    is_page = place.startswith(SCHEMES)
    asked, data = await _fetched(place) if is_page else _opened(place)
    read = await reading.read(data, asked)
    out = [_line(item, place, lang) for item in read.items]
    out += [_left_out(page, _ON_A_SITEMAP, place, lang) for page in read.pages]
    if read.left_out:
        out.append(_left_out(_("{count} more pages", count=read.left_out), _TOO_MANY, place, lang))
    return out


_ON_A_SITEMAP = _("It is listed in a sitemap. To read it, send its address.")
_TOO_MANY = _("There are more than I can read at once.")


def _opened(place: str) -> tuple[ReadRequest, bytes]:
    path = Path(place)
    try:
        return ReadRequest(name=path.name), path.read_bytes()
    except OSError as error:
        raise BadInput(_("This file cannot be opened: {name}", name=place)) from error


async def _fetched(url: str) -> tuple[ReadRequest, bytes]:
    try:
        output = await said_by([*FETCH, url], b"", FETCHED_WITHIN)
    except TooMuch as error:
        raise TooCostly from error
    first, _newline, data = output.partition(b"\n")
    header = json.loads(first)
    if "problem" in header:
        raise BadInput(from_plain(header["problem"]))
    return ReadRequest(url=header["url"], charset=header["charset"]), data


def _line(item: Item, place: str, lang: Tag) -> dict[str, Any]:
    match item:
        case FoundFaq():
            phrasings = {"phrasings": list(item.phrasings)} if item.phrasings else {}
            return {
                "kind": "entry",
                "question": item.question,
                "answer": item.answer,
                **phrasings,
                "source": item.url or place,
            }
        case FoundDocument():
            return {"kind": "document", "title": item.title, "text": item.text, "source": item.url or place}
        case LeftOut():
            return _left_out(item.what, item.why, place, lang)
    what: str | Phrase = item.shown
    if not what:
        what = _("Line {row}", row=item.row) if item.row else _("A part of it")
    return _left_out(what, item.why, place, lang)


def _left_out(what: str | Phrase, why: Phrase, place: str, lang: Tag) -> dict[str, Any]:
    said = what.say(lang) if isinstance(what, Phrase) else what
    return {"kind": "left_out", "what": said, "why": why.say(lang), "source": place}
