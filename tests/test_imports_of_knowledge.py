"""Imports: looked through first, then taken in as a whole, and undone if need be."""

import asyncio
from collections.abc import Sequence

import pytest
from owner_chat import OwnerChat

from handlers.entries.doubles import DoubleWay
from handlers.imports.cards import APPLY_IMPORT
from knowledge.errors import BadInput, NotFound
from knowledge.store.database import Database
from knowledge.store.entries.faqs import FaqEntry
from knowledge.store.imports.import_items import ItemOutcome
from knowledge.store.imports.imports import ImportDoor, ImportJob, ImportState

TABLE = "question,answer\nIs it free?,Yes.\nRefunds?,Within 14 days.\n"


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    return chat


async def read(chat: OwnerChat, data: bytes | str, name: str = "faq.csv") -> ImportJob:
    """A file that was uploaded, read and waiting."""
    content = data.encode() if isinstance(data, str) else data
    job = await chat.core.imports.begin_file((await chat.app()).scope, name, content, ImportDoor.WEB)
    return await worked(chat, job)


async def worked(chat: OwnerChat, job: ImportJob) -> ImportJob:
    """The job once nobody has to do anything about it."""
    while await chat.core.import_runs.work():
        pass
    return await chat.core.imports.get(job.scope, job.id)


async def applied(chat: OwnerChat, data: str, name: str = "faq.csv") -> ImportJob:
    job = await read(chat, data, name)
    return await worked(chat, await chat.core.imports.apply(job.scope, job.id))


async def undone(chat: OwnerChat, job: ImportJob) -> ImportJob:
    return await worked(chat, await chat.core.imports.undo(job.scope, job.id))


async def entries(chat: OwnerChat) -> list[tuple[str, str]]:
    return [(entry.question, entry.answer) for entry in await faqs(chat)]


async def faqs(chat: OwnerChat) -> Sequence[FaqEntry]:
    return await chat.core.faqs.list((await chat.app()).scope)


async def outcomes(chat: OwnerChat, job: ImportJob) -> list[tuple[str, str, str]]:
    items = await chat.core.imports.items(job)
    return [(str(item.outcome), item.shown, item.why.say("en") if item.why else "") for item in items]


async def test_nothing_is_learned_before_its_owner_says_so(chat: OwnerChat) -> None:
    job = await read(chat, TABLE)
    assert (job.state, dict(job.counts)) == (ImportState.READY, {"added": 2, "similar": 0})
    assert await entries(chat) == []
    done = await worked(chat, await chat.core.imports.apply(job.scope, job.id))
    assert done.state is ImportState.DONE
    assert await entries(chat) == [("Is it free?", "Yes."), ("Refunds?", "Within 14 days.")]


async def test_each_row_is_told_what_becomes_of_it(chat: OwnerChat) -> None:
    scope = (await chat.app()).scope
    await chat.core.faqs.add(scope, "Is it free?", "Yes.", phrasings=("Cost?",), exact=True)
    await chat.core.faqs.add(scope, "Refunds?", "Never.")
    table = TABLE + 'refunds ？,"Within 14 days."\nREFUNDS,No.\nEmpty?,\n' + "x" * 301 + ",y\nNew?,Indeed.\n"
    job = await applied(chat, table)
    assert await outcomes(chat, job) == [
        ("same", "Is it free?", ""),
        ("changed", "Refunds?", ""),
        ("skipped", "refunds ？", "Line 3 is the same."),
        ("skipped", "REFUNDS", "Line 3 asks the same but answers it differently."),
        ("skipped", "Empty?", "It has no answer."),
        ("skipped", "x" * 99 + "…", "That is 301 characters. The limit here is 300."),
        ("added", "New?", ""),
    ]
    assert await entries(chat) == [("Is it free?", "Yes."), ("Refunds?", "Within 14 days."), ("New?", "Indeed.")]
    free, *_rest = await faqs(chat)
    assert (free.phrasings, free.exact) == (("Cost?",), True)


async def test_undoing_brings_back_what_was_there_before(chat: OwnerChat) -> None:
    scope = (await chat.app()).scope
    await chat.core.faqs.add(scope, "Refunds?", "Never. Call 03-1234-5678.", phrasings=("Money back?",), exact=True)
    before = await faqs(chat)
    job = await applied(chat, "question,answer,phrasings,exact\nRefunds?,Always.,,\nNew?,Indeed.,,\n")
    changed, _new = await faqs(chat)
    assert (changed.answer, changed.phrasings, changed.exact) == ("Always.", (), False)
    assert (await undone(chat, job)).state is ImportState.UNDONE
    assert await faqs(chat) == before
    assert len(await chat.core.findings.list(scope, "en")) == 1


async def test_undoing_leaves_alone_what_was_changed_since(chat: OwnerChat) -> None:
    scope = (await chat.app()).scope
    job = await applied(chat, TABLE)
    first, second = await faqs(chat)
    await chat.core.faqs.edit(scope, first.id, first.question, "No longer.")
    await chat.core.faqs.remove(scope, second.id)
    job = await undone(chat, job)
    assert (job.state, job.counts["undone"]) == (ImportState.UNDONE, 0)
    assert await entries(chat) == [("Is it free?", "No longer.")]


async def test_what_is_imported_passes_the_guardrail(chat: OwnerChat) -> None:
    await applied(chat, "question,answer\nSupport?,Call 03-1234-5678.\n")
    (entry,) = await faqs(chat)
    assert "1234" in entry.answer
    assert "1234" not in entry.redacted_answer
    assert entry.finding_kinds == ("PHONE",)
    assert len(await chat.core.findings.list((await chat.app()).scope, "en")) == 1


async def test_two_imports_at_once_come_one_after_the_other(chat: OwnerChat) -> None:
    first, second = await read(chat, TABLE), await read(chat, TABLE)
    for job in (first, second):
        await chat.core.imports.apply(job.scope, job.id)
    await asyncio.gather(*(chat.core.import_runs.work() for _ in range(4)))
    first, second = await worked(chat, first), await worked(chat, second)
    assert {first.state, second.state} == {ImportState.DONE}
    assert sorted([first.counts.get("added", 0), second.counts.get("added", 0)]) == [0, 2]
    assert sorted([first.counts.get("same", 0), second.counts.get("same", 0)]) == [0, 2]
    assert len(await entries(chat)) == 2


async def test_a_change_between_looking_and_taking_in_is_seen(chat: OwnerChat) -> None:
    scope = (await chat.app()).scope
    entry = (await chat.core.faqs.add(scope, "Refunds?", "Never.")).entry
    job = await read(chat, TABLE)
    await chat.core.faqs.remove(scope, entry.id)
    await chat.core.faqs.add(scope, "Is it free?", "No.")
    job = await worked(chat, await chat.core.imports.apply(scope, job.id))
    assert [outcome for outcome, _shown, _why in await outcomes(chat, job)] == [ItemOutcome.CHANGED, ItemOutcome.ADDED]


async def test_nothing_is_half_done_when_the_app_goes_in_between(chat: OwnerChat) -> None:
    job = await read(chat, TABLE)
    await chat.core.imports.apply(job.scope, job.id)
    await chat.core.db.collection("apps").delete_one(job.scope.filter())
    job = await worked(chat, job)
    assert (job.state, job.problem and job.problem.text) == (ImportState.FAILED, "That app does not exist.")
    assert await chat.core.faqs.count(job.scope) == 0


async def test_the_owner_may_say_which_columns_hold_what(chat: OwnerChat) -> None:
    job = await read(chat, "answer,question\nIs it free?,Yes.\n")
    again = await chat.core.imports.choose_columns(job.scope, job.id, {"question": 0, "answer": 1})
    job = await worked(chat, again)
    await worked(chat, await chat.core.imports.apply(job.scope, job.id))
    assert await entries(chat) == [("Is it free?", "Yes.")]
    with pytest.raises(BadInput):
        await chat.core.imports.choose_columns(job.scope, job.id, {"question": 0, "answer": 1})


async def test_near_duplicates_and_contradictions_are_pointed_out(chat: OwnerChat) -> None:
    scope = (await chat.app()).scope
    await chat.core.faqs.add(scope, "How can I cancel my subscription?", "In the settings.")
    job = await read(chat, "question,answer\nHow can I cancel the subscription?,You cannot.\nIs it free?,Yes.\n")
    items = await chat.core.imports.items(job)
    assert items[0].similar is not None
    assert (items[0].similar.entry.title, items[0].similar.contradicts) == ("How can I cancel my subscription?", True)
    assert items[1].similar is None


DOUBLES = "question,answer\nHow do I cancel?,In the settings.\nIs it free now?,No.\nNew?,Yes.\n"


async def with_doubles(chat: OwnerChat) -> ImportJob:
    scope = (await chat.app()).scope
    await chat.core.faqs.add(scope, "How can I cancel?", "In the settings.")
    await chat.core.faqs.add(scope, "Is it free?", "Yes.", phrasings=("Cost?",), exact=True)
    return await read(chat, DOUBLES)


async def test_doubles_are_decided_before_an_import_is_taken_in(chat: OwnerChat) -> None:
    job = await with_doubles(chat)
    assert job.counts["undecided"] == 2
    with pytest.raises(BadInput, match="ask something I already know"):
        await chat.core.imports.apply(job.scope, job.id)
    await chat.core.imports.settle(job.scope, job.id, 0, DoubleWay.PHRASING)
    with pytest.raises(BadInput, match="already been decided"):
        await chat.core.imports.settle(job.scope, job.id, 0, DoubleWay.BOTH)
    with pytest.raises(BadInput, match="answers it differently"):
        await chat.core.imports.settle(job.scope, job.id, 1, DoubleWay.PHRASING)
    again = await chat.core.imports.settle(job.scope, job.id, 1, DoubleWay.REPLACE)
    assert "undecided" not in again.counts
    before = await faqs(chat)
    done = await worked(chat, await chat.core.imports.apply(job.scope, job.id))
    cancel, free, new = await faqs(chat)
    assert (cancel.question, cancel.answer, cancel.phrasings) == (
        "How can I cancel?",
        "In the settings.",
        ("How do I cancel?",),
    )
    assert (free.question, free.answer, free.phrasings) == ("Is it free now?", "No.", ("Cost?", "Is it free?"))
    assert new.question == "New?"
    await undone(chat, done)
    assert [(each.id, each.question, each.phrasings) for each in await faqs(chat)] == [
        (each.id, each.question, each.phrasings) for each in before
    ]


async def test_all_doubles_of_an_import_are_decided_at_once(chat: OwnerChat) -> None:
    job = await with_doubles(chat)
    await chat.core.imports.settle_all(job.scope, job.id, DoubleWay.BOTH)
    await worked(chat, await chat.core.imports.apply(job.scope, job.id))
    assert len(await faqs(chat)) == 5


async def test_two_new_rows_that_replace_one_entry_do_it_once(chat: OwnerChat) -> None:
    await chat.core.faqs.add((await chat.app()).scope, "How can I cancel?", "In the settings.")
    job = await read(chat, "question,answer\nHow do I cancel?,By mail.\nHow may I cancel?,By post.\n")
    await chat.core.imports.settle_all(job.scope, job.id, DoubleWay.REPLACE)
    job = await worked(chat, await chat.core.imports.apply(job.scope, job.id))
    assert await entries(chat) == [("How do I cancel?", "By mail.")]
    assert (await outcomes(chat, job))[1] == ("skipped", "How may I cancel?", "It is in there twice.")


async def test_a_file_that_cannot_be_read_says_why_and_changes_nothing(chat: OwnerChat) -> None:
    job = await read(chat, 'question,answer\nIs it free?,"Yes.\n')
    assert job.state is ImportState.FAILED
    assert job.problem is not None
    assert "line 2 a quotation mark" in job.problem.say("en")
    assert await entries(chat) == []


async def test_a_decision_is_taken_once(chat: OwnerChat) -> None:
    job = await read(chat, TABLE)
    await chat.core.imports.apply(job.scope, job.id)
    with pytest.raises(BadInput, match="moved on"):
        await chat.core.imports.apply(job.scope, job.id)
    with pytest.raises(BadInput, match="moved on"):
        await chat.core.imports.cancel(job.scope, job.id)


async def test_what_is_not_wanted_is_forgotten(chat: OwnerChat) -> None:
    job = await read(chat, TABLE)
    await chat.core.imports.cancel(job.scope, job.id)
    assert await chat.core.imports.items(job) == []
    assert await chat.core.db.collection("import_files").count({}) == 0


async def test_an_owner_reaches_no_import_of_another(chat: OwnerChat) -> None:
    """S39"""
    job = await read(chat, TABLE)
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    scope = (await other.owner()).scope
    for use in (chat.core.imports.get, chat.core.imports.apply, chat.core.imports.undo, chat.core.imports.cancel):
        with pytest.raises(NotFound):
            await use(scope, job.id)
    assert await other.presses(APPLY_IMPORT(job.id)) == ["That import is no longer here."]


async def test_a_killed_import_goes_on_elsewhere(chat: OwnerChat) -> None:
    """P3: a process that died leaves a lease behind; when it is over, another one begins anew."""
    job = await read(chat, TABLE)
    await chat.core.imports.apply(job.scope, job.id)
    running = asyncio.create_task(chat.core.import_runs.work())
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert (await worked(chat, job)).state is ImportState.DONE
    assert len(await entries(chat)) == 2


async def test_a_step_that_kills_whoever_does_it_is_given_up(chat: OwnerChat) -> None:
    job = await read(chat, TABLE)
    await chat.core.imports.apply(job.scope, job.id)
    await chat.core.db.collection("imports").update_one({"_id": job.id}, {"$set": {"attempt": 3}})
    job = await worked(chat, job)
    assert job.problem is not None
    assert (job.state, "on our side" in job.problem.text) == (ImportState.FAILED, True)
    assert await entries(chat) == []


async def test_a_text_taken_back_leaves_nothing_unless_it_was_learned(chat: OwnerChat) -> None:
    """P14"""
    scope = (await chat.app()).scope
    for message in ("m1", "m2"):
        text = f"A text about the app, in {message}. " * 20
        job = await chat.core.imports.begin_text(scope, text, ImportDoor.CHAT, message)
        await worked(chat, job)
    await worked(chat, await chat.core.imports.apply(scope, job.id))
    for message in ("m1", "m2"):
        await chat.core.imports.take_back((await chat.owner()).scope, message)
    assert [each.id for each in await chat.core.imports.list(scope)] == [job.id]
    assert await chat.core.db.collection("import_files").count({}) == 0


async def test_a_long_text_sent_in_chat_is_looked_through_and_learned_on_a_tap(chat: OwnerChat) -> None:
    assert await chat.says("A text about the app. " * 20) == [
        "I am still working on it. I will tell you when it is done."
    ]
    (job,) = await chat.core.imports.list((await chat.app()).scope)
    assert (await worked(chat, job)).state is ImportState.READY
    await chat.presses(APPLY_IMPORT(job.id))
    await worked(chat, job)
    (document,) = await chat.core.documents.list(job.scope)
    assert document.text.startswith("A text about the app.")
    assert await chat.says("A short line.") == ["I did not quite get that. What would you like to do?"]
