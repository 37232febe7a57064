"""Apps in chat: a new one, all of them, and which one commands are about."""

import re
from collections.abc import Mapping, Sequence

from handlers.apps.apps import Apps, handle_of
from handlers.buttons import Button, Shortcut
from handlers.chat.accounts.linking import LINK
from handlers.chat.apps.sharing import QR
from handlers.chat.commands import Command, Feature
from handlers.chat.dialogues import DialogueQuestion, Dialogues, OfferedAnswer, Script
from handlers.chat.entries.faqs import ADD_FAQ, LIST_FAQS
from handlers.chat.help import HELP
from handlers.messages import Card, Cards, Choice, Reply, Text
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.database import AppId
from knowledge.words.gist import is_small_talk

LIST_APPS = Shortcut("app.list", _("Your apps"))
NEW_APP = Shortcut("app.new", _("New app"))
SWITCH_APP = Button("app.switch", _("Use this app"), AppId)

_QUOTED = re.compile(r"[「『“\"](.+)[」』”\"]")
_ASKS = re.compile(r"(?:[?？]|(?:です|ます|せん|した|しょう)か|たいです|くだ?さい|下さい|願いします)[。.!！]?\s*\Z")


class AppCommands:
    """What an owner types and taps about apps. The first app is made with the same dialogue as any other."""

    def __init__(self, apps: Apps, dialogues: Dialogues, public_url: str) -> None:
        self._apps = apps
        self._dialogues = dialogues
        self._public_url = public_url.rstrip("/")
        self._making = Script(
            "app.new",
            (
                DialogueQuestion("name", _("What is your app called?"), self._check_name, self._offer_link),
                DialogueQuestion("handle", _where_to_publish, self._check_handle, self._offer_handle),
            ),
            self._make,
        )

    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command(
                    ("/app list", "/app 一覧", "/app", "/apps", "/アプリ"),
                    _("Show your apps"),
                    self.show_all,
                    shows=True,
                ),
                Command(
                    ("/app switch", "/app 切替", "/app 切り替え"),
                    _("Choose the app that commands apply to"),
                    self._switch_to,
                    _("<handle>"),
                ),
                Command(("/app new", "/app 新規", "/app 追加"), _("Create another app"), self.begin, _("<name>")),
            ),
            taps=(
                LIST_APPS.runs(self.show_all),
                NEW_APP.runs(self.begin),
                SWITCH_APP.runs(self._switch),
            ),
            scripts=(self._making,),
        )

    async def begin(self, owner: Owner, rest: str) -> Sequence[Reply]:
        """Ask for the name, or with the name given for the handle."""
        answers = {"name": await self._check_name(owner, rest)} if rest else {}
        return await self._dialogues.begin(owner, self._making, answers)

    async def show_all(self, owner: Owner, rest: str) -> Sequence[Reply]:
        """The owner's apps, each with its page; the current one is marked."""
        apps = await self._apps.list(owner.scope)
        current = await self._apps.current(owner)
        if current is None:
            return [Text(_("You have no app yet."), (NEW_APP(),))]
        cards = tuple(self._card(app, is_current=app.id == current.id) for app in apps)
        return [Cards(_("Your apps. Commands apply to {app}.", app=current.name), cards, (NEW_APP(),))]

    async def _switch_to(self, owner: Owner, rest: str) -> Sequence[Reply]:
        if not rest:
            return await self.show_all(owner, rest)
        # By handle or by name, however they are written: `＠Hitsuji` means the same app.
        wanted = handle_of(rest)
        apps = await self._apps.list(owner.scope)
        app = next((app for app in apps if wanted in {app.handle, handle_of(app.name)}), None)
        if app is None:
            raise NotFound(_("You have no app called “{name}”. /app list shows your apps.", name=rest[:50]))
        return await self._switch(owner, app.id)

    async def _switch(self, owner: Owner, app_id: AppId) -> Sequence[Reply]:
        app = await self._apps.switch(owner.scope, app_id)
        return [Text(_("Commands now apply to {app}.", app=app.name), (LIST_FAQS(), ADD_FAQ()))]

    async def _check_name(self, owner: Owner, text: str) -> str:
        """The name; not what somebody says who has not read the question (a greeting, a question of their own)."""
        name = self._apps.check_name(text)
        if quoted := _QUOTED.fullmatch(name):
            return self._apps.check_name(quoted[1])
        if is_small_talk(name) or _ASKS.search(name):
            sure = _(
                "That looks like a message rather than a name. If it is the name, send it in quotation marks: “{name}”",
                name=name,
            )
            raise BadInput(sure)
        return name

    async def _check_handle(self, owner: Owner, text: str) -> str:
        return await self._apps.check_handle(text, owner)

    async def _offer_link(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Choice]:
        """Whoever has no app here may have one already, on the web."""
        if owner.email or await self._apps.list(owner.scope):
            return ()
        return (LINK(),)

    async def _offer_handle(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[OfferedAnswer]:
        handle = await self._apps.suggest_handle(answers["name"], owner)
        return (OfferedAnswer(f"@{handle}", handle),)

    async def _make(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Reply]:
        app = await self._apps.create(owner.scope, answers["name"], answers["handle"])
        next_steps = (Choice(_("Open the page"), url=self._url(app)), ADD_FAQ(), HELP())
        body = _("Your page is live. Teach me a first answer, then ask me about it there as a visitor.")
        return [Card(app.name, body, ((_("Address"), self._url(app)),), next_steps)]

    def _card(self, app: App, *, is_current: bool) -> Card:
        page = Choice(_("Open the page"), url=self._url(app))
        if is_current:
            return Card(app.name, _("This is the current app."), ((_("Address"), self._url(app)),), (page, QR(app.id)))
        return Card(app.name, "", ((_("Address"), self._url(app)),), (page, QR(app.id), SWITCH_APP(app.id)))

    def _url(self, app: App) -> str:
        return f"{self._public_url}/@{app.handle}"


def _where_to_publish(answers: Mapping[str, str]) -> Phrase:
    return _(
        "The name is “{name}”. Its page will be public at /@handle: tap the handle below, or write another (a-z, "
        "0-9, - and _).",
        name=answers["name"],
    )
