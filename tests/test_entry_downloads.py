"""What an owner takes out comes back the same: every text, other way to ask, and mark."""

import csv
import io
import json
import unicodedata

import pytest
from owner_chat import OwnerChat

from handlers.entries.downloads import EntryDownloads
from knowledge.errors import NotFound
from knowledge.store.database import Database
from knowledge.store.imports.imports import ImportDoor, ImportState

ENTRIES = [
    ("Is it free?", "Yes.", (), False),
    ("返金は？", "14日以内なら\n\n「可能」です。", ("お金は戻る？", "返金、できる"), True),
    ('He said "no, thanks"', '=HYPERLINK("http://evil.example";"click")', ("+81?", "-1 | 2", "@me"), False),
    ("'=already guarded", "''+twice", ("'plain'",), True),
    ("a,b;c|d", "true", ("1",), True),
    ("😀 & <b>", "はい", (), False),
    ("＝全角で始まる？", "-", (), False),
    ("\u200b=1+1", "\u00ad\ufeff@SUM(A1)", ("﹦1+1", "−2+3", "⁻2"), False),
]
DOCUMENTS = [
    ("Terms", 'No refunds.\n\n# Heading\n\nMore, "quoted".', ""),
    ("Plans (1/2)", "=1+1", "https://example.com/plans"),
    ("長い文書", "長い文。" * 35_000, ""),
]


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    scope = (await chat.app()).scope
    for question, answer, phrasings, exact in ENTRIES:
        await chat.core.faqs.add(scope, question, answer, phrasings=phrasings, exact=exact)
    for title, text, url in DOCUMENTS:
        await chat.core.documents.add(scope, title, text, url)
    return chat


async def exported(chat: OwnerChat, name: str) -> bytes:
    exports = EntryDownloads(chat.core.faqs, chat.core.documents)
    return (await exports.file(await chat.core.apps.public("hitsuji"), name)).data


async def imported(chat: OwnerChat, name: str, data: bytes) -> dict[str, int]:
    """Into another app of the same owner's, empty until then."""
    core, owner = chat.core, await chat.owner()
    if len(await core.apps.list(owner.scope)) == 1:
        await core.apps.create(owner.scope, "Other", "other")
    scope = (await core.apps.public("other")).scope
    job = await core.imports.begin_file(scope, name, data, ImportDoor.WEB)
    await core.import_runs.work()
    await core.imports.apply(scope, job.id)
    await core.import_runs.work()
    job = await core.imports.get(scope, job.id)
    assert job.state is ImportState.DONE, job.problem
    return dict(job.counts)


async def there(chat: OwnerChat) -> tuple[list[object], list[object]]:
    scope = (await chat.core.apps.public("other")).scope
    faqs = await chat.core.faqs.list(scope)
    documents = await chat.core.documents.list(scope)
    return (
        [(each.question, each.answer, each.phrasings, each.exact) for each in faqs],
        [(each.title, each.text, each.url) for each in documents],
    )


async def test_csv_files_come_back_the_same(chat: OwnerChat) -> None:
    await imported(chat, "faqs.csv", await exported(chat, "faqs.csv"))
    await imported(chat, "documents.csv", await exported(chat, "documents.csv"))
    assert await there(chat) == (ENTRIES, DOCUMENTS)
    again = await imported(chat, "faqs.csv", await exported(chat, "faqs.csv"))
    assert again == {"same": len(ENTRIES), "similar": 0}


async def test_the_json_file_comes_back_the_same(chat: OwnerChat) -> None:
    data = await exported(chat, "knowledge.json")
    await imported(chat, "knowledge.json", data)
    assert await there(chat) == (ENTRIES, DOCUMENTS)
    assert json.loads(data)["faqs"][1]["phrasings"] == ["お金は戻る？", "返金、できる"]


async def test_no_cell_is_one_that_a_spreadsheet_runs(chat: OwnerChat) -> None:
    """S28"""
    csv.field_size_limit(1_000_000)
    for name in ("faqs.csv", "documents.csv"):
        rows = csv.reader(io.StringIO((await exported(chat, name)).decode("utf-8-sig")))
        assert not [cell for row in rows for cell in row if begins(cell)]


def begins(cell: str) -> bool:
    """Whether what is to be seen first, in its usual width, is a sign that a spreadsheet runs (S28)."""
    seen = "".join(sign for sign in cell if unicodedata.category(sign) not in {"Cf", "Zs"})
    return unicodedata.normalize("NFKC", seen).startswith(tuple("=+-−@\t\r"))


async def test_there_are_no_other_files(chat: OwnerChat) -> None:
    with pytest.raises(NotFound):
        await exported(chat, "../faqs.csv")
