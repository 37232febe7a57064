"""Apps, their pictures, and what their owner wants to be told, out of an export and into an account."""

from collections.abc import AsyncIterator, Mapping
from datetime import time

from handlers.alerts.kinds import KINDS
from handlers.alerts.settings import kind_of, urgency_named, zone_of
from handlers.apps.apps import MOST_APPS, Apps
from handlers.apps.pictures import PLACES, Pictures
from handlers.exports.archives import Record
from handlers.exports.coming import Coming, each_of
from handlers.exports.records import text_in
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import _
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.alerts.alert_settings import AlertSettings, AlertSettingsRepository
from knowledge.store.alerts.quiet_hours import QuietHours
from knowledge.store.apps.pictures import Shape
from knowledge.store.database import AppScope


class ReturnedApps:
    """Comes first: everything else is a part of an app."""

    def __init__(
        self, apps: Apps, pictures: Pictures, owners: OwnerRepository, alert_settings: AlertSettingsRepository
    ) -> None:
        self._apps = apps
        self._pictures = pictures
        self._owners = owners
        self._alert_settings = alert_settings

    def check(self, coming: Coming) -> Mapping[str, int]:
        if len(coming.apps) > MOST_APPS:
            raise BadInput(_("You already have {most} apps, which is the limit. Delete one first.", most=MOST_APPS))
        pictures = list(each_of(coming.archive, "pictures.json", lambda record: _picture_in(coming, record)))
        there = [name for _scope, shape, name in pictures if shape in PLACES and coming.archive.holds(name)]
        for name in there:
            coming.archive.picture(name)
        list(each_of(coming.archive, "alert_settings.json", settings_in))
        return {"apps": len(coming.apps), "pictures": len(there)}

    async def put(self, coming: Coming) -> AsyncIterator[int]:
        shown = set[tuple[AppScope, Shape]]()
        for app in coming.apps.values():
            there = await self._apps.bring_back(app)
            shown |= {(app.scope, shape) for shape in PLACES if getattr(there, shape)}
            yield 1
        for scope, shape, name in each_of(coming.archive, "pictures.json", lambda record: _picture_in(coming, record)):
            if shape in PLACES and coming.archive.holds(name):
                if (scope, shape) not in shown:
                    await self._pictures.uploaded(scope, shape, coming.archive.picture(name))
                yield 1
        await self._settle(coming)

    async def _settle(self, coming: Coming) -> None:
        """What was wanted, unless something else is by now. Where mail goes is for a confirmed address to say."""
        now = await self._alert_settings.get(coming.owner)
        for before in each_of(coming.archive, "alert_settings.json", settings_in):
            if (now.wanted, now.urgency, now.quiet) == ({}, {}, None):
                for kind, wanted in before.wanted.items():
                    await self._alert_settings.set_wanted(coming.owner, kind, wanted)
                for kind, urgency in before.urgency.items():
                    await self._alert_settings.set_urgency(coming.owner, kind, urgency)
                if before.quiet:
                    await self._alert_settings.set_quiet(coming.owner, before.quiet)
                await self._alert_settings.set_time_zone(coming.owner, before.time_zone)
        owner = await self._owners.get(coming.owner.owner_id)
        if owner and owner.current_app_id is None and coming.apps:
            await self._owners.set_current_app(coming.owner, next(iter(coming.apps.values())).id)


def settings_in(record: Record) -> AlertSettings:
    """What an owner had chosen. Raises BadInput."""
    try:
        wanted = {kind_of(kind): bool(each) for kind, each in (record.get("wanted") or {}).items()}
        urgency = {kind_of(kind): urgency_named(each) for kind, each in (record.get("urgency") or {}).items()}
        quiet = QuietHours(*map(time.fromisoformat, record["quiet"])) if record.get("quiet") else None
    except (NotFound, TypeError, ValueError, AttributeError) as error:
        raise BadInput(_("“{field}” is not in the form mimi wrote it in", field="wanted")) from error
    kept = {kind: each for kind, each in wanted.items() if each or KINDS[kind].can_mute}
    return AlertSettings(kept, urgency, quiet, zone_of(text_in(record, "time_zone") or AlertSettings().time_zone))


def _picture_in(coming: Coming, record: Record) -> tuple[AppScope, Shape, str]:
    try:
        return coming.scope_of(record), Shape(text_in(record, "shape")), text_in(record, "data")
    except ValueError as error:
        raise BadInput(_("“{field}” is not in the form mimi wrote it in", field="shape")) from error
