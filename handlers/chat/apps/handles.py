"""A handle that is about to be released, or was: keeping it, and taking another one, by the buttons of the notices."""

from collections.abc import Sequence

from handlers.apps.apps import Apps
from handlers.apps.changes import AppSettings
from handlers.chat.commands import Feature
from handlers.messages import Card, Choice, Reply, Text
from handlers.notices.handle_release import KEEP_HANDLE, TAKE_HANDLE
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.database import AppId, AppScope


class HandleCommands:
    """What an owner taps under such a notice."""

    def __init__(self, apps: Apps, settings: AppSettings, public_url: str) -> None:
        self._apps = apps
        self._settings = settings
        self._public_url = public_url.rstrip("/")

    def feature(self) -> Feature:
        return Feature(
            taps=(
                KEEP_HANDLE.runs(self._keep),
                TAKE_HANDLE.runs(self._take),
            )
        )

    async def _keep(self, owner: Owner) -> Sequence[Reply]:
        """The tap was the sign of life (Accounts.seen); what is left is to say so."""
        handles = ", ".join(f"@{app.handle}" for app in await self._apps.list(owner.scope))
        return [Text(_("Good to hear from you. Your handles stay yours: {handles}", handles=handles or "-"))]

    async def _take(self, owner: Owner, app_id: AppId, handle: str) -> Sequence[Reply]:
        """The offered handle, if nobody was quicker."""
        app = await self._settings.set(AppScope(owner.id, app_id), {"handle": handle})
        page = f"{self._public_url}/@{app.handle}"
        return [
            Card(
                app.name,
                _("Your page is now at @{handle}.", handle=app.handle),
                ((_("Address"), page),),
                (Choice(_("Open the page"), url=page),),
            )
        ]
