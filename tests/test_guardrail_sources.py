"""The sources under an answer tell a visitor nothing that the answer may not."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from grounds import real_pii
from visitors import visitor_side

from handlers.answers.guard import AppGuards
from handlers.answers.knowledge import AnswerKnowledge, Question
from handlers.answers.progress import LiveAnswers
from handlers.answers.writer import AnswerWriter
from handlers.home_zones import HomeZones
from knowledge.items import KnowledgeItem
from knowledge.model.quoting import QuotingAnswers
from knowledge.phrases import Lang
from knowledge.search.retrieval import Retrieval
from knowledge.store.alerts.alert_settings import AlertSettingsRepository
from knowledge.store.changes import Changes
from knowledge.store.conversations.messages import Message, Role, Source
from knowledge.store.database import AppScope, Database

ITEM = KnowledgeItem("1", "faq", "返金できますか", "返金は購入したストアの画面から申し込めます。")


async def source_of(item: KnowledgeItem, db: Database, lang: Lang) -> Source:
    """What a visitor is shown as the source when the item is quoted."""

    async def knowledge(_scope: AppScope) -> Sequence[KnowledgeItem]:
        return [item]

    async with visitor_side(db) as visitors:
        app, now = await visitors.app(), visitors.clock.now()
        answer = Message(app.scope, "c", Role.MIMI, "", lang, now, now)
        writer = AnswerWriter(
            AnswerKnowledge(Retrieval(knowledge)),
            AppGuards(db),
            HomeZones(AlertSettingsRepository(db)),
            real_pii(),
            QuotingAnswers(),
            visitors.spending,
            visitors.suggestions,
        )
        with LiveAnswers(Changes(db, ())).writing(answer) as live:
            draft = await writer.write(app, Question("返金できますか", lang), live)
    (source,) = draft.sources
    return source


@pytest.mark.parametrize(
    ("title", "lang", "shown"),
    [
        ("返金できますか [PHONE]", "ja", "返金できますか （個人情報のため非表示）"),
        ("返金できますか [PERSON]", "en", "返金できますか [hidden for privacy]"),
        ("返金できますか [PHONES]", "en", "返金できますか [PHONES]"),
    ],
)
async def test_a_title_shows_neutral_placeholders(title: str, lang: Lang, shown: str, db: Database) -> None:
    assert (await source_of(replace(ITEM, title=title), db, lang)).title == shown


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.com/help", True),
        ("HTTP://example.com/help?id=12345", True),
        ("", False),
        ("javascript:alert(1)", False),
        ("mailto:help@example.com", False),
        ("//example.com/help", False),
        (" https://example.com", False),
        ("https://example.com/?to=taro.tanaka@example.com", False),
        ("https://example.com/?to=taro.tanaka%40example.com", False),
    ],
)
async def test_a_source_leads_to_the_web_only_and_its_address_tells_nothing(url: str, kept: bool, db: Database) -> None:
    assert (await source_of(replace(ITEM, url=url), db, "ja")).url == (url if kept else "")
