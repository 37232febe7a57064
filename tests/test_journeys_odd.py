"""Whatever people write gets an answer, and none of it stands in a log."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import structlog
from claude_standin import KEY
from journeys import page, sign_in, spoken, the_link
from mimi import ACCESS_TOKEN, CHANNEL_SECRET, SECRET_KEY, Mimi

from bot import logs
from bot.embedded.line_simulator import Fault, texts, words_of

pytestmark = pytest.mark.usefixtures("nothing_goes_wrong")

PHONE = "03-1234-5678"

NAME = "田中花子"

SUBJECTS = ("Odd?", "Which birds?", "How much?", "Who made it?", "Where are you?", "What is new?")
ODD = (
    "あ" * 5_000,
    "🎉👨‍👩‍👧‍👦🏳️‍🌈",
    "مرحبا كيف الحال؟ \u202e",
    "<script>alert(1)</script><b>&amp;",
    '{"$ne": null}',
    "$where: 1",
    "' OR 1=1 --",
    "{name} %s {0}",
    "/",
    "/faq",
    "/faq add",
    "=",
    "\u200b",
    "a\u0000b",
    "https://example.com/?a=1&b=2",
)


async def test_every_odd_line_from_the_owner_gets_an_answer(mimi: Mimi) -> None:
    await mimi.sign_up()
    for line in ODD:
        assert await mimi.owner_says(line), line[:30]
        assert await mimi.owner_says("/cancel"), line[:30]


async def test_odd_text_is_taught_and_answered_as_it_was_written(mimi: Mimi) -> None:
    await mimi.sign_up()
    for number, line in enumerate((*ODD[1:6], "a" * 4_000)):
        await mimi.owner_says("/faq add")
        await mimi.owner_says(SUBJECTS[number])
        assert (await mimi.owner_says(line))[0] == f"Learned: {SUBJECTS[number]}"
    answers = [each["answer"] for each in await mimi.database.collection("faqs").find({}, sort=[("created_at", 1)])]
    assert answers == [line.strip() for line in (*ODD[1:6], "a" * 4_000)]
    assert (await mimi.visitor_asks(SUBJECTS[-1])).state == "answered"


async def test_every_odd_line_from_a_visitor_gets_an_answer(mimi: Mimi) -> None:
    await mimi.sign_up()
    lines = ("🎉👨‍👩‍👧‍👦", "مرحبا \u202e", "<script>alert(1)</script>", '{"$ne": null}', "\u200b")
    for count, line in enumerate(lines, start=1):
        answer = await mimi.visitor_asks(line)
        assert answer.state == "unknown", line
        assert (await spoken(mimi, answer.key))[0] == ("visitor", line)
        assert "<script" not in answer.named("done")[0].data["html"]
        assert await mimi.database.collection("alerts").count({}) == count


@pytest.mark.parametrize("text", ["あ" * 2_001, "", " ", None, {"$ne": None}, 7, ["a"]])
async def test_what_is_no_message_is_refused_with_a_sentence(mimi: Mimi, text: Any) -> None:
    await mimi.sign_up()
    body = {"id": str(uuid.uuid4()), "text": text}
    async with mimi.http.post(f"{mimi.url}/@kotori/messages", json=body) as response:
        assert response.status == 400
        assert (await response.json())["error"]["message"]


async def test_a_blocked_owner_finds_the_question_after_coming_back(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.owner.unfollow()
    assert (await mimi.visitor_asks("Do you take elephants?")).state == "unknown"
    await mimi.settled()
    await mimi.owner.follow()
    assert texts(await mimi.owner.replies(2)) == [
        "I could not answer this\nDo you take elephants?\nApp: Kotori",
        "Good to see you again. Kotori is where you left it.",
    ]
    assert await mimi.owner_says("/alerts") == ["Open questions: 1"]
    assert "Do you take elephants?" in words_of(mimi.owner.chat[-1].message)


@dataclass(frozen=True)
class Canary:
    """What must never be in a log, one for each way in."""

    taught: str = "canary-taught-7731"
    asked: str = "canary-asked-7732"
    answered: str = "canary-answered-7733"
    claude: str = "canary-claude-7734"
    address: str = "canary-address-7735"
    body: str = "canary-body-7736"
    name: str = NAME
    phone: str = PHONE


@pytest.fixture
def log_lines() -> Iterator[None]:
    """Logs as in production, from where standard error is captured by now."""
    yield
    structlog.reset_defaults()


@pytest.mark.usefixtures("log_lines")
async def test_s56_nothing_people_wrote_and_no_secret_is_in_any_log_line(
    mimi: Mimi, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.set_up(pretty=False)
    canary = Canary()
    await mimi.sign_up()
    await mimi.owner_says(f"/faq add {canary.taught}? = {NAME}さんの電話は{PHONE}です。")
    await mimi.owner_says("/faq remove")
    await mimi.owner.postback(canary.taught)
    await mimi.owner.replies()
    assert mimi.claude
    mimi.claude.will_fail("error_event", times=3, text=f"{canary.claude}. " * 5)
    unknown = await mimi.visitor_asks(f"{canary.asked} {NAME} {PHONE}")
    mimi.line.faults.next("reply", Fault.RATE_429)
    mimi.line.faults.next("push", Fault.ERROR_500)
    await mimi.owner_says(canary.answered)
    await mimi.settled()
    await mimi.owner_says("/web")
    link = await the_link(mimi)
    _, cookie = await sign_in(mimi, link)
    await page(mimi, "/owner/apps/kotori", **cookie)
    await page(mimi, f"/@{canary.address}?q={canary.address}")
    async with mimi.http.post(f"{mimi.url}/@kotori/messages", data=f'{{"text": "{canary.body}"') as response:
        assert response.status in range(400, 500)
    for raw in (canary.body.encode(), json.dumps({"events": canary.body}).encode()):
        assert await mimi.line.deliver([], raw=raw) == 400
        assert await mimi.line.deliver([], raw=raw, signature=canary.body) == 403
    await mimi.stop()
    written = capfd.readouterr().err
    assert len(written.splitlines()) > 5
    secrets = (link, link.rpartition("/")[2], cookie["Cookie"].partition("=")[2], unknown.key)
    settings = (ACCESS_TOKEN, CHANNEL_SECRET, SECRET_KEY, KEY)
    for planted in (*vars(canary).values(), *secrets, *settings):
        assert planted not in written
