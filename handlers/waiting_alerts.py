"""What waits for an owner because it has not been pushed: how many of each kind, to be seen before it comes."""

from collections import Counter
from collections.abc import Sequence

from handlers.alert_kinds import KINDS
from handlers.commands import Command, Feature
from handlers.messages import Choice, Reply, Text
from knowledge.phrases import _
from knowledge.store.alerts import AlertKind
from knowledge.store.database import Database
from knowledge.store.held_rows import HeldRows
from knowledge.store.owners import Owner


class WaitingAlerts:
    """An owner asks what waits; the reply that says it also brings the first of it."""

    def __init__(self, db: Database) -> None:
        self._held = HeldRows(db)

    def feature(self) -> Feature:
        command = Command(("/alerts waiting", "/通知 待ち"), _("Show what waits to be told"), self.show, shows=True)
        return Feature(commands=(command,), actions={"alert.waiting": self.show})

    async def show(self, owner: Owner, rest: str) -> Sequence[Reply]:
        """How many of each kind, in the order of the table."""
        held = await self._held.of(owner.scope)
        if not held:
            return [Text(_("Nothing waits. You have been told of everything."))]
        counts = Counter(row.kind for row in held)
        lines = [f"{KINDS[kind].name.say(owner.lang)}: {counts[kind]}" for kind in AlertKind if counts[kind]]
        title = _("Waiting for you: {count}. The first ones come with this message.", count=len(held))
        more = Choice(_("Show what waits"), action="alert.waiting")
        return [Text("\n".join([title.say(owner.lang), *lines]), (more,))]
