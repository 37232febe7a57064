"""What waits for an owner's word: questions that were not answered well, and visitors who ask for the owner."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.learning.gaps import AskedGap, Gaps
from knowledge.store.alerts.alerts import Alert, AlertKind, AlertRepository
from knowledge.store.database import AppScope, OwnerScope
from knowledge.store.learning.gaps import GapRepository

# Of what is told, this belongs to no gap: it is about one visitor, and no entry would settle it.
ABOUT_A_VISITOR = (AlertKind.HANDOFF, AlertKind.WITHHELD)
MOST_SHOWN = 200


@dataclass(frozen=True)
class WaitingForOwner:
    """Of one app: the gaps as LINE lists them, and what else waits, the oldest first."""

    gaps: Sequence[AskedGap]
    visitors: Sequence[Alert]

    @property
    def count(self) -> int:
        """Without what is kept for later."""
        return sum(each.gap.later_at is None for each in self.gaps) + len(self.visitors)


class OpenQuestions:
    """Read here; settled by Gaps and AlertAnswers."""

    def __init__(self, gaps: Gaps, rows: GapRepository, alerts: AlertRepository) -> None:
        self._gaps = gaps
        self._rows = rows
        self._alerts = alerts

    async def count(self, owner: OwnerScope) -> int:
        """In all of an owner's apps."""
        return await self._rows.count_open(owner) + await self._alerts.count_open(owner, ABOUT_A_VISITOR)

    async def of(self, scope: AppScope) -> WaitingForOwner:
        """In one app."""
        alerts = await self._alerts.list_open(scope, kinds=ABOUT_A_VISITOR, limit=MOST_SHOWN)
        return WaitingForOwner(
            await self._gaps.list_open(scope), [each for each in alerts if each.scope.app_id == scope.app_id]
        )
