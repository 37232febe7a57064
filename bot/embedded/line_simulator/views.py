"""What the phone's page is told: the state, as JSON."""

from typing import Any

from bot.embedded.line_simulator.call import Recorded
from bot.embedded.line_simulator.channel import Channel
from bot.embedded.line_simulator.person import Person
from bot.embedded.line_simulator.state import ChatItem
from bot.embedded.line_simulator.taps import text_of

SHOWN_ITEMS = 100


def person_view(channel: Channel, person: Person) -> dict[str, Any]:
    """One person's phone: the end of the chat, the rich menu, what the bot is doing."""
    account = channel.state.accounts[person.user_id]
    menu = person.rich_menu()
    return {
        "id": account.user_id,
        "name": account.name,
        "friend": account.friend,
        "blocked": account.blocked,
        "loading": person.loading_seconds,
        "chat": [_item(person, item) for item in account.chat[-SHOWN_ITEMS:]],
        "menu": {"id": menu.id, **menu.menu} if menu and menu.has_image else None,
    }


def request_view(recorded: Recorded) -> dict[str, Any]:
    """One API request for the list of the latest."""
    return {
        "method": recorded.method,
        "path": recorded.path,
        "status": recorded.status,
        "fault": recorded.fault,
        "problems": recorded.problems,
    }


def _item(person: Person, item: ChatItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "fromBot": item.from_bot,
        "message": item.message,
        "at": item.at.isoformat(),
        "quoted": _quoted(person, item.quoted),
        "unsent": item.unsent,
        "delivered": item.delivered,
    }


def _quoted(person: Person, message_id: str | None) -> dict[str, Any] | None:
    """The quoted message in one line, if it still is in the chat."""
    if message_id is None:
        return None
    for item in person.chat:
        if item.id == message_id:
            return {"fromBot": item.from_bot, "text": text_of(item.message)}
    return {"fromBot": True, "text": "…"}
