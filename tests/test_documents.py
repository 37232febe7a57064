"""Reference documents: kept whole and in passages, listed and removed."""

import pytest
from owner_chat import OwnerChat

from handlers.chat.entries.documents import REMOVE_DOCUMENT, REMOVE_DOCUMENT_NOW
from knowledge.errors import BadInput, NotFound
from knowledge.store.database import Database

GONE = "That document no longer exists."


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    return chat


async def test_a_document_is_asked_for_by_title_and_text(chat: OwnerChat) -> None:
    assert await chat.says("/doc add") == ["What is the document called?"]
    assert await chat.says("Terms") == ["Now send me its text (up to 5,000 characters)."]
    assert await chat.says("No refunds.") == ["Learned the document “Terms”."]
    assert await chat.says("/doc 追加 Privacy") == ["Now send me its text (up to 5,000 characters)."]
    assert await chat.says("None kept.") == ["Learned the document “Privacy”."]
    documents = await chat.core.documents.list((await chat.app()).scope)
    assert [(document.title, document.text) for document in documents] == [
        ("Terms", "No refunds."),
        ("Privacy", "None kept."),
    ]


async def test_a_long_text_is_kept_in_passages_without_personal_information(chat: OwnerChat) -> None:
    text = "The plan has a free part. " * 60 + "Call 03-1234-5678."
    saved = await chat.core.documents.add((await chat.app()).scope, "Plan", text)
    passages = saved.document.passages
    assert [passage.n for passage in passages] == list(range(len(passages)))
    assert len(passages) > 3
    assert "03-1234-5678" in passages[-1].text
    assert "1234" not in passages[-1].redacted_text
    assert [str(kind) for kind in saved.kinds] == ["PHONE"]


async def test_saving_warns_of_personal_information(chat: OwnerChat) -> None:
    await chat.says("/doc add ContactForm")
    replies = await chat.says("Write to taro@example.com.")
    assert replies == ["Learned the document “ContactForm”.", "Visitors will not see: e-mail address"]
    assert "Add a document" in chat.labels()


async def test_the_list_has_a_button_to_remove_that_asks_first(chat: OwnerChat) -> None:
    await chat.core.documents.add((await chat.app()).scope, "Terms", "No refunds.")
    assert await chat.says("/doc list") == [
        "Hitsuji: 1 documents, page 1 of 1",
        "Terms\nNo refunds.\nUsed in answers: 0× in 30 days\nLength: 11 characters, 1 sections",
    ]
    assert await chat.taps("Remove") == ["Remove the document “Terms”?"]
    confirmed = chat.last
    assert await chat.taps("Remove") == ["Removed the document “Terms”."]
    chat.last = confirmed
    assert await chat.taps("Remove") == [GONE]
    assert await chat.says("/doc") == ["I have no documents about Hitsuji yet."]


async def test_every_change_makes_the_knowledge_newer(chat: OwnerChat) -> None:
    scope = (await chat.app()).scope
    saved = await chat.core.documents.add(scope, "Terms", "No refunds.")
    assert (await chat.app()).knowledge_version == 1
    await chat.core.documents.remove(scope, saved.document.id)
    assert (await chat.app()).knowledge_version == 2


async def test_empty_and_overlong_documents_are_refused(chat: OwnerChat) -> None:
    scope = (await chat.app()).scope
    for title, text in (("", "x"), ("x", "\n"), ("x" * 201, "x"), ("x", "x" * 200_001)):
        with pytest.raises(BadInput):
            await chat.core.documents.add(scope, title, text)


async def test_an_owner_reaches_no_document_of_another_owner(chat: OwnerChat) -> None:
    """S39"""
    document = (await chat.core.documents.add((await chat.app()).scope, "Terms", "No refunds.")).document
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    assert await other.presses(REMOVE_DOCUMENT(document.id)) == [GONE]
    assert await other.presses(REMOVE_DOCUMENT_NOW(document.id)) == [GONE]
    with pytest.raises(NotFound):
        await chat.core.documents.get((await other.app()).scope, document.id)
    assert len(await chat.core.documents.list((await chat.app()).scope)) == 1
