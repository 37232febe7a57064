"""What an owner wants to be told of, how soon, and when not to be disturbed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from knowledge.phrases import _
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.alerts.quiet_hours import QuietHours
from knowledge.store.database import Database, Document, OwnerScope
from knowledge.store.kept import AsLongAs, Kept, Subject
from knowledge.store.outbox.outbox import Urgency
from knowledge.store.stored import Belonging, Stored, by_owner_id

ALERT_SETTINGS = Stored(
    "alert_settings",
    Belonging.to_owner(by_owner_id),
    exported=("wanted", "urgency", "quiet", "time_zone", "email", "email_fallback"),
    kept=Kept(_("Your alert settings: kinds, quiet hours, time zone, address"), Subject.ACCOUNT, AsLongAs.ACCOUNT),
)


@dataclass(frozen=True)
class AlertSettings:
    """One owner's choices; a kind that is not named is as the table of kinds has it.

    `email` is an address the owner has confirmed; with `email_fallback` it gets what LINE's quota has no room for.
    """

    wanted: Mapping[AlertKind, bool] = field(default_factory=dict)
    urgency: Mapping[AlertKind, Urgency] = field(default_factory=dict)
    quiet: QuietHours | None = None
    time_zone: str = "Asia/Tokyo"
    email: str = ""
    email_fallback: bool = False

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def quiet_until(self, now: datetime) -> datetime | None:
        """When the owner may be disturbed again, if that is not now."""
        return self.quiet.end_if_quiet(now, self.zone) if self.quiet else None


class AlertSettingsRepository:
    """One document for each owner who has chosen something."""

    def __init__(self, database: Database) -> None:
        self._settings = database.collection(ALERT_SETTINGS.name)

    async def get(self, scope: OwnerScope) -> AlertSettings:
        document = await self._settings.find_one({"_id": scope.owner_id})
        return _to_settings(document) if document else AlertSettings()

    async def set_wanted(self, scope: OwnerScope, kind: AlertKind, wanted: bool) -> None:
        await self._set(scope, {f"wanted.{kind}": wanted})

    async def set_urgency(self, scope: OwnerScope, kind: AlertKind, urgency: Urgency) -> None:
        await self._set(scope, {f"urgency.{kind}": urgency})

    async def set_quiet(self, scope: OwnerScope, quiet: QuietHours | None) -> None:
        hours = [quiet.start.isoformat("minutes"), quiet.end.isoformat("minutes")] if quiet else None
        await self._set(scope, {"quiet": hours})

    async def set_time_zone(self, scope: OwnerScope, name: str) -> None:
        await self._set(scope, {"time_zone": name})

    async def set_email(self, scope: OwnerScope, email: str, *, fallback: bool) -> None:
        await self._set(scope, {"email": email, "email_fallback": fallback})

    async def move_email(self, scope: OwnerScope, before: str, after: str) -> None:
        """Alerts that went to an address of the account go to the one that took its place; none: nowhere."""
        changed = {"email": after} if after else {"email": "", "email_fallback": False}
        await self._settings.update_one({"_id": scope.owner_id, "email": before}, {"$set": changed})

    async def _set(self, scope: OwnerScope, changed: Document) -> None:
        own = {"_id": scope.owner_id, "owner_id": scope.owner_id}
        await self._settings.update_one(own, {"$set": changed}, upsert=True)


def _to_settings(document: Document) -> AlertSettings:
    quiet = document.get("quiet")
    return AlertSettings(
        wanted={AlertKind(kind): wanted for kind, wanted in document.get("wanted", {}).items()},
        urgency={AlertKind(kind): Urgency(urgency) for kind, urgency in document.get("urgency", {}).items()},
        quiet=QuietHours(*map(time.fromisoformat, quiet)) if quiet else None,
        time_zone=document.get("time_zone", "Asia/Tokyo"),
        email=document.get("email", ""),
        email_fallback=document.get("email_fallback", False),
    )
