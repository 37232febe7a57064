"""What programs propose, on the owner's page: shown whole, applied, worded otherwise, discarded, and done once."""

import html
from collections.abc import AsyncIterator, Mapping

import pytest
from sites import SiteUnderTest, running_site

from knowledge.store.database import AppScope, Database
from knowledge.store.inbox.proposals import Change, ProposalId

ROOM = "/owner/proposals"
Browser = dict[str, str]


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


@pytest.fixture
async def browser(site: SiteUnderTest) -> Browser:
    return await site.sign_in() | {"Accept": "text/html", "Accept-Language": "en"}


async def scope_of(site: SiteUnderTest) -> AppScope:
    return (await site.apps.public("kotori")).scope


async def proposed(site: SiteUnderTest, kind: str, about: str = "", **values: str) -> ProposalId:
    """Something that a program of the owner's proposes."""
    change = Change(kind, about, values | {"why": "2.0 <has> it"})
    shown = await site.areas.proposals.proposals.propose(await scope_of(site), change, by="Release bot")
    return shown.proposal.id


async def reads(site: SiteUnderTest, browser: Browser) -> str:
    return html.unescape(await (await site.get(f"{ROOM}?lang=en", headers=browser)).text())


async def does(
    site: SiteUnderTest, browser: Browser, proposal: str, what: str, form: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """A button of one of them: the status, and where it leads or what it says."""
    response = await site.post(f"{ROOM}/{proposal}/{what}", data=form or {"x": ""}, headers=browser)
    return response.status, response.headers.get("Location", "") or html.unescape(await response.text())


async def test_a_change_is_shown_whole_and_applied(site: SiteUnderTest, browser: Browser) -> None:
    entry = (await site.faqs.add(await scope_of(site), "Is it free?", "Yes.")).entry
    proposal = await proposed(site, "faq_edit", entry.id, question="Is it free?", answer="No, 300 yen. " * 100)
    page = await reads(site, browser)
    assert "Proposals: 1" in page
    assert "Release bot" in page
    assert "2.0 <has> it" in page
    assert "<del>Yes.</del>" in page
    assert ("No, 300 yen. " * 100).strip() in page
    assert await does(site, browser, proposal, "apply") == (303, f"{ROOM}?done=applied")
    assert (await site.faqs.get(await scope_of(site), entry.id)).answer.startswith("No, 300 yen.")
    assert "No proposal is waiting for you." in await reads(site, browser)


async def test_a_second_tap_changes_nothing_and_says_so(site: SiteUnderTest, browser: Browser) -> None:
    proposal = await proposed(site, "faq_add", question="Dark mode?", answer="Yes.")
    assert (await does(site, browser, proposal, "apply"))[0] == 303
    for again in ("apply", "discard"):
        status, said = await does(site, browser, proposal, again)
        assert status == 404
        assert "This has been changed already." in said
    assert await site.faqs.count(await scope_of(site)) == 1


async def test_what_is_said_of_the_entry_follows_it(site: SiteUnderTest, browser: Browser) -> None:
    proposal = await proposed(site, "faq_add", question="Where do I call?", answer="03-1234-5678")
    _status, where = await does(site, browser, proposal, "apply")
    assert where.startswith("/owner/apps/kotori/faqs/")
    assert "Visitors will not see: phone number" in await (await site.get(where, headers=browser)).text()


@pytest.mark.parametrize(("way", "answers"), [("replace", ["No."]), ("both", ["No.", "Yes."])])
async def test_a_new_entry_that_asks_the_same_goes_the_way_that_is_chosen(
    site: SiteUnderTest, browser: Browser, way: str, answers: list[str]
) -> None:
    scope = await scope_of(site)
    await site.faqs.add(scope, "Is it free?", "Yes.")
    proposal = await proposed(site, "faq_add", question="Is it free?", answer="No.")
    page = await reads(site, browser)
    assert "An entry already asks the same. What should I do?" in page
    assert ">Apply<" not in page
    assert (await does(site, browser, proposal, "apply", {"way": way}))[0] == 303
    assert sorted(each.answer for each in await site.faqs.list(scope)) == answers


async def test_what_has_changed_since_is_shown_once_more_before_it_is_applied(
    site: SiteUnderTest, browser: Browser
) -> None:
    scope = await scope_of(site)
    entry = (await site.faqs.add(scope, "Is it free?", "Yes.")).entry
    proposal = await proposed(site, "faq_edit", entry.id, question="Is it free?", answer="No.")
    await site.faqs.edit(scope, entry.id, "Is it free?", "Yes, until May.")
    assert await does(site, browser, proposal, "apply") == (303, f"{ROOM}?done=anew")
    assert (await site.faqs.get(scope, entry.id)).answer == "Yes, until May."
    page = await reads(site, browser)
    assert "<del>Yes, until May.</del>" in page
    [waiting] = await site.areas.proposals.proposals.filed(scope)
    assert (await does(site, browser, waiting.id, "apply"))[1] == f"{ROOM}?done=applied"
    assert (await site.faqs.get(scope, entry.id)).answer == "No."


async def test_the_owners_own_words_stand_in_its_place(site: SiteUnderTest, browser: Browser) -> None:
    proposal = await proposed(site, "faq_add", question="Dark mode?", answer="Yes.")
    assert (await does(site, browser, proposal, "reword", {"text": " "}))[0] == 400
    too_long = "長い" * 2_501
    status, said = await does(site, browser, proposal, "reword", {"text": too_long})
    assert status == 400
    assert too_long in said
    assert (await does(site, browser, proposal, "reword", {"text": "Yes, since 2.0."}))[0] == 303
    [waiting] = await site.areas.proposals.proposals.filed(await scope_of(site))
    assert (await does(site, browser, waiting.id, "apply"))[0] == 303
    assert [each.answer for each in await site.faqs.list(await scope_of(site))] == ["Yes, since 2.0."]


async def test_what_cannot_be_done_any_more_says_so_and_can_be_discarded(site: SiteUnderTest, browser: Browser) -> None:
    scope = await scope_of(site)
    entry = (await site.faqs.add(scope, "Is it free?", "Yes.")).entry
    proposal = await proposed(site, "faq_remove", entry.id)
    await site.faqs.remove(scope, entry.id)
    assert 'class="problem"' in await reads(site, browser)
    assert (await does(site, browser, proposal, "apply"))[0] == 404
    assert await does(site, browser, proposal, "discard") == (303, f"{ROOM}?done=discarded")


async def test_nobody_applies_or_reads_anybody_elses(site: SiteUnderTest, browser: Browser) -> None:
    await site.an_app("suzume", "Suzume", "rin")
    proposal = await proposed(site, "faq_add", question="Dark mode?", answer="Yes, canary.")
    other = await site.sign_in("rin") | {"Accept": "text/html", "Accept-Language": "en"}
    assert "canary" not in await reads(site, other)
    for what in ("apply", "discard", "reword"):
        status, said = await does(site, other, proposal, what, {"text": "x"})
        assert status == 404
        assert "canary" not in said
    assert "canary" in await reads(site, browser)
