"""Pages of the web: learned by their address, a sitemap's together, and looked at again every week."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from clock import FrozenClock
from owner_chat import Core, OwnerChat, words_of
from somebodys_site import Site

from handlers.outgoing import from_body
from knowledge.store.database import Database
from knowledge.store.imports.imports import ImportDoor, ImportJob, ImportState

WEEK = timedelta(days=7)


def page(*sentences: str, title: str = "Plans") -> str:
    body = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"


FREE = page("The app is free for one person, with all its functions, and it will stay so for ever.")
PAID = page("The app costs three euros a month for each person, and there is a free trial of thirty days.")


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    await site.start()
    yield site
    await site.stop()


@pytest.fixture
async def chat(db: Database, site: Site) -> OwnerChat:
    chat = OwnerChat(Core(db, FrozenClock(), sites={site.place}))
    await chat.signs_up()
    return chat


async def worked(chat: OwnerChat, job: ImportJob) -> ImportJob:
    while await chat.core.import_runs.work():
        pass
    return await chat.core.imports.get(job.scope, job.id)


async def read(chat: OwnerChat, url: str) -> ImportJob:
    return await worked(chat, await chat.core.imports.begin_url((await chat.app()).scope, url, ImportDoor.WEB))


async def learned(chat: OwnerChat, url: str) -> ImportJob:
    job = await read(chat, url)
    return await worked(chat, await chat.core.imports.apply(job.scope, job.id))


async def texts(chat: OwnerChat) -> list[str]:
    return [document.text for document in await chat.core.documents.list((await chat.app()).scope)]


async def a_week_later(chat: OwnerChat) -> int:
    """How many pages were looked at."""
    chat.core.clock.advance(WEEK + timedelta(minutes=1))
    begun = await chat.core.page_watch.round()
    while await chat.core.import_runs.work():
        pass
    return begun


async def told(chat: OwnerChat) -> list[str]:
    """Everything that waits to be told to the owner, in words."""
    rows = await chat.core.db.collection("outbox").find({"kind": "import"}, sort=[("_id", 1)])
    return [str(words) for row in rows for reply in from_body(row["body"]) for words in words_of(reply)]


@pytest.mark.parametrize("line", ["{url}", "/import {url}", "/取り込み {url}", "/doc add {url}"])
async def test_a_page_is_learned_by_its_address(chat: OwnerChat, site: Site, line: str) -> None:
    site.pages["plans"] = FREE
    assert await chat.says(line.format(url=site.url("plans"))) == [
        "I am still working on it. I will tell you when it is done."
    ]
    while await chat.core.import_runs.work():
        pass
    assert "Shall I learn this?" in (await told(chat))[0]
    assert await texts(chat) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("inside", "without a port number"),
        ("loop", "keeps redirecting"),
        ("endless", "too large"),
        ("picture", "is no text"),
        ("missing", "its answer: 404"),
    ],
)
async def test_a_page_that_cannot_be_had_is_told_and_changes_nothing(
    chat: OwnerChat, site: Site, name: str, said: str
) -> None:
    job = await read(chat, site.url(name))
    assert job.problem is not None
    assert (job.state, said in job.problem.say("en")) == (ImportState.FAILED, True)
    assert await chat.core.imports.items(job) == []


async def test_a_sitemap_brings_its_pages_and_tells_of_those_it_cannot(chat: OwnerChat, site: Site) -> None:
    site.robots = "User-agent: *\nDisallow: /private\n"
    site.pages |= {"one": FREE, "two": page("Refunds are possible within fourteen days.", title="Refunds")}
    places = [site.url("one"), site.url("private"), site.url("gone"), "http://10.0.0.1/", site.url("two")]
    locs = "".join(f"<url><loc>{place}</loc></url>" for place in places)
    site.pages["sitemap.xml"] = f'<?xml version="1.0"?><urlset>{locs}</urlset>'
    job = await learned(chat, site.url("sitemap.xml"))
    why = [item.why.say("en") if item.why else "" for item in await chat.core.imports.items(job)]
    assert [bool(reason) for reason in why] == [False, False, True, True, True]
    assert "does not want programs" in why[2]
    assert "its answer: 404" in why[3]
    assert "not on the public internet" in why[4]
    assert len(await texts(chat)) == 2
    assert "/private" not in site.paths


async def test_a_page_read_again_is_the_same_or_replaced(chat: OwnerChat, site: Site) -> None:
    site.pages["plans"] = FREE
    await learned(chat, site.url("plans"))
    assert dict((await learned(chat, site.url("plans"))).counts) == {"same": 1, "similar": 0}
    site.pages["plans"] = PAID
    job = await learned(chat, site.url("plans"))
    (item,) = await chat.core.imports.items(job)
    assert "three euros" in str(item.texts)
    assert "free for one person" in str(item.before)
    (text,) = await texts(chat)
    assert "three euros" in text


async def test_a_learned_page_is_looked_at_every_week_and_its_changes_told(chat: OwnerChat, site: Site) -> None:
    site.pages["plans"] = FREE
    await learned(chat, site.url("plans"))
    assert await chat.core.page_watch.round() == 0
    before = len(await told(chat))
    assert await a_week_later(chat) == 1
    assert len(await told(chat)) == before  # nothing new
    site.pages["plans"] = PAID
    assert await a_week_later(chat) == 1
    assert "three euros" in (await texts(chat))[0]
    assert len(await told(chat)) == before + 1


async def test_a_page_that_fails_is_told_once(chat: OwnerChat, site: Site) -> None:
    site.pages["plans"] = FREE
    await learned(chat, site.url("plans"))
    before = len(await told(chat))
    del site.pages["plans"]
    for _week in range(3):
        await a_week_later(chat)
    assert len(await told(chat)) == before + 1
    assert "free for one person" in (await texts(chat))[0]


async def test_a_page_of_which_most_is_gone_waits_for_the_owners_word(chat: OwnerChat, site: Site) -> None:
    site.pages["plans"] = page(*[f"Function {n} of the app is free for one person, at any time." for n in range(30)])
    await learned(chat, site.url("plans"))
    site.pages["plans"] = page("Please sign in to read this page.")
    await a_week_later(chat)
    assert "free for one person" in (await texts(chat))[0]
    assert "Most of this page is gone." in (await told(chat))[-1]


async def test_the_weekly_look_is_switched_off_for_one_page_and_done_by_hand(chat: OwnerChat, site: Site) -> None:
    site.pages["plans"] = FREE
    await learned(chat, site.url("plans"))
    await chat.says("/doc list")
    assert await chat.taps("Stop weekly checks") == ["I no longer check the page of “Plans” automatically."]
    assert await a_week_later(chat) == 0
    site.pages["plans"] = PAID
    await chat.says("/doc list")
    await chat.taps("Check it now")
    while await chat.core.import_runs.work():
        pass
    assert "three euros" in (await texts(chat))[0]
    await chat.says("/doc list")
    assert await chat.taps("Check every week") == ["I now check the page of “Plans” every week."]


async def test_a_page_whose_document_was_removed_is_no_longer_looked_at(chat: OwnerChat, site: Site) -> None:
    site.pages["plans"] = FREE
    job = await learned(chat, site.url("plans"))
    (document,) = await chat.core.documents.list(job.scope)
    await chat.core.documents.remove(job.scope, document.id)
    asked = len(site.paths)
    await a_week_later(chat)
    assert len(site.paths) == asked
    assert await chat.core.db.collection("watched_pages").count({}) == 0


FAQ = '{{"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": [{}]}}'
ASKED = '{{"@type": "Question", "name": "{}", "acceptedAnswer": {{"@type": "Answer", "text": "{}"}}}}'


def faq_page(**answers: str) -> str:
    """A page that declares its questions; a question's words are joined with _ here."""
    asked = ", ".join(ASKED.format(f"{name.replace('_', ' ')}?", answer) for name, answer in answers.items())
    data = FAQ.format(asked)
    return f'<html><head><script type="application/ld+json">{data}</script></head><body><p>FAQ</p></body></html>'


async def answers_of(chat: OwnerChat) -> dict[str, str]:
    return {entry.question: entry.answer for entry in await chat.core.faqs.list((await chat.app()).scope)}


async def test_a_page_that_gave_only_entries_is_looked_at_every_week_too(chat: OwnerChat, site: Site) -> None:
    site.pages["faq"] = faq_page(Is_it_free="Yes.", Is_there_a_trial="No.")
    await learned(chat, site.url("faq"))
    assert await a_week_later(chat) == 1
    before = len(await told(chat))
    site.pages["faq"] = faq_page(Is_it_free="Yes, for one person.", Is_there_a_trial="No.", Can_I_share="Yes.")
    await a_week_later(chat)
    assert await answers_of(chat) == {
        "Is it free?": "Yes, for one person.",
        "Is there a trial?": "No.",
        "Can I share?": "Yes.",
    }
    assert len(await told(chat)) == before + 1


async def test_what_the_owner_corrected_and_removed_stays_so_until_the_page_changes_it(
    chat: OwnerChat, site: Site
) -> None:
    site.pages["faq"] = faq_page(Is_it_free="Yes.", Is_there_a_trial="No.")
    job = await learned(chat, site.url("faq"))
    free, trial = await chat.core.faqs.list(job.scope)
    await chat.core.faqs.edit(job.scope, free.id, free.question, "Yes, always.")
    await chat.core.faqs.remove(job.scope, trial.id)
    await a_week_later(chat)
    assert await answers_of(chat) == {"Is it free?": "Yes, always."}
    site.pages["faq"] = faq_page(Is_it_free="Not any more.", Is_there_a_trial="No.")
    await a_week_later(chat)
    assert await answers_of(chat) == {"Is it free?": "Not any more."}


async def test_a_page_whose_entries_are_all_gone_is_no_longer_looked_at(chat: OwnerChat, site: Site) -> None:
    site.pages["faq"] = faq_page(Is_it_free="Yes.")
    job = await learned(chat, site.url("faq"))
    (entry,) = await chat.core.faqs.list(job.scope)
    await chat.core.faqs.remove(job.scope, entry.id)
    await a_week_later(chat)
    assert await chat.core.db.collection("watched_pages").count({}) == 0


async def test_an_index_of_sitemaps_is_followed(chat: OwnerChat, site: Site) -> None:
    """S30-S33 hold for each: a sitemap inside, and one the site keeps programs from, are not read."""
    site.robots = "User-agent: *\nDisallow: /private\n"
    for part in ("a", "b"):
        names = [f"{part}{n}" for n in range(30)]
        site.pages |= {name: faq_page(**{f"What_is_{name}": "It."}) for name in names}
        site.pages[f"{part}.xml"] = sitemap(*map(site.url, names))
    places = [
        site.url("a.xml"),
        "http://10.0.0.1/s.xml",
        site.url("private/s.xml"),
        site.url("page"),
        site.url("b.xml"),
    ]
    inner = "".join(f"<sitemap><loc>{place}</loc></sitemap>" for place in places)
    site.pages["index.xml"] = f'<?xml version="1.0"?><sitemapindex>{inner}</sitemapindex>'
    job = await read(chat, site.url("index.xml"))
    assert (job.counts["added"], job.left_out) == (60, 0)
    skipped = [str(item.why.say("en")) for item in await chat.core.imports.items(job) if item.why]
    assert [said.split(",")[0] for said in skipped] == [
        "This address is not on the public internet",
        "The site does not want programs to read this page.",
        "This is not a sitemap",
    ]
    assert not [path for path in site.paths if path.startswith("/private")]


def sitemap(*places: str) -> str:
    locs = "".join(f"<url><loc>{place}</loc></url>" for place in places)
    return f'<?xml version="1.0"?><urlset>{locs}</urlset>'


async def test_a_page_that_works_again_and_fails_again_is_news_again(chat: OwnerChat, site: Site) -> None:
    site.pages["plans"] = FREE
    await learned(chat, site.url("plans"))
    before = len(await told(chat))
    for _twice in range(2):
        del site.pages["plans"]
        for _week in range(2):
            await a_week_later(chat)
        site.pages["plans"] = FREE
        await a_week_later(chat)
    assert len(await told(chat)) == before + 2


async def test_a_page_that_fails_is_looked_at_the_next_day(chat: OwnerChat, site: Site) -> None:
    site.pages["plans"] = FREE
    await learned(chat, site.url("plans"))
    del site.pages["plans"]
    await a_week_later(chat)
    site.pages["plans"] = PAID
    chat.core.clock.advance(timedelta(days=1, minutes=1))
    assert await chat.core.page_watch.round() == 1
    while await chat.core.import_runs.work():
        pass
    assert "three euros" in (await texts(chat))[0]


async def test_a_page_that_gets_shorter_loses_its_last_parts_and_gets_them_back_when_undone(
    chat: OwnerChat, site: Site
) -> None:
    lines = [f"Sentence {n} of the manual says how a function of the app is used by its people." for n in range(3_000)]
    site.pages["plans"] = page(*lines)
    await learned(chat, site.url("plans"))
    before = await texts(chat)
    assert len(before) == 2
    site.pages["plans"] = page(*lines[:1_500])
    await a_week_later(chat)
    (text,) = await texts(chat)
    assert "Sentence 1499 " in text
    assert "Sentence 1500 " not in text
    (job, *_rest) = await chat.core.imports.list((await chat.app()).scope)
    assert job.counts["removed"] == 1
    await worked(chat, await chat.core.imports.undo(job.scope, job.id))
    assert sorted(await texts(chat)) == sorted(before)


async def test_sites_that_do_not_answer_keep_nobody_waiting(chat: OwnerChat, site: Site) -> None:
    names = [f"slow{n}" for n in range(5)]
    site.pages |= dict.fromkeys(names, FREE)
    for name in names:
        await learned(chat, site.url(name))
    for name in names:
        del site.pages[name]
    chat.core.clock.advance(WEEK + timedelta(minutes=1))
    assert await chat.core.page_watch.round() == 5
    mine = await chat.core.imports.begin_text((await chat.app()).scope, "Terms\n\nBe kind.", ImportDoor.WEB)
    asked = len(site.paths)
    assert await chat.core.import_runs.work(awaited=True)
    assert (await chat.core.imports.get(mine.scope, mine.id)).state is ImportState.READY
    assert len(site.paths) == asked
    assert not await chat.core.import_runs.work(awaited=True)
