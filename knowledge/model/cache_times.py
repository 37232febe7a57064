"""Whether Claude's cache keeps an app's prompt for an hour instead of five minutes, by when it was asked. In memory.

Both are renewed by each use, at no cost. With r, w and h as the prices of a token that is read, written for five
minutes and written for an hour, an answer that comes after a gap g costs for each token of the cached beginning

    kept five minutes:  r if g <= 5 min,  else w
    kept an hour:       r if g <= 60 min, else h

So an hour is cheaper where (w - r) x (gaps of 5 to 60 minutes) > (h - w) x (gaps of more than an hour). With the
usual prices (r = 0.1, w = 1.25, h = 2 times the input) that is 1.15 x between > 0.75 x beyond: where, of the gaps that
outlast five minutes, more than four in ten are no longer than an hour. Of 20,000 tokens of Haiku 5.5 each gap between
saves 0.23 US cents, each beyond costs 0.15 more.

Each process looks at the answers it gives itself. Of several each sees longer gaps than there are; then some are taken
to be between that a use in another process has bridged, which costs nothing, since nothing is written for them.
"""

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from itertools import pairwise

from knowledge.model.models import Prices

FIVE_MINUTES, AN_HOUR = timedelta(minutes=5), timedelta(hours=1)
MOST_TIMES = 21  # of an app's answers: the twenty gaps between them
FEWEST_GAPS = 4  # before which nothing is known of an app's traffic
MOST_APPS = 5_000


class AnswerTimes:
    """When each app's last answers were asked for."""

    def __init__(self) -> None:
        self._times: OrderedDict[str, deque[datetime]] = OrderedDict()

    def hour_pays(self, app_id: str, at: datetime, prices: Prices) -> bool:
        """Note that the model is asked for the app now, and say whether its prompt had better be kept for an hour."""
        times = self._times.setdefault(app_id, deque(maxlen=MOST_TIMES))
        self._times.move_to_end(app_id)
        if len(self._times) > MOST_APPS:
            self._times.popitem(last=False)
        times.append(at)
        gaps = [later - earlier for earlier, later in pairwise(times)]
        between = sum(FIVE_MINUTES < gap <= AN_HOUR for gap in gaps)
        beyond = sum(gap > AN_HOUR for gap in gaps)
        saved = (prices.cache_write - prices.cache_read) * between
        return len(gaps) >= FEWEST_GAPS and saved > (prices.hour_write - prices.cache_write) * beyond
