"""Icon and header in chat: asked for and sent as a photo, or a photo first and then where it belongs."""

from collections.abc import Mapping, Sequence
from functools import partial

from handlers.apps.apps import Apps
from handlers.apps.pictures import Pictures
from handlers.buttons import Button, Shortcut
from handlers.chat.apps.settings import OVERVIEW, SHOW_PICTURES
from handlers.chat.commands import Command, Feature
from handlers.chat.dialogues import Answers, DialogueQuestion, Dialogues, Script, app_of
from handlers.messages import Choice, Reply, Text
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.apps.pictures import Picture, PictureId, Shape
from knowledge.store.database import AppId, AppScope
from knowledge.store.inbox.dialogues import Dialogue

NAMES: Mapping[Shape, Phrase] = {Shape.ICON: _("Icon"), Shape.HEADER: _("Header")}
ASKS: Mapping[Shape, Phrase] = {
    Shape.ICON: _("Send me a photo for the icon. I crop a square from the middle."),
    Shape.HEADER: _("Send me a photo for the header. I crop a wide strip (3:1) from the middle."),
}
DONE: Mapping[Shape, Phrase] = {
    Shape.ICON: _("This is now the icon of {app}."),
    Shape.HEADER: _("This is now the header of {app}."),
}


def _shape(name: str) -> Shape:
    if name not in NAMES:
        raise NotFound(_("That picture no longer exists."))
    return Shape(name)


CHANGE = {shape: Shortcut(f"picture.{shape}", name) for shape, name in NAMES.items()}
USE_PICTURE = Button("picture.use", "", _shape, PictureId)
REMOVE_PICTURE = Button("picture.remove", "", _shape, AppId)


class PictureCommands:
    """What an owner types, taps and sends about the pictures of the current app, or of the app a button names."""

    def __init__(self, pictures: Pictures, apps: Apps, dialogues: Dialogues, public_url: str) -> None:
        self._pictures = pictures
        self._apps = apps
        self._dialogues = dialogues
        self._public_url = public_url.rstrip("/")
        self._scripts = {f"picture.{shape}": _script(shape) for shape in NAMES}

    def feature(self) -> Feature:
        ask = {shape: partial(self._ask, shape) for shape in NAMES}
        return Feature(
            commands=(
                Command(("/app icon", "/app アイコン"), _("Change the app's icon with a photo"), ask[Shape.ICON]),
                Command(
                    ("/app header", "/app ヘッダー"), _("Change the page's header with a photo"), ask[Shape.HEADER]
                ),
            ),
            taps=(
                SHOW_PICTURES.runs(self._show),
                *(CHANGE[shape].runs(run) for shape, run in ask.items()),
                USE_PICTURE.runs(self._use),
                REMOVE_PICTURE.runs(self._remove),
            ),
            scripts=tuple(self._scripts.values()),
            photos=self,
        )

    async def fetch(self, message: str) -> Picture:
        """The photo of a message, before anything is decided about it. Raises what `Pictures.sent` raises."""
        return await self._pictures.sent(message)

    async def receive(self, owner: Owner, photo: Picture, dialogue: Dialogue | None) -> Sequence[Reply]:
        """A photo came: the one that was asked for, or one whose place has to be chosen."""
        if dialogue and dialogue.name in self._scripts:
            shape = Shape(dialogue.name.removeprefix("picture."))
            app = await self._pictures.use(app_of(owner, dialogue.answers), shape, photo)
            # No answer in words was given: the dialogue ends here, not by its script.
            await self._dialogues.cancel(owner)
            return self._done(shape, app)
        app = await self._apps.chosen(owner)
        # Kept until a button says where it goes: LINE deletes what was sent after a time it does not name.
        kept = await self._pictures.keep(app.scope, photo)
        places = tuple(USE_PICTURE(shape, kept.id, label=name) for shape, name in NAMES.items())
        asked = _(
            "A photo. Where should it go on the page of {app}? I cannot read text in photos: to teach me what it "
            "says, send me the text, or the file it was made from.",
            app=app.name,
        )
        return [Text(asked, (*places, OVERVIEW()))]

    async def _show(self, owner: Owner, app_id: str) -> Sequence[Reply]:
        app = await self._apps.named(owner, app_id)
        change = [button(app.id) for button in CHANGE.values()]
        removals = {Shape.ICON: (app.icon, _("Remove the icon")), Shape.HEADER: (app.header, _("Remove the header"))}
        remove = [REMOVE_PICTURE(shape, app.id, label=words) for shape, (there, words) in removals.items() if there]
        state = _(
            "Pictures of {app}\nIcon: {icon}\nHeader: {header}\nSend me a photo, or choose.",
            app=app.name,
            icon=_there(app.icon),
            header=_there(app.header),
        )
        return [Text(state, (*change, *remove, Choice(_("Open the page"), url=self._url(app)), OVERVIEW()))]

    async def _ask(self, shape: Shape, owner: Owner, app_id: str) -> Sequence[Reply]:
        app = await self._apps.named(owner, app_id)
        return await self._dialogues.begin(owner, self._scripts[f"picture.{shape}"], {"app_id": app.id})

    async def _use(self, owner: Owner, shape: Shape, picture_id: PictureId) -> Sequence[Reply]:
        return self._done(shape, await self._pictures.use_kept(owner.scope, picture_id, shape))

    async def _remove(self, owner: Owner, shape: Shape, app_id: AppId) -> Sequence[Reply]:
        app = await self._pictures.remove(AppScope(owner.id, app_id), shape)
        return [
            Text(
                _("Removed. The page no longer shows it."), (Choice(_("Open the page"), url=self._url(app)), OVERVIEW())
            )
        ]

    def _done(self, shape: Shape, app: App) -> Sequence[Reply]:
        ways = (Choice(_("Open the page"), url=self._url(app)), SHOW_PICTURES(app.id))
        return [Text(Phrase(DONE[shape].text, {"app": app.name}), ways)]

    def _url(self, app: App) -> str:
        return f"{self._public_url}/@{app.handle}"


def _script(shape: Shape) -> Script:
    async def not_a_photo(owner: Owner, text: str) -> str:
        raise BadInput(_("That is text. Please send a photo, or tap “Cancel”."))

    async def finish(owner: Owner, answers: Answers) -> Sequence[Reply]:
        return []

    return Script(f"picture.{shape}", (DialogueQuestion("photo", ASKS[shape], not_a_photo),), finish)


def _there(digest: str) -> Phrase:
    return _("set") if digest else _("none")
