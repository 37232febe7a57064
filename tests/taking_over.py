"""Steps of takeovers: a visitor writes, the owner enters the conversation, and what was said in it."""

import uuid

from owner_chat import OwnerChat
from visitors import VisitorSide

from handlers.alerts.cards import BEGIN_TALK
from handlers.answers.answers import Accepted
from handlers.messages import VisitorMessage
from knowledge.store.apps.apps import App


async def writes(visitors: VisitorSide, app: App, text: str, key: str = "") -> Accepted:
    """A visitor's message, and mimi's answer to it if it has one."""
    message = VisitorMessage(str(uuid.uuid4()), text, key, lang="en")
    accepted = await visitors.answers.accept(app, message)
    await visitors.answers.start(app, accepted)
    await visitors.read(app, accepted)
    return accepted


async def said(visitors: VisitorSide, app: App, key: str) -> list[tuple[str, str]]:
    """(who, what) of everything said; of the owner's coming and going the state."""
    return [(each.role.value, each.text or each.state) for each in await visitors.feed.transcript(app, key)]


async def taken_over(visitors: VisitorSide, chat: OwnerChat, text: str = "Is there a dark mode?") -> Accepted:
    """A conversation mimi could not help in, which the owner has entered."""
    accepted = await writes(visitors, await chat.app(), text)
    await chat.presses(BEGIN_TALK(accepted.conversation_id))
    return accepted
