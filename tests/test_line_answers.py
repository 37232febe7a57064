"""What becomes of a message, by what is answered to it: LINE's own words as people have reported them, and gateways'.

The sources stand beside them; a status alone tells little, since all that stands between mimi and LINE uses the same.
"""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from grounds import real_pii
from hearing import at_rest
from mimi import ACCESS_TOKEN, CHANNEL_SECRET

from bot.embedded.line_simulator import Fault, Instead, LineSimulator
from bot.join.alerts import alerts_on
from bot.join.out import ways_on
from bot.line.client import LineAnswer, LineApi
from bot.line.quota import QuotaWatch
from bot.line.verdicts import Verdict, judge
from bot.out.notifier import LineNotifier
from bot.out.sender import Sender
from handlers.accounts.delivery_failures import DeliveryFailures
from handlers.accounts.news import AccountNews
from handlers.clock import SystemClock
from handlers.messages import Replies, Text
from handlers.outgoing import to_body
from knowledge.store.database import Database, OwnerId, new_id
from knowledge.store.outbox.outbox import Channel, OutboxRepository, OutboxRow, Paid
from knowledge.store.outbox.ways import WayRepository
from knowledge.store.repositories import Repositories

REPLY_WINDOW = timedelta(seconds=50)


def line_says(status: int, message: str, *, about: str = "") -> Instead:
    details = {"details": [{"message": "May not be empty", "property": about}]} if about else {}
    body = json.dumps({"message": message} | details).encode()
    return Instead(status, body, {"Content-Type": "application/json"})


def page(status: int, words: str = "nginx", charset: str = "utf-8") -> Instead:
    """What something on the way answers."""
    html = f"<html><head><title>{status}</title></head><body><center>{words}</center></body></html>"
    return Instead(status, html.encode(charset), {"Content-Type": f"text/html; charset={charset}"}, from_line=False)


CASES: dict[str, tuple[str, Instead | Fault, str]] = {
    "line-bot-sdk-java#426": ("push", line_says(429, "You have reached your monthly limit."), "held"),
    "laravel-line-sdk#9": (
        "push",
        line_says(401, "Authorization header required. Must follow the scheme, 'Authorization: Bearer <ACCESS TOKEN>'"),
        "held",
    ),
    "messaging-apis#604": (
        "reply",
        line_says(
            401,
            "Authentication failed due to the following reason: The access token malformed. "
            "Confirm that the access token in the authorization header is valid.",
        ),
        "held",
    ),
    "line-bot-sdk-java#1026": (
        "reply",
        line_says(401, "Authentication failed. Confirm that the access token in the authorization header is valid."),
        "held",
    ),
    "line-bot-sdk-php#7": (
        "push",
        Instead(401, b'{"statusCode":"411","statusMessage":"TOKEN_INVALID_TOKEN"}', {"Content-Type": "text/plain"}),
        "held",
    ),
    "line-bot-sdk-go#32": ("push", line_says(403, "Access to this API is not available for your account"), "held"),
    "uptime-kuma#913": (
        "push",
        line_says(400, "The property, 'to', in the request body is invalid (line:-, column:-)"),
        "failed",
    ),
    "line-bot-sdk-ruby#199": ("reply", line_says(400, "Invalid reply token"), "held"),
    "line-bot-sdk-python#20": (
        "push",
        line_says(400, "The request body has 2 error(s)", about="messages[0]"),
        "failed",
    ),
    "line-bot-sdk-java#762": ("reply", page(502), "waiting"),
    "an invented recipient": ("push", line_says(400, "Failed to send messages"), "failed"),
    "a firewall": ("push", page(403, "Forbidden"), "held"),
    "another host": ("reply", page(404), "held"),
    "a page to sign in": ("push", page(200, "Please sign in"), "held"),
    "a redirect": ("reply", Instead(302, b"", {"Location": "/login"}, from_line=False), "held"),
    "a Japanese gateway": ("reply", page(503, "ただいまメンテナンス中です", "shift_jis"), "waiting"),
    "a charset nobody knows": (
        "push",
        Instead(200, b'{"sentMessages":[]}', {"Content-Type": "application/json; charset=x-nobody"}),
        "sent",
    ),
}


CASES |= {
    "rumors-line-bot#157": ("reply", line_says(400, "The request body has 1 error(s)", about="replyToken"), "held"),
    "line-bot-sdk-nodejs#185": (
        "push",
        line_says(400, "The request body has 1 error(s)", about="messages[0].text"),
        "failed",
    ),
    "line-bot-sdk-nodejs#111": ("push", line_says(404, "Not found"), "waiting"),
    "support2.karte.io": ("reply", line_says(415, "The content type, text/plain, is not supported"), "waiting"),
    "autobiz.help": ("push", line_says(429, "The number of concurrent requests has exceeded the limit"), "waiting"),
    "line-bot-sdk-ruby#291": ("reply", Fault.CUT, "waiting"),
    "line-platform-feedback#81": ("push", Fault.HANG, "waiting"),
}


class Door:
    """The sender, with nothing behind it but LINE."""

    def __init__(self, db: Database, line: LineSimulator) -> None:
        self.line, self.db, self.clock = line, db, SystemClock()
        self.api = LineApi(line.url, ACCESS_TOKEN)
        self.outbox = OutboxRepository(db)
        store = Repositories(db)
        self.ways = ways_on(store, self.api.bot_info, self.clock)
        news = AccountNews(alerts_on(store, real_pii(), self.clock))
        self.undelivered = DeliveryFailures(db, store.owners, store.outbox, news, self.clock)
        notifiers = {Channel.LINE: LineNotifier(self.api, self.outbox, self.clock)}
        self.quota = QuotaWatch(db, self.api, self.clock)
        self.sender = Sender(
            self.outbox, notifiers, self.clock, self.quota, self.undelivered, self.ways, at_rest(self.clock)
        )

    async def sends(self, operation: str, name: str = "Yuki") -> str:
        """The state of a message to an owner of this name that was tried once."""
        now, is_reply = self.clock.now(), operation == "reply"
        row = OutboxRow(
            Channel.LINE,
            self.line.person(name).user_id,
            to_body(Replies("en", (Text("Hello"),))),
            now,
            OwnerId(new_id()),
            reply_token="token" if is_reply else "",
            reply_until=now + REPLY_WINDOW if is_reply else None,
            paid=Paid.NOT if is_reply else Paid.SHARE,
        )
        await self.outbox.put(row, now + REPLY_WINDOW)
        await self.sender.send(row)
        stored = await self.db.collection("outbox").find_one({"_id": row.id})
        assert stored
        return str(stored["state"])


@pytest.fixture
async def door(db: Database) -> AsyncIterator[Door]:
    line = LineSimulator(channel_secret=CHANNEL_SECRET, access_token=ACCESS_TOKEN)
    await line.start()
    door = Door(db, line)
    yield door
    await door.api.close()
    await line.stop()


@pytest.mark.parametrize("source", CASES)
async def test_a_message_is_lost_only_for_what_is_about_the_message(door: Door, source: str) -> None:
    operation, answer, state = CASES[source]
    door.line.faults.next(operation, answer)
    assert await door.sends(operation) == state


@pytest.mark.parametrize("status", [400, 402, 404, 406, 412, 418, 422, 451, 499])
async def test_what_nobody_has_explained_is_tried_again_and_shuts_nothing(door: Door, status: int) -> None:
    door.line.faults.next("push", line_says(status, "Something new"))
    assert await door.sends("push") == "waiting"
    assert await WayRepository(door.db).all_shut() == []


async def test_nobody_there_at_all_is_tried_again(door: Door) -> None:
    await door.line.stop()
    assert await door.sends("reply") == "waiting"


@pytest.mark.parametrize(
    ("problem", "verdict"),
    [
        ("ClientConnectorCertificateError", Verdict.SHUT),  # line-bot-sdk-python#536, behind a proxy of one's own
        ("InvalidUrlClientError", Verdict.SHUT),
        ("ClientHttpProxyError", Verdict.SHUT),
        ("ConnectionTimeoutError", Verdict.AGAIN),  # line-bot-sdk-go#75
        ("ClientConnectorDNSError", Verdict.AGAIN),
    ],
)
def test_what_time_cannot_mend_of_a_connection_shuts_the_way(problem: str, verdict: Verdict) -> None:
    assert judge(LineAnswer(0, problem, not_sent=True)) is verdict


@pytest.mark.parametrize("from_line", [True, False])
def test_only_lines_own_words_end_a_message(from_line: bool) -> None:
    """Without any, nothing is given up but what is too large; and nothing but LINE's 2xx counts as sent."""
    verdicts = {status: judge(LineAnswer(status, from_line=from_line)) for status in range(100, 600)}
    assert [status for status, verdict in verdicts.items() if verdict is Verdict.NEVER] == [413]
    accepted = [status for status, verdict in verdicts.items() if verdict is Verdict.ACCEPTED]
    assert accepted == ([*range(200, 300), 409] if from_line else [])
