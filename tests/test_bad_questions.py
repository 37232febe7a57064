"""A question that is none, or 100 KB long, is told so in the visitor's language and leaves nothing."""

import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sites import SiteUnderTest, running_site

from knowledge.store.database import Database

LONG_EN, LONG_JA = "a" * 100 * 1024, "あ" * (100 * 1024 // 3)
TOO_LONG = {"en": "too much at once", "ja": "一度に送れる量を超えています"}
TWO_THOUSAND = {"en": "The limit here is 2000", "ja": "2000文字までです"}
NOTHING = {"en": "There is nothing in it yet", "ja": "内容が空です"}


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


async def sent(site: SiteUnderTest, lang: str, **options: Any) -> tuple[int, str]:
    headers = {"Accept-Language": lang} | options.pop("headers", {})
    response = await site.post(f"/@kotori/messages?lang={lang}", headers=headers, **options)
    told = await response.text()
    return response.status, json.loads(told)["error"]["message"] if told.startswith("{") else told


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("", 400, NOTHING),
        (" \n　", 400, NOTHING),
        ("a" * 2_001, 400, TWO_THOUSAND),
        ("a" * 20_000, 400, TWO_THOUSAND),
        (LONG_EN, 413, TOO_LONG),
        (LONG_JA, 413, TOO_LONG),
    ],
    ids=["empty", "blank", "2,001", "20,000", "100 KB en", "100 KB ja"],
)
async def test_every_door_says_what_to_do(
    site: SiteUnderTest, lang: str, text: str, status: int, said: dict[str, str]
) -> None:
    body = {"id": str(uuid.uuid4()), "text": text}
    for options in (
        {"json": body},
        {"json": body, "headers": {"Accept": "text/event-stream"}},
        {"data": body, "headers": {"Accept": "text/html"}},
    ):
        told = await sent(site, lang, **options)
        assert (told[0], said[lang] in told[1]) == (status, True), told[1][-2_000:]
    assert await site.db.collection("messages").count({}) == 0
    assert await site.db.collection("conversations").count({}) == 0
