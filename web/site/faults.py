"""A form that was refused, on the page that says so: the field at fault is marked, says what is wrong with it, and has
the focus (WCAG 2.2, 3.3.1; technique ARIA21).

It is done to the finished page, so that no form has to think of it. Which field it is, the refusal says
(`BadInput.at`); else it is the first that must be filled in and was not, the first that is too long, or the only one
there is. What was typed stays in its field. A message is said in one way alone: by the description of its field, and
then not as an alert, too.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

from markupsafe import escape

UNTYPED: Final = frozenset({"hidden", "checkbox", "radio", "submit", "button", "image", "reset", "range"})
CHOSEN: Final = frozenset({"file", "color", "date", "time"})  # what no text of ours could stand in
FAULT: Final = "fault"
Attributes = Mapping[str, str | None]


@dataclass(frozen=True)
class Tag:
    """A start tag of the page: where it begins, as it is written, and where what it stands in begins."""

    begin: int
    text: str
    attributes: Attributes
    before: int  # the label it stands in, or itself
    around: Sequence["Tag"] = ()  # what is folded around it

    @property
    def end(self) -> int:
        return self.begin + len(self.text)

    @property
    def name(self) -> str:
        return self.attributes.get("name") or ""

    def sent(self, fields: Mapping[str, str]) -> str:
        return fields.get(self.name, "").strip()

    def is_too_long(self, fields: Mapping[str, str]) -> bool:
        most = self.attributes.get("maxlength") or ""
        return most.isdecimal() and len(self.sent(fields)) > int(most)


@dataclass
class _Form:
    path: str
    typed: list[Tag] = field(default_factory=list)


def with_fault_marked(page: str, path: str, sent: Sequence[tuple[str, str]], at: str) -> str:
    """The page with the field at fault in the form that goes to `path`; as it is where that is none of its fields.

    `sent` is what was in the form, `at` the name of its field that was refused, if that is known.
    """
    fields = dict(sent)
    forms = _Forms(page)
    form = next((each for each in forms.found if each.path == path and _is_of(each, fields)), None)
    fault = _fault(form, fields, at) if form else None
    if form is None or fault is None or (message := forms.message) is None:
        return page
    id_ = message.attributes.get("id")
    edits = [(each.begin, each.end, _filled(each, fields)) for each in form.typed if each is not fault]
    edits.append((fault.begin, fault.end, _marked(_filled(fault, fields), id_ or FAULT)))
    edits += [(each.begin, each.end, each.text[:-1] + " open>") for each in fault.around]
    if id_ is None:  # one with a name has its place: a script writes there, too
        end = page.index("</p>", message.end)
        edits.append((message.begin, end + len("</p>"), ""))
        words = page[message.end : end]
        edits.append((fault.before, fault.before, f'<p class="problem" id="{FAULT}">{words}</p>\n'))
    for begin, end, text in sorted(edits, reverse=True):
        page = page[:begin] + text + page[end:]
    return page


def _is_of(form: _Form, fields: Mapping[str, str]) -> bool:
    return any(each.name in fields or each.attributes.get("type") == "file" for each in form.typed)


def _fault(form: _Form, fields: Mapping[str, str], at: str) -> Tag | None:
    typed = form.typed
    if at:
        return next((each for each in typed if each.name == at), None)
    empty = [each for each in typed if "required" in each.attributes and not each.sent(fields)]
    long = [each for each in typed if each.is_too_long(fields)]
    return next(iter([*empty, *long, *(typed if len(typed) == 1 else ())]), None)


def _filled(tag: Tag, fields: Mapping[str, str]) -> str:
    """The tag with what was sent in it, where the page shows nothing."""
    is_text = tag.text.startswith("<input") and (tag.attributes.get("type") or "text") not in CHOSEN
    if not is_text or tag.attributes.get("value") or tag.name not in fields:
        return tag.text
    return re.sub(r'\s+value(="")?(?=[\s>])', "", tag.text)[:-1] + f' value="{escape(fields[tag.name])}">'


def _marked(text: str, message: str) -> str:
    described = f'aria-describedby="{message}'
    if "aria-describedby=" in text:
        text = text.replace('aria-describedby="', f"{described} ", 1)
    else:
        text = f'{text[:-1]} {described}">'
    return f'{text[:-1]} aria-invalid="true" autofocus>'


def _is_message(attributes: Attributes) -> bool:
    return attributes.get("class") == "problem" or attributes.get("id") == "notice"


class _Forms(HTMLParser):
    """The forms of a page that send something, with the fields in which somebody types; and its message."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[_Form] = []
        self.message: Tag | None = None
        self._form: _Form | None = None
        self._label: Tag | None = None
        self._folded: list[Tag] = []
        self._lines = [0]
        for line in page.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, column = self.getpos()
        begin, text, attributes = self._lines[line - 1] + column, self.get_starttag_text() or "", dict(attrs)
        here = Tag(
            begin,
            text,
            attributes,
            self._label.begin if self._label else begin,
            tuple(each for each in self._folded if "open" not in each.attributes),
        )
        match tag:
            case "form":
                self._form = _Form(urlsplit(attributes.get("action") or "").path)
                self.found.append(self._form)
            case "label":
                self._label = here
            case "details":
                self._folded.append(here)
            case "input" | "textarea" if self._form and here.name and attributes.get("type") not in UNTYPED:
                self._form.typed.append(here)
            case "p" if not self.message and "hidden" not in attributes and _is_message(attributes):
                self.message = here

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "form":
                self._form = None
            case "label":
                self._label = None
            case "details" if self._folded:
                self._folded.pop()
