"""Trying mimi out by the owner's forms: what is refused keeps its words, and nobody else's trial is reached."""

from collections.abc import AsyncIterator

import pytest
from sites import SiteUnderTest, running_site

from knowledge.store.database import Database

HERE = "/owner/apps/kotori/try"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    """Without a model: it quotes."""
    async with running_site(db, speaks=False) as running:
        app = await running.an_app()
        await running.faqs.add(app.scope, "Is it free?", "Yes, it is.")
        yield running


async def test_looking_again_at_what_was_tried_asks_nothing_again(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    asked = await site.post(HERE, data={"question": "Is it free?"}, headers=cookie)
    assert asked.status == 303
    for _twice in range(2):
        shown = await (await site.get(asked.headers["Location"], headers=cookie)).text()
        assert "Yes, it is." in shown
        assert "Quoted from what you taught, without Claude" in shown
        assert "if claude-haiku-5-5 answers" in shown
    assert await site.db.collection("trials").count({}) == 1
    assert "Is it free?" in await (await site.get(HERE, headers=cookie)).text()


async def test_a_refused_question_keeps_what_was_written(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    for question in (" ", "x" * 2_001):
        refused = await site.post(HERE, data={"question": question}, headers=cookie)
        assert refused.status == 400
        assert question in await refused.text()
    asked = await site.post(HERE, data={"question": "Is it free? " + "x" * 400}, headers=cookie)
    [entry] = await site.faqs.list((await site.apps.public("kotori")).scope)
    here = asked.headers["Location"]
    long = await site.post(f"{here}/phrasing", data={"faq": entry.id}, headers=cookie)
    assert long.status == 400
    empty = await site.post(f"{here}/entry", data={"question": "Free of charge?", "answer": " "}, headers=cookie)
    assert empty.status == 400
    assert "Free of charge?" in await empty.text()


async def test_s24_what_was_tried_is_shown_as_text(site: SiteUnderTest) -> None:
    cookie, attack = await site.sign_in(), '"><img src=x onerror=alert(1)><script>alert(1)</script>'
    asked = await site.post(HERE, data={"question": attack}, headers=cookie)
    for path in (asked.headers["Location"], HERE):
        shown = await (await site.get(path, headers=cookie)).text()
        assert "<script>alert" not in shown
        assert "<img" not in shown


async def test_s39_nobody_reaches_another_owners_or_apps_trial(site: SiteUnderTest) -> None:
    trial = await site.areas.answers.trials.ask(await site.apps.public("kotori"), "Is it free?")
    await site.an_app("suzume", "Suzume")
    await site.an_app("hitsuji", "Hitsuji", owner="hana")
    mine, hers = await site.sign_in(), await site.sign_in("hana")
    for handle, cookie in (("kotori", hers), ("hitsuji", hers), ("suzume", mine), ("nobody", mine)):
        path = f"/owner/apps/{handle}/try/{trial.id}"
        for response in (
            await site.get(path, headers=cookie),
            await site.post(f"{path}/entry", data={"question": "q", "answer": "a"}, headers=cookie),
            await site.post(f"{path}/phrasing", data={"faq": "x"}, headers=cookie),
            await site.post(f"{path}/mark", data={"wrong": "1"}, headers=cookie),
            await site.post(f"/owner/apps/{handle}/try", data={"question": "q", "after": trial.id}, headers=cookie),
        ):
            assert response.status == 404
    kept = await site.areas.answers.trials.get((await site.apps.public("kotori")).scope, trial.id)
    assert not kept.wrong


async def test_an_answer_beside_an_entry_that_asks_the_same_is_asked_about(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    asked = await site.post(HERE, data={"question": "is it FREE"}, headers=cookie)
    form = {"question": "Is it free", "answer": "No, <b>never</b>."}
    first = await site.post(f"{asked.headers['Location']}/entry", data=form, headers=cookie)
    html = await first.text()
    assert first.status == 409
    assert "“Is it free?” asks the same" in html
    assert "No, &lt;b&gt;never&lt;/b&gt;.</textarea>" in html
    scope = (await site.apps.public("kotori")).scope
    [entry] = await site.faqs.list(scope)
    assert entry.answer == "Yes, it is."
    chosen = form | {"double": entry.id, "way": "replace"}
    done = await site.post(f"{asked.headers['Location']}/entry", data=chosen, headers=cookie)
    assert done.status == 303
    assert [each.answer for each in await site.faqs.list(scope)] == ["No, <b>never</b>."]
