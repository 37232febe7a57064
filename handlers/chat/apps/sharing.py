"""The QR code of an app's page in chat: a picture to keep, for a poster, a flyer or the app itself."""

from collections.abc import Sequence

from handlers.apps.apps import Apps
from handlers.buttons import Shortcut
from handlers.chat.commands import Command, Feature
from handlers.messages import Choice, Drawing, Reply, Text
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner

QR = Shortcut("app.qr", _("QR code"))


class SharingCommands:
    """What an owner types and taps to show others the way to the current app's page, or that of the app named."""

    def __init__(self, apps: Apps, public_url: str) -> None:
        self._apps = apps
        self._public_url = public_url.rstrip("/")

    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command(
                    ("/qr", "/QRコード", "/app qr"), _("Get the QR code of the app's page"), self._show_qr, shows=True
                ),
            ),
            taps=(QR.runs(self._show_qr),),
        )

    async def _show_qr(self, owner: Owner, rest: str) -> Sequence[Reply]:
        app = await self._apps.named(owner, rest)
        page = f"{self._public_url}/@{app.handle}"
        told = _("The QR code of {app}. It opens {page} and can be printed at any size.", app=app.name, page=page)
        ways = (
            Choice(_("For printing (SVG)"), url=f"{page}/qr.svg"),
            Choice(_("Open the page"), url=page),
        )
        return [Text(told), Drawing(f"{page}/qr.png", ways)]
