"""What waits to be told, in chat: how much of each kind, and the first of it with the same reply."""

from collections.abc import Sequence

from handlers.alerts.waiting_alerts import WaitingAlerts, shut_words
from handlers.chat.commands import Command, Feature
from handlers.messages import Choice, Reply, Text
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner


class WaitingAlertCommands:
    """An owner asks what waits; the reply that says it also brings the first of it."""

    def __init__(self, waiting: WaitingAlerts) -> None:
        self._waiting = waiting

    def feature(self) -> Feature:
        command = Command(("/alerts waiting", "/通知 待ち"), _("Show what waits to be told"), self.show, shows=True)
        return Feature(commands=(command,), actions={"alert.waiting": self.show})

    async def show(self, owner: Owner, rest: str) -> Sequence[Reply]:
        """How many of each kind."""
        waiting = await self._waiting.of(owner)
        if not waiting.kinds:
            return [Text(_("Nothing waits. You have been told of everything."))]
        lines = [f"{name.say(owner.lang)}: {number}" for name, number in waiting.kinds]
        title = _("Waiting for you: {count}. The first ones come with this message.", count=waiting.count)
        if waiting.shut_since:
            lines.append(shut_words(waiting.shut_since).say(owner.lang))
        more = Choice(_("Show what waits"), action="alert.waiting")
        return [Text("\n".join([title.say(owner.lang), *lines]), (more,))]
