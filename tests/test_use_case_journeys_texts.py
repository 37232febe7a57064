"""Use cases about documents, imports, and what is hidden from visitors or public: in LINE, and seen elsewhere."""

import pytest
from conftest import Town
from mimi import soon
from walking import Walker

pytestmark = pytest.mark.asyncio(loop_scope="module")

TABLE = "質問,回答,メモ\n返金はできますか？,14日以内なら可能です。,法務に確認済み\n無料ですか？,はい、無料です。,\n"
PHONE = "03-1234-5678"


def page(sentence: str) -> str:
    return (
        f"<html><head><title>Plans</title></head><body><article><h1>Plans</h1><p>{sentence}</p></article></body></html>"
    )


FREE = page("The app is free for one person, with all its functions, and it will stay so for ever.")
PAID = page("The app costs three euros a month for each person, and there is a free trial of thirty days.")


@pytest.mark.walks("/doc add", "/doc list", "doc.add", "doc.list", "doc.remove", "doc.remove_now")
async def test_a_text_is_learned_answers_visitors_and_is_removed(owner: Walker) -> None:
    await owner.says("/doc list", "I have no documents about Kotori yet.")
    await owner.taps("Add a document", "What is the document called?")
    await owner.says("Opening hours", "(2/2)")
    await owner.says("The shop is open from ten to six, except on Mondays.", "Learned the document “Opening hours”.")
    assert "ten to six" in (await owner.asked("When is the shop open?")).text
    await owner.taps("List documents", "Kotori: 1 documents, page 1 of 1")
    assert [each["title"] for each in await owner.stored("documents")] == ["Opening hours"]
    await owner.says("/doc add Trains", "(2/2)")
    await owner.taps("Cancel", "Stopped.")
    await owner.says("/doc list", "Kotori: 1 documents, page 1 of 1")
    await owner.taps("Remove", "Remove the document “Opening hours”?")
    await owner.taps("Keep", "Kotori: 1 documents, page 1 of 1")
    await owner.taps("Remove", "Remove the document “Opening hours”?")
    await owner.taps("Remove", "Removed the document “Opening hours”.")
    assert await owner.stored("documents") == []


@pytest.mark.walks("doc.read", "doc.rename", "doc.new_version")
async def test_a_document_is_read_renamed_and_given_a_new_version(owner: Walker) -> None:
    await owner.says("/doc add Opening hours", "(2/2)")
    await owner.says("The shop is open from ten to six.\n" * 100, "Learned the document “Opening hours”.")
    await owner.taps("List documents", "Kotori: 1 documents, page 1 of 1")
    await owner.taps("Read", "“Opening hours”, page 1 of 2")
    await owner.taps("Next page", "“Opening hours”, page 2 of 2")
    await owner.taps("Rename", "What should it be called?")
    await owner.says("Hours", "“Opening hours” is now called “Hours”.")
    await owner.taps("Read", "“Hours”, page 1 of 2")
    await owner.taps("New version", "Send me the new version")
    await owner.says("The shop is open from nine to five.", "I now answer from the new version of “Hours”")
    assert "nine to five" in (await owner.asked("When is the shop open?")).text
    await owner.says("/doc list", "Kotori: 1 documents")
    await owner.taps("New version", "Send me the new version")
    await owner.sends_file(
        "other.md", b"# Anything\n\nThe shop is open day and night, all year.", "Shall I learn this?"
    )
    await owner.taps("Import", "Imported")
    assert "day and night" in (await owner.asked("When is the shop open?")).text
    [document] = await owner.stored("documents")
    assert document["title"] == "Hours"
    assert "day and night" in await owner.reads(f"documents/{document['_id']}")


@pytest.mark.walks("doc.watch", "doc.look_again", "import.apply")
async def test_a_page_is_learned_watched_and_looked_at_again(owner: Walker, town: Town) -> None:
    town.site.pages["plans"] = FREE
    await owner.says(f"/doc add {town.site.url('plans')}", "Shall I learn this?")
    await owner.taps("Import", "Imported")
    assert "for one person" in (await owner.stored("documents"))[0]["text"]
    await owner.says("/doc list", "Kotori: 1 documents, page 1 of 1")
    await owner.taps("Stop weekly checks", "I no longer check the page of “Plans” automatically.")
    await owner.says("/doc list", "Kotori: 1 documents")
    await owner.taps("Check every week", "I now check the page of “Plans” every week.")
    town.site.pages["plans"] = PAID
    await owner.taps("Check it now", "Imported")
    assert "three euros" in (await owner.stored("documents"))[0]["text"]


@pytest.mark.walks("/doc pages", "page.list", "page.switch", "page.look_again")
async def test_the_pages_that_were_learned_are_listed_switched_and_looked_at(owner: Walker, town: Town) -> None:
    await owner.says("/doc pages", "I have not learned from any web page about Kotori yet.")
    town.site.pages["plans"] = FREE
    await owner.says(f"/import {town.site.url('plans')}", "Shall I learn this?")
    await owner.taps("Import", "Imported")
    await owner.says("/doc pages", "Web pages of Kotori: 1")
    await owner.taps("Stop weekly checks", f"I no longer check {town.site.url('plans')} every week.")
    assert [each["on"] for each in await owner.stored("watched_pages")] == [False]
    await owner.says("/doc list", "Kotori: 1 documents, page 1 of 1")
    await owner.taps("Web pages", "Web pages of Kotori: 1")
    await owner.taps("Check every week", f"I now check {town.site.url('plans')} every week.")
    assert [each["on"] for each in await owner.stored("watched_pages")] == [True]
    town.site.pages["plans"] = PAID
    await owner.taps("Check it now", "Imported")
    assert "three euros" in (await owner.stored("documents"))[0]["text"]


@pytest.mark.walks("import.site", "import.stop")
async def test_a_whole_site_is_read_from_one_of_its_pages_and_stopped(owner: Walker, town: Town) -> None:
    leads = '<ul><li><a href="/docs/b">Second</a></li><li><a href="/docs/c">Third</a></li></ul>'
    town.site.pages["docs/"] = FREE.replace("</article>", f"</article>{leads}")
    town.site.pages["docs/b"] = PAID
    await owner.says(f"/import {town.site.url('docs/')}", "Shall I learn this?")
    await owner.taps("The whole site", "Shall I learn this?")
    await owner.taps("Import", "Imported")
    assert len(await owner.stored("documents")) == 2
    town.site.refused["docs/c"] = [(503, "600")]
    town.site.pages["docs/"] = town.site.pages["docs/"].replace("for ever", "for years")
    await owner.says(f"/import {town.site.url('docs/')}", "Shall I learn this?")
    await owner.person.tap("The whole site")

    async def rests() -> bool:
        return any(job.get("resting") for job in await owner.stored("imports"))

    await soon(rests)
    await owner.says("/import", "Send me a file here")
    await owner.taps("Imports", "Pages read: ")
    await owner.taps("Stop here", "Shall I learn this?")
    await owner.taps("Import", "Imported")
    assert "for years" in (await owner.stored("documents"))[0]["text"]


@pytest.mark.walks("/import", "import.list", "import.show", "import.undo", "import.columns", "import.cancel")
async def test_a_file_is_looked_through_learned_and_undone(owner: Walker) -> None:
    await owner.says("/import", "Send me a file here")
    await owner.sends_file("faq.csv", TABLE.encode(), "Questions: 質問 / Answers: 回答")
    await owner.taps("Choose columns", "Which column has the questions?")
    await owner.taps("質問", "And which has the answers?")
    await owner.taps("メモ", "Questions: 質問 / Answers: メモ")
    await owner.taps("Do not import", "“faq.csv” was not imported. Nothing has changed.")
    await owner.sends_file("faq.csv", TABLE.encode(), "Shall I learn this?")
    await owner.taps("Show the list", "“faq.csv”, page 1 of 1")
    await owner.taps("Import", "Imported")
    assert "14日以内なら可能です。" in await owner.reads()
    assert (await owner.asked("返金はできますか？")).text == "14日以内なら可能です。"
    await owner.says("/import", "Send me a file here")
    await owner.taps("Imports", "The latest imports of Kotori")
    await owner.taps("Undo this import", "Undone.")
    assert await owner.stored("faqs") == []


@pytest.mark.walks("import.read_as")
async def test_questions_inside_a_document_are_entries_or_stay_there(owner: Walker) -> None:
    manual = "# 使い方\n\nはじめに。\n\n## 返金できますか？\n\n14日以内なら可能です。\n\n## 無料ですか？\n\nはい。"
    await owner.sends_file("manual.md", manual.encode(), "entries, the rest as a document")
    await owner.taps("As one document", "one document")
    await owner.taps("Questions as entries", "entries, the rest as a document")
    await owner.taps("As one document", "one document")
    await owner.taps("Import", "Imported")
    assert await owner.stored("faqs") == []
    assert "14日以内なら可能です。" in (await owner.stored("documents"))[0]["text"]


@pytest.mark.walks("/hidden", "hidden.list", "hidden.publish", "hidden.remove", "/public", "public.list", "public.hide")
async def test_what_is_hidden_is_published_hidden_again_and_taken_out(owner: Walker) -> None:
    await owner.says(f"/faq add Support phone? = Call {PHONE}.", "Visitors will not see: phone number")
    assert PHONE not in (await owner.asked("Support phone?")).text
    await owner.says("/hidden", "Kotori: 1 hidden from visitors, page 1 of 1")
    assert PHONE in await owner.reads("hidden")
    await owner.taps("This is public", f"Visitors may now see: {PHONE}")
    assert PHONE in (await owner.asked("Support phone?")).text
    await owner.taps("Public contacts", "Kotori: what visitors may see")
    await owner.taps("Hide it again", f"Hidden from visitors again: {PHONE}")
    assert (await owner.app()).public_contacts == ()
    await owner.mimi.settled()
    await owner.says("/public help@kotori.example", "Visitors may now see: help@kotori.example")
    await owner.says("/hidden", "Kotori: 1 hidden from visitors")
    await owner.taps("Remove it", "Removed from “Support phone?”. I no longer store it.")
    assert PHONE not in (await owner.stored("faqs"))[0]["answer"]
    await owner.taps("Show what is hidden", "Nothing in Kotori is hidden from visitors.")


@pytest.mark.walks("hidden.person", "hidden.nobody")
async def test_a_name_that_stands_often_is_asked_about_and_the_answer_holds(owner: Walker) -> None:
    for name in ("Oscar Wilde", "Hanako Yamada"):
        for subject in ("the logo", "the music", "the help page"):
            await owner.says(f"/faq add Who made {subject} of {name[:1]}? = {name} made {subject}.", "Visitors will")
    await owner.says("/hidden", "Is this the name of a person to hide? I will not ask again.")
    assert "Oscar Wilde" in await owner.reads("hidden")
    await owner.taps("No, show it", "Visitors may now see: ")
    await owner.says("/hidden", "Is this the name of a person to hide?")
    await owner.taps("Yes, hide it", "It stays hidden: ")
    assert "Is this the name of a person" not in " ".join(await owner.says("/hidden", "hidden from visitors"))
    app = await owner.app()
    assert sorted((*app.shown_names, *app.hidden_names)) == ["Hanako Yamada", "Oscar Wilde"]


@pytest.mark.walks("hidden.of", "alert.open")
async def test_an_alert_of_something_held_back_leads_to_what_is_hidden(owner: Walker) -> None:
    await owner.says(f"/faq add Support phone? = Call {PHONE}.", "Visitors will not see: phone number")
    await owner.asked("Support phone?")
    await owner.says("/alerts", "I hid something in an answer")
    await owner.taps("Show what is hidden", "Hidden in “Support phone?”")
    await owner.taps("Open conversation", "Visitor: Support phone?")


@pytest.mark.walks("import.settle", "import.settle_all")
async def test_an_import_is_taken_in_once_it_is_said_what_becomes_of_doubles(owner: Walker) -> None:
    await owner.says("/faq add Is it free? = Yes.", "Learned:")
    await owner.says("/faq add How can I cancel? = In the settings.", "Learned:")
    table = "question,answer\nIs it free now?,No.\nHow do I cancel?,In the settings.\n"
    await owner.sends_file("faq.csv", table.encode(), "Shall I learn this?")
    await owner.taps("Import", "2 of these ask something I already know.")
    await owner.taps("Show the list", "“faq.csv”, page 1 of 1")
    await owner.taps_beside("How do I cancel?", "Another way to ask", "Noted. To decide: 1")
    await owner.taps("Import", "1 of these ask something I already know")
    await owner.taps("Replace each", "Noted. Everything is decided.")
    await owner.taps("Import", "Imported")
    [free, cancel] = sorted(await owner.stored("faqs"), key=lambda each: each["created_at"])
    assert (free["question"], free["answer"]) == ("Is it free now?", "No.")
    assert (cancel["question"], cancel["phrasings"]) == ("How can I cancel?", ["How do I cancel?"])


@pytest.mark.walks("hidden.person", "hidden.nobody", "public.hide")
async def test_a_doubtful_name_is_asked_about_as_it_is_saved_and_the_answer_holds(owner: Walker) -> None:
    await owner.says("/faq add Who said it? = As Knuth said, it depends.", "Is this the name of a person to hide?")
    assert "Knuth" not in (await owner.asked("Who said it?")).text
    await owner.taps("No, show it", "Visitors may now see: Knuth")
    assert "Knuth" in (await owner.asked("Who said it?")).text
    await owner.says("/faq add Who built it? = As Eeyore said, it was there.", "Is this the name of a person to hide?")
    await owner.taps("Yes, hide it", "It stays hidden: Eeyore")
    await owner.says("/public", "Kotori: what visitors may see")
    await owner.taps("Hide it again", "Hidden from visitors again: Knuth")
    app = await owner.app()
    assert (app.shown_names, app.hidden_names) == ((), ("Eeyore", "Knuth"))


@pytest.mark.walks("/news add", "/news list", "news.add", "news.list", "news.edit", "news.remove", "news.remove_now")
async def test_news_is_told_corrected_and_removed_and_visitors_read_it(owner: Walker) -> None:
    await owner.says("/news add 2.3.0\n- Sync is faster.", "I answer from it: 2.3.0")
    assert "Sync is faster." in (await owner.visits("?lang=en"))[1]
    await owner.taps("List release notes", "Release notes of Kotori")
    await owner.taps_beside("2.3.0", "Edit", "Write the note exactly as it should be.")
    await owner.says("2.3.1 2026-12-25\n- Sync is twice as fast.", "I answer from it: 2.3.1")
    assert "twice as fast" in (await owner.visits("/news?lang=en"))[1]
    await owner.says("/news", "Release notes of Kotori")
    await owner.taps_beside("2.3.1", "Remove", "Remove the release note “2.3.1”?")
    await owner.taps("Remove", "Removed the release note “2.3.1”.")
    assert "twice as fast" not in (await owner.visits("?lang=en"))[1]
    await owner.taps("Add release notes", "What is new?")
    await owner.says("Dark mode.", "Which version is it, or what is it called?")
