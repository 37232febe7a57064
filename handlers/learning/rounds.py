"""Getting better, in the background: one app at a time by lease, so that several instances do each thing once."""

from datetime import timedelta

import structlog

from handlers.learning.checks import Checks
from handlers.learning.gap_study import GapStudy
from handlers.ports import Clock
from knowledge.search.retrieval import Retrieval
from knowledge.store.alerts.askings import AskingRepository
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.database import AppScope
from knowledge.store.learning.studies import StudyRepository

log = structlog.get_logger(__name__)

STUDY_LEASE = timedelta(minutes=5)  # longer than the slowest study
QUIET = timedelta(
    seconds=5
)  # for which knowledge must not have changed: an owner who edits is not watched at each step
MOST_APPS = 20  # looked at in one round


class Learning:
    """Sorts new questions, and sees what a change of the knowledge means for them."""

    def __init__(
        self,
        apps: AppRepository,
        askings: AskingRepository,
        studies: StudyRepository,
        study: GapStudy,
        checks: Checks,
        retrieval: Retrieval,
        clock: Clock,
    ) -> None:
        self._apps = apps
        self._askings = askings
        self._studies = studies
        self._study = study
        self._checks = checks
        self._retrieval = retrieval
        self._clock = clock

    async def round(self) -> int:
        """Do what is due for some apps, and say for how many."""
        asked = await self._askings.apps_with_unsorted(MOST_APPS * 10)
        changed = [app.scope for app in await self._apps.list_unstudied(MOST_APPS)]
        waiting = await self._studies.list_asked(MOST_APPS)
        done = [await self._take(scope) for scope in list(dict.fromkeys((*waiting, *asked, *changed)))[:MOST_APPS]]
        return sum(done)

    async def _take(self, scope: AppScope) -> bool:
        if not await self._studies.take(scope, self._clock.now(), STUDY_LEASE):
            return False
        try:
            done = await self._work(scope)
        except Exception as error:  # noqa: BLE001 (the lease keeps it away for a while, and other apps go on)
            log.warning("study_failed", error=type(error).__name__, app=scope.app_id)
            return False
        await self._studies.give_back(scope, self._clock.now())
        return done

    async def _work(self, scope: AppScope) -> bool:
        sorted_now = await self._study.sort(scope)
        app = await self._apps.get(scope)
        if app is None:
            return False
        await self._checks.answer_asked(app)
        since = await self._studies.unchanged_since(scope, app.knowledge_version, self._clock.now())
        settled = self._clock.now() - since >= QUIET
        if sorted_now or settled:
            await self._study.study(app)
        if settled:
            await self._changed(app)
        return bool(sorted_now or settled)

    async def _changed(self, app: App) -> None:
        """The knowledge has come to rest in a new state: what has to be done once for each."""
        await self._retrieval.prepare(app.scope, app.knowledge_version)  # so that the first visitor need not wait
        await self._checks.knowledge_changed(app)
        await self._apps.set_studied(app.scope, app.knowledge_version)
