"""What the knowledge and the conversation hold stays out of answers, however the model writes it."""

import base64

import pytest
from claude_standin import ClaudeStandIn
from visitors import VisitorSide

from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.apps.apps import App, AppRepository

HIDDEN = "（個人情報のため非表示）"
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
    claude.will_say(f"{MAIL[::-1]} ですね。")
    accepted, told = await visitors.ask(app, f"{MAIL} に送ってください")
    assert MAIL not in str(claude.requests[-1].body)
    assert told.text == f"{HIDDEN} ですね。"
    asked = await visitors.messages.get(app.scope, accepted.conversation_id, accepted.message_id)
    assert asked
    assert MAIL in asked.text


async def test_links_lead_to_hosts_the_app_names_only(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(使い方="https://docs.example.com/start をご覧ください。")
    await AppRepository(visitors.db).update(app.scope, {"url": "https://kotori.example"})
    app = await AppRepository(visitors.db).get(app.scope) or app
    said = "[案内](https://docs.example.com/start)と[本体](https://kotori.example/)と[他所](https://evil.example/x)。"
    text, _key = await answer(visitors, claude, app, said)
    assert text == "[案内](https://docs.example.com/start)と[本体](https://kotori.example/)と他所。"


async def test_the_owner_hears_which_entry_could_not_be_said(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(連絡先=f"電話は{PHONE}です。")
    for _again in range(2):
        text, _key = await answer(visitors, claude, app, "電話は[PHONE]です。")
        assert text == f"電話は{HIDDEN}です。"
    (alert,) = await visitors.alerts.list_open(app.scope)
    assert alert.kind is AlertKind.WITHHELD
    assert alert.entry
    assert (alert.entry.kind, alert.entry.title) == ("faq", "連絡先")


async def test_an_alert_tells_nothing_about_the_visitor(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(料金="無料です。")
    claude.will_want_person()
    await visitors.ask(app, f"{MAIL} に連絡をください")
    (alert,) = await visitors.alerts.list_open(app.scope)
    assert alert.question == f"{HIDDEN} に連絡をください"
