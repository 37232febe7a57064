"""What one question asks of MongoDB, heard at the driver, so that it stays little."""

import uuid
from collections import Counter
from datetime import timedelta

import pytest
from pymongo import monitoring
from sites import running_site
from visitors import VisitorSide, visitor_side

from guardrail.limits import Limits, Senders
from knowledge.store.apps.apps import AppRepository
from knowledge.store.database import AppScope, Database
from knowledge.store.registry import move_ends

QUESTIONS = ("Does it work without a network?", "And can I use it offline on a train?", "And on a plane?")
# In order; besides, the change stream tells of the conversation twice.
A_KNOWN_QUESTION = [
    "find apps",
    "aggregate conversations",  # with the message, if it was sent before, and what was said last
    "insert counted_posts",
    "update limit_windows",
    "findAndModify conversations",
    "insert messages",  # the question, and the answer that is to come
    "commitTransaction",
    "update spend_counts",  # put aside
    "update spend_counts",  # given back
    "findAndModify conversations",
    "update messages",
    "commitTransaction",  # whoever follows in this process is handed the answer, and reads nothing
]


class Heard(monitoring.CommandListener):
    """The commands of clients made from now on, while `hears`."""

    def __init__(self) -> None:
        self.hears = False
        self.commands: list[str] = []
        monitoring.register(self)

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        of = event.command.get(event.command_name)
        # Accesses are written together, a second later.
        if self.hears and event.command_name not in ("getMore", "hello") and of != "access_log":
            self.commands.append(f"{event.command_name} {of}" if isinstance(of, str) else event.command_name)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing to keep of it."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nor of this."""


@pytest.fixture
def heard() -> Heard:
    return Heard()


async def test_a_known_question_in_a_conversation_takes_these_commands(
    heard: Heard, kept_database: str, db: Database
) -> None:
    # Opened after the listener, as the site's other clients are.
    database = Database.open(kept_database)
    async with running_site(database) as site:
        app = await site.an_app()
        await site.faqs.add(app.scope, "Does it work offline?", "Yes, it does.")
        key = ""
        for question in QUESTIONS[:-1]:
            response = await site.ask(question, key=key, Accept="text/event-stream")
            key = key or (await response.text()).partition('"key": "')[2].partition('"')[0]
        site.model.hold = True
        body = {"id": str(uuid.uuid4()), "text": QUESTIONS[-1], "conversation": key}
        heard.hears = True
        async with site.http.post(
            f"{site.url}/@kotori/messages", json=body, headers={"Accept": "text/event-stream"}
        ) as response:
            async for line in response.content:
                # It follows while the answer is being written, however busy the machine is.
                if line.startswith(b"event: delta"):
                    site.model.go.set()
        heard.hears = False
    database.close()
    assert Counter(heard.commands) == Counter(A_KNOWN_QUESTION)


async def test_all_limits_of_a_message_are_counted_in_one_command(heard: Heard, mongod: str, db: Database) -> None:
    limits = Limits(mongod, db.raw.name)
    await limits.check_visitor("app", Senders("one", "marked", "203.0.113.0/24"))
    heard.hears = True
    await limits.check_visitor("app", Senders("one", "marked", "203.0.113.0/24"))
    heard.hears = False
    limits.close()
    assert heard.commands == ["update limit_windows"]


async def test_how_long_a_conversation_is_kept_may_change_while_an_answer_is_written(db: Database) -> None:
    async with visitor_side(db) as visitors:
        app = await visitors.app(返金="十四日以内なら返金できます。")
        accepted = await visitors.accept(app, "返金できますか")
        await _keep_for(visitors, app.scope, before=app.kept_days, days=30)
        visitors.clock.advance(timedelta(minutes=1))
        await visitors.answers.start(app, accepted)
        await visitors.read(app, accepted)
        conversation = await visitors.conversations.by_key(app, accepted.key)
        assert conversation.expires_at == visitors.clock.now() + timedelta(days=30)


async def _keep_for(visitors: VisitorSide, scope: AppScope, *, before: int, days: int) -> None:
    """As the owner's setting does it."""

    async def change() -> None:
        await move_ends(visitors.db, scope, timedelta(days=days - before))
        await AppRepository(visitors.db).update(scope, {"kept_days": days})

    await visitors.db.transaction(change)
