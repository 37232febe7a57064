"""What an owner may choose about alerts: which kinds, how soon, and when not to be disturbed."""

from handlers.alert_kinds import KINDS
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import _
from knowledge.store.alert_settings import AlertSettings, AlertSettingsRepository
from knowledge.store.alerts import AlertKind
from knowledge.store.database import Database, OwnerScope


class AlertPreferences:
    """An owner's settings for alerts, from LINE and from the page."""

    def __init__(self, db: Database) -> None:
        self._settings = AlertSettingsRepository(db)

    async def of(self, scope: OwnerScope) -> AlertSettings:
        return await self._settings.get(scope)

    async def want(self, scope: OwnerScope, kind: AlertKind, wanted: bool) -> None:
        """Tell the owner of this kind, or do not. Raises BadInput for a kind nobody can do without."""
        if not wanted and not KINDS[kind].can_mute:
            raise BadInput(_("This kind cannot be switched off."))
        await self._settings.set_wanted(scope, kind, wanted)


def kind_of(name: str) -> AlertKind:
    """The kind a button or form names. Raises NotFound."""
    try:
        return AlertKind(name)
    except ValueError as error:
        raise NotFound(_("There is no such kind of alert.")) from error
