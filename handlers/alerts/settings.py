"""What an owner may choose about alerts: which kinds, how soon, when not to be disturbed, and whether by mail too."""

from handlers.alerts.hours_written import hours_written
from handlers.alerts.kinds import KINDS
from handlers.ports import Clock
from handlers.told_times import zone_called
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import _
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.alerts.alert_settings import AlertSettings, AlertSettingsRepository
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.alerts.quiet_hours import QuietHours
from knowledge.store.database import OwnerScope
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.outbox import Urgency


class AlertPreferences:
    """An owner's settings for alerts, from LINE and from the page."""

    def __init__(
        self, settings: AlertSettingsRepository, owners: OwnerRepository, held: HeldRows, clock: Clock
    ) -> None:
        self._settings = settings
        self._owners = owners
        self._held = held
        self._clock = clock

    async def of(self, scope: OwnerScope) -> AlertSettings:
        return await self._settings.get(scope)

    def check(self, kind: AlertKind, wanted: bool) -> None:
        """Whether the kind may be switched so. Raises BadInput for one nobody can do without."""
        if not wanted and not KINDS[kind].can_mute:
            raise BadInput(_("This kind cannot be switched off."))

    async def want(self, scope: OwnerScope, kind: AlertKind, wanted: bool) -> None:
        """Tell the owner of this kind, or do not. Raises BadInput for a kind nobody can do without."""
        self.check(kind, wanted)
        await self._settings.set_wanted(scope, kind, wanted)

    async def set_urgency(self, scope: OwnerScope, kind: AlertKind, urgency: Urgency) -> None:
        """How soon the owner wants to hear of this kind from now on."""
        await self._settings.set_urgency(scope, kind, urgency)

    async def set_quiet(self, scope: OwnerScope, hours: QuietHours | None) -> None:
        """When nothing is pushed; None: there is no such time. What waits is looked at anew."""
        await self._settings.set_quiet(scope, hours)
        await self._held.look_again(scope, self._clock.now())

    async def set_time_zone(self, scope: OwnerScope, name: str) -> None:
        """Where the owner's clock stands. Raises BadInput for a name that is none."""
        await self._settings.set_time_zone(scope, zone_of(name))
        await self._owners.set_digest_at(scope, None)
        await self._held.look_again(scope, self._clock.now())

    async def use_mail(self, scope: OwnerScope, address: str) -> None:
        """Mail to this address, which is known to be the owner's, what LINE has no room for."""
        await self._settings.set_email(scope, address, fallback=True)
        await self._held.look_again(scope, self._clock.now())

    async def no_mail(self, scope: OwnerScope) -> None:
        """Forget the address."""
        await self._settings.set_email(scope, "", fallback=False)


def kind_of(name: str) -> AlertKind:
    """The kind a button or form names. Raises NotFound."""
    try:
        return AlertKind(name)
    except ValueError as error:
        raise NotFound(_("There is no such kind of alert.")) from error


def urgency_named(name: str) -> Urgency:
    """The urgency a button or form names. Raises NotFound."""
    if name not in {Urgency.NOW, Urgency.SOON, Urgency.DIGEST}:
        raise NotFound(_("There is no such kind of alert."))
    return Urgency(name)


def hours_in(text: str) -> QuietHours:
    """`22:00-7:00`, in either language's way of writing it. Raises BadInput."""
    hours = hours_written(text)
    if hours is None:
        raise BadInput(_("Please write it like this: 22:00-7:00"))
    return hours


def zone_of(text: str) -> str:
    """The key of a time zone, in whichever words. Raises BadInput."""
    found = zone_called(text)
    if found is None:
        raise BadInput(_("I do not know that time zone. Send the name of a large city in it, like Tokyo or Berlin."))
    return found
