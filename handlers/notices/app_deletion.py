"""One app deleted, the account kept: its page goes off at once, everything else after a day in which it comes back."""

from datetime import datetime, timedelta

import structlog

from handlers.accounts.receipts import Receipt, Receipts
from handlers.apps.resting_handles import RestingHandles
from handlers.buttons import Button
from handlers.notices.deliveries import Deliveries, OwnerNotice
from handlers.ports import Clock
from handlers.told_times import time_words
from knowledge.errors import NotFound
from knowledge.phrases import _
from knowledge.store import registry
from knowledge.store.accounts.owners import Owner, OwnerRepository
from knowledge.store.alerts.alert_settings import AlertSettingsRepository
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.database import AppId, AppScope, Database
from knowledge.store.inbox.dialogues import DialogueRepository

KEEP_APP = Button("app.stay", _("Keep the app"), AppId)

DAY_TO_UNDO = timedelta(hours=24)
ERASING_LEASE = timedelta(minutes=1)
AT_ONCE = 5

log = structlog.get_logger()


class AppDeletion:
    """From the wish to the last trace, or back. What was done at one door is told at the other, and by mail."""

    def __init__(
        self,
        db: Database,
        apps: AppRepository,
        owners: OwnerRepository,
        dialogues: DialogueRepository,
        settings: AlertSettingsRepository,
        resting: RestingHandles,
        deliveries: Deliveries,
        receipts: Receipts,
        clock: Clock,
        public_url: str,
    ) -> None:
        self._db = db
        self._apps = apps
        self._owners = owners
        self._dialogues = dialogues
        self._settings = settings
        self._resting = resting
        self._deliveries = deliveries
        self._receipts = receipts
        self._clock = clock
        self._url = public_url.rstrip("/")

    async def begin(self, owner: Owner, app: App) -> datetime:
        """Take the page off and note when the app is erased; that time. Twice is once. Raises NotFound."""

        async def work() -> datetime:
            at = self._clock.now() + DAY_TO_UNDO
            if not await self._apps.leave(app.scope, at):
                there = await self._apps.get(app.scope)
                if there is None or there.leaving_at is None:
                    raise NotFound(_("That app does not exist."))
                return there.leaving_at
            await self._dialogues.remove(owner.scope)
            body = _(
                "{app} will be deleted at {at}, with everything it knows and every conversation. Its page is "
                "already offline.",
                app=app.name,
                at=await self.time_said(owner, at),
            )
            notice = OwnerNotice(
                key=f"app-deletion:{app.id}:{at:%Y%m%d%H%M%S}",
                subject=_("mimi: {app} will be deleted", app=app.name),
                text=_(
                    "{body}\n\nUntil then you can keep it, in LINE or here: {url}",
                    body=body,
                    url=f"{self._url}/owner/apps/{app.handle}/settings",
                ),
                body=body,
                kind=AlertKind.ACCOUNT,
                choices=(KEEP_APP(app.id),),
            )
            await self._deliveries.give(owner, notice)
            log.info("app leaving", app_id=app.id)
            return at

        return await self._db.transaction(work)

    async def time_said(self, owner: Owner, at: datetime) -> str:
        """When that is, on the owner's clock."""
        return time_words(at, (await self._settings.get(owner.scope)).zone, owner.lang)

    async def stay(self, scope: AppScope) -> App:
        """Put it back. Raises NotFound if it is not leaving, or its erasure has begun."""

        async def work() -> App:
            app = await self._apps.get(scope)
            if app is None or not await self._apps.stay(scope):
                raise NotFound(_("That app is not being deleted, or it is too late to cancel."))
            log.info("app stays", app_id=app.id)
            return app

        return await self._db.transaction(work)

    async def erase_due(self) -> int:
        """Erase apps whose time is over; how many. What a process left half done is taken up again."""
        done, now = 0, self._clock.now()
        for app in await self._apps.list_leaving(now, AT_ONCE):
            if await self._apps.begin_erasing(app.scope, now, now + ERASING_LEASE):
                done += await self._erase(app)
        return done

    async def _erase(self, app: App) -> bool:
        begun_at = self._clock.now()
        await self._resting.lay_down((app.handle, *app.former_handles), await self._owners.get(app.owner_id))
        counts = await self._apps.note_erasure(app.scope, await registry.remains_of_app(self._db, app.scope))
        for _pass in range(2):  # with the page off nothing new can come but what was being written just then
            await registry.erase_app(self._db, app.scope)
        if await registry.remains_of_app(self._db, app.scope):
            # Something is still being written: it is looked at again when this lease is over.
            log.warning("app not erased yet", app_id=app.id)
            return False
        receipt = Receipt(self._receipts.service, "app", app.id, {"apps": 1, **counts}, begun_at, self._clock.now())

        async def end() -> None:
            if await self._apps.remove(app.scope) and (owner := await self._owners.get(app.owner_id)):
                await self._tell(owner, app, receipt)

        await self._db.transaction(end)
        log.info("app erased", app_id=app.id)
        return True

    async def _tell(self, owner: Owner, app: App, receipt: Receipt) -> None:
        gone = _("{app} and everything in it has been deleted.", app=app.name)
        said = _("{gone}\n\n{receipt}", gone=gone, receipt=self._receipts.words(receipt, owner.lang))
        subject = _("mimi: {app} has been deleted", app=app.name)
        await self._deliveries.give(owner, OwnerNotice(f"app-deleted:{app.id}", subject, said, said, AlertKind.ACCOUNT))
