"""Receipts of deletions: what went, by kind and count, signed; one altered character is seen; nobody is named."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from grounds import SECRET
from mimi import Mimi
from owner_chat import OwnerChat
from sites import SiteUnderTest, running_site
from typer.testing import CliRunner

from bot.__main__ import cli
from handlers.accounts.leaving import COOL_OFF
from handlers.accounts.receipts import BEGIN, END, AlteredReceipt, Receipt, Receipts
from handlers.messages import Text
from handlers.outgoing import from_body, letter_in
from knowledge.errors import BadInput
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.database import Database

AT = datetime(2040, 4, 2, 9, 0, tzinfo=UTC)
RECEIPT = Receipt(
    "https://mimi.example", "account", "6b0b", {"apps": 2, "faqs": 1200, "sessions": 3, "lanes": 1}, AT, AT
)
RECEIPTS = Receipts(SECRET, "https://mimi.example/")


def test_a_receipt_reads_back_as_it_was_signed() -> None:
    assert RECEIPTS.read(RECEIPTS.signed(RECEIPT)) == RECEIPT
    assert RECEIPT.lines("en") == "Apps: 2\nFAQ entries: 1,200\nOther records: 4"
    assert RECEIPT.lines("ja") == "アプリ: 2\nFAQ: 1,200\nそのほかの記録: 4"


def test_one_in_a_mail_that_was_quoted_and_wrapped_reads_too() -> None:
    quoted = "\n".join(f"> {line}" for line in f"Dear all,\n{RECEIPTS.signed(RECEIPT)}\nThanks".splitlines())
    assert RECEIPTS.read(quoted.replace("\n", "\r\n")) == RECEIPT


def test_a_receipt_altered_by_one_character_is_none() -> None:
    signed = RECEIPTS.signed(RECEIPT)
    start, end = len(BEGIN) + 1, signed.index(END) - 1
    for place in range(start, end):
        if signed[place] != "\n":
            other = "A" if signed[place] != "A" else "B"
            with pytest.raises(AlteredReceipt):
                RECEIPTS.read(signed[:place] + other + signed[place + 1 :])


def test_another_services_receipt_is_none_and_a_text_without_one_says_so() -> None:
    with pytest.raises(AlteredReceipt):
        Receipts("another secret of at least 32 letters", "https://mimi.example").read(RECEIPTS.signed(RECEIPT))
    with pytest.raises(BadInput, match="no receipt"):
        RECEIPTS.read(f"{BEGIN} but it does not end")


@pytest.mark.parametrize(
    ("text", "code", "said"), [("good", 0, "FAQ entries: 1,200"), ("altered", 1, ""), ("none", 2, "")]
)
def test_the_command_says_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, code: int, said: str
) -> None:
    monkeypatch.setenv("MIMI_SECRET_KEY", SECRET)
    signed = RECEIPTS.signed(RECEIPT)
    file = tmp_path / "mail.txt"
    file.write_text({"good": signed, "altered": signed.replace(signed[60], "x", 1), "none": "hello"}[text])
    result = CliRunner().invoke(cli, ["receipt", "verify", str(file)])
    assert result.exit_code == code
    assert said in result.output


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await OwnerRepository(db).set_email((await chat.owner()).scope, "yuki@example.com")
    await chat.says("/faq add Is it free? = Yes.")
    return chat


def receipt_in(text: str) -> Receipt:
    return RECEIPTS.read(text)


async def test_a_deletion_ends_with_a_receipt_in_line_and_by_mail(chat: OwnerChat, db: Database) -> None:
    owner = await chat.owner()
    await chat.says("/delete-account")
    await chat.says("hitsuji")
    chat.core.clock.advance(COOL_OFF)
    assert await chat.core.areas.accounts.leaving.erase_due() == 1
    rows = {row["channel"]: row for row in await db.collection("outbox").find({})}
    by_mail = receipt_in(letter_in(rows["mail"]["body"])[1])
    [said] = from_body(rows["line"]["body"])
    assert isinstance(said, Text)
    in_line = receipt_in(str(said.text))
    assert by_mail == in_line
    assert (by_mail.kind, by_mail.subject) == ("account", owner.id)
    assert (by_mail.erased["apps"], by_mail.erased["faqs"], by_mail.erased["owners"]) == (1, 1, 1)
    assert not any(word in str(by_mail) for word in ("yuki", "hitsuji", chat.person))


async def test_who_waits_no_longer_has_it_in_the_reply(chat: OwnerChat) -> None:
    await chat.says("/delete-account")
    await chat.says("削除")
    await chat.taps("Erase now")
    [said] = await chat.taps("Erase now")
    assert receipt_in(said).erased["faqs"] == 1


async def test_an_erasure_that_was_gone_on_with_counts_what_there_was_at_its_beginning(
    chat: OwnerChat, db: Database
) -> None:
    owner = await chat.owner()
    await OwnerRepository(db).note_erasure(owner.scope, {"apps": 1, "faqs": 7}, chat.core.clock.now())
    receipt = await chat.core.accounts.erase(owner.scope)
    assert (receipt.erased, receipt.begun_at) == ({"apps": 1, "faqs": 7}, chat.core.clock.now())


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


@pytest.mark.parametrize(("lang", "typed"), [("ja", "＠kotori"), ("en", "Delete"), ("ja", "削除")])
async def test_the_web_takes_the_same_words_and_shows_the_receipt(site: SiteUnderTest, lang: str, typed: str) -> None:
    cookie = await site.sign_in()
    wrong = await site.post(f"/owner/delete?lang={lang}", data={"typed": "all of it"}, headers=cookie)
    assert wrong.status == 400
    await site.post(f"/owner/delete?lang={lang}", data={"typed": typed}, headers=cookie)
    seen = await site.get("/@kotori", headers={"Accept": "text/html", "Accept-Language": lang})
    off = {"ja": "オーナーが公開をやめました", "en": "has taken it down"}[lang]
    assert (seen.status, off in await seen.text()) == (404, True)
    done = await site.post(f"/owner/delete/now?lang={lang}", data={"typed": typed}, headers=cookie)
    found = re.search(r"-----BEGIN.*?END MIMI RECEIPT-----", await done.text(), re.DOTALL)
    assert found
    assert receipt_in(found[0]).erased["apps"] == 1


async def test_what_somebody_sends_after_their_account_is_gone_leaves_nothing_of_them(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.owner_says("/delete-account")
    await mimi.owner_says("kotori")
    await mimi.owner.tap("Erase now")
    await mimi.owner.replies()
    await mimi.owner.tap("Erase now")
    await mimi.owner.replies()
    await mimi.owner_says("Is anybody there?")
    await mimi.settled()
    left = [
        name
        for name in await mimi.database.raw.list_collection_names()
        if mimi.owner.user_id in str(await mimi.database.collection(name).find({}))
    ]
    assert left == []
