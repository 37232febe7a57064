"""From a file in LINE to an answer on the page: the whole product, every request valid for LINE."""

from mimi import Mimi, soon

from bot.embedded.line_simulator import Fault, words_of

TABLE = "質問,回答\n返金はできますか？,14日以内なら可能です。\n無料ですか？,はい、無料です。\n"


async def sends(mimi: Mimi, name: str, data: bytes) -> list[str]:
    """Every word of what mimi answers to a file."""
    await mimi.owner.send_file(name, data)
    return await answered(mimi)


async def taps(mimi: Mimi, label: str) -> list[str]:
    await mimi.owner.tap(label)
    return await answered(mimi)


async def answered(mimi: Mimi) -> list[str]:
    (item,) = await mimi.owner.replies()
    return words_of(item.message)


def pushes(mimi: Mimi) -> int:
    return sum(request.operation == "push" for request in mimi.line.requests)


async def test_a_file_sent_in_line_is_learned_on_a_tap_and_undone_on_another(mimi: Mimi) -> None:
    await mimi.sign_up()
    shown = await sends(mimi, "よくある質問.csv", TABLE.encode("cp932"))
    assert {"Shall I learn this?", "よくある質問.csv", "New", "2", "Questions: 質問 / Answers: 回答"} <= set(shown)
    assert "Imported" in await taps(mimi, "Import")
    faqs = mimi.database.collection("faqs")
    assert await faqs.count({}) == 2
    assert await taps(mimi, "Undo this import") == ["Undone. Everything is as it was before the import."]
    assert await faqs.count({}) == 0
    # All of it went out as replies, which cost nothing.
    assert pushes(mimi) == 0
    assert [request.problems for request in mimi.line.requests if request.problems] == []


async def test_a_file_taken_back_leaves_nothing(mimi: Mimi) -> None:
    await mimi.sign_up()
    item = await mimi.owner.send_file("faq.csv", TABLE.encode())
    await mimi.owner.replies()
    await mimi.owner.unsend(item.id)

    async def nothing_left() -> bool:
        left = ("imports", "import_files", "import_items")
        return not [name for name in left if await mimi.database.collection(name).count({})]

    await soon(nothing_left)


async def test_each_file_that_cannot_be_read_has_its_own_answer(mimi: Mimi) -> None:
    await mimi.sign_up()
    broken = await sends(mimi, "faq.csv", b'question,answer\na,"b\n')
    assert broken == [
        '“faq.csv” was not imported. In the row at line 2 a quotation mark (") is opened and never closed.'
    ]
    called = await sends(mimi, "faq.csv", b"%PDF-1.7 ...")
    assert called == ["“faq.csv” was not imported. Despite its name, “faq.csv” is a PDF. Please check the file."]
    mimi.line.faults.next("content", Fault.GONE_410)
    assert await sends(mimi, "faq.csv", b"a,b") == [
        "“faq.csv” was not imported. LINE no longer has this file. Please send it again."
    ]
    large = await sends(mimi, "large.pdf", b"%PDF-" + b"x" * (10 * 1024 * 1024))
    assert large[0] == "That file is too large. At most 10 MB can be sent."
