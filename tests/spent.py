"""Money spent by tests, in millionths of a dollar."""

from handlers.spending.spending import Spending
from knowledge.model.events import Usage
from knowledge.store.database import AppScope

MODEL = "claude-haiku-5-5"
# Enough to put aside for one call of the small apps of tests, and not for two.
ONE_AND_A_HALF = 1_500


async def spend(spending: Spending, scope: AppScope, cost: int) -> None:
    """A call that costs so much has been made."""
    async with spending.bill(scope) as bill:
        bill.add(Usage(0, 2 * cost, 0, 0, MODEL))  # a token of its answers costs half a millionth
