"""Every visitor is met in their own language: the page's words by the browser's, answers by what they write."""

import json
from collections.abc import AsyncIterator

import pytest
from claude_standin import ClaudeStandIn
from sites import SiteUnderTest, running_site
from test_catalogues import LOCALE, read
from visitors import VisitorSide

from handlers.alerts.cards import alert_card
from handlers.conversations.conversations import return_letter
from handlers.outgoing import letter_in
from knowledge.phrases import VISITOR_LANGS, Tag
from knowledge.store.conversations.return_addresses import ReturnAddress
from knowledge.store.database import Database

CATALOGUE: dict[Tag, dict[str, str]] = {
    lang: read(LOCALE / lang / "visitor.po") for lang in VISITOR_LANGS if lang != "en"
}
BROWSERS: dict[Tag, str] = {
    "ja": "ja-JP",
    "zh-Hans": "zh-CN,zh;q=0.9",
    "zh-Hant": "zh-TW,zh;q=0.9,en;q=0.8",
    "ko": "ko-KR,ko;q=0.9",
    "es": "es-419",
    "pt": "pt-BR,en;q=0.5",
    "fr": "fr-CA",
    "de": "de-AT",
    "id": "id-ID",
    "vi": "vi",
    "th": "sw,th;q=0.8",
}
ASKED: dict[Tag, str] = {
    "zh-Hans": "可以在安卓上用吗？",
    "zh-Hant": "可以在安卓上用嗎？",
    "ko": "안드로이드에서도 되나요?",
    "es": "¿Funciona en Android?",
    "pt": "Funciona no Android? Não consigo instalar",
    "fr": "Est-ce que ça marche sur Android ?",
    "de": "Gibt es das auch für Android?",
    "id": "Apakah bisa dipakai di Android?",
    "vi": "Có dùng được trên Android không?",
    "th": "ใช้บน Android ได้ไหม",
}
UNKNOWN = "I do not know that yet, so I have passed your question to the owner. The reply will appear here."


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app("kotori")
        yield running


@pytest.mark.parametrize("lang", BROWSERS)
async def test_a_page_speaks_the_browsers_language_in_every_word(site: SiteUnderTest, lang: Tag) -> None:
    english = await (await site.get("/@kotori", headers={"Accept-Language": "en"})).text()
    shown = await (await site.get("/@kotori", headers={"Accept-Language": BROWSERS[lang]})).text()
    assert f'<html lang="{lang}">' in shown
    # As a template puts it: text of an element or of an attribute.
    said = [text for text in CATALOGUE[lang] if f">{text}<" in english or f'"{text}"' in english]
    assert len(said) >= 20
    assert [text for text in said if CATALOGUE[lang][text] not in shown.replace("&#39;", "'")] == []


async def test_a_language_that_is_asked_for_lasts_and_is_english_where_a_page_has_no_other(site: SiteUnderTest) -> None:
    shown = await (await site.get("/@kotori?lang=ko", headers={"Accept-Language": "ja"})).text()
    assert 'action="/@kotori/messages?lang=ko#latest"' in shown
    assert '<a href="/@kotori?lang=zh-Hant" lang="zh-Hant" hreflang="zh-Hant">繁體中文</a>' in shown
    assert 'href="/privacy?lang=ko"' in shown
    assert '<html lang="en">' in await (await site.get("/privacy?lang=ko")).text()
    assert '<html lang="ja">' in await (await site.get("/privacy", headers={"Accept-Language": "ko, ja;q=0.5"})).text()


async def test_what_goes_wrong_is_said_in_the_visitors_language(site: SiteUnderTest) -> None:
    refused = await site.ask(" ", **{"Accept-Language": "de"})
    error = (await refused.json())["error"]
    assert error["message"] == CATALOGUE["de"]["There is nothing in it yet. Please write something."]


@pytest.mark.parametrize("lang", ASKED)
async def test_a_visitor_is_answered_in_the_language_they_write_whatever_their_browser_speaks(
    visitors: VisitorSide, claude: ClaudeStandIn, lang: Tag
) -> None:
    app = await visitors.app(返金できますか="購入から14日以内なら返金できます。")
    claude.will_not_know("Android?", lang)
    accepted, told = await visitors.ask(app, ASKED[lang])
    assert told.text == CATALOGUE[lang][UNKNOWN]
    assert (await visitors.stored(app, accepted)).lang == accepted.lang == lang
    [conversation] = await visitors.db.collection("conversations").find({})
    assert conversation["lang"] == lang


async def test_the_model_is_told_the_language_by_name(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか="購入から14日以内なら返金できます。")
    for number, (text, name) in enumerate(
        (
            ("可以退款嗎？", "Traditional Chinese"),
            ("Как вернуть деньги?", "Russian"),
            ("Can I get a refund?", "English"),
        )
    ):
        await visitors.ask(app, text)
        asked = json.dumps((await claude.asked(number + 1)).body["messages"], ensure_ascii=False)
        assert f"Answer in {name}. The visitor writes:" in asked


async def test_what_says_nothing_stays_in_the_language_of_the_conversation(visitors: VisitorSide) -> None:
    app = await visitors.app()
    accepted, _ = await visitors.ask(app, "환불 받을 수 있나요?")
    assert (await visitors.accept(app, "👍", accepted.key)).lang == "ko"
    assert (await visitors.accept(app, "How can I get a refund?", accepted.key)).lang == "en"
    assert (await visitors.accept(app, "OK", accepted.key)).lang == "en"


async def test_an_owner_is_told_which_language_they_may_not_read(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app()
    for text in (ASKED["th"], "Does it run on Android?"):
        claude.will_not_know("Android?")
        await visitors.ask(app, text)
    thai, english = [
        {str(label): value for label, value in alert_card(alert, app).rows}
        for alert in await visitors.alerts.list_open(app.scope)
    ]
    assert len(thai) == len(english) + 1
    assert "ไทย" not in str(thai)
    assert "Thai" in str(thai)


@pytest.mark.parametrize("lang", CATALOGUE)
def test_the_owners_reply_by_mail_is_in_the_visitors_language(lang: Tag) -> None:
    to = ReturnAddress("a@example.com", "https://mimi.example/@kotori", lang)
    subject, text = letter_in(return_letter(to, "Kotori", "はい、できます。"))
    assert subject == CATALOGUE[lang]["A reply from {app}"].format(app="Kotori")
    assert "はい、できます。" in text
