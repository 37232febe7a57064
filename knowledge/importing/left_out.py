"""What readers of files leave out, counted and named, so that nothing is lost in silence."""

from collections.abc import Iterable, Mapping

from knowledge.importing.read_results import LeftOut
from knowledge.phrases import Phrase, _

_NOT_READ = _("I do not read what is in them.")
_REPEATS = _("They repeat on each page.")
_UNPUBLISHED = _("They are not published.")
_UNSEEN = _("Readers do not see them.")
# Kind -> how many there are, and why they are not taken in.
_KINDS: Mapping[str, tuple[Phrase, Phrase]] = {
    "pictures": (_("Pictures: {count}"), _("Text in pictures is not read.")),
    "charts": (_("Charts: {count}"), _NOT_READ),
    "objects": (_("Embedded objects: {count}"), _NOT_READ),
    "files": (_("Files inside it: {count}"), _NOT_READ),
    "heads": (_("Page headers and footers: {count}"), _REPEATS),
    "running": (_("Page headers and page numbers: {count}"), _REPEATS),
    "bare": (_("Pages without text: {count}"), _("There is no readable text on them.")),
    "comments": (_("Comments: {count}"), _("They are not part of the text.")),
    "contents": (_("Lines of the table of contents: {count}"), _("They repeat the headings.")),
    "hidden": (_("Hidden texts: {count}"), _UNSEEN),
    "slides": (_("Hidden slides: {count}"), _UNSEEN),
    "notes": (_("Speaker's notes: {count}"), _UNSEEN),
    "sheets": (_("Hidden sheets: {count}"), _UNSEEN),
    "drafts": (_("Drafts: {count}"), _UNPUBLISHED),
    "archived": (_("Archived or deleted articles: {count}"), _UNPUBLISHED),
    "disabled": (_("Entries that are switched off: {count}"), _("They are not in use.")),
    "empty_rows": (_("Empty rows: {count}"), _("There is neither a question nor an answer in them.")),
    "empty_pairs": (_("Questions without an answer: {count}"), _("There is nothing to learn in them.")),
    "above": (_("Rows above the headings: {count}"), _("They are a title, not entries.")),
    "repeated": (_("Lines before and after the text of most pages: {count}"), _("They are on every page.")),
    "menus": (_("Menus, headers and footers of the page: {count}"), _("They are on every page.")),
}


def summed(items: Iterable[object]) -> list[LeftOut]:
    """One line for each kind of thing that is left out of several files or pages; what is no count stays as it is."""
    sums: dict[tuple[str, str], LeftOut] = {}
    for n, item in enumerate(items):
        if not isinstance(item, LeftOut):
            continue
        if not _count(item):
            sums[str(n), ""] = item
            continue
        before = sums.get((item.what.text, item.why.text))
        count = _count(item) + (_count(before) if before else 0)
        sums[item.what.text, item.why.text] = LeftOut(Phrase(item.what.text, {"count": count}), item.why)
    return list(sums.values())


def _count(item: LeftOut) -> int:
    said = item.what.params.get("count")
    return said if isinstance(said, int) and len(item.what.params) == 1 else 0


def counted(counts: Mapping[str, int]) -> list[LeftOut]:
    """A line for each kind of thing of which there is something."""
    return [
        LeftOut(Phrase(_KINDS[kind][0].text, {"count": count}), _KINDS[kind][1])
        for kind, count in counts.items()
        if count
    ]
