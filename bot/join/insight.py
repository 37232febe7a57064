"""What is counted, and what owners learn of it."""

from bot.join.ground import Ground
from handlers.areas import AlertArea, InsightArea, LearningArea, SearchArea
from handlers.insight.access_log import AccessLog
from handlers.insight.digest import WeeklyDigest
from handlers.insight.insight import Insights
from handlers.insight.visits import PageViews
from knowledge.store.conversations.visitor_counts import VisitorRepository
from knowledge.store.insight.access_log import AccessLogRepository
from knowledge.store.insight.page_views import PageViewRepository


def join(ground: Ground, search: SearchArea, learning: LearningArea, alerts: AlertArea) -> InsightArea:
    """What the access log has not written yet is written when the ground closes."""
    database, clock = ground.database, ground.clock
    insights = Insights(database, ground.pii, search.likeness, clock)
    access_log = AccessLog(AccessLogRepository(database))
    ground.stack.push_async_callback(access_log.close)
    return InsightArea(
        insights=insights,
        digest=WeeklyDigest(database, alerts.alerts, insights, learning.gaps, clock),
        page_views=PageViews(PageViewRepository(database), VisitorRepository(database), clock),
        access_log=access_log,
    )
