"""What the knowledge and the conversation hold stays out of answers, however the model writes it."""

import base64

import pytest
from claude_standin import ClaudeStandIn
from visitors import VisitorSide, claude_model, visitor_side

from guardrail.findings import Finding
from guardrail.pii import Pii
from handlers.messages import Delta
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.database import Database

REFUND = "返金は購入したストアの画面から申し込めます。"
HIDDEN = "（個人情報のため非表示）"
PRIVATE = "個人情報にあたるため、ここではお答えできません。「運営者に伝える」からお問い合わせいただけます。"
PHONE, MAIL = "090-1234-5678", "taro.yamada@example.jp"


async def answer(visitors: VisitorSide, claude: ClaudeStandIn, app: App, says: str, key: str = "") -> tuple[str, str]:
    """What a visitor reads when the model says so; and the key of the conversation."""
    claude.will_say(says, cites=[0])
    accepted, told = await visitors.ask(app, "連絡先は？", key)
    return told.text, accepted.key


@pytest.mark.parametrize(
    "disguised",
    [
        "０９０－１２３４－５６７８",
        "09012345678",
        "876 5432 1090"[::-1],
        "ゼロ九ゼロ、一二三四、五六七八",
        "**090**-*1234*-`5678`",
        base64.b64encode(PHONE.encode()).decode(),
        "0️⃣9️⃣0️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣",
    ],
)
async def test_a_value_of_the_knowledge_is_stopped_in_disguise(
    visitors: VisitorSide, claude: ClaudeStandIn, disguised: str
) -> None:
    app = await visitors.app(連絡先=f"電話は{PHONE}です。")
    text, _key = await answer(visitors, claude, app, f"こちらです。\n{disguised}\nよろしくお願いします。")
    assert disguised not in text
    assert HIDDEN in text
    assert "よろしくお願いします。" in text


async def test_a_value_in_parts_over_two_answers_is_not_completed(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(連絡先=f"電話は{PHONE}です。")
    first, key = await answer(visitors, claude, app, "最初の部分は 0901234 です。")
    second, _ = await answer(visitors, claude, app, "残りは 5678 です。", key)
    assert not ("1234" in first and "5678" in second)


async def test_what_the_visitor_told_is_not_said_back(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(料金="無料です。")
    claude.will_say(f"{MAIL[::-1]} ですか。")
    accepted, told = await visitors.ask(app, f"{MAIL} に送ってください")
    assert MAIL not in str(claude.requests[-1].body)
    assert told.text == f"{HIDDEN} ですか。\n\n{PRIVATE}"
    asked = await visitors.messages.get(app.scope, accepted.conversation_id, accepted.message_id)
    assert asked
    assert MAIL in asked.text


async def test_links_lead_to_hosts_the_app_names_only(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(使い方="案内は https://docs.example.com/start 、本体と他所もご覧ください。")
    await AppRepository(visitors.db).update(app.scope, {"url": "https://kotori.example"})
    app = await AppRepository(visitors.db).get(app.scope) or app
    said = "[案内](https://docs.example.com/start)と[本体](https://kotori.example/)と[他所](https://evil.example/x)。"
    claude.will_say(said, cites=[0, 1])
    _accepted, told = await visitors.ask(app, "連絡先は？")
    assert told.text == "[案内](https://docs.example.com/start)と[本体](https://kotori.example/)と他所。"


async def test_the_owner_hears_which_entry_could_not_be_said(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(連絡先=f"電話は{PHONE}です。")
    for _again in range(2):
        text, _key = await answer(visitors, claude, app, "電話は[PHONE]です。")
        assert text == f"電話は{HIDDEN}です。\n\n{PRIVATE}"
    (alert,) = await visitors.alerts.list_open(app.scope)
    assert alert.kind is AlertKind.WITHHELD
    assert alert.entry
    assert (alert.entry.kind, alert.entry.title) == ("faq", "連絡先")


async def test_an_answer_that_says_enough_is_left_as_it_is(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(
        連絡先=f"平日の10時から17時まで受け付けています。休日は専用フォームへ。電話は{PHONE}です。"
    )
    says = "平日の10時から17時まで受け付けています。お電話は[PHONE]、休日は専用フォームからお願いします。"
    text, _key = await answer(visitors, claude, app, says)
    assert text == says.replace("[PHONE]", HIDDEN)


async def test_an_alert_tells_nothing_about_the_visitor(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(料金="無料です。")
    claude.will_want_person()
    await visitors.ask(app, f"{MAIL} に連絡をください")
    (alert,) = await visitors.alerts.list_open(app.scope)
    assert alert.question == f"{HIDDEN} に連絡をください"


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
        assert told.text.startswith("申し訳ありませんが、この内容にはお答えできません。")
        assert (await visitors.stored(app, accepted)).text == told.text
