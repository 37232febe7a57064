"""Without a model an answer is quoted, or near titles are offered, and the owner hears of what may still be open."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from grounds import real_pii
from structlog.testing import capture_logs
from visitors import VisitorSide, visitor_side

from handlers.answers.answers import Accepted
from handlers.answers.askings import Askings
from handlers.answers.guard import AppGuards
from handlers.answers.knowledge import AnswerKnowledge, Question
from handlers.answers.progress import LiveAnswers
from handlers.answers.runs import AnswerRuns, Pending
from handlers.answers.writer import AnswerWriter
from handlers.home_zones import HomeZones
from handlers.messages import Suggested
from knowledge.items import KnowledgeItem
from knowledge.meaning.embedder import Embedder, EmbedderFailed, Vector
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.model.quoting import QuotingAnswers
from knowledge.search.retrieval import Retrieval
from knowledge.store.alerts.alert_settings import AlertSettingsRepository
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.alerts.askings import AskingRepository, Why
from knowledge.store.apps.apps import App
from knowledge.store.changes import Changes
from knowledge.store.conversations.messages import Feedback, Message, Role
from knowledge.store.database import AppScope, Database
from knowledge.stored_items import KnowledgeItems

FAQS = {
    "返金できますか": "返金は購入したストアの画面から申し込めます。",
    "オフラインでも使えますか": "はい。メモはすべて端末に保存されます。",
    "メモを書き出せますか": "はい。設定から書き出せます。",
}


@pytest.fixture
async def quoting(db: Database) -> AsyncIterator[VisitorSide]:
    async with visitor_side(db) as side:
        yield side


async def alerts(visitors: VisitorSide, app: App) -> list[tuple[AlertKind, str]]:
    return [(alert.kind, alert.question) for alert in await visitors.alerts.list_open(app.scope)]


async def offered(visitors: VisitorSide, app: App, accepted: Accepted) -> tuple[str, ...]:
    events = [sent.event for sent in await visitors.read(app, accepted)]
    return next((event.questions for event in events if isinstance(event, Suggested)), ())


async def test_what_comes_near_is_offered_and_a_tap_quotes_it(quoting: VisitorSide) -> None:
    app = await quoting.app(**FAQS)
    accepted, told = await quoting.ask(app, "Apple Watchでメモを書き出せますか")
    assert told.state == "unknown"
    assert told.text.endswith("近い内容は次のとおりです。")
    assert await alerts(quoting, app) == [(AlertKind.UNANSWERED, "Apple Watchでメモを書き出せますか")]
    (near, *_others) = await offered(quoting, app, accepted)
    assert near == "メモを書き出せますか"
    _, quoted = await quoting.ask(app, near, accepted.key)
    assert (quoted.state, quoted.sources) == ("quoted", [near])
    assert quoted.text.endswith(FAQS[near])


async def test_where_nothing_comes_near_nothing_is_offered(quoting: VisitorSide) -> None:
    app = await quoting.app(**FAQS)
    accepted, told = await quoting.ask(app, "今夜の天気は")
    assert (told.state, await offered(quoting, app, accepted)) == ("unknown", ())
    assert "近い内容" not in told.text


async def test_a_quotation_for_other_words_stays_an_open_question(quoting: VisitorSide) -> None:
    app = await quoting.app(**FAQS)
    accepted, told = await quoting.ask(app, "メモの書き出しについて")
    assert told.state == "quoted"
    assert await alerts(quoting, app) == [(AlertKind.QUOTED, "メモの書き出しについて")]
    asking = await AskingRepository(quoting.db).of_message(app.scope, accepted.message_id)
    assert asking is not None
    assert (asking.why, asking.answer) == (Why.QUOTED, told.text)


async def test_an_entry_asked_in_its_own_words_leaves_nothing_open(quoting: VisitorSide) -> None:
    app = await quoting.app(**FAQS)
    accepted, told = await quoting.ask(app, "オフラインでも使えますか？")
    assert told.state == "quoted"
    assert await alerts(quoting, app) == []
    assert await AskingRepository(quoting.db).of_message(app.scope, accepted.message_id) is None


async def test_what_the_owner_told_the_visitor_is_not_contradicted_by_a_quotation(quoting: VisitorSide) -> None:
    app = await quoting.app(返金できますか="14日以内なら返金します。")
    accepted, told = await quoting.ask(app, "返金できますか")
    assert told.state == "quoted"
    await quoting.takeovers.begin(app.scope, accepted.conversation_id)
    await quoting.takeovers.say(app.scope, accepted.conversation_id, "今週は30日以内なら返金します。")
    await quoting.takeovers.end(app.scope, accepted.conversation_id)
    _, again = await quoting.ask(app, "返金できますか", accepted.key)
    assert again.state == "unknown"
    assert "14日" not in again.text
    _, other = await quoting.ask(app, "返金できますか")  # whoever was told nothing is answered as before
    assert other.state == "quoted"


@pytest.mark.parametrize(("thought", "open_still"), [(Feedback.UP, False), (Feedback.DOWN, True)])
async def test_a_thumb_says_whether_a_quotation_answered(
    quoting: VisitorSide, thought: Feedback, open_still: bool
) -> None:
    app = await quoting.app(**FAQS)
    accepted, _ = await quoting.ask(app, "メモの書き出しについて")
    await quoting.answers.feedback(app, accepted.key, accepted.answer_id, thought is Feedback.UP)
    asking = await AskingRepository(quoting.db).of_message(app.scope, accepted.message_id)
    assert (asking is not None) is open_still


@pytest.mark.parametrize("text", ["人と話したい", "Can I talk to a human?", "转人工", "ขอคุยกับเจ้าหน้าที่"])
async def test_who_asks_for_a_person_gets_the_owner_without_a_model(quoting: VisitorSide, text: str) -> None:
    app = await quoting.app(**FAQS)
    _, told = await quoting.ask(app, text)
    assert told.state == "handed_over"
    assert await alerts(quoting, app) == [(AlertKind.HANDOFF, text)]


async def test_an_entry_that_says_how_to_reach_a_person_is_quoted(quoting: VisitorSide) -> None:
    app = await quoting.app(**{"担当者と話せますか": "平日の昼にお電話ください。"})
    _, told = await quoting.ask(app, "担当者と話せますか？")
    assert told.state == "quoted"


class Meaningless(ItemVectors):
    """Vectors of a process that is away."""

    async def question(self, text: str) -> Vector:
        raise EmbedderFailed("away")


def writing(visitors: VisitorSide, retrieval: Retrieval) -> AnswerWriter:
    """One that quotes what is found there."""
    return AnswerWriter(
        AnswerKnowledge(retrieval),
        AppGuards(visitors.db),
        HomeZones(AlertSettingsRepository(visitors.db)),
        real_pii(),
        QuotingAnswers(),
        visitors.spending,
        visitors.suggestions,
    )


async def test_the_facts_say_where_meaning_did_not_come(db: Database) -> None:
    items = [KnowledgeItem(str(n), "faq", *faq) for n, faq in enumerate(FAQS.items())]

    async def knowledge(_scope: AppScope) -> Sequence[KnowledgeItem]:
        return items

    async with visitor_side(db) as visitors:
        app, now = await visitors.app(), visitors.clock.now()
        for vectors, question, by_words in (
            (Meaningless(Embedder()), "メモの書き出しについて", True),
            (Meaningless(Embedder()), "メモを書き出せますか？", False),  # asked in its own words, nothing else matters
            (None, "メモの書き出しについて", False),  # where there is no meaning, there is nothing to wait for
        ):
            retrieval = Retrieval(knowledge, vectors)
            writer = writing(visitors, retrieval)
            answer = Message(app.scope, "c", Role.MIMI, "", "ja", now, now)
            with LiveAnswers(Changes(db, ())).writing(answer) as live:
                draft = await writer.write(app, Question(question, "ja"), live)
            await retrieval.close()
            assert (draft.state, draft.made.by_words) == ("quoted", by_words)


@pytest.mark.parametrize(("question", "counted"), [("メモの書き出しについて", 1), ("メモを書き出せますか？", 0)])
async def test_an_answer_for_which_meaning_did_not_come_is_logged_to_be_counted(
    quoting: VisitorSide, question: str, counted: int
) -> None:
    app = await quoting.app(**FAQS)
    accepted = await quoting.accept(app, question)
    asked = await quoting.messages.get(app.scope, accepted.conversation_id, accepted.message_id)
    assert asked
    retrieval = Retrieval(KnowledgeItems(quoting.db).load, Meaningless(Embedder()))
    live, areas = LiveAnswers(Changes(quoting.db, ())), quoting.areas
    askings = Askings(quoting.db, real_pii(), quoting.clock)
    runs = AnswerRuns(
        *(quoting.db, quoting.conversations, writing(quoting, retrieval), live),
        *(areas.alerts.alerts, askings, areas.conversations.said, quoting.clock),
    )
    with capture_logs() as logs:
        runs.start(app, Pending(await quoting.stored(app, accepted), asked, ()))
        await asyncio.gather(
            *(task for task in asyncio.all_tasks() if task.get_name() == f"answer {accepted.answer_id}")
        )
    await runs.close()
    await retrieval.close()
    assert [log["log_level"] for log in logs if log["event"] == "answered_by_words"] == ["warning"] * counted
    assert question not in str(logs)
