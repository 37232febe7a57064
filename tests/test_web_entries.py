"""The owner's room of entries: newest first, found, sorted, turned, several at once; and two windows at a time."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sites import SiteUnderTest, running_site

from handlers.entries.lists import EntryOrder, Wanted
from knowledge.store.apps.apps import App
from knowledge.store.database import Database
from knowledge.store.entries.faqs import FaqId

ROOM = "/owner/apps/kotori"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


@pytest.fixture
async def app(site: SiteUnderTest) -> App:
    return await site.apps.public("kotori")


async def html(site: SiteUnderTest, path: str, cookie: dict[str, str]) -> str:
    return await (await site.get(path, headers=cookie)).text()


def listed(shown: str) -> list[str]:
    return re.findall(r"<bdi>([^<]*)</bdi></label>", shown)


def field(shown: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', shown)
    assert found
    return found[1]


async def ids(site: SiteUnderTest, app: App) -> dict[str, str]:
    return {entry.question: entry.id for entry in await site.faqs.list(app.scope)}


async def test_new_entries_stand_at_the_top_and_each_page_holds_25(site: SiteUnderTest, app: App) -> None:
    for number in range(51):
        await site.faqs.add(app.scope, f"Question {number:02}?", "Yes.")
    cookie = await site.sign_in()
    first = await html(site, ROOM, cookie)
    assert listed(first) == [f"Question {number:02}?" for number in range(50, 25, -1)]
    assert "What mimi knows (51)" in first
    assert listed(await html(site, f"{ROOM}?page=3", cookie)) == ["Question 00?"]
    assert listed(await html(site, f"{ROOM}?page=99", cookie)) == ["Question 00?"]
    assert listed(await html(site, f"{ROOM}?page=x", cookie)) == listed(first)


async def test_what_was_asked_for_stays_while_pages_turn_and_after_a_change(site: SiteUnderTest, app: App) -> None:
    for number in range(30):
        await site.faqs.add(app.scope, f"PDF {number:02}?", "Yes.")
    cookie = await site.sign_in()
    second = await html(site, f"{ROOM}?q=pdf&order=name&page=2", cookie)
    assert listed(second) == [f"PDF {number:02}?" for number in range(25, 30)]
    assert 'href="/owner/apps/kotori?q=pdf&amp;order=name&amp;page=1"' in second
    entry = (await ids(site, app))["PDF 27?"]
    form = await html(site, f"{ROOM}/faqs/{entry}?q=pdf&order=name&page=2", cookie)
    sent = {"question": "PDF 27?", "answer": "No.", "mark": field(form, "mark")}
    saved = await site.post(f"{ROOM}/faqs/{entry}?q=pdf&order=name&page=2", data=sent, headers=cookie)
    assert saved.headers["Location"] == f"{ROOM}?q=pdf&order=name&page=2&done=saved"
    odd = await site.post(f"{ROOM}/faqs/{entry}/remove?q=a%26done%3Dadded%0d%0ax&page=-1", headers=cookie)
    assert odd.headers["Location"] == f"{ROOM}?q=a%26done%3Dadded%0D%0Ax&done=removed"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("pdf", ["ＰＤＦにできますか？"]),
        ("ＰＤＦ", ["ＰＤＦにできますか？"]),
        ("ぱすわーど", ["パスワードを忘れました", "ﾊﾟｽﾜｰﾄﾞを変えたい"]),
        ("ﾊﾟｽﾜｰﾄﾞ", ["パスワードを忘れました", "ﾊﾟｽﾜｰﾄﾞを変えたい"]),
        ("パスワード　変えたい", ["ﾊﾟｽﾜｰﾄﾞを変えたい"]),
        ("🎁", ["🎁 ギフトは？"]),
        ("שלום", ["שלום?"]),
        ("straße", ["Straße?"]),
        ("in other words", ["🎁 ギフトは？"]),
        (".*", []),
        ("$ne", []),
        ("(", ["Why (so)?"]),
        ("100%", ["100％ですか？"]),
        ("デモ", ["テ\u3099モはある？"]),
    ],
)
async def test_words_are_found_whichever_way_they_are_written(
    site: SiteUnderTest, app: App, words: str, found: list[str]
) -> None:
    """S26; the same words find the same entries in LINE."""
    for question in ("ＰＤＦにできますか？", "パスワードを忘れました", "ﾊﾟｽﾜｰﾄﾞを変えたい", "שלום?", "Straße?"):
        await site.faqs.add(app.scope, question, "はい。")
    await site.faqs.add(app.scope, "🎁 ギフトは？", "はい。", phrasings=["In other words?"])
    await site.faqs.add(app.scope, "Why (so)?", "はい。")
    await site.faqs.add(app.scope, "100％ですか？", "はい。")
    await site.faqs.add(app.scope, "テ\u3099モはある？", "はい。")
    shown = await site.get(ROOM, params={"q": words}, headers=await site.sign_in())
    assert sorted(listed(await shown.text())) == sorted(found)
    assert sorted(entry.question for entry in await site.faqs.find(app.scope, words)) == sorted(found)


async def test_the_most_used_come_first_and_the_unused_alone(site: SiteUnderTest, app: App) -> None:
    for question in ("Is it free?", "Is there a trial?", "Where are you?"):
        await site.faqs.add(app.scope, question, "Yes.", exact=question == "Is it free?")
    await (await site.ask("Is it free?")).text()
    cookie = await site.sign_in()
    assert listed(await html(site, f"{ROOM}?order=used", cookie))[0] == "Is it free?"
    assert listed(await html(site, f"{ROOM}?order=unused", cookie)) == ["Where are you?", "Is there a trial?"]
    assert listed(await html(site, f"{ROOM}?order=name", cookie))[-1] == "Where are you?"
    assert len(listed(await html(site, f"{ROOM}?order=nothing", cookie))) == 3


async def test_several_are_removed_after_a_question_and_what_is_gone_is_no_hindrance(
    site: SiteUnderTest, app: App
) -> None:
    for number in range(30):
        await site.faqs.add(app.scope, f"Question {number:02}?", "Call 03-1234-5678.")
    cookie, known = await site.sign_in() | FORM, await ids(site, app)
    ticked = [("faq", known[f"Question {number:02}?"]) for number in range(25)]
    asked = await site.post(f"{ROOM}/faqs/chosen", data=[*ticked, ("what", "remove")], headers=cookie)
    assert "Remove these answers? (25)" in await asked.text()
    assert len(await site.faqs.list(app.scope)) == 30
    await site.faqs.remove(app.scope, ticked[0][1])
    version = (await site.apps.public("kotori")).knowledge_version
    done = await site.post(f"{ROOM}/faqs/chosen?q=x", data=[*ticked, ("what", "removed_all")], headers=cookie)
    assert done.headers["Location"] == f"{ROOM}?q=x&done=removed_all&n=24"
    assert "Removed: 24." in await html(site, f"{ROOM}?done=removed_all&n=24", cookie)
    assert len(await site.faqs.list(app.scope)) == 5
    assert (await site.apps.public("kotori")).knowledge_version == version + 1
    assert await site.db.collection("findings").count({}) == 5
    again = await site.post(f"{ROOM}/faqs/chosen", data=[*ticked, ("what", "removed_all")], headers=cookie)
    assert (again.status, "All of these have already been removed." in await again.text()) == (400, True)


@pytest.mark.parametrize("what", ["remove", "removed_all", "exact", "nothing", ""])
async def test_without_a_tick_or_a_way_nothing_happens(site: SiteUnderTest, app: App, what: str) -> None:
    await site.faqs.add(app.scope, "Is it free?", "Yes.")
    cookie = await site.sign_in() | FORM
    refused = await site.post(f"{ROOM}/faqs/chosen", data={"what": what}, headers=cookie)
    assert (refused.status, "Nothing is selected yet." in await refused.text()) == (400, True)


async def test_several_are_said_word_for_word_and_no_longer(site: SiteUnderTest, app: App) -> None:
    for question in ("Is it free?", "Is there a trial?"):
        await site.faqs.add(app.scope, question, "Yes.")
    cookie = await site.sign_in() | FORM
    ticked: list[tuple[str, str]] = [("faq", each) for each in (await ids(site, app)).values()]
    for what, exact in (("exact", True), ("inexact", False)):
        done = await site.post(f"{ROOM}/faqs/chosen", data=[*ticked, ("what", what)], headers=cookie)
        assert done.headers["Location"] == f"{ROOM}?done={what}&n=2"
        assert [entry.exact for entry in await site.faqs.list(app.scope)] == [exact, exact]


async def test_nobody_elses_entries_are_removed(site: SiteUnderTest, app: App) -> None:
    """S39"""
    saved = await site.faqs.add(app.scope, "Secret?", "A secret.")
    await site.an_app("hitsuji", "Hitsuji", owner="hana")
    cookie = await site.sign_in("hana") | FORM
    for handle in ("kotori", "hitsuji"):
        for what in ("remove", "removed_all", "exact"):
            sent = {"faq": saved.entry.id, "what": what}
            refused = await site.post(f"/owner/apps/{handle}/faqs/chosen", data=sent, headers=cookie)
            assert refused.status in {400, 404}
            assert "A secret." not in await refused.text()
    assert [entry.exact for entry in await site.faqs.list(app.scope)] == [False]


async def test_of_two_windows_the_later_sees_both_texts(site: SiteUnderTest, app: App) -> None:
    entry = (await site.faqs.add(app.scope, "Is it free?", "Yes.")).entry
    cookie, page = await site.sign_in(), f"{ROOM}/faqs/{entry.id}"
    mark = field(await html(site, page, cookie), "mark")
    sent: dict[str, Any] = {"question": "Is it free?", "mark": mark}
    assert (await site.post(page, data={**sent, "answer": "For a month."}, headers=cookie)).status == 303
    late = await site.post(page, data={**sent, "answer": "For a year."}, headers=cookie)
    shown = await late.text()
    assert (late.status, "For a month." in shown, "For a year.</textarea>" in shown) == (409, True, True)
    sent["mark"] = field(shown, "mark")
    assert (await site.post(page, data={**sent, "answer": "For a year."}, headers=cookie)).status == 303
    twice = await site.post(page, data={**sent, "answer": "For a year."}, headers=cookie)
    assert twice.status == 409  # sent twice: it says what is there, and nothing is lost


async def test_a_correction_of_what_was_removed_becomes_a_new_entry(site: SiteUnderTest, app: App) -> None:
    entry = (await site.faqs.add(app.scope, "Is it free?", "Yes.")).entry
    cookie = await site.sign_in()
    await site.faqs.remove(app.scope, entry.id)
    late = await site.post(f"{ROOM}/faqs/{entry.id}", data={"question": "Free?", "answer": "A year."}, headers=cookie)
    shown = await late.text()
    assert (late.status, "A year.</textarea>" in shown, "removed elsewhere" in shown) == (404, True, True)


async def test_five_thousand_entries_are_a_page_of_25(site: SiteUnderTest, app: App) -> None:
    rows = site.side.store.faqs
    first = (await site.faqs.add(app.scope, "Question 0?", "Yes.")).entry
    await rows.put_many(
        app.scope, [replace(first, id=FaqId(f"{n:024x}"), question=f"Question {n}?") for n in range(1, 4_999)]
    )
    lists = site.areas.entries.lists
    found = await lists.faqs(app.scope, Wanted("999", EntryOrder.BY_NAME, "1"), 25)
    assert found.count == len([n for n in range(4_999) if "999" in str(n)])
    shown = await html(site, f"{ROOM}?page=200", await site.sign_in())
    assert len(shown) < 80_000
    assert "Page 200 of 200" in shown


async def test_lines_end_one_way_whatever_they_were_pasted_from(site: SiteUnderTest, app: App) -> None:
    cookie, page = await site.sign_in(), f"{ROOM}/faqs"
    await site.post(page, data={"question": "Lines?", "answer": "a\rb\r\nc\x0bd\u2028e\n\nf"}, headers=cookie)
    [entry] = await site.faqs.list(app.scope)
    assert entry.answer == "a\nb\nc\nd\ne\n\nf"
    for _again in range(2):
        form = await html(site, f"{page}/{entry.id}", cookie)
        sent = {"question": "Lines?", "answer": entry.answer.replace("\n", "\r\n"), "mark": field(form, "mark")}
        assert (await site.post(f"{page}/{entry.id}", data=sent, headers=cookie)).status == 303
    assert (await site.faqs.get(app.scope, entry.id)).answer == entry.answer


@pytest.mark.parametrize("number", ["%", "#", "-1", "0", "1e9", "９", "²", "99999999999"])
async def test_an_odd_page_number_is_a_page(site: SiteUnderTest, app: App, number: str) -> None:
    await site.faqs.add(app.scope, "Is it free?", "Yes.")
    cookie = await site.sign_in()
    for room in (ROOM, f"{ROOM}/documents", f"{ROOM}/gaps"):
        assert (await site.get(room, params={"page": number}, headers=cookie)).status == 200
