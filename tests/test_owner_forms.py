"""Every form of an owner's, whatever has become of it meanwhile: nothing typed is lost, and the page says how to go on.

The forms are the POST routes of web/routes.py, so that a new one cannot be forgotten.
"""

import html
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sites import SiteUnderTest, running_site

from knowledge.store.database import Database, new_id
from web.routes import ROUTES
from web.site.pages import FIELD
from web.site.sent_forms import CONTROLS

TEMPLATES = Path(__file__).parent.parent / "web/templates"
FORMS = sorted({route.path for route in ROUTES if route.method == "POST" and route.path.startswith("/owner/")})
OWNERS_FORMS = [path for path in FORMS if path != "/owner/sign-out"]  # which needs nobody to be signed in
# Refused on their own pages: a button, or a file that is chosen once more.
NOTHING_TO_TYPE = (
    "/again",
    "/discard",
    "/end",
    "/now",
    "/stay",
    "/stop",
    "/unlink",
    "/remove",
    "/file",
    "/back",
    ":icon|header}",
)
WRITTEN = "日曜は <何時> まで\nですか？"
ANSWER = "18時までです。“ふだんは”20時まで。"
FIELDS = (("question", WRITTEN), ("answer", ANSWER), ("text", "長い文章"), ("mark", "c0ffee"), ("what", "exact"))
BROWSER = {"Accept": "text/html", "Accept-Language": "en"}
PLACE = re.compile(r"\{(\w+)(?::[^}]*)?\}")
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


def where(form: str, app: str = "kotori") -> str:
    """A path of this form: the app is there, and whatever else it names is not (any more)."""
    return PLACE.sub(lambda place: {"handle": app, "shape": "icon"}.get(place[1], new_id()), form)


def filled_in(kind: str = "form") -> Any:
    """Something that was typed, as a browser sends it in this kind of form."""
    if kind == "form":
        return list(FIELDS)
    with aiohttp.MultipartWriter("form-data") as parts:
        for name, value in FIELDS:
            parts.append(value).set_content_disposition("form-data", name=name)
    return parts


def says(page: str, *words: str) -> bool:
    """Whether all of this can be read on it."""
    there = " ".join(html.unescape(page).split())
    return all(" ".join(each.split()) in there for each in words)


def fields_of(page: str) -> list[tuple[str, str]]:
    """What its form would send once more."""
    return [(html.unescape(name), html.unescape(value)) for name, value in HIDDEN.findall(page)]


@pytest.mark.parametrize("kind", ["form", "multipart"])
async def test_what_is_sent_after_the_session_ended_elsewhere_waits_on_the_page(site: SiteUnderTest, kind: str) -> None:
    for form in OWNERS_FORMS:
        path = where(form) + f"?{FIELD}=1234"
        refused = await site.post(path, data=filled_in(kind), headers=BROWSER | {"Cookie": "__Host-mimi=ended"})
        page = await refused.text()
        assert refused.status == 401, form
        assert says(page, WRITTEN, ANSWER), form
        assert f'action="{html.escape(path)}"' in page, form
        assert fields_of(page) == list(FIELDS), form
        assert 'href="/signin"' in page, form


async def test_it_is_saved_by_one_button_after_signing_in_again(site: SiteUnderTest) -> None:
    ended = await site.sign_in()
    page = await (await site.get("/owner/apps/kotori", headers=ended)).text()
    [action] = re.findall(r'action="(/owner/apps/kotori/faqs\?[^"]*)"', page)
    await site.accounts.sign_out(ended["Cookie"].partition("=")[2])
    typed = {"question": WRITTEN, "answer": ANSWER, "phrasings": "a\r\nb", "exact": "1"}
    refused = await site.post(html.unescape(action), data=typed, headers=BROWSER | ended)
    assert refused.status == 401
    again = await site.sign_in()
    assert (await site.post(html.unescape(action), data=fields_of(await refused.text()), headers=again)).status == 303
    [kept] = await site.faqs.list((await site.apps.public("kotori")).scope)
    assert (kept.question, kept.answer) == (" ".join(WRITTEN.split()), ANSWER)
    assert kept.phrasings == ("a", "b")
    assert kept.exact


async def test_what_another_owners_page_sends_does_nothing_and_is_shown(site: SiteUnderTest) -> None:
    browser = BROWSER | await site.sign_in()
    for form in OWNERS_FORMS:
        refused = await site.post(f"{where(form)}?{FIELD}=somebody", data=filled_in(), headers=browser)
        assert refused.status == 409, form
        assert says(await refused.text(), WRITTEN, ANSWER), form


@pytest.mark.parametrize("app", ["kotori", "deleted-meanwhile"])
@pytest.mark.parametrize("kind", ["form", "multipart"])
async def test_what_is_sent_to_something_that_is_gone_says_so_and_is_shown(
    site: SiteUnderTest, app: str, kind: str
) -> None:
    browser = BROWSER | await site.sign_in()
    for form in OWNERS_FORMS:
        answered = await site.post(where(form, app), data=filled_in(kind), headers=browser)
        page = await answered.text()
        assert answered.status in {200, 303, 400, 403, 404, 409, 410, 415}, (form, answered.status)
        if answered.status >= 400 and not form.endswith(NOTHING_TO_TYPE):
            assert says(page, WRITTEN), (form, answered.status)
            assert 'role="alert"' in page or 'class="problem"' in page, form


async def test_what_is_chosen_or_unseen_in_a_form_is_known_from_what_is_typed() -> None:
    controls = re.compile(r"<(?:input|button|select)\b[^>]*>")
    unseen: set[str] = set()
    typed: set[str] = set()
    for template in TEMPLATES.glob("*.html"):
        text = template.read_text()
        if "owner_base.html" not in text and "macro" not in text:
            continue
        for tag in controls.findall(text):
            name = re.search(r'\bname="([\w]+)"', tag)
            kind = re.search(r'\btype="(\w+)"', tag)
            if name is None:
                continue
            chosen = not tag.startswith("<input") or (kind and kind[1] in {"hidden", "checkbox", "radio"})
            (unseen if chosen else typed).add(name[1])
        typed |= set(re.findall(r'<textarea\b[^>]*\bname="(\w+)"', text))
    assert unseen - typed - CONTROLS == set(), "say in CONTROLS what nobody types"


# Forms that make something, as somebody fills them in, and the collection it is kept in.
MAKING = {
    "/owner/apps": ({"name": "Suzume", "handle": "suzume"}, "apps"),
    "/owner/apps/kotori/faqs": ({"question": "何時まで？", "answer": "18時まで。"}, "faqs"),
    "/owner/apps/kotori/checks": ({"question": "何時まで？", "expected": "-"}, "checks"),
}


@pytest.mark.parametrize("path", MAKING)
async def test_what_an_impatient_finger_sends_twice_is_there_once(site: SiteUnderTest, path: str) -> None:
    browser, (typed, collection) = BROWSER | await site.sign_in(), MAKING[path]
    kept = site.db.collection(collection)
    before = await kept.count({})
    answers = [await site.post(path, data=typed, headers=browser) for _again in range(2)]
    assert answers[0].status == 303
    assert answers[1].status in {303, 400, 409}, await answers[1].text()
    assert await kept.count({}) == before + 1
    if answers[1].status != 303:
        assert says(await answers[1].text(), *(value for value in typed.values() if value != "-"))
