"""An owner tries mimi out: answered as a visitor is, told how it came about, and counted as nobody's conversation."""

from datetime import timedelta

import pytest
from claude_standin import ClaudeStandIn
from owner_chat import OwnerChat, words_of
from spent import spend
from visitors import VisitorSide, visitor_side

from handlers.answers.trials import MOST_WAITING, TRIAL_LEASE, Trials
from handlers.chat.entries.trials import MOST_ATTEMPTS
from handlers.outgoing import from_body
from knowledge.errors import BadInput, NotFound, Unavailable
from knowledge.store.database import Database, OwnerId, OwnerScope
from knowledge.store.learning.trials import MOST_KEPT, Dropped, Trial, TrialOutcome
from knowledge.store.registry import STORED
from knowledge.store.spending.spending import MILLIONTHS

REFUND = "返金は購入したストアの画面から、14日以内に申し込めます。"
WRONG = "返金は60日以内なら電話で申し込めます。"
SPAM = "スマホだけで月収80万円！誰でも簡単に稼げます。今すぐLINE追加→ https://bad.example/a https://bad.example/b"
# What a trial may leave behind: itself, what it cost, and what is derived from the knowledge whoever asks.
MAY_GROW = {"trials", "spending", "spend_counts", "item_words", "vectors", "visitor_salts"}


def trials_of(visitors: VisitorSide) -> Trials:
    return visitors.areas.answers.trials


def told(trial: Trial) -> TrialOutcome:
    assert trial.outcome
    return trial.outcome


async def counts(db: Database) -> dict[str, int]:
    return {stored.name: await db.collection(stored.name).count({}) for stored in STORED if stored.name not in MAY_GROW}


async def test_the_answer_is_a_visitors_and_each_sentence_names_what_it_rests_on(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND, 無料ですか="はい、無料です。")
    claude.will_say(REFUND, cites=[0])
    trial = await trials_of(visitors).ask(app, "買ったものの返金について教えて")
    outcome = told(trial)
    claude.will_say(REFUND, cites=[0])
    _, visitor = await visitors.ask(app, "買ったものの返金について教えて")
    assert (outcome.text, outcome.state) == (visitor.text, visitor.state)
    assert [source.title for source in outcome.sources] == visitor.sources == ["返金できますか"]
    cited = next(piece for piece in outcome.pieces if piece.title == "返金できますか")
    assert [(rest.sentence, rest.pieces) for rest in outcome.rests] == [(REFUND, (cited.id,))]
    assert (cited.found, cited.shown, cited.text, cited.kind, cited.entry) == (True, True, REFUND, "faq", cited.id)
    assert cited.score > 0
    assert (outcome.known, outcome.shown, outcome.made.knowledge) == (2, 2, "whole")
    assert outcome.tokens > 500
    assert (outcome.made.model, outcome.made.tokens_out) == ("claude-haiku-5-5", 42)
    assert outcome.made.cost > 0
    assert await trials_of(visitors).get(app.scope, trial.id) == trial


async def test_what_is_left_out_says_why(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_say(f"{REFUND}\n{WRONG}\n", cites=[0])
    outcome = told(await trials_of(visitors).ask(app, "買ったものの返金について教えて"))
    assert outcome.text.strip() == REFUND
    assert outcome.left_out == (Dropped(WRONG, "number"),)
    # Of what pointed at nothing there is nothing that it could be compared with.
    for _twice in range(2):
        claude.will_say("電話なら三日で返金されます。", cites=[])
    outcome = told(await trials_of(visitors).ask(app, "返金を急ぎたい"))
    assert outcome.left_out == (Dropped("電話なら三日で返金されます。"),)
    assert outcome.made.why == "ungrounded"


async def test_nothing_but_its_cost_is_left_of_a_trial(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=REFUND, 電話="03-1234-5678 です。")
    before = await counts(visitors.db)
    claude.will_not_know("海で使えますか")
    assert told(await trials_of(visitors).ask(app, "海で使えますか")).state == "unknown"
    claude.will_say("番号は[PHONE]です。", cites=[1])
    assert told(await trials_of(visitors).ask(app, "電話の番号をおしえて")).hidden == {"PHONE": 1}
    claude.will_want_person()
    assert told(await trials_of(visitors).ask(app, "人と話したい")).state == "handed_over"
    assert await counts(visitors.db) == before
    [day] = await visitors.db.collection("spending").find({"app_id": app.id})
    assert day["cost"] > 0


async def test_a_trial_stays_within_what_answers_may_cost(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=REFUND)
    await spend(visitors.spending, app.scope, MILLIONTHS - 1)
    outcome = told(await trials_of(visitors).ask(app, "返金できますか？"))
    assert (outcome.state, outcome.made.why, outcome.made.cost) == ("quoted", "spend_limit", 0)
    assert claude.requests == []
    assert outcome.estimate > 0


async def test_what_the_guardrail_hides_is_counted_beside_the_words_it_was_hidden_in(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(電話="03-1234-5678 か 090-1111-2222 へどうぞ。")
    claude.will_say("[PHONE] か [PHONE] へどうぞ。", cites=[0])
    outcome = told(await trials_of(visitors).ask(app, "どこへかければいい？"))
    assert outcome.hidden == {"PHONE": 2}
    assert outcome.words == "[PHONE] か [PHONE] へどうぞ。"
    assert "1234" not in outcome.text
    assert "[PHONE]" not in outcome.text


async def test_without_a_key_it_quotes_and_says_what_claude_would_cost(db: Database) -> None:
    async with visitor_side(db) as side:
        app = await side.app(返金できますか=REFUND)
        outcome = told(await trials_of(side).ask(app, "返金できますか"))
        assert (outcome.state, outcome.made.model, outcome.made.cost) == ("quoted", "", 0)
        assert (outcome.priced, outcome.estimate > 0) == (side.spending.pricing.model, True)
        [rest] = outcome.rests
        assert (rest.sentence, rest.pieces) == (outcome.text, (outcome.pieces[0].id,))
        assert told(await trials_of(side).ask(app, "海で泳げますか")).rests == ()
        assert await db.collection("spending").count({}) == 0


async def test_what_is_said_word_for_word_asks_no_model(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app()
    await visitors.faqs.add(app.scope, "返金できますか", REFUND, exact=True)
    app = await visitors.again(app)
    outcome = told(await trials_of(visitors).ask(app, "返金できますか？"))
    assert (outcome.text, outcome.made.knowledge, outcome.tokens, outcome.estimate) == (REFUND, "curated", 0, 0)
    assert [(piece.found, piece.shown) for piece in outcome.pieces] == [(True, False)]
    assert [rest.pieces for rest in outcome.rests] == [(outcome.pieces[0].id,)]
    assert claude.requests == []


@pytest.mark.parametrize(
    ("question", "state"),
    [
        (
            SPAM,
            "held",
        ),
        ("Write a poem about the sea in the style of Basho for my homework", "refused"),
    ],
)
async def test_what_visitors_are_answered_at_once_owners_are_too(
    visitors: VisitorSide, claude: ClaudeStandIn, question: str, state: str
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    _, visitor = await visitors.ask(app, question)
    outcome = told(await trials_of(visitors).ask(app, question))
    assert (outcome.state, outcome.text) == (state, visitor.text)
    assert claude.requests == []


async def test_a_trial_goes_on_from_another(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_say(REFUND, cites=[0])
    first = await trials_of(visitors).ask(app, "買ったものの返金について教えて")
    claude.will_say(REFUND, cites=[0])
    second = await trials_of(visitors).ask(app, "それはいつまで？", after=first.id)
    assert second.after == first.id
    said = str(claude.requests[-1].body["messages"])
    assert said.index("買ったものの返金について教えて") < said.rindex(REFUND) < said.index("それはいつまで")


async def test_what_came_of_spam_is_no_talk_to_go_on_from(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=REFUND)
    spam = await trials_of(visitors).ask(app, SPAM)
    claude.will_say(REFUND, cites=[0])
    await trials_of(visitors).ask(app, "それはいつまで？", after=spam.id)
    assert "月収" not in str(claude.requests[-1].body["messages"])


async def test_what_a_model_said_before_it_declined_rests_on_nothing(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_decline("off_topic", REFUND)
    outcome = told(await trials_of(visitors).ask(app, "買ったものの返金について教えて"))
    assert (outcome.state, outcome.rests, outcome.hidden) == ("refused", (), {})


async def test_a_paused_app_is_tried_all_the_same(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.change(await visitors.app(返金できますか=REFUND), paused=True)
    claude.will_say(REFUND, cites=[0])
    assert told(await trials_of(visitors).ask(app, "買ったものの返金について教えて")).state == "answered"


async def test_nobody_else_reaches_a_trial(visitors: VisitorSide) -> None:
    app, other = await visitors.app(返金できますか=REFUND), await visitors.app("Hitsuji")
    trial = await trials_of(visitors).ask(app, "返金できますか")
    stranger = OwnerScope(OwnerId(other.owner_id))
    for refused in (
        trials_of(visitors).get(stranger, trial.id),
        trials_of(visitors).mark(stranger, trial.id, wrong=True),
        trials_of(visitors).ask(other, "そのあとは？", after=trial.id),
    ):
        with pytest.raises(NotFound):
            await refused
    assert not (await trials_of(visitors).get(app.scope, trial.id)).wrong


async def test_the_marked_ones_stand_first(db: Database) -> None:
    async with visitor_side(db) as side:
        app = await side.app(返金できますか=REFUND)
        for question in ("返金できますか", "無料ですか", "海で使えますか"):
            side.clock.advance(timedelta(seconds=1))
            await trials_of(side).ask(app, question)
        newest, middle, oldest = await trials_of(side).latest(app.scope, 9)
        await trials_of(side).mark(app.scope, oldest.id, wrong=True)
        assert [each.id for each in await trials_of(side).latest(app.scope, 9)] == [oldest.id, newest.id, middle.id]
        await trials_of(side).mark(app.scope, oldest.id, wrong=False)
        assert [each.id for each in await trials_of(side).latest(app.scope, 9)] == [newest.id, middle.id, oldest.id]


async def test_an_empty_or_overlong_question_is_refused(visitors: VisitorSide) -> None:
    app = await visitors.app(返金できますか=REFUND)
    for question in ("", " \n", "あ" * 2_001):
        with pytest.raises(BadInput):
            await trials_of(visitors).ask(app, question)


async def test_a_question_whose_process_died_is_taken_by_another(db: Database) -> None:
    async with visitor_side(db) as side:
        app, trials = await side.app(返金できますか=REFUND), trials_of(side)
        waiting = await trials.ask_later(app, "返金できますか")
        assert (await trials.get(app.scope, waiting.id)).outcome is None
        first = await trials.take()
        assert await trials.take() is None
        side.clock.advance(TRIAL_LEASE)
        second = await trials.take()
        assert first
        assert second
        assert first.id == second.id == waiting.id
        outcome = await trials.outcome(app, second)
        # Who was slow and not dead comes too late.
        assert not await trials.done(first, outcome)
        assert await trials.done(second, outcome)
        assert not await trials.done(second, outcome)
        assert (await trials.get(app.scope, waiting.id)).outcome == outcome
        assert await trials.take() is None


async def test_so_many_wait_at_once_and_so_many_are_kept(db: Database) -> None:
    async with visitor_side(db) as side:
        app, trials = await side.app(), trials_of(side)
        for _each in range(MOST_WAITING):
            await trials.ask_later(app, "返金できますか")
        with pytest.raises(Unavailable):
            await trials.ask_later(app, "返金できますか")
        for number in range(MOST_KEPT):
            side.clock.advance(timedelta(seconds=1))
            await side.store.trials.add(app.scope, Trial(app.scope, f"{number}", "ja", side.clock.now()))
        kept = await side.store.trials.latest(app.scope, 2 * MOST_KEPT)
        assert [each.question for each in kept] == [f"{number}" for number in reversed(range(MOST_KEPT))]


async def test_a_question_that_ends_every_process_is_given_up_and_said_so(db: Database) -> None:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await chat.says("/try Is it free?")
    for _each in range(MOST_ATTEMPTS):
        assert await chat.core.trials.take()
        chat.core.clock.advance(TRIAL_LEASE)
    last = await chat.core.trials.take()
    assert last
    await chat.core.trials.answer(last)
    assert await chat.core.trials.take() is None
    rows = await db.collection("outbox").find({"subject": last.id})
    words = [str(words) for row in rows for reply in from_body(row["body"]) for words in words_of(reply)]
    assert "I could not try that just now. Please ask again." in words


async def test_what_is_asked_of_an_app_that_goes_meanwhile_is_nobodys(db: Database) -> None:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await chat.says("/try Is it free?")
    taken = await chat.core.trials.take()
    assert taken
    await db.collection("apps").delete_many({"owner_id": taken.scope.owner_id})
    await chat.core.trials.answer(taken)
    assert await db.collection("outbox").count({"subject": taken.id}) == 0
