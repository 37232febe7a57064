"""An app's settings in chat: all of them at a glance, each changed by a line, a button or a short dialogue."""

from collections.abc import Sequence
from functools import partial

from handlers.apps.apps import Apps
from handlers.apps.changes import AppSettings, list_called, setting_called
from handlers.apps.lists import BY_NAME
from handlers.apps.settings import BY_KEY, SETTINGS, Setting
from handlers.buttons import Button, Shortcut
from handlers.chat.apps.sharing import QR
from handlers.chat.commands import Command, Feature
from handlers.chat.dialogues import Answers, DialogueQuestion, Dialogues, OfferedAnswer, Script, app_of
from handlers.chat.help import HELP
from handlers.messages import LONGEST_TYPED_IN, Card, Cards, Choice, Reply, Text, Words
from handlers.written import LONGEST_SHOWN, shortened
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.database import AppId, AppScope

OVERVIEW = Shortcut("settings", _("Settings"))
SET = Button("set", "", setting_called, AppId)
PAUSE = Shortcut("app.pause", _("Pause"))
RESUME = Shortcut("app.resume", _("Resume"))
# Where the overview leads on; lists.py and pictures.py know what is done then.
SHOW_LIST = Button("list", _("Show"), list_called, AppId)
SHOW_PICTURES = Button("pictures", _("Pictures"), AppId)


class SettingCommands:
    """What an owner types and taps about the settings of the current app, or of the app a button names."""

    def __init__(self, settings: AppSettings, apps: Apps, dialogues: Dialogues, public_url: str) -> None:
        self._settings = settings
        self._apps = apps
        self._dialogues = dialogues
        self._public_url = public_url.rstrip("/")
        self._scripts = {setting.key: self._script(setting) for setting in SETTINGS}

    def feature(self) -> Feature:
        values = [
            Command((f"/app {each.key}", f"/app {each.japanese}"), each.summary, partial(self._typed, each))
            for each in SETTINGS
        ]
        return Feature(
            commands=(
                Command(("/settings", "/設定"), _("Show and change the app's settings"), self.show_all, shows=True),
                *values,
                Command(("/pause", "/休止"), _("Stop answering visitors for now"), self._pause),
                Command(("/resume", "/再開"), _("Answer visitors again"), self._resume),
            ),
            taps=(
                OVERVIEW.runs(self.show_all),
                SET.runs(self._tapped),
                PAUSE.runs(self._pause),
                RESUME.runs(self._resume),
            ),
            scripts=tuple(self._scripts.values()),
        )

    async def show_all(self, owner: Owner, rest: str) -> Sequence[Reply]:
        """Everything at a glance, in groups, each with the buttons that change it."""
        app = await self._apps.named(owner, rest)
        switch = RESUME(app.id) if app.paused else PAUSE(app.id)
        groups = (
            (_("The page"), ("name", "handle", "url", "bio"), ()),
            (_("How I speak"), ("lang", "tone", "greeting", "person"), (_listed("suggestions", app),)),
            (_("Appearance"), ("color", "look"), (_listed("links", app), SHOW_PICTURES(app.id))),
            (_("Reach more people"), ("listed", "bio2", "greeting2"), (QR(app.id), _listed("origins", app))),
            (_("Visitors"), ("limits", "keep", "mask"), (_listed("banned_topics", app), switch)),
        )
        # Buttons name their app: the cards stay in the chat when another one is the current app.
        cards = tuple(_card(app, title, keys, more) for title, keys, more in groups)
        state = _("{app} is paused.", app=app.name) if app.paused else _("{app} answers visitors.", app=app.name)
        return [Cards(state, cards, (Choice(_("Open the page"), url=self._url(app)), HELP()))]

    async def _typed(self, setting: Setting, owner: Owner, rest: str) -> Sequence[Reply]:
        app = await self._apps.chosen(owner)
        return await (self._save(app.scope, setting, rest) if rest else self._ask(owner, setting, app))

    async def _tapped(self, owner: Owner, setting: Setting, app_id: AppId) -> Sequence[Reply]:
        return await self._ask(owner, setting, await self._apps.named(owner, app_id))

    async def _ask(self, owner: Owner, setting: Setting, app: App) -> Sequence[Reply]:
        now = Text(_("{title} now: {value}", title=setting.title, value=_short(setting.show(app))))
        return [now, *await self._dialogues.begin(owner, self._scripts[setting.key], {"app_id": app.id})]

    async def _save(self, scope: AppScope, setting: Setting, text: str) -> Sequence[Reply]:
        app = await self._settings.set(scope, {setting.key: text})
        done = _("Changed. {title}: {value}", title=setting.title, value=_short(setting.show(app)))
        return [Text(done, (OVERVIEW(), Choice(_("Open the page"), url=self._url(app))))]

    async def _pause(self, owner: Owner, rest: str) -> Sequence[Reply]:
        app = await self._apps.named(owner, rest)
        changed = await self._settings.pause(app.scope, paused=True)
        done = _("I no longer answer visitors of {app}. They are told that I am taking a break.", app=app.name)
        # Tapped twice, or paused on the page meanwhile: nothing is wrong, and it is said how it stands.
        words = done if changed else _("{app} is already paused.", app=app.name)
        return [Text(words, (RESUME(app.id), OVERVIEW()))]

    async def _resume(self, owner: Owner, rest: str) -> Sequence[Reply]:
        app = await self._apps.named(owner, rest)
        changed = await self._settings.pause(app.scope, paused=False)
        done = _("I am answering visitors of {app} again.", app=app.name)
        words = done if changed else _("I am already answering visitors of {app}.", app=app.name)
        return [Text(words, (Choice(_("Open the page"), url=self._url(app)), OVERVIEW()))]

    def _script(self, setting: Setting) -> Script:
        async def offer(owner: Owner, answers: Answers) -> Sequence[Choice | OfferedAnswer]:
            app = await self._apps.get(app_of(owner, answers))
            buttons = [OfferedAnswer(label, typed) for label, typed in setting.offered]
            typed = setting.typed(app)
            # Where there are values to tap, the present one is among them. What LINE would cut is not offered at all.
            can_edit = typed and len(setting.offered) <= 1 and len(typed) <= LONGEST_TYPED_IN
            return [*([Choice(_("Edit current text"), type_in=typed)] if can_edit else []), *buttons]

        async def finish(owner: Owner, answers: Answers) -> Sequence[Reply]:
            return await self._save(app_of(owner, answers), setting, answers["value"])

        return Script(f"set.{setting.key}", (DialogueQuestion("value", setting.ask, _as_typed, offer),), finish)

    def _url(self, app: App) -> str:
        return f"{self._public_url}/@{app.handle}"


async def _as_typed(owner: Owner, text: str) -> str:
    """Whether it fits is decided when it is saved: a text that does not is asked for again."""
    return text


def _card(app: App, title: Phrase, keys: Sequence[str], more: Sequence[Choice]) -> Card:
    rows = tuple((BY_KEY[key].title, BY_KEY[key].show(app)) for key in keys)
    buttons = tuple(SET(BY_KEY[key], app.id, label=BY_KEY[key].title) for key in keys)
    return Card(title, rows=rows, choices=(*buttons, *more))


def _listed(key: str, app: App) -> Choice:
    return SHOW_LIST(BY_NAME[key], app.id, label=BY_NAME[key].title)


def _short(value: Words) -> Words:
    return shortened(value, LONGEST_SHOWN) if isinstance(value, str) else value
