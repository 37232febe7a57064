"""The owner's pages of what was not answered well and of pinned questions."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sites import SiteUnderTest, running_site

from handlers.learning.gap_study import GapStudy
from knowledge.meaning.likeness import Likeness
from knowledge.model.drafting import QuotedDrafts
from knowledge.search.retrieval import Retrieval
from knowledge.store.alerts.askings import Asking, Why
from knowledge.store.database import Database
from knowledge.store.learning.checks import CheckRepository
from knowledge.store.learning.gaps import Gap
from knowledge.stored_items import KnowledgeItems
from web.site.keys import LEARNING

ROOM = "/owner/apps/kotori"
PDF, EXCEL = "Can I export my notes as PDF?", "Can I export my notes to Excel?"
NOTES = "Where is the PDF export of notes?"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    """An app that knows of PDF and was asked about Excel."""
    async with running_site(db) as running:
        app = await running.an_app()
        await running.faqs.add(app.scope, PDF, "Yes: Settings, Export.")
        running.model.knows = False
        await running.ask(EXCEL)
        await studied(running)
        yield running


async def studied(site: SiteUnderTest) -> None:
    """What was asked in vain is sorted, and compared with what is known."""
    retrieval = Retrieval(KnowledgeItems(site.db).load)
    store, gaps = site.side.store, site.app[LEARNING].gaps
    study = GapStudy(
        site.db,
        store.apps,
        store.askings,
        store.gaps,
        gaps,
        retrieval,
        Likeness(),
        QuotedDrafts(),
        site.side.spending,
    )
    app = await site.apps.public("kotori")
    await study.sort(app.scope)
    await study.study(app)


async def shown(site: SiteUnderTest, cookie: dict[str, str], page: str = "gaps") -> str:
    return await (await site.get(f"{ROOM}/{page}", headers=cookie)).text()


def form(html: str, verb: str) -> str:
    """Where the first form of this kind leads."""
    found = re.search(rf'action="([^"?]*/{verb})[?"]', html)
    assert found
    return found[1]


async def test_a_gap_is_saved_with_its_draft_and_is_pinned(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    html = await shown(site, cookie)
    assert EXCEL in html
    assert "Missing: Excel" in html
    assert ">Yes: Settings, Export.</textarea>" in html
    sent = {"question": "Excel?", "answer": "Only PDF so far."}
    response = await site.post(form(html, "accept"), data=sent, headers=cookie)
    assert response.status == 303, await response.text()
    assert response.headers["Location"] == f"{ROOM}/gaps?done=learned&told=1"
    assert "Nothing is missing" in await shown(site, cookie)
    scope = (await site.apps.public("kotori")).scope
    assert [entry.question for entry in await site.faqs.list(scope)] == [PDF, "Excel?"]
    assert [check.question for check in await CheckRepository(site.db).list(scope)] == [EXCEL]


async def test_what_cannot_be_saved_stays_in_its_form(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    sent = {"question": "Excel <b>?", "answer": " "}
    response = await site.post(form(await shown(site, cookie), "accept"), data=sent, headers=cookie)
    assert response.status == 400
    assert "There is nothing in it yet" in await response.text()
    assert 'value="Excel &lt;b&gt;?"' in await response.text()


async def test_a_gap_becomes_a_phrasing(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    await site.ask(NOTES)
    await studied(site)
    html = await shown(site, cookie)
    assert f"Same as “{PDF}”" in html
    named = re.search(r'action="([^"?]*/phrasing)[^>]*><input type="hidden" name="faq" value="(\w+)"', html)
    assert named
    response = await site.post(named[1], data={"faq": named[2]}, headers=cookie)
    assert response.headers["Location"] == f"{ROOM}/gaps?done=phrasing&told=1"
    [entry] = await site.faqs.list((await site.apps.public("kotori")).scope)
    assert entry.phrasings == (NOTES,)


async def test_a_gap_is_dismissed_once(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    where = form(await shown(site, cookie), "dismiss")
    assert (await site.post(where, headers=cookie)).headers["Location"] == f"{ROOM}/gaps?done=dismissed"
    assert (await site.post(where, headers=cookie)).status == 404


async def test_a_question_is_pinned_in_two_steps_and_unpinned(site: SiteUnderTest, db: Database) -> None:
    cookie = await site.sign_in()
    asked = await (await site.post(f"{ROOM}/checks", data={"question": "pdf of notes"}, headers=cookie)).text()
    named = re.search(r'name="expected" value="(\w+)"', asked)
    assert named
    sent = {"question": "pdf of notes", "expected": named[1]}
    assert (await site.post(f"{ROOM}/checks", data=sent, headers=cookie)).headers["Location"].endswith("done=pinned")
    html = await shown(site, cookie, "checks")
    assert f"Answered by “{PDF}”" in html
    assert "Not tried yet" in html
    assert "Ask Claude 1 of them" in html
    async with running_site(db, speaks=False) as quoting:
        assert "Ask Claude" not in await shown(quoting, cookie, "checks")
    await site.post(form(html, "unpin"), headers=cookie)
    assert "pdf of notes" not in await shown(site, cookie, "checks")


async def test_a_stranger_sees_nothing_and_changes_nothing(site: SiteUnderTest) -> None:
    """S39"""
    where = form(await shown(site, await site.sign_in()), "accept")
    await site.an_app("other", "Other", "someone")
    cookie = await site.sign_in("someone")
    assert (await site.get(f"{ROOM}/gaps", headers=cookie)).status == 404
    mine = where.replace("kotori", "other")
    assert (await site.post(mine, data={"question": "x", "answer": "y"}, headers=cookie)).status == 404


async def test_an_answer_to_a_gap_that_is_there_already_is_asked_about(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    accept = form(await shown(site, cookie), "accept")
    sent = {"question": PDF, "answer": "No, not any more."}
    response = await site.post(accept, data=sent, headers=cookie)
    html = await response.text()
    double = re.search(r'name="double" value="([^"]+)"', html)
    assert response.status == 409
    assert double
    assert "No, not any more.</textarea>" in html
    done = await site.post(accept, data={**sent, "double": double[1], "way": "replace"}, headers=cookie)
    assert done.headers["Location"] == f"{ROOM}/gaps?done=learned&told=1"
    scope = (await site.apps.public("kotori")).scope
    assert [entry.answer for entry in await site.faqs.list(scope)] == ["No, not any more."]


async def test_no_entry_is_offered_that_only_comes_near(site: SiteUnderTest) -> None:
    assert "Same as “" not in await shown(site, await site.sign_in())


async def test_the_navigation_counts_what_waits_and_marks_the_room(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    html = await shown(site, cookie)
    link = 'href="/owner/apps/kotori/gaps" aria-current="page">Open questions<span id="waiting"> <span class="count">'
    assert f'{link}<span aria-hidden="true">1' in html
    assert html.count('aria-current="page"') == 1
    moved = await site.get("/owner/gaps", headers=cookie)
    assert moved.headers["Location"] == f"{ROOM}/gaps"
    for path, label in (("", "FAQ"), ("/documents", "Documents"), ("/settings", "Settings"), ("/import", "FAQ")):
        page = await (await site.get(ROOM + path, headers=cookie)).text()
        assert re.findall(r'aria-current="page">([^<]+)</a>', page) == [label]
        assert "1 waiting" in page


async def test_a_gap_is_kept_for_later_until_it_is_asked_again(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    where = form(await shown(site, cookie), "later")
    done = await site.post(where, data={"later": "1"}, headers=cookie)
    assert done.headers["Location"] == f"{ROOM}/gaps?done=later"
    html = await shown(site, cookie)
    assert "Open questions: 0" in html
    assert "Kept for later" in html
    assert 'class="count"' not in html.partition("<main>")[0]
    await site.post(where, data={"later": "0"}, headers=cookie)
    assert "Open questions: 1" in await shown(site, cookie)
    await site.post(where, data={"later": "1"}, headers=cookie)
    await site.ask(EXCEL)
    await studied(site)
    assert "Open questions: 1" in await shown(site, cookie)


async def test_what_waits_longer_than_a_page_is_turned(site: SiteUnderTest) -> None:
    scope, now = (await site.apps.public("kotori")).scope, site.side.clock.now()
    until = now + timedelta(days=1)
    for number in range(29):
        gap = Gap(scope, f"words {number}", now, until)
        await site.side.store.gaps.add(scope, gap)
        why = (f"conversation {number}", f"message {number}", f"Question {number}?", "en", Why.UNANSWERED, now, until)
        await site.side.store.askings.add(scope, Asking(scope, *why, gap_id=gap.id))
    cookie = await site.sign_in()
    first = await shown(site, cookie)
    count = int(re.findall(r"Open questions: (\d+)", first)[0])
    assert count == 30
    assert len(re.findall(r"/accept[?]", first)) == 25
    assert len(re.findall(r"/accept[?]", await shown(site, cookie, "gaps?page=2"))) == count - 25


async def test_a_visitor_who_asked_for_the_owner_is_answered_there(site: SiteUnderTest) -> None:
    site.model.knows = True
    answered = await (await site.ask("Is the shop open?", Accept="application/json")).json()
    bearer = {"Authorization": f"Bearer {answered['conversation']}"}
    assert (await site.post("/@kotori/handoff", json={}, headers=bearer)).status == 200
    cookie = await site.sign_in()
    html = await shown(site, cookie)
    assert "Visitors waiting for you" in html
    assert "Open questions: 2" in html
    where = form(html, "answer")
    empty = await site.post(where, data={"answer": " "}, headers=cookie)
    assert (empty.status, "There is nothing in it yet" in await empty.text()) == (400, True)
    done = await site.post(where, data={"answer": "Yes, until six."}, headers=cookie)
    assert done.headers["Location"] == f"{ROOM}/gaps?done=answered"
    said = await site.post("/@kotori/conversation", json={"conversation": answered["conversation"]})
    assert "Yes, until six." in await said.text()
    again = await site.post(where, data={"answer": "Yes, <b>until seven</b>."}, headers=cookie)
    assert again.status == 404
    assert "You have already answered this question." in await again.text()
    assert "Yes, &lt;b&gt;until seven&lt;/b&gt;.</textarea>" in await again.text()
    assert "Open questions: 1" in await shown(site, cookie)


async def test_an_answer_to_a_gap_that_was_settled_elsewhere_is_not_lost(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    html = await shown(site, cookie)
    await site.post(form(html, "dismiss"), headers=cookie)
    late = await site.post(form(html, "accept"), data={"question": "Excel?", "answer": "Only PDF."}, headers=cookie)
    assert late.status == 404
    assert "You have already dismissed this question." in await late.text()
    assert "Only PDF.</textarea>" in await late.text()


async def test_dismissing_a_gap_closes_what_its_owner_was_asked(site: SiteUnderTest) -> None:
    owner = site.owners["yuki"].scope
    assert await site.areas.alerts.alerts.count_open(owner) == 1
    cookie = await site.sign_in()
    await site.post(form(await shown(site, cookie), "dismiss"), headers=cookie)
    assert await site.areas.alerts.alerts.count_open(owner) == 0
    assert 'class="count"' not in (await shown(site, cookie)).partition("<main>")[0]


async def test_a_stranger_keeps_and_answers_nothing(site: SiteUnderTest) -> None:
    """S39"""
    later = form(await shown(site, await site.sign_in()), "later").replace("kotori", "other")
    [alert] = await site.areas.alerts.alerts.list_open(site.owners["yuki"].scope)
    await site.an_app("other", "Other", "someone")
    cookie = await site.sign_in("someone")
    waiting = f"/owner/apps/other/waiting/{alert.id}"
    for path, data in ((later, {"later": "1"}), (f"{waiting}/answer", {"answer": "x"}), (f"{waiting}/dismiss", {})):
        assert (await site.post(path, data=data, headers=cookie)).status == 404
