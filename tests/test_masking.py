"""What visitors write about themselves is kept as written while a conversation is open, and masked after that."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from claude_standin import ClaudeStandIn
from sites import running_site
from visitors import VisitorSide, visitor_side

from guardrail.details import Details
from guardrail.pii import Pii, redacted
from handlers.chat.conversations.conversations import END, READ_CONVERSATION, ConversationCommands
from handlers.conversations.masking import LEASE
from handlers.conversations.silence import SILENT
from handlers.messages import Text
from knowledge.store.apps.apps import MASKED_DAYS, App
from knowledge.store.conversations.messages import Role
from knowledge.store.database import Database, OwnerScope
from knowledge.store.due_times import MASKING, DueTimes
from knowledge.store.entries.hidden import EntryRef
from knowledge.store.learning.checks import Check
from knowledge.store.learning.gaps import DraftAnswer, Gap
from knowledge.store.outbox.outbox import TO_VISITOR, Channel, OutboxRow
from knowledge.store.registry import STORED
from knowledge.store.schema import MIGRATIONS
from knowledge.store.stored import Whose

NAME, MAIL, CODE, PARCEL = "三田村", "mitamura@example.co.jp", "kuro-neko2024!", "4012-3345-9981"
VALUES = (NAME, MAIL, CODE, PARCEL)
ASKED = f"{NAME}と申します。{MAIL} で登録しました。パスワードは {CODE} です。追跡番号 {PARCEL} の荷物はどこですか"
HIDDEN = "（個人情報のため非表示）"
MASKED = (
    f"{HIDDEN}と申します。{HIDDEN} で登録しました。パスワードは {HIDDEN} です。追跡番号 {HIDDEN} の荷物はどこですか"
)
LATER = timedelta(days=MASKED_DAYS)


async def talked(visitors: VisitorSide, claude: ClaudeStandIn, app: App) -> tuple[str, str]:
    """A conversation in which all of it was said, and quoted wherever it can be: its key and id."""
    claude.will_not_know(ASKED)
    accepted, _told = await visitors.ask(app, ASKED)
    scope, clock = app.scope, visitors.clock
    owner = OwnerScope(app.owner_id)
    reply = f"{NAME}様、{PARCEL} は本日届きます。"
    await visitors.conversations.owner_says(scope, accepted.conversation_id, reply)
    (alert,) = await visitors.store.alerts.list_open(owner)
    await visitors.store.alerts.answer(owner, alert.id, reply, "")
    (asking,) = await visitors.store.askings.unsorted(scope, 1)
    draft = DraftAnswer("届きます。", f"{PARCEL} がどこにあるか", (EntryRef("faq", "1", "配送"),))
    gap = Gap(scope, "w", clock.now(), asking.expires_at, draft=draft)
    await visitors.store.gaps.add(scope, gap)
    await visitors.store.askings.sort_into(scope, asking.id, gap.id)
    await visitors.store.checks.put(scope, Check(scope, f"追跡番号 {PARCEL} は?", "ja", (), clock.now()))
    return accepted.key, accepted.conversation_id


async def kept(db: Database) -> str:
    """Everything the database holds."""
    return str([[row async for row in db.raw[stored.name].find()] for stored in STORED])


async def words(visitors: VisitorSide, app: App, conversation_id: str) -> list[str]:
    said = await visitors.conversations.messages(app.scope, conversation_id)
    return [each.text for each in said if each.role is not Role.PRESENCE]


async def test_details_are_kept_while_the_conversation_is_open_and_gone_everywhere_after_it(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(料金="無料です。")
    _key, conversation = await talked(visitors, claude, app)
    before = await words(visitors, app, conversation)
    visitors.clock.advance(LATER - timedelta(seconds=1))
    assert await visitors.areas.conversations.masking.mask_due() == 0
    assert await words(visitors, app, conversation) == before
    assert [value for value in VALUES if value not in await kept(visitors.db)] == []
    visitors.clock.advance(timedelta(seconds=1))
    assert await visitors.areas.conversations.masking.mask_due() == 1
    assert [value for value in VALUES if value in await kept(visitors.db)] == []
    after = await words(visitors, app, conversation)
    assert after[0] == MASKED
    assert after[-1] == f"{HIDDEN}様、{HIDDEN} は本日届きます。"
    assert len(after) == len(before)


async def test_what_was_masked_is_looked_at_no_more(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(料金="無料です。")
    await talked(visitors, claude, app)
    visitors.clock.advance(LATER)
    masking = visitors.areas.conversations.masking
    assert await DueTimes(visitors.db).next(MASKING) is not None
    assert await masking.mask_due() == 1
    once = await kept(visitors.db)
    visitors.clock.advance(LATER)
    assert await DueTimes(visitors.db).next(MASKING) is None
    assert await masking.mask_due() == 0
    assert await kept(visitors.db) == once


async def test_a_visitor_who_comes_back_goes_on_and_is_masked_again_later(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(料金="無料です。")
    key, conversation = await talked(visitors, claude, app)
    visitors.clock.advance(LATER)
    masking = visitors.areas.conversations.masking
    await masking.mask_due()
    again, _told = await visitors.ask(app, f"料金は? 今の電話は 080-6142-3975 です。{NAME}です。", key)
    assert again.conversation_id == conversation
    visitors.clock.advance(LATER - timedelta(seconds=1))
    assert await masking.mask_due() == 0
    assert "080-6142-3975" in await kept(visitors.db)
    visitors.clock.advance(timedelta(seconds=1))
    assert await masking.mask_due() == 1
    assert "080-6142-3975" not in await kept(visitors.db)
    assert (await words(visitors, app, conversation))[0] == MASKED
    assert next(iter(await visitors.feed.transcript(app, key))).text == MASKED


async def test_at_once_is_when_the_conversation_falls_silent(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(料金="無料です。")
    _key, conversation = await talked(visitors, claude, app)
    await visitors.areas.apps.settings.set(app.scope, {"mask": "0"})
    masking = visitors.areas.conversations.masking
    assert await masking.mask_due() == 0
    visitors.clock.advance(SILENT - timedelta(seconds=1))
    assert await masking.mask_due() == 0
    visitors.clock.advance(timedelta(seconds=1))
    assert await masking.mask_due() == 1
    assert (await words(visitors, app, conversation))[0] == MASKED
    app = await visitors.again(app)
    await visitors.ask(app, f"{MAIL} です")
    visitors.clock.advance(SILENT)
    assert await masking.mask_due() == 1
    assert MAIL not in await kept(visitors.db)


async def test_a_longer_time_holds_for_what_is_there_already(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(料金="無料です。")
    await talked(visitors, claude, app)
    await visitors.areas.apps.settings.set(app.scope, {"mask": "90"})
    visitors.clock.advance(timedelta(days=90) - timedelta(seconds=1))
    masking = visitors.areas.conversations.masking
    assert await masking.mask_due() == 0
    visitors.clock.advance(timedelta(seconds=1))
    assert await masking.mask_due() == 1


async def test_nothing_is_masked_while_the_owner_talks_there(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(料金="無料です。")
    _key, conversation = await talked(visitors, claude, app)
    await visitors.areas.apps.settings.set(app.scope, {"mask": "at once"})
    visitors.clock.advance(SILENT)
    owner = await visitors.store.owners.get(app.owner_id)
    assert owner
    await visitors.takeovers.begin(owner.scope, conversation)
    visitors.clock.advance(SILENT)
    masking = visitors.areas.conversations.masking
    assert await masking.mask_due() == 0
    await visitors.takeovers.end_idle()
    visitors.clock.advance(SILENT)
    assert await masking.mask_due() == 1


async def test_each_conversation_is_masked_by_one_process(db: Database, claude: ClaudeStandIn) -> None:
    async with visitor_side(db) as first, visitor_side(db, clock=first.clock) as second:
        app = await first.app(料金="無料です。")
        for number in range(12):
            await first.ask(app, f"{MAIL} から {number} 回目です")
        first.clock.advance(LATER)
        sides = (first, second, first, second)
        done = await asyncio.gather(*(side.areas.conversations.masking.mask_due() for side in sides))
        assert sum(done) == 12
        assert MAIL not in await kept(db)


async def test_what_could_not_be_checked_is_tried_again_and_stops_no_other(db: Database, claude: ClaudeStandIn) -> None:
    """S52: words that the guardrail could not read stay what they are; a later look finds them."""

    def analyze(text: str) -> list[Any]:
        if "二つ目" in text:
            raise ValueError(text)
        return Pii.load().find_now(text)

    async with visitor_side(db, pii=Pii.load()) as side:
        app = await side.app(料金="無料です。")
        ids = [
            (await side.ask(app, f"{each}。{MAIL} です"))[0].conversation_id for each in ("一つ目", "二つ目", "三つ目")
        ]
        side.clock.advance(LATER)
        async with visitor_side(db, pii=Pii(analyze), clock=side.clock) as failing:
            assert await failing.areas.conversations.masking.mask_due() == 2
        assert [MAIL in str(await words(side, app, each)) for each in ids] == [False, True, False]
        assert await side.areas.conversations.masking.mask_due() == 0
        side.clock.advance(LEASE)
        assert await side.areas.conversations.masking.mask_due() == 1
        assert MAIL not in await kept(db)


async def test_a_process_that_died_in_the_middle_is_followed_by_one_that_finishes(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(料金="無料です。")
    _key, conversation = await talked(visitors, claude, app)
    visitors.clock.advance(LATER)
    # What such a process leaves: its lease, and some of the writes, the visitor's own words among the last.
    now = visitors.clock.now()
    assert await visitors.store.conversations.take_to_mask(now, now + LEASE)
    first, *_others = await visitors.store.quotes.of(app.scope, conversation)
    await visitors.store.quotes.replace(app.scope, first, MASKED)
    masking = visitors.areas.conversations.masking
    assert await masking.mask_due() == 0
    visitors.clock.advance(LEASE)
    assert await masking.mask_due() == 1
    assert [value for value in VALUES if value in await kept(visitors.db)] == []


async def test_news_that_is_on_its_way_or_was_refused_is_masked_too(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    """LINE may refuse everybody for days, and what a push carries waits with it; a refused letter stays for a month."""
    app = await visitors.app(料金="無料です。")
    await talked(visitors, claude, app)
    store, owner, now = visitors.store, OwnerScope(app.owner_id), visitors.clock.now()
    (alert,) = await store.held.of(owner)
    push = OutboxRow(Channel.LINE, "U1", {**alert.body, "carried": alert.body["replies"]}, now, app.owner_id)
    letter = OutboxRow(Channel.MAIL, "yuki@example.com", {"text": f"{PARCEL} は?"}, now, app.owner_id)
    to_visitor = OutboxRow(Channel.MAIL, MAIL, {"text": f"{NAME}様"}, now, app.owner_id, kind=TO_VISITOR)
    assert await store.held.claim(push.id, [alert.id], now)
    for row in (push, letter, to_visitor):
        await store.outbox.put(row)
    await store.outbox.failed(letter, "550 no such user", now)
    visitors.clock.advance(LATER)
    assert await visitors.areas.conversations.masking.mask_due() == 1
    rows = await visitors.db.collection("outbox").find({})
    told = {row["_id"]: str(row["body"]) for row in rows}
    assert [row for row in (alert, push, letter) if any(value in told[row.id] for value in VALUES)] == []
    assert NAME in told[to_visitor.id]  # their own letter says their name


async def test_words_taken_back_meanwhile_stay_taken_back(visitors: VisitorSide) -> None:
    app = await visitors.app(料金="無料です。")
    accepted, _told = await visitors.ask(app, "料金は?")
    was = await visitors.conversations.owner_says(app.scope, accepted.conversation_id, f"{MAIL} へ", "line-1")
    await visitors.conversations.take_back(OwnerScope(app.owner_id), "line-1")
    await visitors.store.messages.mask(app.scope, [(was, "masked")])
    assert (await words(visitors, app, accepted.conversation_id))[-1] == ""


async def test_what_the_owner_publishes_is_not_the_visitors(visitors: VisitorSide) -> None:
    app = await visitors.change(await visitors.app(料金="無料です。"), public_contacts=("help@kotori.example",))
    accepted, _told = await visitors.ask(app, f"help@kotori.example に {MAIL} から送りました")
    visitors.clock.advance(LATER)
    await visitors.areas.conversations.masking.mask_due()
    assert (await words(visitors, app, accepted.conversation_id))[
        0
    ] == f"help@kotori.example に {HIDDEN} から送りました"


async def test_masked_words_are_found_by_what_is_left_of_them(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(料金="無料です。")
    _key, conversation = await talked(visitors, claude, app)
    past = visitors.areas.conversations.past
    assert await past.find(app.scope, PARCEL)
    visitors.clock.advance(LATER)
    await visitors.areas.conversations.masking.mask_due()
    assert not await past.find(app.scope, PARCEL)
    (found,) = await past.find(app.scope, "荷物はどこ")
    assert (found.conversation.id, found.first) == (conversation, MASKED)


def test_every_collection_that_is_part_of_a_conversation_says_what_it_quotes() -> None:
    """A new one is in Stored.quotes, or here with the reason why it holds no words of a visitor's."""
    without = {
        "conversations": "times and numbers",
        "messages": "masked themselves",
        "return_addresses": "left for one reply, erased with it, shown to nobody",
    }
    of_conversations = [stored for stored in STORED if stored.belongs.whose is Whose.CONVERSATION]
    assert {stored.name for stored in of_conversations if not stored.quotes} == set(without)


DETAILS = Details(Pii.load())


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("生年月日は平成2年7月15日です", "生年月日は■です"),
        ("1988/4/23生まれです", "■生まれです"),
        ("I was born on March 3rd, 1990 in Leeds", "I was born on ■ in Leeds"),
        ("my dob: 04/17/2015", "my dob: ■"),
        ("玄関の暗証番号は4471#です", "玄関の暗証番号は■です"),
        ("合言葉は「夕焼け小焼け」にしました", "合言葉は「■」にしました"),
        ("my password: sunflower", "my password: ■"),
        ("The door code is 88B2, leave it inside", "The door code is ■, leave it inside"),
        ("会員番号 KT-20931-7 で登録しています", "会員番号 ■ で登録しています"),
        ("tracking number 1Z999AA10123456784", "tracking number ■"),
        ("InstagramのIDは sora.to.umi です", "InstagramのIDは ■ です"),
        ("find me @quiet_otter on there", "find me ■ on there"),
        ("my ip address is 203.0.113.9", "my ip address is ■"),
        ("203号室に届けてください", "■に届けてください"),
        ("１型糖尿病と診断されました", "■と診断されました"),
        ("妻の美咲が使っています", "妻の■が使っています"),
        # Near misses
        ("パスワードは8文字以上ですか", None),
        ("password is wrong, how do I reset it?", None),
        ("会員番号はどこで見られますか", None),
        ("注文番号が届きません", None),
        ("誕生日クーポンはいつ届きますか", None),
        ("2025年12月1日のアップデート以降おかしいです", None),
        ("バージョン 2.14.3 と iOS 18.1 です", None),
        ("LINEのアカウントは必要ですか", None),
        ("娘のためにプレゼントを探しています", None),
        ("母の日のギフトはありますか", None),
        ("会社の設定です", None),
        ("Error code 0x80070057 on Windows 11", None),
        ("がんばって使っています", None),
    ],
)
def test_details_beyond_the_guardrails_kinds_go_and_their_near_misses_stay(text: str, masked: str | None) -> None:
    found = DETAILS.find_now(text)
    assert redacted(text, found, lambda _kind: "■").text == (text if masked is None else masked)
    again = redacted(text, found, lambda _kind: HIDDEN).text
    assert redacted(again, DETAILS.find_now(again), lambda _kind: HIDDEN).text == again


async def test_the_owner_reads_on_the_web_and_in_line_that_and_when_it_was_masked(db: Database) -> None:
    async with running_site(db) as site:
        app = await site.an_app()
        accepted, _told = await site.side.ask(app, f"I am at {MAIL}. Is it free?")
        path = f"/owner/apps/kotori/conversations/{accepted.conversation_id}"
        cookie = await site.sign_in()
        note = "Personal details that the visitor had written here were masked on"
        before = await (await site.get(path, headers=cookie)).text()
        assert MAIL in before
        assert note not in before
        site.side.clock.advance(LATER)
        assert await site.areas.conversations.masking.mask_due() == 1
        cookie = await site.sign_in()
        after = await (await site.get(path, headers=cookie)).text()
        assert MAIL not in after
        assert note in after
        areas = site.areas
        past, held, preferences = areas.conversations.past, areas.answers.held, areas.alerts.preferences
        commands = ConversationCommands(past, held, site.apps, preferences, Pii.load())
        [read] = [tap.run for tap in commands.feature().taps if tap.button is READ_CONVERSATION]
        owner = await site.areas.accounts.accounts.join(site.owners["yuki"].line_user_id or "", "en")
        replies = await read(owner, accepted.conversation_id, END)
        assert note in str([str(each.text) for each in replies if isinstance(each, Text)])


async def test_conversations_from_before_are_masked_as_new_ones(visitors: VisitorSide) -> None:
    app = await visitors.app(料金="無料です。")
    await visitors.ask(app, f"{MAIL} です")
    await visitors.db.raw["conversations"].update_many({}, {"$unset": {"mask_at": 1, "mask_after": 1}})
    await MIGRATIONS[1](visitors.db)
    visitors.clock.advance(LATER)
    assert await visitors.areas.conversations.masking.mask_due() == 1
    assert MAIL not in await kept(visitors.db)
