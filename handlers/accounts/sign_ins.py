"""Where an owner is signed in: each browser in words, and an end to one of them or to all others."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog

from handlers.messages import Words
from handlers.ports import Clock
from handlers.told_times import time_words
from knowledge.errors import NotFound
from knowledge.phrases import Lang, Phrase, _
from knowledge.store.accounts.sessions import Session, SessionRepository, SignInDoor
from knowledge.store.alerts.alert_settings import AlertSettingsRepository
from knowledge.store.database import OwnerScope
from knowledge.store.stored import digest

log = structlog.get_logger()

INSIDE_LINE = "LINE "  # how the browser that LINE opens is called in front of its version
DOORS: dict[SignInDoor, Phrase] = {
    SignInDoor.LINE: _("Signed in from LINE"),
    SignInDoor.MAIL: _("Signed in by e-mail"),
}


@dataclass(frozen=True)
class SignedIn:
    """One browser in which the owner is signed in; `is_here` is the one that asks."""

    session: Session
    is_here: bool
    zone: ZoneInfo

    @property
    def name(self) -> Words:
        """Browser and device, as far as they are known."""
        browser, device = self.session.browser, self.session.device
        if browser.startswith(INSIDE_LINE):
            return _("LINE’s own browser, {device}", device=device) if device else _("LINE’s own browser")
        if not browser:
            return _("A browser")
        return _("{browser}, {device}", browser=browser, device=device) if device else browser

    @property
    def door(self) -> Phrase:
        return DOORS[self.session.door]

    def used(self, lang: Lang) -> str:
        """When it was last used, by the owner's clock. It is noted once an hour at most."""
        return time_words(self.session.used_at, self.zone, lang)


class SignIns:
    """The owner's own sessions, and nobody else's."""

    def __init__(self, sessions: SessionRepository, alert_settings: AlertSettingsRepository, clock: Clock) -> None:
        self._sessions = sessions
        self._alert_settings = alert_settings
        self._clock = clock

    async def list(self, owner: OwnerScope, here: str = "") -> Sequence[SignedIn]:
        """Where they are signed in, `here` (the value of the cookie) first, then the one used last."""
        sessions = await self._sessions.list(owner, self._clock.now())
        zone = (await self._alert_settings.get(owner)).zone
        found = [SignedIn(each, bool(here) and each.id == digest(here), zone) for each in sessions]
        return sorted(found, key=lambda each: (each.is_here, each.session.used_at), reverse=True)

    async def end(self, owner: OwnerScope, session_id: str) -> None:
        """Sign one browser out. Raises NotFound if it is signed out already."""
        if not await self._sessions.remove_one(owner, session_id):
            raise NotFound(_("That browser is already signed out."))
        log.info("signed out elsewhere", owner_id=owner.owner_id)

    async def end_others(self, owner: OwnerScope, here: str = "") -> int:
        """Sign out every browser but this one; how many there were."""
        count = await self._sessions.remove_others(owner, here)
        log.info("signed out elsewhere", owner_id=owner.owner_id, count=count)
        return count
