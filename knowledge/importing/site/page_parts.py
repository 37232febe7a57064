"""A web page's elements -> its parts and the entries it marks up as such; what stands on every page is left out.

Read with lxml. Whatever is folded away by styles is read: answers mostly are.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from knowledge.importing.parts import TextPart, text_of
from knowledge.importing.questions import LONGEST_ANSWER, LONGEST_QUESTION, asks, marked_answer, marked_question
from knowledge.importing.read_results import FoundFaq
from knowledge.importing.site.page_furniture import is_beside, is_line, is_links
from knowledge.importing.site.page_furniture import names as names_of

DEEPEST = 150
SHORTEST_QUESTION = 4  # in the middle of a line: a letter Q in a circle is none


def _set(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


_UNREAD = _set("script style template svg iframe noscript input select textarea canvas head rt rp")
_BLOCKS = _set(
    "address article blockquote body center dd details dialog div dl dt fieldset figcaption figure form h1 h2 h3 h4 h5",
    "h6 header hgroup hr li main ol p pre section summary table tbody td tfoot th thead tr ul html nav footer aside",
    "label legend",
)
_QUESTION = frozenset({"question", "faqquestion", "q", "qa-q", "faqq"})
_TOGGLES = frozenset({"header", "title", "button", "trigger", "toggle", "heading", "head", "label"})
_AROUND = _set("answer answers list item items body content panel wrapper wrap container group block section")
_FOLDS = frozenset({"accordion", "collapse", "collapsible", "toggle", "faq", "faqs"})
_BREAK = "\v"  # where the page breaks a line
_SPACES = re.compile(r"[ \t\r\n\f]+")
_OF_FOLDS = 5  # the level of what opens an answer
_LEVEL = {f"h{n}": n for n in range(1, 7)}


class PageText:
    """Reads one: `entries` and `left_out` are filled while its parts are told."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self.entries: list[FoundFaq] = []
        self.left_out: Counter[str] = Counter()
        self.body = root.find("body") if root.find("body") is not None else root
        self._weight = max(len("".join(self.body.itertext())), 1)

    def parts(self) -> list[TextPart]:
        """What is in its main part, or in all of it but for menus, heads and feet."""
        main = _main(self.body)
        if main is not self.body:
            self.left_out["menus"] += len(main.text_content().strip()) < len(self.body.text_content().strip())
        found = list(self._blocks(main, 0, inside=main is not self.body))
        return [part for part in found if part.text or part.rows]

    # Blocks

    def _blocks(  # noqa: C901 (what stands in a line or ends one)
        self, element: Any, depth: int, *, inside: bool
    ) -> Iterator[TextPart]:
        """The parts of an element; text between its blocks is a paragraph of its own."""
        if depth > DEEPEST:
            yield TextPart(_tidy(element.text_content()))
            return
        line = element.text or ""
        strong: list[bool] = []
        for child in element:
            tag = child.tag if isinstance(child.tag, str) else ""
            if is_beside(child, tag, self._weight, inside=inside):
                self.left_out["menus"] += bool(child.text_content().strip())
            elif tag == "button":
                yield self._paragraph(line, strong)
                yield TextPart(_folded(child), _OF_FOLDS)
                line, strong = "", []
            elif tag in _UNREAD or not tag:
                pass
            elif tag in _BLOCKS or _holds_blocks(child):
                yield self._paragraph(line, strong)
                line, strong = "", []
                yield from self._block(child, tag, depth + 1, inside=inside)
            elif tag != "a" and len(question := _folded(child)) >= SHORTEST_QUESTION:
                yield self._paragraph(line, strong)
                yield TextPart(question, _OF_FOLDS)
                line, strong = "", []
            else:
                said = self._inline(child)
                if tag in {"b", "strong"} and asks(_tidy(said)):
                    # A question of its own among the words of its answer.
                    yield self._paragraph(line, strong)
                    yield TextPart(_tidy(said), strong=True)
                    line, strong = child.tail or "", [False]
                    continue
                if said.strip():
                    strong.append(tag in {"b", "strong"} or _is_coloured(child))
                line += said
            if (child.tail or "").strip():
                strong.append(False)
            line += child.tail or ""
        yield self._paragraph(line, strong)

    def _block(  # noqa: C901 (one case a tag)
        self, child: Any, tag: str, depth: int, *, inside: bool
    ) -> Iterator[TextPart]:
        match tag:
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                yield self._heading(child, tag)
            case "details":
                yield from self._details(child, depth)
            case "dl":
                yield from self._definitions(child, depth)
            case "ul" if _is_title(child):
                yield TextPart(_tidy(self._inline(child)).replace("\n", " "), 6)
            case "ol" | "ul":
                yield from self._items(child, depth, "")
            case "table":
                yield from self._table(child, depth, inside=inside)
            case "pre":
                yield TextPart(child.text_content().strip("\n"))
            case "img":
                self.left_out["pictures"] += 1
            case _:
                if question := _folded(child):
                    yield TextPart(question, _OF_FOLDS)
                    return
                if child.get("itemtype", "").endswith("/Question") and (entry := self._declared(child, depth)):
                    self.entries.append(entry)
                    return
                yield from self._blocks(child, depth, inside=inside or tag in {"main", "article"})

    def _paragraph(self, line: str, strong: Sequence[bool]) -> TextPart:
        """Without the lines that stand on every page."""
        lines = _tidy(line).split("\n")
        said = [each for each in lines if not is_line(each)]
        self.left_out["menus"] += len(said) < len(lines)
        return TextPart("\n".join(said), strong=bool(strong) and all(strong))

    def _heading(self, element: Any, tag: str) -> TextPart:
        """One that opens an answer stands on a level with others that do, whatever element it is."""
        text = _tidy(self._inline(element)).replace("\n", " ")
        if is_line(text):
            self.left_out["menus"] += 1
            return TextPart()
        return TextPart(text, _OF_FOLDS if any(map(_opens, element.iter())) else _LEVEL[tag])

    def _inline(self, element: Any) -> str:
        """Its text, blocks in it on lines of their own."""
        text = element.text or ""
        if element.tag == "br":
            text = _BREAK
        elif element.tag == "img":
            self.left_out["pictures"] += 1
        for child in element:
            tag = child.tag if isinstance(child.tag, str) else ""
            if tag and tag not in _UNREAD and "headerlink" not in child.get("class", ""):
                said = self._inline(child)
                text += f"{_BREAK}{said}{_BREAK}" if tag in _BLOCKS else said
            text += child.tail or ""
        return text

    # Pairs

    def _details(self, element: Any, depth: int) -> Iterator[TextPart]:
        summary = next((child for child in element if child.tag == "summary"), None)
        question = _tidy(self._inline(summary)).replace("\n", " ") if summary is not None else ""
        if summary is not None:
            # What stands right behind it belongs to it, in lxml, and is the answer.
            element.text = f"{element.text or ''}{summary.tail or ''}"
            element.remove(summary)
        answer = [part for part in self._blocks(element, depth, inside=True) if part.text or part.rows]
        if entry := _entry(question, answer):
            self.entries.append(entry)
            return
        if question:
            yield TextPart(question, 5)
        yield from answer

    def _definitions(self, element: Any, depth: int) -> Iterator[TextPart]:
        """Pairs, where its terms ask; else each term with what it says of it."""
        pairs: list[tuple[str, list[TextPart]]] = []
        for child in element.iter("dt", "dd"):
            if next(child.iterancestors("dl")) is not element:
                continue
            if child.tag == "dt":
                pairs.append((_tidy(self._inline(child)).replace("\n", " "), []))
            elif pairs:
                pairs[-1][1].extend(p for p in self._blocks(child, depth, inside=True) if p.text or p.rows)
        named = "faq" in element.get("class", "").lower() or "faq" in element.get("id", "").lower()
        asking = sum(asks(term) or (marked_question(term) or "") != "" for term, _said in pairs)
        for term, said in pairs:
            if (named or asking * 2 >= len(pairs) > 0) and (entry := _entry(term, said)):
                self.entries.append(entry)
            elif len(said) == 1 and said[0].text and "\n" not in said[0].text:
                yield TextPart(f"{term}: {said[0].text}", in_list=True)
            else:
                yield from (TextPart(term, strong=True), *said)

    def _declared(self, element: Any, depth: int) -> FoundFaq | None:
        name = next(iter(element.xpath('.//*[@itemprop="name"]')), None)
        answer = next(iter(element.xpath('.//*[@itemprop="acceptedAnswer"]')), None)
        if name is None or answer is None:
            return None
        said = [part for part in self._blocks(answer, depth, inside=True) if part.text or part.rows]
        return _entry(_tidy(self._inline(name)).replace("\n", " "), said)

    # Lists and tables

    def _items(self, element: Any, depth: int, indent: str) -> Iterator[TextPart]:
        number = int(element.get("start")) if (element.get("start") or "").lstrip("-").isdigit() else 1
        for child in element:
            if child.tag in {"ul", "ol"}:
                yield from self._items(child, depth, f"{indent}  ")
                continue
            if child.tag != "li":
                # What a list should not hold is read all the same.
                if isinstance(child.tag, str) and child.tag not in _UNREAD:
                    inner = list(self._blocks(child, depth, inside=True))
                    is_strong = child.tag in {"b", "strong"}
                    yield from (replace(part, strong=part.strong or is_strong) for part in inner)
                continue
            if (child.get("value") or "").isdigit():
                number = int(child.get("value"))
            mark = f"{number}. " if element.tag == "ol" else "- "
            number += 1
            parts = [part for part in self._blocks(child, depth, inside=True) if part.text or part.rows]
            first, *more = parts or [TextPart()]
            if first.rows or first.level:
                yield from parts
            elif first.text:
                text = first.text if first.in_list or _is_numbered(first.text) else f"{mark}{first.text}"
                yield TextPart(f"{indent}{text}", strong=first.strong, in_list=True)
                yield from (TextPart(f"{indent}  {p.text}", in_list=True) if p.in_list else p for p in more)

    def _table(self, element: Any, depth: int, *, inside: bool) -> Iterator[TextPart]:
        rows = [row for row in element.iter("tr") if next(row.iterancestors("table")) is element]
        cells = [[cell for cell in row if cell.tag in {"td", "th"}] for row in rows]
        widest = max(map(len, cells), default=0)
        is_layout = element.find(".//table") is not None or element.get("role") == "presentation" or widest < 2
        if is_layout or (element.find(".//th") is None and any(_is_long(cell) for row in cells for cell in row)):
            for cell in (cell for row in cells for cell in row):
                if not is_links(cell):
                    yield from self._blocks(cell, depth, inside=inside)
                else:
                    self.left_out["menus"] += 1
            return
        caption = element.find("caption")
        if caption is not None:
            yield TextPart(_tidy(caption.text_content()))
        told = tuple(
            tuple(
                text_of([part for part in self._blocks(cell, depth, inside=True) if part.text or part.rows])
                for cell in row
            )
            for row in cells
        )
        if any(any(row) for row in told):
            yield TextPart(rows=tuple(row for row in told if any(row)))


def _main(body: Any) -> Any:
    """The element that holds what the page is about, where it says so."""
    whole = len("".join(body.itertext()))
    for path in (".//main", './/*[@role="main"]', ".//article"):
        found = body.findall(path)
        if len(found) == 1 and len(found[0].text_content().strip()) > min(200, whole * 0.25):
            return found[0]
    return body


def _is_title(element: Any) -> bool:
    """Whether a list is a single line about the quotation below it."""
    behind = element.getnext()
    return len(element.findall("li")) == 1 and behind is not None and behind.tag == "blockquote"


def _is_long(cell: Any) -> bool:
    return len(cell.text_content()) > 300 or len(cell.findall(".//p")) > 2


def _holds_blocks(element: Any) -> bool:
    return any(isinstance(each.tag, str) and each.tag in _BLOCKS for each in element.iterdescendants())


def _is_coloured(element: Any) -> bool:
    return "color" in element.get("style", "").lower() or bool(element.get("color"))


def _folded(element: Any) -> str:
    """The words of a button or line that opens an answer, or is called a question; "" for anything else."""
    if any(each.tag in {"ul", "ol", "table", "dl"} for each in element.iterdescendants()):
        return ""
    text = _tidy(element.text_content()).replace("\n", " ")
    heads = [_tidy(each.text_content()).replace("\n", " ") for each in element.iterdescendants() if each.tag in _LEVEL]
    # A heading inside is the question if there is nothing beside it but a sign or two.
    if heads and (len(heads) > 1 or len(heads[0]) < len(text) - 3):
        return ""
    text = heads[0] if heads else text
    if not text or len(text) > LONGEST_QUESTION or is_line(text):
        return ""
    names = names_of(element)
    is_head = bool(names & _QUESTION or (names & _FOLDS and names & _TOGGLES)) and not names & _AROUND
    return text if _opens(element) or is_head else ""


def _opens(element: Any) -> bool:
    """Whether it says that it opens something, by ARIA, by Bootstrap, or as the label of a box that styles look at."""
    said = (element.get(name) for name in ("aria-expanded", "aria-controls"))
    if element.get("role") != "tab" and any(each is not None for each in said):
        return True
    if "collapse" in {element.get("data-toggle"), element.get("data-bs-toggle")}:
        return True
    before = element.getprevious() if element.tag == "label" else None
    if before is None or before.tag != "input" or before.get("type") not in {"checkbox", "radio"}:
        return False
    return bool(before.get("id")) and before.get("id") == element.get("for")


def _entry(question: str, answer: Sequence[TextPart]) -> FoundFaq | None:
    """A pair the page marks up as one, without the letters Q and A."""
    parts = list(answer)
    question = marked_question(question) or question
    if parts and not parts[0].rows and (said := marked_answer(parts[0].text)) is not None:
        parts = [TextPart(said), *parts[1:]] if said else parts[1:]
    text = text_of(parts)
    if not question or not text or len(question) > LONGEST_QUESTION or len(text) > LONGEST_ANSWER:
        return None
    return FoundFaq(question, text)


def _is_numbered(text: str) -> bool:
    return bool(re.match(r"(?:[0-9０-９]{1,3}[.．)）、]|[①-⑳・•])", text))


def _tidy(text: str) -> str:
    """White space as a browser shows it; a line end between letters of a script without spaces is none."""
    shown = _SPACES.sub(_space, text)
    return "\n".join(line for each in shown.split(_BREAK) if (line := each.strip()))


def _space(found: re.Match[str]) -> str:
    before, after = found.string[found.start() - 1 : found.start()], found.string[found.end() : found.end() + 1]
    is_between = bool(before and after) and _is_wide(before) and _is_wide(after)
    return "" if is_between and "\n" in found[0] else " "


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF" and not "가" <= char <= "힣"
