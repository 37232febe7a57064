"""A visitor's message is kept once, and answered whatever the model, the guardrail, the visitor or the process does."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextvars import Context
from datetime import timedelta
from typing import cast

import pytest
from claude_events import Fault
from claude_standin import ClaudeStandIn
from visitors import IMPATIENT, VisitorSide, claude_model, visitor_side

from guardrail.findings import Finding
from guardrail.limits import USUAL
from guardrail.pii import Pii
from handlers.answers.answers import Accepted
from handlers.answers.runs import LEASE
from handlers.messages import Delta, VisitorMessage
from knowledge.errors import BadInput, NotFound, TooMany
from knowledge.store import registry
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.apps.apps import App
from knowledge.store.conversations.messages import PENDING, Role, Source
from knowledge.store.database import Database

REFUND = "返金は購入したストアの画面から申し込めます。"
MAIL = "taro.yamada@example.jp"


@pytest.fixture
async def impatient(db: Database, claude: ClaudeStandIn) -> AsyncIterator[VisitorSide]:
    async with claude_model(claude, IMPATIENT) as model, visitor_side(db, model) as side:
        yield side


@pytest.fixture
async def quoting(db: Database) -> AsyncIterator[VisitorSide]:
    async with visitor_side(db) as side:
        yield side


async def alerts(visitors: VisitorSide, app: App) -> list[tuple[AlertKind, str]]:
    return [(alert.kind, alert.question) for alert in await visitors.alerts.list_open(app.scope)]


async def test_an_answer_comes_with_its_source_and_is_stored_as_it_was_told(visitors: VisitorSide) -> None:
    app = await visitors.app(返金できますか=REFUND)
    accepted, told = await visitors.ask(app, "返金したい")
    assert (told.text, told.state, told.sources) == (REFUND, "answered", ["返金できますか"])
    stored = await visitors.stored(app, accepted)
    assert (stored.text, stored.state, stored.seq) == (REFUND, "answered", 2)
    assert stored.sources == (Source("返金できますか"),)
    assert await alerts(visitors, app) == []


@pytest.mark.parametrize("text", ["", " \n ", "あ" * 2_001, {"$ne": None}, None, 5, ["x"]])
async def test_what_is_no_message_is_refused_and_nothing_is_stored(visitors: VisitorSide, text: object) -> None:
    """S25"""
    app = await visitors.app()
    with pytest.raises(BadInput):
        await visitors.accept(app, cast(str, text))
    assert await visitors.db.raw["messages"].count_documents({}) == 0


@pytest.mark.parametrize("client_id", ["", "1", "x" * 36, {"$gt": ""}, None, 5])
async def test_an_id_that_is_no_uuid_is_refused(visitors: VisitorSide, client_id: object) -> None:
    """S25"""
    app = await visitors.app()
    with pytest.raises(BadInput):
        await visitors.answers.accept(app, VisitorMessage(cast(str, client_id), "返金できますか"))


@pytest.mark.parametrize("text", ["あ" * 2_000, "👩‍👩‍👧‍👦", "שלום עולם", "<script>alert(1)</script>", "$where: {}"])
async def test_unusual_words_are_kept_as_they_are(visitors: VisitorSide, text: str) -> None:
    app = await visitors.app()
    accepted = await visitors.accept(app, text)
    assert (await visitors.feed.transcript(app, accepted.key))[0].text == text


async def test_one_message_sent_many_times_at_once_is_one_message(visitors: VisitorSide) -> None:
    """P5"""
    app, client_id = await visitors.app(), str(uuid.uuid4())
    first = await asyncio.gather(*(visitors.accept(app, "返金したい", client_id=client_id) for _ in range(5)))
    assert sorted(each.repeated for each in first) == [False, True, True, True, True]
    assert len({(each.key, each.message_id, each.answer_id) for each in first}) == 1
    key, client_id = first[0].key, str(uuid.uuid4())
    second = await asyncio.gather(*(visitors.accept(app, "いつまで", key, client_id) for _ in range(5)))
    assert len({each.message_id for each in second}) == 1
    said = [each for each in await visitors.feed.transcript(app, key) if each.role is Role.VISITOR]
    assert [(each.seq, each.text) for each in said] == [(1, "返金したい"), (2, "いつまで")]


async def test_a_message_sent_again_later_gets_the_answer_it_had(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app, client_id = await visitors.app(返金できますか=REFUND), str(uuid.uuid4())
    for _ in range(2):
        accepted = await visitors.accept(app, "返金したい", client_id=client_id)
        await visitors.answers.start(app, accepted)
        await visitors.read(app, accepted)
    assert accepted.repeated
    assert len(claude.requests) == 1


async def test_a_visitor_who_asks_too_much_is_told_when_to_go_on_and_can_still_repeat(visitors: VisitorSide) -> None:
    app, last = await visitors.app(), str(uuid.uuid4())
    key = (await visitors.accept(app, "一")).key
    for _ in range(7):
        await visitors.accept(app, "二", key)
    await visitors.accept(app, "三", key, last)
    with pytest.raises(TooMany) as refusal:
        await visitors.accept(app, "四", key)
    assert 1 <= refusal.value.retry_after <= 60
    assert (await visitors.accept(app, "三", key, last)).repeated


@pytest.mark.parametrize(
    ("question", "language", "said"),
    [
        ("iPadで使えますか", "ja", "こちらではまだわからないため、ご質問を運営者に伝えました。"),
        ("Does it run on iPad?", "en", "I do not know that yet, so I have passed your question to the owner."),
    ],
)
async def test_what_the_knowledge_does_not_say_goes_to_the_owner_and_the_visitor_is_told(
    visitors: VisitorSide, claude: ClaudeStandIn, question: str, language: str, said: str
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_not_know("Something else", language)
    accepted, told = await visitors.ask(app, question)
    assert told.state == "unknown"
    assert told.text.startswith(said)
    assert await alerts(visitors, app) == [(AlertKind.UNANSWERED, question)]
    assert (await visitors.stored(app, accepted)).text == told.text


async def test_a_question_that_leans_on_the_conversation_reaches_the_owner_in_full(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    accepted, _ = await visitors.ask(app, "返金したい")
    claude.will_not_know("Android版でも返金できますか", "ja")
    await visitors.ask(app, "Androidなら？", accepted.key)
    assert await alerts(visitors, app) == [(AlertKind.UNANSWERED, "Android版でも返金できますか")]
    roles = [message["role"] for message in (await claude.asked(2)).body["messages"]]
    assert roles == ["user", "assistant", "user"]


async def test_half_an_answer_keeps_its_half_and_passes_on_the_rest(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_not_know("いつ返金されますか", text=REFUND)
    _, told = await visitors.ask(app, "返金の方法と時期は")
    assert told.text.startswith(f"{REFUND}\n\n残りについてはこちらではまだわからないため")
    assert (told.state, told.sources) == ("partly", ["返金できますか"])
    assert await alerts(visitors, app) == [(AlertKind.UNANSWERED, "いつ返金されますか")]


async def test_a_visitor_who_asks_for_a_person_gets_the_owner(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app()
    claude.will_want_person()
    _, told = await visitors.ask(app, "Can I talk to the developer?")
    assert told.text.startswith("I have told the owner")
    assert told.state == "handed_over"
    assert await alerts(visitors, app) == [(AlertKind.HANDOFF, "Can I talk to the developer?")]


@pytest.mark.parametrize(
    "fault",
    [
        "hang",
        "stall",
        "cut",
        "cut_mid_character",
        "rate_limited",
        "overloaded",
        "server_error",
        "unauthorized",
        "billing",
        "error_event",
        "refusal",
        "refusal_mid_answer",
        "empty",
        "bad_event_json",
    ],
)
async def test_however_the_model_fails_the_visitor_gets_a_quotation(
    impatient: VisitorSide, claude: ClaudeStandIn, fault: Fault
) -> None:
    app = await impatient.app(返金できますか=REFUND)
    claude.will_fail(fault, times=2, text="途中まで。話しました。そして消えます。もう少し続きます。")
    accepted, told = await impatient.ask(app, "返金できますか")
    assert told.state == "quoted"
    assert told.text.endswith(REFUND)
    assert "途中まで" not in told.text
    assert (await impatient.stored(app, accepted)).text == told.text


async def test_a_model_that_fails_when_nothing_fits_passes_the_question_on(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_fail("billing")
    _, told = await visitors.ask(app, "今夜の天気は")
    assert told.state == "unknown"
    assert await alerts(visitors, app) == [(AlertKind.UNANSWERED, "今夜の天気は")]


async def test_a_model_that_only_seems_alive_is_cut_off_by_our_own_patience(
    db: Database, claude: ClaudeStandIn
) -> None:
    async with claude_model(claude) as model, visitor_side(db, model, model_deadline=0.2) as visitors:
        app = await visitors.app(返金できますか=REFUND)
        claude.will_fail("stall_with_pings")
        _, told = await visitors.ask(app, "返金できますか")
        assert told.state == "quoted"


async def test_an_endless_answer_ends_and_does_not_stand(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_fail("long")
    accepted, told = await visitors.ask(app, "返金できますか")
    assert (told.state, told.text.endswith(REFUND)) == ("quoted", True)
    assert (await visitors.stored(app, accepted)).made.why == "unfinished"


async def test_without_a_model_answers_are_quotations_and_say_so(quoting: VisitorSide) -> None:
    app = await quoting.app(返金できますか=REFUND)
    _, told = await quoting.ask(app, "返金できますか")
    assert told.state == "quoted"
    assert told.text.endswith(REFUND)
    assert told.sources == ["返金できますか"]


async def test_personal_information_never_leaves_however_it_is_cut(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    for size in (1, 3, 7):
        text = f"ご連絡は {MAIL} までお願いします。返金は画面から。"
        claude.will_say(text, chunks=[text[at : at + size] for at in range(0, len(text), size)])
        accepted = await visitors.accept(app, "連絡先は")
        await visitors.answers.start(app, accepted)
        events = await visitors.read(app, accepted)
        told = "".join(sent.event.text for sent in events if isinstance(sent.event, Delta))
        assert "taro" not in told
        assert "example.jp" not in told
        assert told.endswith("返金は画面から。")
        assert MAIL not in str(await visitors.stored(app, accepted))


async def test_the_model_gets_neither_a_visitors_nor_an_owners_personal_information(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    """S50"""
    app = await visitors.app(返金できますか=f"返金は {MAIL} へ。", 電話番号は="090-1234-5678です。")
    accepted, _ = await visitors.ask(app, "私は hanako@example.com です。返金できますか")
    await visitors.ask(app, "もう一度お願いします", accepted.key)
    for request in claude.requests:
        for secret in (MAIL, "hanako@example.com", "090-1234-5678"):
            assert secret not in str(request.body)


async def test_one_owners_knowledge_never_enters_anothers_prompt(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    """S40"""
    await visitors.app("Suzume", 返金できますか="すずめの秘密")
    app = await visitors.app("Kotori", 返金できますか=REFUND)
    await visitors.ask(app, "返金できますか")
    assert "すずめ" not in str(claude.requests[0].body)
    assert REFUND in str(claude.requests[0].body)


class Broken:
    """An analyzer whose rules die once they meet a certain word."""

    def __init__(self, word: str) -> None:
        self._word = word

    def __call__(self, text: str) -> list[Finding]:
        if self._word in text:
            raise RuntimeError(self._word)
        return []


@pytest.mark.parametrize("word", ["危険", "返金したい"])
async def test_when_the_guardrail_fails_nothing_more_is_sent(db: Database, claude: ClaudeStandIn, word: str) -> None:
    """S52: while the answer streams, and before the model is asked."""
    async with claude_model(claude) as model, visitor_side(db, model, pii=Pii(Broken(word))) as visitors:
        app = await visitors.app(返金できますか=REFUND)
        claude.will_say("これは危険な文です。続きの文です。", cites=[0])
        accepted, told = await visitors.ask(app, "返金したい")
        assert (told.state, told.sources) == ("withheld", [])
        assert told.text.startswith("申し訳ありませんが、この内容には今お答えできません。")
        assert (await visitors.stored(app, accepted)).text == told.text


async def test_an_answer_goes_on_when_the_visitor_has_gone_away(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_fail("stall", text=REFUND)
    accepted = await visitors.accept(app, "返金したい")
    await visitors.answers.start(app, accepted)
    events = visitors.feed.answer_events(app, accepted)
    await anext(events)
    await events.aclose()
    claude.go_on()
    await visitors.read(app, accepted)
    assert (await visitors.stored(app, accepted)).text == REFUND


async def test_an_answer_whose_process_died_is_written_by_another(
    visitors: VisitorSide, quoting: VisitorSide, claude: ClaudeStandIn
) -> None:
    """P3 for answers: accepted, then the process is gone without a word."""
    app = await quoting.app(返金できますか=REFUND)
    accepted = await quoting.accept(app, "返金できますか")
    assert await visitors.answers.resume_abandoned() == 0
    visitors.clock.advance(LEASE + timedelta(seconds=1))
    resumed = await asyncio.gather(*(visitors.answers.resume_abandoned() for _ in range(3)))
    assert sum(resumed) == 1
    await visitors.read(app, accepted)
    assert len(claude.requests) == 1
    stored = await visitors.stored(app, accepted)
    assert (stored.text, stored.state) == (REFUND, "answered")


async def test_a_process_that_stops_hands_its_answers_to_the_next(
    db: Database, visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    """P12 for answers"""
    app = await visitors.app(返金できますか=REFUND)
    accepted = await stalled(visitors, claude, app)
    await visitors.answers.close()
    assert (await visitors.stored(app, accepted)).state == PENDING
    async with visitor_side(db) as next_process:
        assert await next_process.answers.resume_abandoned() == 1
        await next_process.read(app, accepted)
    assert (await visitors.stored(app, accepted)).state == "quoted"


async def test_of_two_runs_of_one_answer_the_later_stands_alone(
    visitors: VisitorSide, quoting: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    accepted = await stalled(visitors, claude, app)
    quoting.clock.advance(LEASE + timedelta(seconds=1))
    assert await quoting.answers.resume_abandoned() == 1
    await quoting.read(app, accepted)
    claude.go_on()
    await visitors.ask(app, "返金したい")  # by now the first run has ended too
    stored = await visitors.stored(app, accepted)
    assert (stored.state, stored.seq) == ("quoted", 2)


async def test_an_answer_that_no_run_survives_is_withheld_in_the_end(visitors: VisitorSide) -> None:
    app = await visitors.app(返金できますか=REFUND)
    accepted = await visitors.accept(app, "返金できますか")
    await visitors.db.raw["messages"].update_one({"_id": accepted.answer_id}, {"$set": {"attempt": 91}})
    visitors.clock.advance(LEASE + timedelta(seconds=1))
    await visitors.answers.resume_abandoned()
    await visitors.read(app, accepted)
    assert (await visitors.stored(app, accepted)).state == "withheld"


async def test_an_answer_to_a_deleted_conversation_leaves_nothing_behind(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    accepted = await stalled(visitors, claude, app)
    await visitors.conversations.delete(app, accepted.key)
    await visitors.read(app, accepted)  # ends, though there will be no answer
    claude.go_on()
    await visitors.ask(app, "返金したい")
    assert await visitors.conversations.messages(app.scope, accepted.conversation_id) == []


async def test_the_visitors_last_word_on_an_answer_counts(visitors: VisitorSide) -> None:
    app = await visitors.app(返金できますか=REFUND)
    accepted, _ = await visitors.ask(app, "返金したい")
    for up in (True, False):
        await visitors.answers.feedback(app, accepted.key, accepted.answer_id, up=up)
    assert (await visitors.stored(app, accepted)).feedback == "down"
    other, _ = await visitors.ask(app, "返金は？")
    for message in (other.answer_id, accepted.message_id, {"$ne": None}):
        with pytest.raises(NotFound):
            await visitors.answers.feedback(app, accepted.key, message, up=True)


async def test_a_question_is_passed_to_the_owner_once(visitors: VisitorSide) -> None:
    app = await visitors.app(返金できますか=REFUND)
    accepted, _ = await visitors.ask(app, "返金したい")
    notices = [await visitors.answers.handoff(app, accepted.key) for _ in range(3)]
    assert notices[0].text.say("en").startswith("I have passed your question to the owner")
    assert await alerts(visitors, app) == [(AlertKind.HANDOFF, "返金したい")]
    with pytest.raises(NotFound):
        await visitors.answers.handoff(app, "wrong")


async def test_a_message_to_an_app_that_was_erased_meanwhile_leaves_no_trace(visitors: VisitorSide) -> None:
    """S63: the app was looked up before."""
    app = await visitors.app()
    await visitors.areas.accounts.accounts.erase(app.scope)
    with pytest.raises(NotFound):
        await visitors.accept(app, "返金したい")
    assert await registry.remains(visitors.db, app.owner_id, None) == {}


async def test_a_question_passed_on_while_the_account_is_erased_leaves_no_trace(visitors: VisitorSide) -> None:
    """S63"""
    app = await visitors.app()
    accepted = await visitors.accept(app, "返金したい")

    async def pass_on() -> None:
        await visitors.conversations.by_key(app, accepted.key)
        # In no transaction, though this is one.
        await asyncio.create_task(visitors.areas.accounts.accounts.erase(app.scope), context=Context())
        await visitors.answers.handoff(app, accepted.key)

    with pytest.raises(NotFound):
        await visitors.db.transaction(pass_on)
    assert await registry.remains(visitors.db, app.owner_id, None) == {}


async def stalled(visitors: VisitorSide, claude: ClaudeStandIn, app: App) -> Accepted:
    """An answer whose model has been asked and says nothing."""
    before = len(claude.requests)
    claude.will_fail("hang", times=1)
    accepted = await visitors.accept(app, "返金できますか")
    await visitors.answers.start(app, accepted)
    await claude.asked(before + 1)
    return accepted


async def test_a_message_that_cannot_be_kept_yet_is_counted_once_however_often_it_is_sent(
    visitors: VisitorSide,
) -> None:
    """A dead process holds the app locked, and the page sends its message again and again meanwhile."""
    app = await visitors.app(Price="Free.")
    opened, _told = await visitors.ask(app, "Price?")
    client_id = str(uuid.uuid4())
    async with visitors.db.sessions.one() as dead, dead.start_transaction():
        held = {"$set": {"held": True}}
        await visitors.db.raw["conversations"].update_one({"_id": opened.conversation_id}, held, session=dead)
        for _ in range(USUAL.per_minute):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await visitors.accept(app, "Price again?", opened.key, client_id)
        await dead.abort_transaction()
    assert not (await visitors.accept(app, "Price again?", opened.key, client_id)).repeated
    for _ in range(USUAL.per_minute - 1):
        await visitors.accept(app, "And once more?", opened.key)
    with pytest.raises(TooMany):
        await visitors.accept(app, "And once more?", opened.key)
