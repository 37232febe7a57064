"""Settings of alerts in chat."""

from collections.abc import Sequence

from handlers.alert_kinds import KINDS
from handlers.alert_settings import AlertPreferences, kind_of
from handlers.commands import Feature
from handlers.messages import Choice, Reply, Text
from knowledge.phrases import _
from knowledge.store.owners import Owner


class AlertSettingCommands:
    """What an owner types and taps about which alerts they get."""

    def __init__(self, preferences: AlertPreferences) -> None:
        self._preferences = preferences

    def feature(self) -> Feature:
        return Feature(actions={"alert.mute": self._mute, "alert.unmute": self._unmute})

    async def _mute(self, owner: Owner, about: str) -> Sequence[Reply]:
        kind = kind_of(about)
        await self._preferences.want(owner.scope, kind, False)
        undo = Choice(_("Undo"), action=f"alert.unmute:{kind}")
        return [Text(_("You will not be told of this any more: {kind}", kind=KINDS[kind].name), (undo,))]

    async def _unmute(self, owner: Owner, about: str) -> Sequence[Reply]:
        kind = kind_of(about)
        await self._preferences.want(owner.scope, kind, True)
        return [Text(_("You will be told of this: {kind}", kind=KINDS[kind].name))]
