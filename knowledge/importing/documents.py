"""A document's parts -> the entries in it, and a document of the rest."""

from collections.abc import Sequence
from dataclasses import replace

from knowledge.errors import BadInput
from knowledge.importing import markdown
from knowledge.importing.left_out import counted
from knowledge.importing.parts import TextPart, text_of
from knowledge.importing.prose import LONGEST_TITLE, first_words
from knowledge.importing.questions import Division, divided
from knowledge.importing.read_results import FoundDocument, FoundFaq, Item, LeftOut
from knowledge.phrases import _


def items(
    parts: Sequence[TextPart],
    title: str,
    otherwise: str,
    left_out: Sequence[LeftOut] = (),
    *,
    url: str = "",
    marked_up: Sequence[FoundFaq] = (),
    whole: bool = False,
) -> tuple[Item, ...]:
    """All that is found, what was left out last; `marked_up` are entries that need no looking for. `whole`: nothing is
    made an entry.

    Raises BadInput where there is no text.
    """
    if whole:
        found, rest, empty = Division([], [*_as_parts(marked_up), *parts])
        marked_up = ()
    else:
        found, rest, empty = divided(parts, title or otherwise)
    entries = [*marked_up, *found]
    text = text_of(rest)
    # Headings whose entries are gone say nothing.
    if entries and not any(part.text or part.rows for part in rest if not part.level):
        text = ""
    if not entries and not text:
        raise BadInput(_("There is no text in it."))
    named = title[:LONGEST_TITLE] or otherwise or first_words(text or entries[0].question)
    document = (FoundDocument(named, text, url),) if text else ()
    return (*entries, *document, *counted({"empty_pairs": empty}), *left_out)


def _as_parts(entries: Sequence[FoundFaq]) -> list[TextPart]:
    return [part for entry in entries for part in (TextPart(entry.question, 3), TextPart(entry.answer))]


def of_text(
    text: str, title: str, otherwise: str, left_out: Sequence[LeftOut] = (), *, whole: bool = False
) -> tuple[Item, ...]:
    """The same for a text with its headings marked as Markdown does; without entries in it, it stays as written."""
    found = items(markdown.parts(text), title, otherwise, left_out, whole=whole)
    if any(isinstance(item, FoundFaq) for item in found):
        return found
    return tuple(replace(item, text=text) if isinstance(item, FoundDocument) else item for item in found)
