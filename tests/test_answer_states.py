"""Every answer ends in a state that code decided."""

import pytest
from claude_events import Fault
from claude_standin import ClaudeStandIn
from visitors import VisitorSide, visitor_side

from knowledge.store.conversations.messages import Source
from knowledge.store.database import Database
from knowledge.words.gist import is_small_talk

REFUND = "返金は購入したストアの画面から申し込めます。"


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("off_topic", "申し訳ありませんが、Kotori以外のこと"),
        ("banned_topic", "申し訳ありませんが、その話題"),
        ("unsafe", "申し訳ありませんが、そのご要望"),
    ],
)
async def test_what_is_no_question_about_the_app_is_kindly_declined_and_the_owner_is_left_in_peace(
    visitors: VisitorSide, claude: ClaudeStandIn, reason: str, said: str
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_decline(reason, text="カレーの作り方は、まず玉ねぎを炒めます。")
    accepted, told = await visitors.ask(app, "カレーは好きですか")
    assert told.state == "refused"
    assert told.text.startswith(said)
    assert "玉ねぎ" not in (await visitors.stored(app, accepted)).text
    assert (await visitors.stored(app, accepted)).made.why == reason
    assert await visitors.alerts.list_open(app.scope) == []


async def test_what_claude_refuses_is_quoted_if_the_knowledge_has_it(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_fail("refusal")
    accepted, told = await visitors.ask(app, "返金できますか")
    assert told.state == "quoted"
    assert (await visitors.stored(app, accepted)).made.why == "refused"


async def test_what_claude_refuses_and_nobody_registered_is_declined_and_not_passed_on(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_fail("refusal_mid_answer", text="まず材料を用意します。次に混ぜます。")
    _, told = await visitors.ask(app, "危ない薬の作り方")
    assert told.state == "refused"
    assert "材料" not in told.text
    assert await visitors.alerts.list_open(app.scope) == []


@pytest.mark.parametrize("fault", ["max_tokens", "context_window"])
async def test_an_answer_cut_short_ends_with_a_whole_sentence_and_offers_more(
    visitors: VisitorSide, claude: ClaudeStandIn, fault: Fault
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_fail(fault, text=f"{REFUND}そのあと画面の右上にある")
    accepted, told = await visitors.ask(app, "返金できますか")
    assert told.text == f"{REFUND}\n\nこの件にはまだ続きがあります。続けてご案内しますか？"
    assert told.state == "answered"
    stored = await visitors.stored(app, accepted)
    assert (stored.text, stored.made.cut) == (told.text, True)


async def test_a_turn_that_was_only_paused_is_not_taken_for_an_answer(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_fail("pause_turn", text="途中です。まだ続きます。")
    _, told = await visitors.ask(app, "返金できますか")
    assert told.state == "quoted"


async def test_a_greeting_needs_no_pointer(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_say("こんにちは！Kotoriのご案内係です。何かお困りのことはありますか。", cites=[])
    _, told = await visitors.ask(app, "こんにちは")
    assert (told.state, told.sources) == ("answered", [])


async def test_without_a_model_a_greeting_is_returned_and_nobody_is_called(db: Database) -> None:
    async with visitor_side(db) as visitors:
        app = await visitors.app(返金できますか=REFUND)
        _, told = await visitors.ask(app, "こんにちは！")
        assert told.text == "こんにちは。Kotoriについて、知りたいことをお聞かせください。"
        assert told.state == "answered"
        assert await visitors.alerts.list_open(app.scope) == []


async def test_what_the_apps_page_says_can_be_the_source(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=REFUND)
    app = await visitors.change(app, bio="毎日の気づきを書きとめるノートです。", url="https://kotori.example")
    claude.will_say("毎日の気づきを書きとめるノートです。", cites=[0])
    accepted, _ = await visitors.ask(app, "これは何のアプリ？")
    assert (await visitors.stored(app, accepted)).sources == (Source("Kotori", "https://kotori.example"),)


async def test_an_entry_removed_while_it_is_quoted_stands_in_the_answer_as_it_was(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=REFUND)
    claude.will_fail("stall", text=f"{REFUND}三日ほどかかります。")
    accepted = await visitors.accept(app, "返金したい")
    await visitors.answers.start(app, accepted)
    await claude.asked(1)
    (entry,) = await visitors.faqs.list(app.scope)
    await visitors.faqs.remove(app.scope, entry.id)
    claude.go_on()
    await visitors.read(app, accepted)
    stored = await visitors.stored(app, accepted)
    assert (stored.state, stored.sources) == ("answered", (Source("返金できますか"),))
    _, told = await visitors.ask(await visitors.again(app), "返金できますか", accepted.key)
    assert told.state == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        "こんにちは！",
        "ありがとうございます、助かりました。",
        "hi there",
        "Thank you so much!",
        "OK 👍",
        "안녕하세요!",
        "¡Hola! Gracias",
        "您好，谢谢",
        "Olá, bom dia",
        "Merci beaucoup !",
        "Guten Tag",
        "Terima kasih",
        "xin chào",
        "ขอบคุณครับ",
    ],
)
def test_greetings_and_thanks_are_small_talk(text: str) -> None:
    assert is_small_talk(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "？",
        "返金",
        "こんにちは。返金したい",
        "thanks, how do I pay?",
        "high",
        "Okayama",
        "great park",
        "기능이 네 개",
        "¡Hola! ¿Es gratis?",
    ],
)
def test_a_question_is_no_small_talk_however_politely_it_begins(text: str) -> None:
    assert not is_small_talk(text)
