"""Where the site's request handlers find each area of mimi, and where the pages are served."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from handlers import areas
from handlers.ports import Clock
from knowledge.phrases import VisitorLang
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App

CLOCK: Final[web.AppKey[Clock]] = web.AppKey("clock")
ACCOUNTS: Final = web.AppKey("accounts", areas.AccountArea)
ALERTS: Final = web.AppKey("alerts", areas.AlertArea)
ANSWERS: Final = web.AppKey("answers", areas.AnswerArea)
APPS: Final = web.AppKey("apps", areas.AppArea)
CONVERSATIONS: Final = web.AppKey("conversations", areas.ConversationArea)
ENTRIES: Final = web.AppKey("entries", areas.EntryArea)
IMPORTS: Final = web.AppKey("imports", areas.ImportArea)
EXPORTS: Final = web.AppKey("exports", areas.ExportArea)
INSIGHT: Final = web.AppKey("insight", areas.InsightArea)
LEARNING: Final = web.AppKey("learning", areas.LearningArea)
NOTICES: Final = web.AppKey("notices", areas.NoticeArea)
PROGRAMS: Final = web.AppKey("programs", areas.ProgramArea)
PROPOSALS: Final = web.AppKey("proposals", areas.ProposalArea)

# Who is signed in, once a page has found out.
OWNER: Final[web.RequestKey[Owner]] = web.RequestKey("owner")
# The owner's apps, where a page knows them, and which of them it is about.
OWNED_APPS: Final[web.RequestKey[Sequence[App]]] = web.RequestKey("owned_apps")
APP_SHOWN: Final[web.RequestKey[App]] = web.RequestKey("app_shown")
# How many questions wait for whoever is signed in.
WAITING: Final[web.RequestKey[int]] = web.RequestKey("waiting")
# The language this response speaks, once its handler knows better than the browser's headers.
LANG: Final[web.RequestKey[VisitorLang]] = web.RequestKey("lang")


def hand_over(app: web.Application, every: areas.Areas, clock: Clock) -> None:
    """Put the areas where request handlers look for them."""
    app[CLOCK], app[ACCOUNTS], app[ALERTS], app[ANSWERS] = clock, every.accounts, every.alerts, every.answers
    app[APPS], app[CONVERSATIONS], app[ENTRIES] = every.apps, every.conversations, every.entries
    app[IMPORTS], app[INSIGHT], app[LEARNING] = every.imports, every.insight, every.learning
    app[NOTICES], app[EXPORTS], app[PROGRAMS] = every.notices, every.exports, every.programs
    app[PROPOSALS] = every.proposals


@dataclass(frozen=True)
class Site:
    """What the pages must know about where they are served."""

    public_url: str  # as people type it, without a slash at the end
    trusted_proxy: bool = False  # one proxy in front adds the visitor's address to X-Forwarded-For (S46)
    demo_handle: str = ""  # the app the front page shows; empty: none
    demo_owner: str = ""  # where its owner's page opens without a link; empty: nowhere, as in production
    line_url: str = ""  # where an owner-to-be meets mimi on LINE: the simulator's page, or the add-friend link


SITE: Final = web.AppKey("site", Site)
