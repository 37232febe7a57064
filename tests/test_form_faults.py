"""A refused form says at its field what is wrong: in every form of the site, found on the pages that have it."""

import html
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import aiohttp
import pytest
from accessible import problems
from browsers import PHONE, chromium, open_page
from house import ROOM, House, enter, furnished, pages_of
from playwright.async_api import expect

from knowledge.store.database import Database
from web.site.faults import FAULT, UNTYPED, with_fault_marked

# What is wrong with a field that may be empty, or that is not one of the few words it takes.
WRONG = {
    "reply_to": "no address",
    "email": "no address",
    "address": "no address",
    "handle": "!",
    "url": "no address",
    "day": "yesterday",
    "since": "yesterday",
    "until": "yesterday",
    "quiet_start": "noon",
    "quiet_end": "noon",
    "time_zone": "Nowhere",
    "own_color": "red-ish",
    "phrasings": "x" * 301,
    "keep": "many",
    "mask": "many",
    "per_minute": "many",
    "per_day": "many",
    "typed": "no",
    "code": "x",
}
LONG = "x" * 6_000  # for a field of which all is right but its length
# What the others hold meanwhile, where the page leaves them empty.
RIGHT = {
    "question": "いつ開きますか？",
    "answer": "十時です。",
    "title": "営業時間",
    "text": "十時から。",
    "name": "Suzume",
    "label": "Blog",
    "url": "https://blog.example/",
    "contact": "help@example.com",
}
# What is never refused at once: a page is looked for in the background, and who takes a talk over may say nothing yet.
TAKES_ALL = {f"{ROOM}/import/page url", f"{ROOM}/conversations/…/talk text"}


@dataclass
class Control:
    name: str
    attributes: Mapping[str, str | None]
    value: str = ""


@dataclass
class Form:
    action: str
    kind: str
    hidden: dict[str, str] = field(default_factory=dict)
    typed: list[Control] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)  # the first one is pressed


class Forms(HTMLParser):
    """The forms of a page with something to type in, as a browser would send them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.ids: set[str] = set()
        self._area: Control | None = None
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        each = dict(attrs)
        self.ids.add(each.get("id") or "")
        name, kind = each.get("name") or "", each.get("type") or "text"
        if tag == "form":
            self.found.append(Form(each.get("action") or "", each.get("enctype") or "form"))
            self.found[-1].hidden = {} if each.get("method") == "post" else {"": ""}
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in each and self.found:
            self.found[-1].hidden[self._select] = each.get("value") or ""
        elif tag == "button" and self.found:
            self.found[-1].buttons.append((name, each.get("value") or ""))
        elif tag == "textarea" and name:
            self._area = Control(name, each)
            self.found[-1].typed.append(self._area)
        elif tag == "input" and name and self.found:
            if kind not in UNTYPED:
                self.found[-1].typed.append(Control(name, each, each.get("value") or ""))
            elif kind == "hidden" or "checked" in each:
                self.found[-1].hidden[name] = each.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._area.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None


def forms_of(page: str) -> Iterator[Form]:
    """Those that change something, with a text to type."""
    for form in Forms(page).found:
        form.typed = [each for each in form.typed if each.attributes.get("type") != "file"]
        if "" not in form.hidden and form.typed:
            yield form


def filled(form: Form, at: Control) -> list[tuple[str, str]]:
    """The form with one thing wrong in it."""
    wrong = "  " if "required" in at.attributes and at.name not in WRONG else WRONG.get(at.name, LONG)
    others = [(each.name, each.value.strip() or RIGHT.get(each.name, "")) for each in form.typed if each is not at]
    own = [("color", "own")] if at.name == "own_color" else []
    own += [each for each in form.buttons[:1] if each[0]]
    return [*((name, value) for name, value in form.hidden.items() if not (own and name == "color")), *own, *others,
            (at.name, wrong)]  # fmt: skip


def sent_as(form: Form, fields: list[tuple[str, str]]) -> Any:
    if form.kind == "form":
        return fields
    with aiohttp.MultipartWriter("form-data") as parts:
        for name, value in fields:
            parts.append(value).set_content_disposition("form-data", name=name)
    return parts


@pytest.fixture
async def house(db: Database) -> AsyncIterator[House]:
    async with furnished(db) as furnished_house:
        yield furnished_house


async def test_the_field_at_fault_is_marked_described_and_has_the_focus_in_every_form(house: House) -> None:
    tried: set[str] = set()
    found: list[str] = []
    for address in (await pages_of(house)).values():
        page = await (await house.site.get(address, headers=house.headers)).text()
        for form, control in [(each, control) for each in forms_of(page) for control in each.typed]:
            name = re.sub(r"[0-9a-f]{12,}", "…", form.action.partition("?")[0]) + " " + control.name
            if name in tried or name in TAKES_ALL:
                continue
            tried.add(name)
            headers = {**house.headers, "Accept": "text/html"}
            answer = await house.site.post(form.action, data=sent_as(form, filled(form, control)), headers=headers)
            if wrong := amiss(await answer.text(), control.name):
                found.append(f"{name} {answer.status}: {wrong}")
    assert not found, "\n".join(found)
    assert len(tried) > 40


def amiss(page: str, name: str) -> str:
    marked = re.findall(r"<(?:input|textarea)\b[^>]*\baria-invalid=\"true\"[^>]*>", page)
    if len(marked) != 1:
        return f"{len(marked)} fields are marked"
    [tag] = marked
    described = (re.findall(r'aria-describedby="([^"]*)"', tag) or [""])[0].split()
    if f'name="{name}"' not in tag:
        return f"another is marked: {tag[:80]}"
    ids = Forms(page).ids
    if not described or not ids.issuperset(described):
        return f"described by {described}"
    if page.count(" autofocus") != 1 or "autofocus" not in tag:
        return "the focus is elsewhere"
    return ""


async def test_a_screen_reader_is_told_at_the_field_and_once(house: House) -> None:
    async with chromium() as browser:
        page = await open_page(browser, width=PHONE)
        await page.goto(f"{house.site.url}/contact?lang=en")
        await page.locator("form.sheet").evaluate("(form) => { form.noValidate = true; }")
        await page.fill("#reply_to", "me at example")
        await page.fill("#contact-text", "Hello")
        await page.locator("form.sheet button").click()
        field = page.locator("#reply_to")
        await expect(field).to_be_focused()
        await expect(field).to_have_accessible_description(
            "That is not an e-mail address. Leave it empty if you do not need a reply."
        )
        await expect(field).to_have_value("me at example")
        await expect(page.locator("#contact-text")).to_have_value("Hello")
        await expect(page.locator("[role=alert]")).to_have_count(0)
        assert await problems(page, [(PHONE, False)]) == []

        await enter(house, page)
        await page.goto(f"{house.site.url}{ROOM}/settings?lang=en")
        await page.fill("#handle", "!")
        await page.locator("#settings button.main").click()
        handle = page.locator("#handle")
        await expect(handle).to_be_focused()
        await expect(handle).to_be_in_viewport()
        # What a field says of itself stays beside what is wrong with it.
        await expect(handle).to_have_accessible_description(re.compile(r"^A handle has 3 to 30 .* old address still"))
        assert await problems(page, [(PHONE, True)]) == []


async def test_a_field_that_is_folded_away_is_opened(house: House) -> None:
    action = f"{ROOM}/lists/links"
    data = {"url": "https://blog.example/", "label": "Blog", "since": "yesterday"}
    page = await (await house.site.post(action, data=data, headers=house.headers)).text()
    folded = page[page.rindex("<details", 0, page.index('aria-invalid="true"')) :]
    assert folded.startswith("<details open>")
    assert 'value="https://blog.example/"' in page


FORM = (
    '<p class="problem" role="alert">No.</p><form action="/x?lang=en" method="post"><label>A <input name="a"></label>\n'
    '<label for="b">B</label><textarea\n id="b" name="b" maxlength="5" aria-describedby="hint"></textarea></form>'
)


@pytest.mark.parametrize(
    ("sent", "at", "marked"),
    [
        ({"a": "1", "b": "2"}, "b", "b"),
        ({"a": "1", "b": "2"}, "a", "a"),
        ({"a": "1", "b": "123456"}, "", "b"),
        ({"a": "1", "b": "2"}, "", ""),
        ({"a": "1", "b": "2"}, "elsewhere", ""),
        ({"c": "1"}, "a", ""),
    ],
)
def test_only_the_field_that_was_refused_is_marked(sent: Mapping[str, str], at: str, marked: str) -> None:
    page = with_fault_marked(FORM, "/x", list(sent.items()), at)
    found = re.findall(r'name="(\w)"[^>]*aria-invalid', page)
    assert found == [marked] * bool(marked)
    assert page.count("No.") == 1
    assert ('role="alert"' in page) is not marked.isalpha()
    if marked == "b":
        assert f'aria-describedby="{FAULT} hint"' in page
    assert with_fault_marked(FORM, "/other", list(sent.items()), at) == FORM


def test_what_was_typed_comes_back_as_text() -> None:
    evil = '"><script>alert(1)</script>'
    page = with_fault_marked(FORM, "/x", [("a", evil), ("b", "")], "a")
    assert f'value="{html.escape(evil)}"'.replace("&quot;", "&#34;") in page
    assert "<script>" not in page
