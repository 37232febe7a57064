"""An app's lists in chat: links, suggested questions, topics to keep out of, and sites with the widget."""

from collections.abc import Mapping, Sequence
from functools import partial

from handlers.apps.apps import Apps
from handlers.apps.changes import AppSettings, list_called
from handlers.apps.lists import LISTS, ItemPart, SettingList
from handlers.buttons import Button
from handlers.chat.commands import Command, Feature
from handlers.chat.dialogues import Answers, DialogueQuestion, Dialogues, Script, app_of
from handlers.chat.settings import OVERVIEW, SHOW_LIST
from handlers.messages import Card, Cards, Reply, Text
from handlers.written import LONGEST_IN_ROW, shortened
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.database import AppId, AppScope

ADD_ITEM = Button("list.add", _("Add"), list_called, AppId)
REMOVE_ITEM = Button("list.remove", _("Remove"), list_called, AppId, str)
MOVE_ITEM_UP = Button("list.up", _("Move up"), list_called, AppId, str)

SHOWN_AS_CARDS = 10


class ListCommands:
    """What an owner types and taps about the lists of the current app, or of the app a button names."""

    def __init__(self, settings: AppSettings, apps: Apps, dialogues: Dialogues) -> None:
        self._settings = settings
        self._apps = apps
        self._dialogues = dialogues
        self._scripts: Mapping[str, Script] = {each.key: self._script(each) for each in LISTS}

    def feature(self) -> Feature:
        return Feature(
            commands=tuple(
                Command((f"/app {each.english}", f"/app {each.japanese}"), each.summary, partial(self._typed, each))
                for each in LISTS
            ),
            taps=(
                SHOW_LIST.runs(self._show),
                ADD_ITEM.runs(self._ask),
                REMOVE_ITEM.runs(self._remove),
                MOVE_ITEM_UP.runs(self._move_up),
            ),
            scripts=tuple(self._scripts.values()),
        )

    async def _typed(self, listed: SettingList, owner: Owner, rest: str) -> Sequence[Reply]:
        """Without anything the list is shown; what follows the command is a new item's first part."""
        app = await self._apps.chosen(owner)
        if not rest:
            return self._shown(listed, app)
        first = listed.parts[0]
        return await self._dialogues.begin(
            owner, self._scripts[listed.key], {"app_id": app.id, first.name: first.read(rest)}
        )

    async def _show(self, owner: Owner, listed: SettingList, app_id: AppId) -> Sequence[Reply]:
        return self._shown(listed, await self._apps.named(owner, app_id))

    async def _ask(self, owner: Owner, listed: SettingList, app_id: AppId) -> Sequence[Reply]:
        app = await self._apps.named(owner, app_id)
        return await self._dialogues.begin(owner, self._scripts[listed.key], {"app_id": app.id})

    async def _remove(self, owner: Owner, listed: SettingList, app_id: AppId, item: str) -> Sequence[Reply]:
        scope = AppScope(owner.id, app_id)  # this owner's or nobody's (S39)
        return self._changed(listed, await self._settings.remove_item(scope, listed.key, item))

    async def _move_up(self, owner: Owner, listed: SettingList, app_id: AppId, item: str) -> Sequence[Reply]:
        scope = AppScope(owner.id, app_id)
        return self._changed(listed, await self._settings.move_up(scope, listed.key, item))

    def _shown(self, listed: SettingList, app: App) -> Sequence[Reply]:
        add = ADD_ITEM(listed, app.id)
        items = listed.items(app)
        if not items:
            nothing = _("{title}: none yet. {about}", title=listed.title, about=listed.about)
            return [Text(nothing, (add, OVERVIEW()))]
        cards = tuple(
            _card(listed, app, item, is_first=place == 0) for place, item in enumerate(items[:SHOWN_AS_CARDS])
        )
        title = _("{title} of {app}", title=listed.title, app=app.name)
        replies: list[Reply] = [Cards(title, cards, (add, OVERVIEW()))]
        # All of them as text where they are more than cards: nothing in the list is out of sight.
        if len(items) > SHOWN_AS_CARDS:
            replies.insert(0, Text(listed.shown(app)))
        return replies

    def _changed(self, listed: SettingList, app: App) -> Sequence[Reply]:
        now = _("Changed. {title} now:\n{items}", title=listed.title, items=listed.shown(app))
        return [Text(now, (SHOW_LIST(listed, app.id), ADD_ITEM(listed, app.id), OVERVIEW()))]

    def _script(self, listed: SettingList) -> Script:
        async def finish(owner: Owner, answers: Answers) -> Sequence[Reply]:
            scope = app_of(owner, answers)
            return self._changed(listed, await self._settings.add_item(scope, listed.key, answers))

        return Script(f"list.{listed.key}", tuple(_question(part) for part in listed.parts), finish)


def _question(part: ItemPart) -> DialogueQuestion:
    async def check(owner: Owner, text: str) -> str:
        return part.read(text)

    return DialogueQuestion(part.name, part.ask, check)


def _card(listed: SettingList, app: App, item: object, *, is_first: bool) -> Card:
    # By what it is, not by its place: after a removal elsewhere the button still means the same item.
    about = listed, app.id, listed.id_of(item)
    up = () if is_first else (MOVE_ITEM_UP(*about),)
    return Card(shortened(listed.show(item), LONGEST_IN_ROW), choices=(*up, REMOVE_ITEM(*about)))
