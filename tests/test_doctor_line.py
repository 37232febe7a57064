"""`doctor` and LINE: the token, the webhook there and back, set by `--fix`, and who answers in the chat."""

from collections.abc import AsyncIterator, Mapping

import pytest
from aiohttp import web
from mimi import ACCESS_TOKEN, CHANNEL_SECRET, Mimi
from pytest_aiohttp import AiohttpServer

from bot.doctor.diagnosis import Diagnosis
from bot.doctor.line import look_at_line
from bot.embedded.line_simulator import Fault, LineSimulator
from bot.embedded.line_simulator.faults import Instead
from bot.settings import Settings

WHEN_MIMI_IS_NOT_THERE = {
    **dict.fromkeys((301, 308), "LINE does not follow"),
    **dict.fromkeys((500, 502, 504), "serve --role web"),
    400: "LINE_BOT_USER_ID",
    401: "password",
    404: "another site",
    405: "POST",
    413: "1 MB",
    418: "Statistics",
}


@pytest.fixture
async def line() -> AsyncIterator[LineSimulator]:
    """LINE, whose webhook URL nobody has set."""
    simulator = LineSimulator(channel_secret=CHANNEL_SECRET, access_token=ACCESS_TOKEN)
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
async def elsewhere(aiohttp_server: AiohttpServer) -> dict[str, object]:
    """A server at `url` that answers LINE with `status`."""
    place: dict[str, object] = {"status": 200}

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=int(str(place["status"])), headers={"Location": "https://www.example/"})

    app = web.Application()
    app.router.add_post("/line/webhook", answer)
    server = await aiohttp_server(app)
    place["url"] = str(server.make_url("")).rstrip("/")
    return place


async def found(line: LineSimulator, url: str, *, fix: bool = False, **more: str) -> Mapping[str, Diagnosis]:
    settings = Settings.read(
        {
            "LINE_CHANNEL_SECRET": CHANNEL_SECRET,
            "LINE_CHANNEL_ACCESS_TOKEN": ACCESS_TOKEN,
            "LINE_API_URL": line.url,
            "MIMI_PUBLIC_URL": url,
            **more,
        }
    )
    return {finding.name: finding for finding in await look_at_line(settings, fix=fix)}


async def test_a_mimi_that_line_reaches_is_well_and_reminded_of_redelivery(mimi: Mimi) -> None:
    findings = await found(mimi.line, mimi.url)
    assert [str(each) for each in findings.values() if each.detail != "not known"] == [
        f"ok   LINE: reachable at {mimi.line.url}, token accepted: mimi (@000simul)",
        "ok   token: long-lived",
        "ok   channel secret: of the token's channel (2000000001)",
        "ok   chat mode: bot: only mimi answers",
        "ok   plan: 0 of this month's 200 messages sent; replies are not counted",
        f"ok   webhook: goes to {mimi.url}/line/webhook",
        "ok   webhook test: LINE reached mimi (200)",
    ]
    assert str(findings["redelivery"]).startswith("note redelivery:")
    assert not mimi.line.requests[-1].problems


@pytest.mark.parametrize(
    "given",
    ["", "{url}", "{url}/", "{url}/line/webhook/", "{url}/webhook", "{url}/line/webhook?a=1", "https://old.example/x"],
)
async def test_another_webhook_url_is_told_and_set_by_fix(mimi: Mimi, given: str) -> None:
    mimi.line.webhook_url = given.format(url=mimi.url)
    told = await found(mimi.line, mimi.url)
    assert not told["webhook"].well
    assert f"set it to {mimi.url}/line/webhook" in told["webhook"].advice
    assert "--fix" in told["webhook"].advice
    assert "webhook test" not in told
    fixed = await found(mimi.line, mimi.url, fix=True)
    assert (fixed["webhook"].well, fixed["webhook"].detail) == (True, f"set to {mimi.url}/line/webhook")
    assert fixed["webhook test"].well
    assert mimi.line.webhook_url == f"{mimi.url}/line/webhook"


async def test_the_same_place_spelt_another_way_is_well(line: LineSimulator) -> None:
    line.webhook_url = "https://MIMI.example:443/line/webhook"
    assert (await found(line, "https://mimi.example"))["webhook"].well


async def test_a_webhook_that_is_switched_off_is_told_and_fix_cannot_switch_it_on(mimi: Mimi) -> None:
    mimi.line.webhook_active = False
    for fix in (False, True):
        webhook = (await found(mimi.line, mimi.url, fix=fix))["webhook"]
        assert not webhook.well
        assert "Use webhook" in webhook.advice


async def test_a_channel_secret_of_another_channel_is_told(mimi: Mimi) -> None:
    """LINE signs with the channel's own; mimi refuses what it takes for somebody else's."""
    stranger = LineSimulator(channel_secret="another-channels-secret", access_token=ACCESS_TOKEN)
    await stranger.start()
    stranger.webhook_url = f"{mimi.url}/line/webhook"
    findings = await found(stranger, mimi.url)
    await stranger.stop()
    test, secret = findings["webhook test"], findings["channel secret"]
    assert not secret.well, "known without a webhook that arrives"
    assert "Basic settings" in secret.advice
    assert not test.well
    assert "LINE_CHANNEL_SECRET" in test.advice


@pytest.mark.parametrize("status", [301, 308, 400, 401, 404, 405, 413, 418, 500, 502, 504])
async def test_what_line_gets_in_mimis_place_is_told(
    line: LineSimulator, elsewhere: dict[str, object], status: int
) -> None:
    elsewhere["status"] = status
    line.webhook_url = f"{elsewhere['url']}/line/webhook"
    test = (await found(line, str(elsewhere["url"])))["webhook test"]
    assert not test.well
    assert test.detail == f"ERROR_STATUS_CODE {status}"
    assert WHEN_MIMI_IS_NOT_THERE[status] in test.advice


async def test_a_mimi_that_line_cannot_connect_to_is_told(line: LineSimulator) -> None:
    line.webhook_url = "http://127.0.0.1:9/line/webhook"
    test = (await found(line, "http://127.0.0.1:9"))["webhook test"]
    assert not test.well
    assert "COULD_NOT_CONNECT" in test.detail
    assert "whole chain" in test.advice


@pytest.mark.parametrize(
    ("fault", "detail", "advice"),
    [
        (Fault.UNAUTHORIZED_401, "token refused", "LINE_CHANNEL_ACCESS_TOKEN"),
        (Fault.FORBIDDEN_403, "refuses this account or machine: Access to this API", "Security tab"),
        (Fault.RATE_429, "too many requests", "wait"),
        (Fault.ERROR_500, "itself has a fault (500)", "keeps"),
        (Fault.NOT_FOUND_404, "status 404", "LINE's Messaging API?"),
    ],
)
async def test_what_line_says_to_the_token_is_told(line: LineSimulator, fault: Fault, detail: str, advice: str) -> None:
    line.faults.next("info", fault)
    [finding] = (await found(line, "https://mimi.example")).values()
    assert not finding.well
    assert detail in finding.detail
    assert advice in finding.advice


async def test_a_line_that_cannot_be_reached_is_called_that(line: LineSimulator) -> None:
    [finding] = (await found(line, "https://mimi.example", LINE_API_URL="http://127.0.0.1:9")).values()
    assert "cannot be reached" in finding.detail
    assert "LINE_API_URL" in finding.advice


@pytest.mark.parametrize(
    ("lasts", "is_jwt", "detail"),
    [(30 * 86_400, False, "ends in 30 days"), (86_399, True, "ends within a day"), (30 * 86_400, True, "in 30 days")],
)
async def test_a_token_that_ends_is_told_while_it_still_works(
    line: LineSimulator, lasts: int, is_jwt: bool, detail: str
) -> None:
    """Short-lived ones and those of version 2.1, of which LINE's console and API have as many."""
    line.issue_token(lasts=lasts, is_jwt=is_jwt)
    token = (await found(line, "https://mimi.example"))["token"]
    assert not token.well
    assert detail in token.detail
    assert "long-lived" in token.advice


async def test_a_token_that_neither_verification_knows_is_a_stateless_one(line: LineSimulator) -> None:
    unknown = b'{"error":"invalid_request","error_description":"access token expired"}'
    line.faults.next("token", Instead(400, unknown), times=2)
    findings = await found(line, "https://mimi.example")
    assert findings["token"].detail.startswith("ends within a day")
    assert findings["channel secret"].well, "whose it is, nobody says"


@pytest.mark.parametrize("answer", [Instead(500, b"{}"), Instead(200, b"<html>"), Instead(200, b"[]")])
async def test_what_line_does_not_say_of_the_token_is_no_fault_of_its_owner(
    line: LineSimulator, answer: Instead
) -> None:
    line.faults.next("token", answer)
    token = (await found(line, "https://mimi.example"))["token"]
    assert token.well
    assert "ask again" in token.advice


async def test_a_secret_that_line_does_not_judge_is_left_to_the_webhooks_test(line: LineSimulator) -> None:
    said = b'{"client_id":"2000000001","expires_in":3138007490}'
    line.faults.next("token", Instead(200, said))
    line.faults.next("token", Instead(503, b"{}"))
    secret = (await found(line, "https://mimi.example"))["channel secret"]
    assert secret.well
    assert "webhook test" in secret.advice


async def test_a_month_without_messages_left_is_told_by_lines_own_count(line: LineSimulator) -> None:
    line.quota = 0
    plan = (await found(line, "https://mimi.example"))["plan"]
    assert not plan.well
    assert "larger LINE plan" in plan.advice
    line.quota = None
    assert (await found(line, "https://mimi.example"))["plan"].detail == "0 messages sent this month, no limit"


async def test_a_test_that_line_does_not_make_is_no_failure_of_mimis(mimi: Mimi) -> None:
    mimi.line.faults.next("webhook-test", Fault.RATE_429)
    test = (await found(mimi.line, mimi.url))["webhook test"]
    assert test.well
    assert "60 an hour" in test.advice


async def test_people_who_answer_by_hand_and_another_bots_id_are_told(mimi: Mimi) -> None:
    mimi.line.chat_mode = "chat"
    findings = await found(mimi.line, mimi.url, LINE_BOT_USER_ID="U" + "f" * 32)
    assert findings["chat mode"].well
    assert "Response settings" in findings["chat mode"].advice
    assert not findings["bot user"].well
    assert "LINE_BOT_USER_ID=U0000" in findings["bot user"].advice
