"""Handles of accounts that nobody uses: told a month and a week before, then let go; any sign of life keeps them."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from babel.dates import format_date

from handlers.apps.apps import Apps
from handlers.apps.resting_handles import RestingHandles
from handlers.buttons import Button
from handlers.clock import JAPAN
from handlers.notices.deliveries import Deliveries, OwnerNotice
from handlers.notices.signs_of_life import NoticesGiven, ReleaseStep, decide, quiet_since
from handlers.ports import Clock
from knowledge.phrases import Lang, Phrase, _
from knowledge.store.accounts.owners import Owner, OwnerRepository
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.apps.handle_releases import HandleReleaseRepository, WatchedHandle
from knowledge.store.database import AppId, Database
from knowledge.store.insight.page_views import PageViewRepository

KEEP_HANDLE = Button("handle.keep", "")
TAKE_HANDLE = Button("handle.take", "", AppId, str)

log = structlog.get_logger()

# Longer than one look takes; a process that dies in the middle leaves the handle to the next one.
LOOK_LEASE = timedelta(minutes=5)
LOOK_AGAIN = timedelta(days=1)  # at what cannot be decided now: the account is leaving
SELDOM = timedelta(days=365)  # at what has no handle to lose
NEUTRAL_BYTES = 5
ONE_DAY = timedelta(days=1)


class HandleRelease:
    """Looks at each handle when its time comes, once however many processes there are.

    `most_views` of a page in six months do not count as life: a crawler that slipped through is no visitor.
    """

    def __init__(
        self,
        db: Database,
        handles: HandleReleaseRepository,
        owners: OwnerRepository,
        views: PageViewRepository,
        apps: Apps,
        resting: RestingHandles,
        deliveries: Deliveries,
        clock: Clock,
        public_url: str,
        most_views: int,
    ) -> None:
        self._db = db
        self._handles = handles
        self._owners = owners
        self._views = views
        self._apps = apps
        self._resting = resting
        self._deliveries = deliveries
        self._clock = clock
        self._url = public_url.rstrip("/")
        self._most_views = most_views

    async def look(self) -> int:
        """Take the next step with every handle that is due; how many were told of or released."""
        done, now = 0, self._clock.now()
        while watched := await self._handles.take_due(now, now + LOOK_LEASE):
            done += await self._look_at(watched)
        return done

    async def _look_at(self, watched: WatchedHandle) -> bool:
        """One handle. What is decided, what is said of it, and that it was, are one transaction."""

        async def work() -> ReleaseStep | None:
            now, owner = self._clock.now(), await self._owners.get(watched.scope.owner_id)
            if owner is None or owner.leaving_at:
                await self._handles.set(watched.scope, watched.notices, now + LOOK_AGAIN)
                return None
            if watched.released:
                await self._welcome_back(owner, watched)
                return None
            return await self._step(owner, watched, now)

        step = await self._db.transaction(work)
        if step in {ReleaseStep.FIRST_NOTICE, ReleaseStep.LAST_NOTICE, ReleaseStep.RELEASE}:
            log.info("handle", step=step, app_id=watched.scope.app_id)
            return True
        return False

    async def _step(self, owner: Owner, watched: WatchedHandle, now: datetime) -> ReleaseStep:
        given = NoticesGiven(**watched.notices)
        # Of a sign of life the day is known: it was at its end at the latest.
        decision = decide(now, owner.last_seen_at + ONE_DAY, given, visited=await self._is_visited(watched, now))
        match decision.step:
            case ReleaseStep.FIRST_NOTICE | ReleaseStep.LAST_NOTICE:
                await self._announce(owner, watched, decision.notices, decision.step)
            case ReleaseStep.RELEASE:
                # Whoever acts, or is counted, at this very moment is in conflict with this: one comes after the other.
                await self._owners.hold(owner.scope)
                await self._views.hold(watched.scope, now.astimezone(JAPAN).date())
                await self._release(owner, watched, now)
                return decision.step
        await self._handles.set(watched.scope, _as_stored(decision.notices), decision.look_at)
        return decision.step

    async def _is_visited(self, watched: WatchedHandle, now: datetime) -> bool:
        days = await self._views.days(
            watched.scope, quiet_since(now).astimezone(JAPAN).date(), now.astimezone(JAPAN).date()
        )
        return sum(day.views for day in days.values()) > self._most_views

    async def _announce(self, owner: Owner, watched: WatchedHandle, notices: NoticesGiven, step: ReleaseStep) -> None:
        assert notices.first_at
        assert notices.release_at
        words = {
            "handle": watched.handle,
            "app": watched.name,
            "since": day_of(owner.last_seen_at, owner.lang),
            "day": day_of(notices.release_at, owner.lang),
            "url": f"{self._url}/owner",
        }
        subject, text, body = announcement(words)
        await self._deliveries.give(
            owner,
            OwnerNotice(
                key=f"handle:{watched.scope.app_id}:{notices.first_at:%Y%m%d}:{step}",
                subject=subject,
                text=text,
                body=body,
                kind=AlertKind.ACCOUNT,
                choices=(KEEP_HANDLE(label=_("Keep @{handle}", handle=watched.handle)),),
                app=watched.scope,
            ),
        )

    async def _release(self, owner: Owner, watched: WatchedHandle, now: datetime) -> None:
        neutral = f"app-{secrets.token_hex(NEUTRAL_BYTES)}"
        let_go = await self._handles.release(watched, neutral, now, now + SELDOM)
        until = await self._resting.lay_down(let_go, owner)
        subject = _("mimi: @{handle} has been released", handle=watched.handle)
        await self._tell_of_release(owner, watched, neutral, subject, f"released:{now:%Y%m%d}", until)

    async def _welcome_back(self, owner: Owner, watched: WatchedHandle) -> None:
        """They were told when it was released; whoever comes back after it may not have read that."""
        now = self._clock.now()
        if (
            watched.told_of_release
            or watched.released_at is None
            or owner.last_seen_at + ONE_DAY <= watched.released_at
        ):
            await self._handles.set(watched.scope, {}, now + SELDOM)
            return
        subject = _("mimi: while you were away, @{handle} was released", handle=watched.released)
        await self._tell_of_release(owner, watched, watched.handle, subject, f"back:{now:%Y%m%d}", now)
        await self._handles.set_told(watched.scope, now + SELDOM)

    async def _tell_of_release(
        self, owner: Owner, watched: WatchedHandle, neutral: str, subject: Phrase, what: str, theirs_until: datetime
    ) -> None:
        was = watched.released or watched.handle
        offer = await self._apps.nearest_free(was, owner)
        free = _("@{handle} is still free at the moment.", handle=offer)
        if theirs_until > self._clock.now():
            day = day_of(theirs_until, owner.lang)
            free = _("Until {day}, only you can take @{handle}.", day=day, handle=was)
        page = f"{self._url}/@{neutral}"
        body = _(
            "@{handle} was released because it had not been used for six months. {app} is still here with "
            "everything it knows, at {page}. {offer}",
            handle=was,
            app=watched.name,
            page=page,
            offer=free,
        )
        text = _("{body}\n\nTo choose a handle again, sign in: {url}", body=body, url=f"{self._url}/owner")
        take = TAKE_HANDLE(watched.scope.app_id, offer, label=_("Take @{handle}", handle=offer))
        key = f"handle:{watched.scope.app_id}:{what}"
        await self._deliveries.give(
            owner, OwnerNotice(key, subject, text, body, AlertKind.ACCOUNT, (take,), watched.scope)
        )


def announcement(words: Mapping[str, str]) -> tuple[Phrase, Phrase, Phrase]:
    """Subject, text and card of what is said a month and a week before."""
    subject = _("mimi: @{handle} will be released on {day}", **words)
    body = _(
        "Your account has not been used since {since}, and hardly anyone has visited @{handle} ({app}). Handles "
        "that are not used for six months are released, so that others can take them: this one on {day}. Nothing "
        "else is changed or deleted.",
        **words,
    )
    text = _(
        "{body}\n\nTo keep it, sign in once before that day: {url}\nOr send mimi anything in LINE.",
        body=body,
        url=words["url"],
    )
    return subject, text, body


def day_of(at: datetime, lang: Lang) -> str:
    """A day as people read it, on Japan's calendar: `2026年11月29日`, `November 29, 2026`."""
    return format_date(at.astimezone(JAPAN), "long", locale=lang)


def _as_stored(notices: NoticesGiven) -> Mapping[str, datetime]:
    times = {"first_at": notices.first_at, "last_at": notices.last_at, "release_at": notices.release_at}
    return {name: at for name, at in times.items() if at}
