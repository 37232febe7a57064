"""The owner's page of what visitors do not see: made public, taken out, contacts kept."""

import re
from collections.abc import AsyncIterator

import pytest
from sites import SiteUnderTest, running_site

from knowledge.store.database import Database

PAGE = "/owner/apps/kotori/hidden"
PHONE = "03-1234-5678"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


async def teach(site: SiteUnderTest, answer: str) -> None:
    await site.faqs.add((await site.apps.public("kotori")).scope, "Can I call you?", answer)


async def shown(site: SiteUnderTest, cookie: dict[str, str]) -> str:
    return await (await site.get(PAGE, headers=cookie)).text()


async def tap(site: SiteUnderTest, cookie: dict[str, str], verb: str) -> str:
    """Use the first form of this kind, and say where it leads."""
    found = re.search(rf'action="([^"]*/hidden/\w+/{verb})[?"]', await shown(site, cookie))
    assert found
    return (await site.post(found[1], headers=cookie)).headers["Location"]


async def model_text(site: SiteUnderTest) -> str:
    (entry,) = await site.faqs.list((await site.apps.public("kotori")).scope)
    return entry.redacted_answer


async def test_what_is_found_stands_there_with_what_visitors_read(site: SiteUnderTest) -> None:
    await teach(site, f"Yes: {PHONE}, from nine.")
    html = await shown(site, await site.sign_in())
    assert PHONE in html
    assert "phone number" in html
    assert "Yes: [hidden for privacy], from nine." in html


async def test_a_value_is_made_public(site: SiteUnderTest) -> None:
    await teach(site, f"Yes: {PHONE}.")
    cookie = await site.sign_in()
    assert await tap(site, cookie, "publish") == f"{PAGE}?done=published"
    assert PHONE in await model_text(site)
    html = await shown(site, cookie)
    assert "Nothing in your knowledge is hidden." in html
    assert f"<h3>{PHONE}</h3>" in html


async def test_a_value_is_taken_out(site: SiteUnderTest) -> None:
    await teach(site, f"Yes: {PHONE}.")
    cookie = await site.sign_in()
    assert await tap(site, cookie, "remove") == f"{PAGE}?done=removed"
    assert PHONE not in await shown(site, cookie)


@pytest.mark.parametrize(("verb", "done", "seen"), [("person", "kept", False), ("nobody", "published", True)])
async def test_a_name_is_asked_about_once(site: SiteUnderTest, verb: str, done: str, seen: bool) -> None:
    await teach(site, "Yes: ask Mr. Sony.")
    cookie = await site.sign_in()
    assert "Is this the name of a person to hide?" in await shown(site, cookie)
    assert await tap(site, cookie, verb) == f"{PAGE}?done={done}"
    assert ("Sony" in await model_text(site)) is seen
    assert "Is this the name of a person to hide?" not in await shown(site, cookie)


async def test_contacts_are_added_and_hidden_again(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    added = await site.post("/owner/apps/kotori/public", data={"contact": PHONE}, headers=cookie)
    assert added.headers["Location"] == f"{PAGE}?done=published"
    await teach(site, f"Yes: {PHONE}.")
    assert PHONE in await model_text(site)
    for done in ("?done=hidden", ""):
        gone = await site.post("/owner/apps/kotori/public/hide", data={"contact": PHONE}, headers=cookie)
        assert gone.headers["Location"] == PAGE + done
    assert PHONE not in await model_text(site)


@pytest.mark.parametrize("contact", ["", "x", "x" * 201])
async def test_a_refused_contact_keeps_what_was_written(site: SiteUnderTest, contact: str) -> None:
    refused = await site.post("/owner/apps/kotori/public", data={"contact": contact}, headers=await site.sign_in())
    assert refused.status == 400
    assert f'value="{contact}"' in await refused.text()


async def test_s39_another_owners_finding_is_not_there(site: SiteUnderTest) -> None:
    await teach(site, f"Yes: {PHONE}.")
    await site.an_app("hitsuji", "Hitsuji", "hana")
    found = re.search(r"/hidden/\w+/publish", await shown(site, await site.sign_in()))
    assert found
    other = await site.sign_in("hana")
    for path in (f"/owner/apps/kotori{found[0]}", f"/owner/apps/hitsuji{found[0]}"):
        assert (await site.post(path, headers=other)).status == 404
    assert PHONE not in await model_text(site)


async def save(site: SiteUnderTest, cookie: dict[str, str], answer: str) -> str:
    """Teach an entry by the form, and read the page it leads to."""
    form = {"question": f"Which {answer.split()[1]}?", "answer": answer}
    saved = await site.post("/owner/apps/kotori/faqs", data=form, headers=cookie)
    return await (await site.get(saved.headers["Location"], headers=cookie)).text()


async def test_the_page_after_saving_asks_about_doubtful_names_once(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    html = await save(site, cookie, "As Knuth said, it depends.")
    assert "Is this the name of a person to hide?" in html
    assert "<h3>Knuth</h3>" in html
    found = re.search(r'action="([^"]*/hidden/\w+/nobody)[?"]', html)
    assert found
    assert (await site.post(found[1], headers=cookie)).headers["Location"] == f"{PAGE}?done=published"
    assert "Knuth" in await model_text(site)
    assert "Is this the name of a person to hide?" not in await save(
        site, cookie, "Knuth said so, too. And so did Jason Miller."
    )


async def test_a_page_asks_no_more_once_it_was_answered(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    form = {"question": "Why?", "answer": "As Knuth said, it depends."}
    saved = await site.post("/owner/apps/kotori/faqs", data=form, headers=cookie)
    assert await tap(site, cookie, "person") == f"{PAGE}?done=kept"
    html = await (await site.get(saved.headers["Location"], headers=cookie)).text()
    assert "Is this the name of a person to hide?" not in html


async def test_a_name_shown_by_mistake_is_hidden_again(site: SiteUnderTest) -> None:
    await teach(site, "As Knuth said, it depends.")
    cookie = await site.sign_in()
    await tap(site, cookie, "nobody")
    assert "<h3>Knuth</h3>" in await shown(site, cookie)
    hid = await site.post("/owner/apps/kotori/public/hide", data={"contact": "Knuth"}, headers=cookie)
    assert hid.headers["Location"] == f"{PAGE}?done=hidden"
    assert "Knuth" not in await model_text(site)


async def test_the_page_asks_about_a_certain_name_once_it_stands_often(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    asked = [await save(site, cookie, f"The {place} of Mr. Oscar Wilde.") for place in ("tomb", "statue", "garden")]
    assert ["Is this the name of a person to hide?" in html for html in asked] == [False, False, True]
    assert "Entries with this name: 3" in asked[2]
