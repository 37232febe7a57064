"""What the guardrail holds back, as its owner sees it: listed with what visitors read, made public, taken out."""

from datetime import timedelta

import pytest
from owner_chat import OwnerChat

from guardrail.findings import Finding
from guardrail.pii import Pii
from handlers.alerts.alerts import Alerts
from handlers.alerts.cards import SHOW_HIDDEN_IN
from handlers.entries.documents import Documents
from handlers.entries.faqs import Faqs
from handlers.entries.guard import KnowledgeGuard
from handlers.entries.rechecks import Rechecks
from knowledge.errors import BadInput
from knowledge.store.apps.apps import AppRepository
from knowledge.store.database import Database
from knowledge.store.entries.hidden import EntryRef
from knowledge.store.registry import remains

MAIL, PHONE = "tanaka@example.com", "090-1234-5678"


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up("Kotori", "kotori")
    return chat


async def redacted(chat: OwnerChat) -> str:
    """All the model gets of the app's FAQ entries."""
    entries = await chat.core.faqs.list((await chat.app()).scope)
    return "\n".join(f"{entry.redacted_question}\n{entry.redacted_answer}" for entry in entries)


async def test_saving_names_what_is_hidden_and_leads_to_it(chat: OwnerChat) -> None:
    learned, warning = await chat.says(f"/faq add How do I reach you? = Write to {MAIL} please.")
    assert learned.startswith("Learned")
    assert warning == "Visitors will not see: e-mail address"
    listed = "\n".join(await chat.taps("Show what is hidden"))
    assert MAIL in listed
    assert "How do I reach you?" in listed
    assert "Write to [hidden for privacy] please." in listed


async def test_what_is_made_public_is_seen_everywhere_and_nothing_near_it(chat: OwnerChat) -> None:
    await chat.says(f"/faq add Mail? = Write to {MAIL} please.")
    await chat.says(f"/faq add Who? = {MAIL} or x{MAIL}.")
    await chat.says("/hidden")
    assert await chat.taps("This is public") == [f"Visitors may now see: {MAIL}"]
    text = await redacted(chat)
    assert f"Write to {MAIL} please." in text
    assert f"x{MAIL}" not in text
    assert await chat.says("/hidden") != []
    assert f"x{MAIL}" in "\n".join(await chat.says("/hidden"))


async def test_a_contact_is_public_until_it_is_hidden_again(chat: OwnerChat) -> None:
    await chat.says(f"/public {PHONE}")
    assert (await chat.says(f"/faq add Phone? = Call {PHONE}."))[1:] == []
    await chat.says("/public")
    assert await chat.taps("Hide it again") == [f"Hidden from visitors again: {PHONE}"]
    assert PHONE not in await redacted(chat)
    assert await chat.taps("Show what is hidden") != []
    assert PHONE in "\n".join(await chat.says("/hidden"))


async def test_a_value_taken_out_is_nowhere_any_more(chat: OwnerChat) -> None:
    await chat.says(f"/faq add Phone? = Call {PHONE} or {PHONE}.")
    await chat.says("/hidden")
    assert await chat.taps("Remove it") == ["Removed from “Phone?”. I no longer store it."]
    for name in ("faqs", "findings"):
        assert PHONE not in str(await chat.core.db.collection(name).find({}))
    assert (await chat.says("/hidden"))[0].startswith("Nothing in Kotori is hidden")


async def test_documents_are_listed_and_changed_too(chat: OwnerChat) -> None:
    scope = (await chat.app()).scope
    await chat.core.documents.add(scope, "Handbook", f"The shop is open.\nCall {PHONE} for help.\nWelcome.")
    [shown] = await chat.core.findings.list(scope, "en")
    assert shown.seen == "Call [hidden for privacy] for help."
    await chat.says("/hidden")
    await chat.taps("This is public")
    [document] = await chat.core.documents.list(scope)
    assert PHONE in document.passages[0].redacted_text
    assert await chat.core.findings.count(scope) == 0


async def test_the_words_around_a_value_show_no_other(chat: OwnerChat) -> None:
    await chat.says(f"/faq add ContactForm? = Call {PHONE} or write to {MAIL}. {PHONE} is for emergencies.")
    for shown in await chat.core.findings.list((await chat.app()).scope, "en"):
        assert PHONE not in shown.seen
        assert MAIL not in shown.seen


async def test_a_stale_button_says_what_is_the_matter(chat: OwnerChat) -> None:
    await chat.says(f"/faq add Phone? = Call {PHONE}.")
    await chat.says("/hidden")
    before = chat.last
    await chat.taps("This is public")
    chat.last = before
    [said] = await chat.taps("Remove it")
    assert said.startswith("That is already settled")
    assert PHONE in await redacted(chat)


async def test_another_owners_finding_is_to_a_button_as_if_it_were_not(chat: OwnerChat) -> None:
    """S39"""
    await chat.says(f"/faq add Phone? = Call {PHONE}.")
    [found] = await chat.core.findings.list((await chat.app()).scope, "en")
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    for action in ("hidden.publish", "hidden.remove"):
        [said] = await other.posts(f"{action}:{found.found.id}")
        assert said.startswith("That is already settled")
    assert await other.presses(SHOW_HIDDEN_IN(found.found.entry.id)) == ["Nothing in it is hidden any more."]


async def test_an_entry_that_changes_or_goes_takes_its_findings_along(chat: OwnerChat) -> None:
    scope = (await chat.app()).scope
    await chat.says(f"/faq add Phone? = Call {PHONE}.")
    [entry] = await chat.core.faqs.list(scope)
    await chat.core.faqs.edit(scope, entry.id, "Mail?", f"Write to {MAIL}.")
    assert [each.found.text for each in await chat.core.findings.list(scope, "en")] == [MAIL]
    await chat.core.faqs.remove(scope, entry.id)
    assert await chat.core.findings.count(scope) == 0


async def test_what_is_left_of_a_change_is_checked_at_the_next_visit(chat: OwnerChat) -> None:
    """A change of contacts that was interrupted goes on where it was; entries removed meanwhile are passed over."""
    scope = (await chat.app()).scope
    findings = chat.core.findings
    for number in range(3):
        await chat.says(f"/faq add Phone {number}? = Call {PHONE}.")
    await findings.publish(scope, PHONE)
    assert (await redacted(chat)).count(PHONE) == 3
    await findings.rechecks.begin(scope, PHONE)
    await AppRepository(chat.core.db).update(scope, {"public_contacts": []})
    assert await findings.rechecks.go_on(scope, most=1)
    assert (await redacted(chat)).count(PHONE) == 2
    await chat.core.faqs.remove(scope, (await chat.core.faqs.list(scope))[1].id)
    assert await findings.rechecks.round() == 1
    assert PHONE not in await redacted(chat)
    assert await findings.count(scope) == 2
    assert await findings.rechecks.round() == 0


async def test_an_entry_that_cannot_be_checked_keeps_no_other_waiting(chat: OwnerChat) -> None:
    """It stays on the list, and is done once it can be."""
    scope, db = (await chat.app()).scope, chat.core.db
    await chat.says(f"/faq add Broken? = Call {PHONE} today.")
    await chat.says(f"/faq add Phone? = Call {PHONE}.")
    await AppRepository(db).update(scope, {"public_contacts": [PHONE]})

    def fails_for_one(text: str) -> list[Finding]:
        if "Broken" in text:
            raise ValueError("broken")
        return []

    store, clock = chat.core.store, chat.core.clock
    guard = KnowledgeGuard(store.apps, store.hidden, Pii(fails_for_one))
    faqs, documents = Faqs(db, store.faqs, guard, clock), Documents(db, store.documents, guard, clock)
    failing = Rechecks(db, store.apps, store.faqs, store.documents, faqs, documents)
    await failing.begin(scope, PHONE)
    assert await failing.go_on(scope)
    assert (await redacted(chat)).count(PHONE) == 1
    assert not await chat.core.findings.rechecks.go_on(scope)
    assert (await redacted(chat)).count(PHONE) == 2


async def test_another_change_meanwhile_is_not_lost(chat: OwnerChat) -> None:
    scope = (await chat.app()).scope
    rechecks = chat.core.findings.rechecks
    await chat.says(f"/faq add Phone? = Call {PHONE}.")
    await chat.says(f"/faq add Mail? = Write to {MAIL}.")
    await AppRepository(chat.core.db).update(scope, {"public_contacts": [PHONE, MAIL]})
    await rechecks.begin(scope, PHONE)
    assert await rechecks.go_on(scope, most=1)
    await rechecks.begin(scope, MAIL)
    assert not await rechecks.go_on(scope)
    assert PHONE in await redacted(chat)
    assert MAIL in await redacted(chat)


async def test_erasing_the_account_erases_its_findings(chat: OwnerChat) -> None:
    await chat.says(f"/faq add Phone? = Call {PHONE}.")
    owner = await chat.owner()
    assert (await remains(chat.core.db, owner.id, owner.line_user_id))["findings"] == 1


async def test_a_contact_has_its_measure(chat: OwnerChat) -> None:
    scope = (await chat.app()).scope
    for wrong in ("", "x", "x" * 201):
        with pytest.raises(BadInput):
            await chat.core.findings.publish(scope, wrong)
    for number in range(50):
        await chat.core.findings.publish(scope, f"contact-{number}@example.com")
    with pytest.raises(BadInput):
        await chat.core.findings.publish(scope, "one-more@example.com")


async def test_the_owner_hears_once_a_day_what_an_answer_could_not_say(chat: OwnerChat) -> None:
    scope = (await chat.app()).scope
    await chat.says(f"/faq add Phone? = Call {PHONE}.")
    [entry] = await chat.core.faqs.list(scope)
    about = EntryRef("faq", entry.id, "Phone?")

    async def told(message: str) -> bool:
        return await withheld(chat.core.alerts, message) is not None

    async def withheld(alerts: Alerts, message: str) -> object:
        return await alerts.answer_withheld(scope, "conversation", message, "Your number?", "en", about)

    assert [await told("one"), await told("two")] == [True, False]
    chat.core.clock.advance(timedelta(days=1))
    assert await told("three")
    await chat.says("/alerts")
    assert PHONE in "\n".join(await chat.taps("Show what is hidden"))


async def asked_about(chat: OwnerChat) -> list[str]:
    return [each.found.text for each in await chat.core.findings.questions(await chat.app())]


async def test_a_name_used_often_is_asked_about_once_and_shown_if_it_is_nobody(chat: OwnerChat) -> None:
    for place in ("tomb", "statue", "house"):
        await chat.says(f"/faq add Which {place}? = The {place} of Mr. Oscar Wilde.")
    assert await asked_about(chat) == ["Oscar Wilde"]
    said = "\n".join(await chat.says("/hidden"))
    assert "Is this the name of a person to hide?" in said
    assert "Entries with this name: 3" in said
    assert await chat.taps("No, show it") == ["Visitors may now see: Oscar Wilde"]
    assert (await redacted(chat)).count("Oscar Wilde") == 3
    assert await asked_about(chat) == []


async def test_a_name_that_is_to_be_hidden_stays_so_and_is_not_asked_about_again(chat: OwnerChat) -> None:
    for place in ("tomb", "statue", "house"):
        await chat.says(f"/faq add Which {place}? = The {place} of Mr. Oscar Wilde.")
    await chat.says("/hidden")
    assert await chat.taps("Yes, hide it") == ["It stays hidden: Oscar Wilde"]
    assert "Oscar Wilde" not in await redacted(chat)
    assert await asked_about(chat) == []
    await chat.says("/faq add Whose play? = A play by Mr. Oscar Wilde.")
    assert await asked_about(chat) == []
    assert not any("Is this the name of a person" in said for said in await chat.says("/hidden"))


async def test_only_what_may_be_nobody_is_asked_about(chat: OwnerChat) -> None:
    await chat.says("/faq add Who? = 担当は田中太郎様、または Mr. Sony です。")
    await chat.says(f"/faq add Where? = {PHONE}")
    assert await asked_about(chat) == ["Sony"]


async def test_another_owner_settles_nothing(chat: OwnerChat) -> None:
    """S39"""
    await chat.says("/faq add Who? = Ask Mr. Sony.")
    [asked] = await chat.core.findings.questions(await chat.app())
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    for action in ("hidden.person", "hidden.nobody"):
        [said] = await other.posts(f"{action}:{asked.found.id}")
        assert said.startswith("That is already settled")
    assert await asked_about(chat) == ["Sony"]
