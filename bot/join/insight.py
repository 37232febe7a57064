"""What is counted, and what owners learn of it."""

from bot.join.ground import Ground
from handlers.areas import AlertArea, InsightArea, LearningArea, SearchArea
from handlers.insight.access_log import AccessLog
from handlers.insight.digest import WeeklyDigest
from handlers.insight.insight import Insights
from handlers.insight.visits import PageViews


def join(ground: Ground, search: SearchArea, learning: LearningArea, alerts: AlertArea) -> InsightArea:
    """What the access log has not written yet is written when the ground closes."""
    store, clock = ground.store, ground.clock
    insights = Insights(store.page_views, store.question_counts, store.spending, ground.pii, search.likeness, clock)
    access_log = AccessLog(store.access_log)
    ground.stack.push_async_callback(access_log.close)
    return InsightArea(
        insights=insights,
        digest=WeeklyDigest(
            store.owners, store.apps, store.alert_settings, alerts.alerts, insights, learning.gaps, clock
        ),
        page_views=PageViews(store.page_views, store.visitors, clock),
        access_log=access_log,
    )
