"""A person with a phone: what they see, and what they do to the bot."""

from collections.abc import Sequence
from typing import Any

from bot.embedded.line_simulator.changes import PATIENCE
from bot.embedded.line_simulator.channel import QUOTABLE, Channel
from bot.embedded.line_simulator.delivery import Delivery
from bot.embedded.line_simulator.events import Event, event
from bot.embedded.line_simulator.state import Account, ChatItem, RichMenu
from bot.embedded.line_simulator.taps import Tappable, action_at, tappables, text_of

# LINE: linking accounts, "Generate a nonce".
NONCE_LENGTHS = range(10, 256)


class Person:
    """One LINE user. Every action returns once the bot's webhook has answered it, or LINE gave up waiting."""

    def __init__(self, channel: Channel, delivery: Delivery, account: Account) -> None:
        self._channel, self._delivery, self._account = channel, delivery, account
        self._mark = len(account.chat)

    @property
    def user_id(self) -> str:
        return self._account.user_id

    @property
    def name(self) -> str:
        return self._account.name

    @property
    def chat(self) -> list[ChatItem]:
        """Both directions, oldest first."""
        return self._account.chat

    @property
    def opened_urls(self) -> list[str]:
        return self._account.opened_urls

    @property
    def draft(self) -> str:
        """What a tapped button has put into the input field."""
        return self._account.draft

    @property
    def loading_seconds(self) -> float:
        """How much longer the loading animation is shown; 0 when it is not."""
        until = self._account.loading_until
        return max(0.0, (until - self._channel.now()).total_seconds()) if until else 0.0

    async def follow(self) -> None:
        """Add the bot as a friend, or unblock it."""
        account = self._account
        if account.friend and not account.blocked:
            return
        back, account.friend, account.blocked = account.blocked, True, False
        await self._act([self.event("follow", follow={"isUnblocked": back})])

    async def unfollow(self) -> None:
        """Block the bot."""
        self._account.blocked = True
        await self._act([self.event("unfollow")])

    async def say(self, text: str, quoting: str | None = None) -> ChatItem:
        """Write to the bot, as an answer to the message with the id `quoting` if one is given."""
        item = self._add({"type": "text", "text": text}, quoting)
        await self._act([self._message_event(item)], item)
        return item

    def compose(self, text: str, quoting: str | None = None) -> Event:
        """Write, but leave the delivery to the caller: the event, to be batched, reordered or sent twice."""
        item = self._add({"type": "text", "text": text}, quoting)
        self._mark = len(self.chat)
        return self._message_event(item)

    async def send_image(self, data: bytes) -> ChatItem:
        """Send a picture (PNG or JPEG)."""
        item = self._add({"type": "image", "contentProvider": {"type": "line"}}, None)
        self._channel.storage.keep_picture(item.id, data)
        await self._act([self._message_event(item)], item)
        return item

    async def send_file(self, name: str, data: bytes) -> ChatItem:
        """Send a file from the phone."""
        item = self._add({"type": "file", "fileName": name, "fileSize": len(data)}, None)
        self._channel.storage.keep_picture(item.id, data)
        await self._act([self._message_event(item)], item)
        return item

    async def unsend(self, message_id: str) -> None:
        """Take one of the own messages back."""
        item = self.item(message_id)
        item.unsent, item.message = True, {}
        self._channel.storage.drop_picture(message_id)
        await self._act([self.event("unsend", unsend={"messageId": message_id})])

    async def redeliver(self, message_id: str) -> int:
        """Let LINE send the event of one of the own messages again; returns the webhook's status."""
        again = self._channel.state.events[message_id]
        item = self.item(message_id)
        item.delivered = await self._delivery.deliver([again], redelivery=True)
        self._channel.changed()
        return item.delivered

    async def tap(self, label: str, value: str | None = None) -> None:
        """Tap what is called so, newest message first, the rich menu last; LookupError when nothing is.

        `value` is what a date picker is set to.
        """
        for found in self.tappables():
            if found.label == label:
                return await self.act_on(found.action, value)
        raise LookupError(f"{label!r} is none of {self.labels()}")

    async def tap_at(self, message_id: str, place: Sequence[str | int], value: str | None = None) -> None:
        """Tap the action at a place in one message."""
        await self.act_on(action_at(self.item(message_id).message, place), value)

    async def tap_menu(self, area: int) -> None:
        """Tap an area of the rich menu."""
        menu = self.rich_menu()
        if menu is None or not 0 <= area < len(menu.menu["areas"]):
            raise LookupError(f"no rich menu with an area {area}")
        await self.act_on(menu.menu["areas"][area]["action"])

    async def postback(self, data: str, params: dict[str, str] | None = None) -> None:
        """Send a postback no button offers: a stale or forged one."""
        content = {"data": data} | ({"params": params} if params else {})
        await self._act([self.event("postback", postback=content)])

    def can_link(self, link_token: str) -> bool:
        """Whether LINE's page would take this token from this person; it is used up by `link` alone."""
        return self._channel.usable_link_token(link_token, self._account) is not None

    async def link(self, link_token: str, nonce: str) -> bool:
        """Finish linking an account on LINE's page; False (and no event) for a token that cannot be used."""
        if len(nonce) not in NONCE_LENGTHS:
            raise ValueError("a nonce has 10 to 255 characters")
        token = self._channel.redeem_link_token(link_token, self._account)
        if token is None:
            return False
        ok = token.user_id == self.user_id
        result = {"result": "ok" if ok else "failed", "nonce": nonce}
        # A failed link names nobody: no source and no reply token.
        user_id = self.user_id if ok else None
        await self._act([event("accountLink", user_id, self._channel.now(), link=result)])
        return ok

    async def replies(self, count: int = 1, timeout: float = PATIENCE) -> list[ChatItem]:  # noqa: ASYNC109 (the tests' interface)
        """What the bot has sent since this person's last action, once it is at least `count` messages."""
        try:
            await self._channel.changes.until(lambda: len(self._new()) >= count, timeout)
        except TimeoutError:
            came = [text_of(item.message) for item in self._new()]
            raise TimeoutError(f"waited for {count} message(s), came: {came}") from None
        return self._new()

    def item(self, message_id: str) -> ChatItem:
        """The message with this id in the chat; LookupError when it is not there."""
        for item in self.chat:
            if item.id == message_id:
                return item
        raise LookupError(f"no message {message_id} in this chat")

    def tappables(self) -> list[Tappable]:
        """What is on the screen to tap, newest message first, then the rich menu."""
        found: list[Tappable] = []
        for item in reversed(self.chat):
            if item.from_bot:
                # LINE shows the quick replies of the last message only.
                found += tappables(item.message, quick_replies=item is self.chat[-1])
        menu = self.rich_menu()
        return found + (tappables({"areas": menu.menu["areas"]}) if menu else [])

    def labels(self) -> list[str]:
        return [found.label for found in self.tappables()]

    def rich_menu(self) -> RichMenu | None:
        return self._channel.state.rich_menus.get(self._channel.rich_menu_of(self._account) or "")

    def event(self, kind: str, **fields: Any) -> Event:
        """An event of this person, happening now, for whoever delivers it."""
        return event(kind, self.user_id, self._channel.now(), **fields)

    async def act_on(self, action: dict[str, Any], value: str | None = None) -> None:
        """Do what a phone does when this action is tapped."""
        match action["type"]:
            case "message":
                await self.say(action["text"])
            case "uri":
                self.opened_urls.append(action["uri"])
                self._channel.changed()
            case "postback":
                await self._tap_postback(action)
            case "datetimepicker":
                await self.postback(action["data"], {action["mode"]: value or action.get("initial", "")})
            case "richmenuswitch":
                await self._switch_menu(action)
            case other:
                raise LookupError(f"the simulator's phone has no {other}")

    async def _tap_postback(self, action: dict[str, Any]) -> None:
        self._account.draft = action.get("fillInText", "")
        events = []
        if "displayText" in action:
            self._add({"type": "text", "text": action["displayText"]}, None)
        if "text" in action:
            events.append(self._message_event(self._add({"type": "text", "text": action["text"]}, None)))
        await self._act([*events, self.event("postback", postback={"data": action["data"]})])

    async def _switch_menu(self, action: dict[str, Any]) -> None:
        alias = action["richMenuAliasId"]
        menu_id = self._channel.state.aliases.get(alias)
        self._account.rich_menu_id = menu_id or self._account.rich_menu_id
        status = "SUCCESS" if menu_id else "RICHMENU_ALIAS_ID_NOTFOUND"
        await self.postback(action["data"], {"newRichMenuAliasId": alias, "status": status})

    def _add(self, message: dict[str, Any], quoting: str | None) -> ChatItem:
        if self._account.blocked:
            raise RuntimeError("this person has blocked the bot")
        if quoting is not None:
            self.item(quoting)
        now = self._channel.now()
        item = ChatItem(self._channel.next_message_id(), False, message, now, quoted=quoting)
        self._account.wrote_at = now
        self.chat.append(item)
        return item

    def _message_event(self, item: ChatItem) -> Event:
        content = {**item.message, "id": item.id}
        if item.message["type"] in QUOTABLE:
            content["quoteToken"] = self._channel.quote_token(item.id)
        if item.quoted:
            content["quotedMessageId"] = item.quoted
        made = self.event("message", message=content)
        self._channel.state.events[item.id] = made
        return made

    async def _act(self, events: list[Event], item: ChatItem | None = None) -> None:
        self._mark = len(self.chat)
        if item:
            item.delivered = 0
        status = await self._delivery.deliver(events)
        if item:
            item.delivered = status
        self._channel.changed()

    def _new(self) -> list[ChatItem]:
        return [item for item in self.chat[self._mark :] if item.from_bot]
