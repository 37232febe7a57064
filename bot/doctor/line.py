"""LINE: the token, the webhook there and back, who answers in the chat, the rich menus.

Importing this takes two seconds of CPU, so it is imported only where LINE is asked.
"""

from collections.abc import Sequence
from datetime import timedelta

from yarl import URL

from bot.doctor.diagnosis import Diagnosis, quoted
from bot.line.channel_tokens import ChannelTokens
from bot.line.client import LineAnswer, LineApi
from bot.line.menu_api import MenuApi, MenuTrouble
from bot.line.menu_layout import keys
from bot.line.rich_menu import RichMenus
from bot.line_in.webhook import PATH
from bot.settings import Settings
from handlers.ports import Clock
from knowledge.store.database import Database

CONSOLE = "LINE Developers Console"
TOKEN_TAB = f"{CONSOLE}, Messaging API tab, Channel access token (long-lived)"
SECRET_TAB = f"{CONSOLE}, Basic settings tab, Channel secret"
# Long-lived tokens are good for decades; whatever ends sooner is of another kind, and mimi renews none.
LONG_LIVED = timedelta(days=365)
BY_HAND = f"in {CONSOLE} (docs/line-setup.md), or run `python -m bot doctor --fix`"
# What LINE's test of a webhook URL says, and what it comes from.
REASONS = {
    "COULD_NOT_CONNECT": "LINE cannot connect: see `address` below; LINE wants a name that everybody can resolve "
    "and a certificate with its whole chain",
    "REQUEST_TIMEOUT": "mimi did not answer LINE within two seconds: is it running, and the proxy in front of it?",
    "401": "something in front of mimi asks for a password: let /line/webhook through without one",
    "403": "LINE_CHANNEL_SECRET is not this channel's, or a firewall in front refuses LINE: LINE's addresses change",
    "404": "another site answers there, or a role of mimi without the webhook: `serve --role web` has it",
    "400": "LINE_BOT_USER_ID is not this channel's",
    "405": "another site answers there: the proxy does not pass POST requests to mimi",
    "413": "the proxy refuses the body: allow 1 MB",
}
MOVED = "the proxy sends LINE elsewhere, and LINE does not follow: let it serve the URL itself"
NO_PROXY_TARGET = "the proxy answers, but mimi behind it does not: is `serve --role web` running?"
REDELIVERY = (
    f"LINE does not say whether webhook redelivery is on: switch it on in {CONSOLE}, "
    "Messaging API tab, so that LINE repeats what came while mimi was away"
)

ELSEWHERE = (
    "LINE does not say: switch auto-response and greeting off in LINE Official Account Manager, Response settings, "
    "where mimi speaks for itself, and allow group chats in Account settings where owners want alerts in groups"
)

NOT_ALLOWED = (
    "enable the Messaging API in LINE Official Account Manager, Settings, Messaging API; "
    f"is the token of that channel, not of LINE Login's? Where {CONSOLE} lists addresses in its Security tab, add ours"
)


async def look_at_line(settings: Settings, *, fix: bool) -> Sequence[Diagnosis]:
    """With `fix`, LINE is given the webhook URL that it should have."""
    line = LineApi(settings.line_api_url, settings.line_channel_access_token.get_secret_value())
    try:
        info = await line.bot_info()
        if not info.accepted:
            return [_refused(info, settings)]
        found = [Diagnosis("LINE", True, f"reachable at {settings.line_api_url}, token accepted{_of_whom(info)}")]
        found += await _credentials(settings)
        found += [*_account(info, settings), await _plan(line), *await _webhook(line, settings, fix=fix)]
        # What LINE tells no program: each is a step of docs/line-setup.md.
        found.append(Diagnosis("redelivery", True, "not known", REDELIVERY))
        return [*found, Diagnosis("auto-response and groups", True, "not known", ELSEWHERE)]
    finally:
        await line.close()


async def look_at_menus(settings: Settings, database: Database, clock: Clock) -> Sequence[Diagnosis]:
    """Whether LINE has the menus below the chat."""
    api = MenuApi(
        settings.line_api_url, settings.line_data_api_url, settings.line_channel_access_token.get_secret_value()
    )
    try:
        missing = await RichMenus(api, database, clock).missing()
    except MenuTrouble as trouble:
        advice = "see the line about LINE; commands work without menus"
        return [Diagnosis("rich menus", False, f"could not be read ({trouble})", advice)]
    finally:
        await api.close()
    if missing:
        advice = "a running worker creates them within minutes; if not, its log says what LINE refused"
        return [Diagnosis("rich menus", False, f"missing: {', '.join(missing)}", advice)]
    return [Diagnosis("rich menus", True, f"{len(keys())} for each language")]


def _refused(outcome: LineAnswer, settings: Settings) -> Diagnosis:
    url = settings.line_api_url
    if outcome.status == 401:
        advice = f"issue a new LINE_CHANNEL_ACCESS_TOKEN: {TOKEN_TAB}, of the Messaging API channel"
        return Diagnosis("LINE", False, "token refused", advice)
    if outcome.status == 403:
        return Diagnosis("LINE", False, f"LINE refuses this account or machine: {quoted(outcome.message)}", NOT_ALLOWED)
    if outcome.status == 429:
        return Diagnosis("LINE", False, "too many requests just now", "wait a minute and ask again")
    if outcome.status >= 500:
        return Diagnosis("LINE", False, f"LINE itself has a fault ({outcome.status})", "mimi keeps what it has to send")
    if outcome.status == 0:
        advice = f"check LINE_API_URL ({url}), DNS, and that the firewall lets it out"
        return Diagnosis("LINE", False, f"cannot be reached ({outcome.message})", advice)
    detail = f"status {outcome.status} {quoted(outcome.message)}"
    return Diagnosis("LINE", False, detail, f"is {url} LINE's Messaging API?")


def _of_whom(info: LineAnswer) -> str:
    body = info.body or {}
    name, basic_id = quoted(str(body.get("displayName", ""))), quoted(str(body.get("basicId", "")))
    return f": {name} ({basic_id})" if basic_id else ""


async def _credentials(settings: Settings) -> Sequence[Diagnosis]:
    """For how long the token is good, and whether the secret is of the same channel."""
    async with ChannelTokens(settings.line_api_url) as tokens:
        facts = await tokens.facts(settings.line_channel_access_token.get_secret_value())
        if facts is None:
            return [Diagnosis("token", True, "not known", "LINE does not say for how long it is good: ask again later")]
        found = [_lasting(facts.lasts)]
        secret = settings.line_channel_secret.get_secret_value()
        fits = await tokens.is_secret_of(facts.channel_id, secret) if facts.channel_id else None
    if fits is None:
        return [*found, Diagnosis("channel secret", True, "not known", "`webhook test` shows whether it is right")]
    if fits:
        return [*found, Diagnosis("channel secret", True, f"of the token's channel ({facts.channel_id})")]
    detail = f"not that of the token's channel ({facts.channel_id}): webhooks are refused"
    return [*found, Diagnosis("channel secret", False, detail, f"copy LINE_CHANNEL_SECRET from {SECRET_TAB}")]


def _lasting(lasts: timedelta) -> Diagnosis:
    if lasts >= LONG_LIVED:
        return Diagnosis("token", True, "long-lived")
    when = f"in {lasts.days} days" if lasts.days else "within a day"
    detail = f"ends {when}: it is of a kind that mimi does not renew"
    return Diagnosis("token", False, detail, f"issue LINE_CHANNEL_ACCESS_TOKEN there: {TOKEN_TAB}")


async def _plan(line: LineApi) -> Diagnosis:
    """What the account's plan allows, by LINE's own count; how mimi shares it out is `pushes`."""
    quota = await line.quota()
    if quota is None:
        return Diagnosis(
            "plan", True, "not known", "LINE does not tell how many messages a month it has: ask again later"
        )
    limit, used = quota
    if limit is None:
        return Diagnosis("plan", True, f"{used} messages sent this month, no limit")
    detail = f"{used} of this month's {limit} messages sent; replies are not counted"
    if used < limit:
        return Diagnosis("plan", True, detail)
    return Diagnosis("plan", False, detail, "alerts wait for their owners' next message; a larger LINE plan sends them")


def _account(info: LineAnswer, settings: Settings) -> list[Diagnosis]:
    """Whose channel the token is of, and whether people answer in it by hand."""
    body = info.body or {}
    found = []
    if settings.line_bot_user_id and body.get("userId") != settings.line_bot_user_id:
        advice = f"set LINE_BOT_USER_ID={body.get('userId')}, or leave it out"
        found.append(
            Diagnosis("bot user", False, "LINE_BOT_USER_ID is another bot's: its webhooks are refused", advice)
        )
    if body.get("chatMode") == "chat":
        advice = (
            "switch Chat off in LINE Official Account Manager, Response settings, unless people mean to answer by hand"
        )
        return [*found, Diagnosis("chat mode", True, "Chat is on: people may answer as well as mimi", advice)]
    return [*found, Diagnosis("chat mode", True, "bot: only mimi answers")]


async def _webhook(line: LineApi, settings: Settings, *, fix: bool) -> Sequence[Diagnosis]:
    """The URL that LINE has, compared with where mimi is; then LINE's own test of it."""
    if not settings.public_url:
        return [Diagnosis("webhook", True, "not checked", "set MIMI_PUBLIC_URL, where LINE can reach mimi")]
    wanted = f"{settings.public_url.rstrip('/')}{PATH}"
    there = await line.webhook_endpoint()
    if there.status not in {200, 404}:
        return [
            Diagnosis("webhook", False, f"could not be read (status {there.status} {quoted(there.message)})", BY_HAND)
        ]
    body = there.body or {}
    has = str(body.get("endpoint", "")) if there.status == 200 else ""
    if not _is_same(has, wanted):
        if not fix:
            what = f"LINE sends events to {quoted(has)}" if has else "LINE has no webhook URL"
            return [Diagnosis("webhook", False, what, f"set it to {wanted} {BY_HAND}")]
        given = await line.set_webhook_endpoint(wanted)
        if not given.accepted:
            detail = f"LINE did not take {wanted} (status {given.status} {quoted(given.message)})"
            return [Diagnosis("webhook", False, detail, f"set it in {CONSOLE}")]
        # LINE tells who it sends to with the new URL only; the switch is as it was, and off where there was no URL.
        body = (await line.webhook_endpoint()).body or {}
    now = "set to" if not _is_same(has, wanted) else "goes to"
    return [_switch(bool(body.get("active")), f"{now} {wanted}"), await _tested(line, wanted)]


def _switch(active: bool, detail: str) -> Diagnosis:
    if active:
        return Diagnosis("webhook", True, detail)
    return Diagnosis(
        "webhook", False, f"{detail}, but is not used", f'switch "Use webhook" on in {CONSOLE}, Messaging API tab'
    )


async def _tested(line: LineApi, url: str) -> Diagnosis:
    outcome = await line.test_webhook(url)
    body = outcome.body or {}
    if outcome.status == 429:
        return Diagnosis("webhook test", True, "not made", "LINE allows 60 an hour: ask again later")
    if outcome.status != 200:
        detail = f"LINE did not make it (status {outcome.status} {quoted(outcome.message)})"
        return Diagnosis("webhook test", False, detail, f"press Verify {BY_HAND.partition(',')[0]}")
    status, reason = int(body.get("statusCode", 0)), str(body.get("reason", ""))
    if body.get("success"):
        return Diagnosis("webhook test", True, f"LINE reached mimi ({status})")
    detail = quoted(f"{reason} {body.get('detail', '')}")
    return Diagnosis("webhook test", False, detail, _cause(status, reason))


def _cause(status: int, reason: str) -> str:
    if 300 <= status < 400:
        return MOVED
    if status >= 500:
        return NO_PROXY_TARGET
    return REASONS.get(str(status)) or REASONS.get(reason.upper(), f"see {CONSOLE}, Statistics tab, Errors")


def _is_same(one: str, other: str) -> bool:
    """The same place, however it is spelt: a default port, a host in capitals. A slash more is another place."""
    try:
        here, there = ((url.scheme, url.host, url.port, url.raw_path_qs) for url in (URL(one), URL(other)))
        return here == there
    except ValueError:
        return False
