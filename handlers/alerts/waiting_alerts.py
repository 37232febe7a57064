"""What waits for an owner because it has not been told: how much of each kind, and whether it can go at all now."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.alerts.kinds import KINDS
from handlers.told_times import HOME, time_words
from knowledge.phrases import Lang, Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.alerts.alert_settings import AlertSettingsRepository
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.outages import Way, WayRepository
from knowledge.store.outbox.outbox import LATE_ANSWER

LATE_ANSWERS = _("Replies that could not reach you in time")


@dataclass(frozen=True)
class WaitingSummary:
    """`kinds`: what it is called, and how many; `shut_since`: LINE takes no messages of ours since then.

    `zone` is the owner's.
    """

    kinds: Sequence[tuple[Phrase, int]]
    shut_since: datetime | None = None
    zone: ZoneInfo = HOME

    @property
    def count(self) -> int:
        return sum(number for _name, number in self.kinds)


class WaitingAlerts:
    """Looks up what waits."""

    def __init__(self, held: HeldRows, ways: WayRepository, settings: AlertSettingsRepository) -> None:
        self._held = held
        self._ways = ways
        self._settings = settings

    async def of(self, owner: Owner) -> WaitingSummary:
        """What waits for this owner, in the order of the table."""
        counts = Counter(await self._held.kinds(owner.scope))
        kinds = [(KINDS[kind].name, counts[kind]) for kind in AlertKind if counts[kind]]
        if late := counts[LATE_ANSWER]:
            kinds.append((LATE_ANSWERS, late))
        since = [each.since for each in await self._ways.all_shut() if each.way is not Way.MAIL]
        zone = (await self._settings.get(owner.scope)).zone
        return WaitingSummary(kinds, min(since, default=None), zone)


def shut_words(since: datetime, zone: ZoneInfo, lang: Lang) -> Phrase:
    """Why nothing can go now, for an owner, who cannot mend it."""
    return _(
        "LINE has not accepted this mimi's messages since {since}. Its operator has been told, and nothing is lost.",
        since=time_words(since, zone, lang),
    )
