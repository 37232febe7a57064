"""The LINE platform as far as mimi needs it, in one process: API, webhooks, people with phones."""

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.embedded.line_simulator.api import Api
from bot.embedded.line_simulator.call import Recorded
from bot.embedded.line_simulator.changes import PATIENCE, Changes
from bot.embedded.line_simulator.channel import Channel
from bot.embedded.line_simulator.delivery import Delivered, Delivery
from bot.embedded.line_simulator.faults import Faults
from bot.embedded.line_simulator.pages import Pages
from bot.embedded.line_simulator.person import Person
from bot.embedded.line_simulator.routes import OPERATIONS
from bot.embedded.line_simulator.state import Account, State
from bot.embedded.line_simulator.storage import Storage

BOT_USER_ID = "U" + "0" * 31 + "1"
FREE_PLAN_QUOTA = 200


def utcnow() -> datetime:
    return datetime.now(UTC)


class LineSimulator:
    """Stands in for LINE in `make run` and in tests. `url` is the API's address once it is started."""

    def __init__(
        self,
        *,
        channel_secret: str,
        access_token: str,
        bot_user_id: str = BOT_USER_ID,
        webhook_url: str = "",
        state_file: Path | None = None,
        quota: int | None = FREE_PLAN_QUOTA,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        storage, changes = Storage(state_file), Changes()
        self._channel = Channel(
            secret=channel_secret,
            access_token=access_token,
            bot_user_id=bot_user_id,
            quota=quota,
            now=now,
            storage=storage,
            changes=changes,
            state=storage.load(),
            webhook_url=webhook_url,
        )
        self.url = ""
        self.faults = Faults(changes, OPERATIONS)
        self._delivery = Delivery(self._channel)
        self._api = Api(self._channel, self.faults, self._delivery)
        self._people: dict[str, Person] = {}
        self._runner: web.AppRunner | None = None

    @property
    def webhook_url(self) -> str:
        return self._channel.webhook_url

    @webhook_url.setter
    def webhook_url(self, url: str) -> None:
        self._channel.webhook_url = url

    @property
    def webhook_active(self) -> bool:
        """The console's switch "Use webhook"."""
        return self._channel.webhook_active

    @webhook_active.setter
    def webhook_active(self, active: bool) -> None:
        self._channel.webhook_active = active

    @property
    def chat_mode(self) -> str:
        """The account's switch "Chat": "chat" where people answer by hand, else "bot"."""
        return self._channel.chat_mode

    @chat_mode.setter
    def chat_mode(self, mode: str) -> None:
        self._channel.chat_mode = mode

    def issue_token(self, *, lasts: int, is_jwt: bool = False) -> None:
        """What LINE says of the channel's token: the seconds it is good for, and whether it is one of version 2.1."""
        self._channel.token_lasts, self._channel.token_is_jwt = lasts, is_jwt

    @property
    def webhook_patience(self) -> float:
        """Seconds after which a webhook without an answer counts as failed; LINE's own are two."""
        return self._delivery.patience

    @webhook_patience.setter
    def webhook_patience(self, seconds: float) -> None:
        self._delivery.patience = seconds

    @property
    def quota(self) -> int | None:
        return self._channel.quota

    @quota.setter
    def quota(self, limit: int | None) -> None:
        self._channel.quota = limit

    @property
    def state(self) -> State:
        """What the platform remembers, to look at."""
        return self._channel.state

    @property
    def requests(self) -> list[Recorded]:
        """Every API request, oldest first."""
        return self._api.requests

    @property
    def delivered(self) -> list[Delivered]:
        """Every webhook that was posted, oldest first."""
        return self._delivery.delivered

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Serve the API; OSError when the port is taken."""
        # A request that hangs on purpose must not keep the server from stopping.
        runner = web.AppRunner(self._api.application(), handler_cancellation=True, shutdown_timeout=1, access_log=None)
        await runner.setup()
        self._runner = runner
        site = web.TCPSite(runner, host, port)
        await site.start()
        self.url = f"http://{host}:{runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._delivery.close()
        if self._runner:
            await self._runner.cleanup()

    def pages(self) -> web.Application:
        """The phone's page, to be mounted under /dev: GET /dev/line."""
        return Pages(self._channel, self.faults, self.requests, self.person).application()

    def person(self, name: str = "Yuki", language: str = "ja", user_id: str | None = None) -> Person:
        """The person with this id, or else of this name; a new one who has not added the bot if there is none."""
        accounts = self.state.accounts
        user_id = user_id or next((a.user_id for a in accounts.values() if a.name == name), None)
        user_id = user_id or "U" + secrets.token_hex(16)
        if user_id not in accounts:
            accounts[user_id] = Account(user_id, name, language)
            self._channel.changed()
        if user_id not in self._people:
            self._people[user_id] = Person(self._channel, self._delivery, accounts[user_id])
        return self._people[user_id]

    def people(self) -> list[Person]:
        """Everyone LINE knows."""
        return [self.person(user_id=user_id) for user_id in self.state.accounts]

    async def deliver(
        self,
        events: Sequence[dict[str, Any]],
        *,
        redelivery: bool = False,
        signature: str | None = None,
        raw: bytes | None = None,
    ) -> int:
        """POST a signed webhook and return the status; 0 when there was no connection, or no answer in time.

        `raw` replaces the body and `signature` the header's value; an empty signature leaves the header out.
        """
        return await self._delivery.deliver(events, redelivery=redelivery, signature=signature, raw=raw)

    def webhook_body(self, events: Sequence[dict[str, Any]]) -> bytes:
        """The body LINE would post for these events."""
        return self._delivery.body(events)

    async def wait_for(self, predicate: Callable[[], bool], timeout: float = PATIENCE) -> None:  # noqa: ASYNC109 (the tests' interface)
        """Return once `predicate` holds. It is asked again at each change here; TimeoutError when it never holds."""
        await self._channel.changes.until(predicate, timeout)
