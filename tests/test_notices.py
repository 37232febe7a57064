"""Notices to all owners: both languages, once for everybody, by mail and in LINE where it costs nothing; on record."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from children import free_port
from clock import FrozenClock
from grounds import PUBLIC_URL, real_pii
from hearing import at_rest
from mimi import ACCESS_TOKEN, METRICS_TOKEN, Mimi, soon
from owner_chat import OwnerChat
from postbox import Postbox
from test_pusher import pushes

from bot.doctor.notices import look_at_notices
from bot.join.alerts import alerts_on
from bot.join.notices import notices_of
from bot.join.out import pusher_on, ways_on
from bot.letters import mailbox_of
from bot.line.client import LineApi
from bot.line.quota import QuotaWatch
from bot.out.mail import SmtpNotifier
from bot.out.sender import Sender
from bot.settings import Settings
from handlers.accounts.leaving import COOL_OFF
from handlers.accounts.news import AccountNews, DeliveryFailures
from handlers.clock import SystemClock
from handlers.notices.giving import NoticeGiving
from handlers.notices.notices import Notices
from handlers.outgoing import letter_in
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import Lang
from knowledge.store.accounts.owners import Owner, OwnerRepository
from knowledge.store.database import Database, new_id
from knowledge.store.notices.deliveries import Delivered, DeliveryRepository
from knowledge.store.notices.notices import NoticeState
from knowledge.store.outbox.outbox import Channel, OutboxRepository
from knowledge.store.repositories import Repositories

SUBJECT = {"ja": "mimi：メンテナンスのお知らせ", "en": "mimi: maintenance"}
TEXT = {
    "ja": "1月10日の午前2時から、1時間ほど止まります。{braces}",
    "en": "On January 10 we stop for an hour. {braces}",
}
ADDRESS = "yuki@example.com"


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    """An owner with LINE and an address."""
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await OwnerRepository(db).set_email((await chat.owner()).scope, ADDRESS)
    return chat


@pytest.fixture
def notices(chat: OwnerChat) -> Notices:
    return notices_of(Repositories(chat.core.db), chat.core.clock, PUBLIC_URL)


def giving(chat: OwnerChat) -> NoticeGiving:
    return chat.core.areas.notices.giving


async def sent(chat: OwnerChat, notices: Notices) -> int:
    """The notice asked for and given; how many were told."""
    await notices.draft("maintenance", SUBJECT, TEXT)
    await notices.send("maintenance")
    return await giving(chat).give_due()


async def rows(db: Database, channel: Channel) -> list[dict[str, Any]]:
    return await db.collection("outbox").find({"channel": channel, "subject": {"$regex": "^notice:"}})


async def an_owner(chat: OwnerChat, *, email: str = "", lang: Lang = "ja") -> Owner:
    now = chat.core.clock.now()
    owner = Owner(None, lang, now, now, email=email)
    await OwnerRepository(chat.core.db).add(owner)
    return owner


async def test_a_notice_goes_to_everybody_once_by_mail_and_as_a_card(chat: OwnerChat, notices: Notices) -> None:
    db = chat.core.db
    japanese, unreachable = await an_owner(chat, email="hana@example.com"), await an_owner(chat)
    assert await sent(chat, notices) == 3
    assert await giving(chat).give_due() == 0
    letters = {row["to"]: letter_in(row["body"]) for row in await rows(db, Channel.MAIL)}
    assert set(letters) == {ADDRESS, "hana@example.com"}
    subject, text = letters[ADDRESS]
    assert subject == SUBJECT["en"]
    assert text.index(TEXT["en"]) < text.index(SUBJECT["ja"]) < text.index(TEXT["ja"])
    subject, text = letters["hana@example.com"]
    assert subject == SUBJECT["ja"]
    assert text.index(TEXT["ja"]) < text.index(TEXT["en"])
    [card] = await rows(db, Channel.LINE)
    [reply] = card["body"]["replies"]
    assert (reply["title"], reply["body"], card["state"]) == (SUBJECT["en"], TEXT["en"], "held")
    status = await notices.status("maintenance")
    assert (status.notice.state, status.counts.owners, status.counts.unreached) == (NoticeState.GIVEN, 3, 1)
    assert status.counts.mail == {Delivered.WAITING: 2, Delivered.NO_ADDRESS: 1}
    [record] = await DeliveryRepository(db).of(unreachable.scope)
    assert (record.mail, record.line) == (Delivered.NO_ADDRESS, Delivered.NO_ADDRESS)
    assert [each.notice for each in await DeliveryRepository(db).of(japanese.scope)] == ["notice:maintenance"]


async def test_the_card_rides_on_the_next_reply_and_never_takes_a_push(chat: OwnerChat, notices: Notices) -> None:
    """Even where there are pushes in plenty, and where the owner has alerts by mail: the letter has said it."""
    scope = (await chat.owner()).scope
    await chat.core.alert_preferences.use_mail(scope, ADDRESS)
    await sent(chat, notices)
    for _week in range(5):
        await pusher_on(Repositories(chat.core.db), chat.core.clock).look()
        chat.core.clock.advance(timedelta(days=7))
    assert [row["state"] for row in await rows(chat.core.db, Channel.LINE)] == ["held"]
    assert len(await chat.core.db.collection("outbox").find({"channel": "mail"})) == 1
    await chat.pushed("m1")  # what a reply takes along
    chat.core.clock.advance(timedelta(days=7))
    await chat.core.areas.notices.deliveries.settle()
    assert (await notices.status("maintenance")).counts.line == {Delivered.SENT: 1}


async def test_who_joins_after_it_was_asked_for_is_not_told(chat: OwnerChat, notices: Notices) -> None:
    await notices.draft("maintenance", SUBJECT, TEXT)
    before = await an_owner(chat, email="before@example.com")
    await notices.send("maintenance")
    chat.core.clock.advance(timedelta(seconds=1))
    after = await an_owner(chat, email="after@example.com")
    assert await giving(chat).give_due() == 2
    assert len(await DeliveryRepository(chat.core.db).of(before.scope)) == 1
    assert await DeliveryRepository(chat.core.db).of(after.scope) == []


async def test_of_several_processes_nobody_is_told_twice_by_any(chat: OwnerChat, notices: Notices) -> None:
    """A process that was taken for dead goes on while the next one begins at the same place."""
    for number in range(60):
        await an_owner(chat, email=f"owner-{number}@example.com")
    await notices.draft("maintenance", SUBJECT, TEXT)
    await notices.send("maintenance")
    first = asyncio.create_task(giving(chat).give_due())

    async def some_told() -> bool:
        return await chat.core.db.collection("deliveries").count({}) > 0

    await soon(some_told)
    over = {"$set": {"give_at": chat.core.clock.now()}}
    await chat.core.db.collection("notices").update_one({"_id": "maintenance"}, over)
    second = asyncio.create_task(giving(chat).give_due())
    assert await first + await second == 61
    to = [row["to"] for row in await rows(chat.core.db, Channel.MAIL)]
    assert (len(to), len(set(to))) == (61, 61)


async def test_an_owner_who_is_being_erased_gets_nothing_and_leaves_nothing(chat: OwnerChat, notices: Notices) -> None:
    db, owner = chat.core.db, await chat.owner()
    await chat.says("/delete-account")
    await chat.says("delete")
    chat.core.clock.advance(COOL_OFF)
    await OwnerRepository(db).begin_erasing(owner.scope, chat.core.clock.now(), chat.core.clock.now())
    assert await sent(chat, notices) == 0
    assert await rows(db, Channel.MAIL) == []
    assert await DeliveryRepository(db).of(owner.scope) == []


async def test_both_languages_are_needed_and_what_is_too_long_for_a_card_is_refused(notices: Notices) -> None:
    with pytest.raises(BadInput, match="Both languages"):
        await notices.draft("maintenance", SUBJECT, {"ja": TEXT["ja"], "en": "  "})
    with pytest.raises(BadInput, match="Both languages"):
        await notices.draft("maintenance", {"en": "mimi"}, TEXT)
    with pytest.raises(BadInput, match="too long"):
        await notices.draft("maintenance", SUBJECT, TEXT | {"ja": "あ" * 1001})
    with pytest.raises(BadInput, match="made of"):
        await notices.draft("../etc", SUBJECT, TEXT)
    assert await notices.all() == []


async def test_the_same_name_twice_and_sending_twice_are_refused(chat: OwnerChat, notices: Notices) -> None:
    await sent(chat, notices)
    with pytest.raises(BadInput, match="There is already a notice"):
        await notices.draft("maintenance", SUBJECT, TEXT)
    with pytest.raises(BadInput, match="nobody is told twice"):
        await notices.send("maintenance")
    with pytest.raises(BadInput, match="nobody is told twice"):
        await notices.drop("maintenance")
    with pytest.raises(NotFound):
        await notices.send("another")


async def test_a_draft_can_be_dropped_and_written_anew(notices: Notices) -> None:
    await notices.draft("maintenance", SUBJECT, TEXT)
    await notices.drop("maintenance")
    await notices.draft("maintenance", SUBJECT, TEXT)


async def test_a_significant_policy_is_announced_with_what_is_new_in_both_languages(
    chat: OwnerChat, notices: Notices
) -> None:
    notice = await notices.draft_for_policy("2")
    assert notice.id == "policy-2"
    assert notice.subject["ja"] == "mimi：2026年12月1日にプライバシーポリシーが変わります"
    assert "December 1, 2026" in notice.subject["en"]
    for text, said in ((notice.text["ja"], "運営者"), (notice.text["en"], "who runs the service")):
        assert said in text
        assert f"{PUBLIC_URL}/privacy/2" in text
    with pytest.raises(BadInput, match="There is already a notice"):
        await notices.draft_for_policy("2")
    with pytest.raises(NotFound):
        await notices.draft_for_policy("99")
    await notices.send("policy-2")
    await giving(chat).give_due()
    [card] = await rows(chat.core.db, Channel.LINE)
    assert [choice["url"] for choice in card["body"]["replies"][0]["choices"]] == [f"{PUBLIC_URL}/privacy/2"]


class Post:
    """The sender with a mail server that can be away, under a clock that moves."""

    def __init__(self, db: Database, clock: FrozenClock) -> None:
        self.box, self.port, self.clock = Postbox(), free_port(), clock
        self.outbox = OutboxRepository(db)
        api = LineApi("http://127.0.0.1:9", ACCESS_TOKEN)
        mail = SmtpNotifier(f"smtp://127.0.0.1:{self.port}", mailbox_of("mimi@example.com"), clock)
        store = Repositories(db)
        news = AccountNews(alerts_on(store, real_pii(), clock))
        self.sender = Sender(
            self.outbox,
            {Channel.MAIL: mail},
            clock,
            QuotaWatch(db, api, clock),
            DeliveryFailures(db, store.owners, store.outbox, news, clock),
            ways_on(store, api.bot_info, clock),
            at_rest(clock),
        )

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        server = await asyncio.get_running_loop().create_server(lambda: SMTP(self.box), "127.0.0.1", self.port)
        yield
        server.close()

    async def hours(self, count: int) -> None:
        """Whatever is due in these hours is tried."""
        for _hour in range(count):
            while row := await self.outbox.take(self.clock.now(), timedelta(minutes=1), [Channel.MAIL]):
                await self.sender.send(row)
            self.clock.advance(timedelta(hours=1))


async def test_a_mail_server_that_is_away_for_a_day_loses_nothing(chat: OwnerChat, notices: Notices) -> None:
    await an_owner(chat, email="hana@example.com")
    await sent(chat, notices)
    post = Post(chat.core.db, chat.core.clock)
    await post.hours(30)
    await chat.core.areas.notices.deliveries.settle()
    assert (await notices.status("maintenance")).counts.mail == {Delivered.WAITING: 2}
    async with post.open():
        await post.hours(3)
    assert sorted(letter["To"] for letter in post.box.letters) == ["hana@example.com", ADDRESS]
    chat.core.clock.advance(timedelta(hours=6))
    await chat.core.areas.notices.deliveries.settle()
    assert (await notices.status("maintenance")).counts.mail == {Delivered.SENT: 2}


async def test_an_address_that_refuses_is_on_record_and_costs_no_push(chat: OwnerChat, notices: Notices) -> None:
    await sent(chat, notices)
    post = Post(chat.core.db, chat.core.clock)
    post.box.says = "550 5.1.1 no such user"
    async with post.open():
        await post.hours(1)
    chat.core.clock.advance(timedelta(hours=6))
    await chat.core.areas.notices.deliveries.settle()
    status = await notices.status("maintenance")
    assert (status.counts.mail, status.counts.unreached) == ({Delivered.REFUSED: 1}, 0)
    await pusher_on(Repositories(chat.core.db), chat.core.clock).look()
    assert await chat.core.db.collection("outbox").count({"state": "waiting"}) == 0
    assert len(await chat.core.db.collection("outbox").find({"state": "held"})) == 2  # the card, and news of the letter


async def test_doctor_says_what_is_undelivered(chat: OwnerChat, notices: Notices) -> None:
    async def said() -> Sequence[str]:
        settings = Settings.read({"MIMI_PUBLIC_URL": PUBLIC_URL})
        return [str(each) for each in await look_at_notices(settings, chat.core.db, chat.core.clock)]

    assert (await said())[0] == (
        "ok   notices: by mail 0 waiting, 0 refused; 0 cards waiting for their owner's next message"
    )
    await notices.draft("maintenance", SUBJECT, TEXT)
    await notices.send("maintenance")
    assert "ok" not in (await said())[0]
    assert "owners still to be told: 1" in (await said())[0]
    chat.core.clock.advance(timedelta(minutes=11))
    assert "FAIL" in (await said())[0]
    assert "is a worker running?" in (await said())[0]
    await giving(chat).give_due()
    assert "notices: by mail 1 waiting, 0 refused; 1 cards wait" in (await said())[0]
    assert "version 2 is in force" in (await said())[1]


async def test_metrics_count_what_is_undelivered(mimi: Mimi) -> None:
    record = {"_id": new_id(), "owner_id": "o", "notice": "notice:n", "mail": "refused", "line": "waiting"}
    await mimi.database.collection("deliveries").insert(record)
    headers = {"Authorization": f"Bearer {METRICS_TOKEN}"}
    async with mimi.http.get(f"{mimi.url}/metrics", headers=headers) as response:
        text = await response.text()
    assert 'mimi_notices{state="refused",way="mail"} 1.0' in text
    assert 'mimi_notices{state="waiting",way="line"} 1.0' in text


async def test_a_running_worker_gives_what_a_command_asked_for(mimi: Mimi) -> None:
    """The command is over at once; nothing depends on its terminal."""
    await mimi.sign_up()
    notices = notices_of(Repositories(mimi.database), SystemClock(), mimi.url)
    await notices.draft("maintenance", SUBJECT, TEXT)
    await notices.send("maintenance")

    async def given() -> bool:
        return (await notices.get("maintenance")).state is NoticeState.GIVEN

    await soon(given)
    answered = "\n".join(await mimi.owner_says("/account", count=2))
    assert TEXT["en"].replace("{braces}", "")[:20] in answered
    assert pushes(mimi) == 0
