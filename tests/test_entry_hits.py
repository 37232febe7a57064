"""How often answers rested on an entry: counted from the answers that are there, and from nothing else."""

from datetime import timedelta

from claude_standin import ClaudeStandIn
from visitors import claude_model, visitor_side

from handlers.entries.hits import DAYS
from knowledge.store.database import Database

WORDS = ("paper", "glass", "wood")


async def test_an_entry_is_counted_for_each_answer_that_rests_on_it(db: Database) -> None:
    async with visitor_side(db) as side:
        app, other = (
            await side.app(返金できますか="できます。", 無料ですか="はい。"),
            await side.app("Hitsuji", 無料ですか="はい。"),
        )
        refund, free = await side.faqs.list(app.scope)
        hits = side.areas.entries.hits
        assert await hits.of(app.scope) == {}
        accepted, _ = await side.ask(app, "返金できますか")
        await side.ask(app, "返金できますか？")
        await side.ask(app, "無料ですか")
        await side.ask(app, "海で泳げますか")
        await side.ask(other, "無料ですか")
        # What is only tried out is nobody's answer.
        await side.areas.answers.trials.ask(app, "無料ですか")
        assert await hits.of(app.scope) == {refund.id: 2, free.id: 1}
        conversation = await side.areas.conversations.past.get(app.scope, accepted.conversation_id)
        await side.areas.conversations.past.delete(app.scope, conversation.id)
        assert await hits.of(app.scope) == {refund.id: 1, free.id: 1}
        side.clock.advance(timedelta(days=DAYS))
        await side.ask(app, "無料ですか")
        assert await hits.of(app.scope) == {free.id: 1}


async def test_a_document_is_counted_once_for_an_answer_that_rests_on_several_of_its_passages(
    db: Database, claude: ClaudeStandIn
) -> None:
    async with claude_model(claude) as model, visitor_side(db, model) as side:
        app = await side.app()
        parts = "\n\n".join(
            f"{n}. The part about {word}. " + f"{word} is kept dry. " * 60 for n, word in enumerate(WORDS)
        )
        saved = await side.areas.entries.documents.add(app.scope, "Manual", parts)
        assert len(saved.document.passages) > 1
        claude.will_say("glass is kept dry.", cites=[0, 1])
        _, told = await side.ask(await side.again(app), "How is glass kept?")
        assert told.state == "answered"
        assert await side.areas.entries.hits.of(app.scope) == {saved.document.id: 1}
