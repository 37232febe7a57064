"""Changing an app: its settings one by one, its lists, and whether mimi answers at all; the same from both doors."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from handlers.apps.apps import Apps
from handlers.apps.dated_links import DatedLinks
from handlers.apps.days_written import Days, days_written
from handlers.apps.lists import BY_NAME, SettingList
from handlers.apps.resting_handles import RestingHandles
from handlers.apps.settings import BY_KEY, NOTHING, Setting
from handlers.conversations.silence import masked_after
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import _
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.conversations.conversations import ConversationRepository
from knowledge.store.database import AppScope, Database
from knowledge.store.registry import move_ends

MOST_FORMER = 3


class AppSettings:
    """What an owner can set about an app. Every method raises NotFound for an app that is not this owner's."""

    def __init__(
        self,
        db: Database,
        repository: AppRepository,
        conversations: ConversationRepository,
        apps: Apps,
        resting: RestingHandles,
        links: DatedLinks,
    ) -> None:
        self._db = db
        self._conversations = conversations
        self._apps = apps
        self._resting = resting
        self._repository = repository
        self._links = links

    async def check(self, scope: AppScope, key: str, text: str) -> None:
        """Whether a setting could become what was typed. Raises BadInput."""
        app = await self._apps.get(scope)
        changed = setting_called(key).read(app, text)
        if "handle" in changed:
            await self._apps.check_handle(changed["handle"], await self._apps.owner(scope), of=app)

    async def set(self, scope: AppScope, typed: Mapping[str, str]) -> App:
        """Change settings by their keys to what was typed, all or none. Raises BadInput."""

        async def change() -> App:
            for key, text in typed.items():
                await self._set(await self._apps.get(scope), setting_called(key), text)
            return await self._apps.get(scope)

        return await self._db.transaction(change)

    async def pause(self, scope: AppScope, *, paused: bool) -> bool:
        """Stop or go on answering visitors; False if it was so already."""

        async def change() -> bool:
            if (await self._apps.get(scope)).paused is paused:
                return False
            await self._repository.update(scope, {"paused": paused})
            return True

        return await self._db.transaction(change)

    async def add_item(self, scope: AppScope, key: str, parts: Mapping[str, str]) -> App:
        """Put an item at the end of a list. Raises BadInput: unfit, there already, or no room."""
        listed = list_called(key)
        new = listed.make({part.name: part.read(parts.get(part.name, "")) for part in listed.parts})

        def added(items: Sequence[Any]) -> Sequence[Any]:
            if new in items:
                raise BadInput(_("That is already in the list."))
            if len(items) >= listed.most:
                raise BadInput(_("The list can hold up to {most}. Remove one first.", most=listed.most))
            return [*items, new]

        return await self._change_list(scope, listed, added)

    async def remove_item(self, scope: AppScope, key: str, item_id: str) -> App:
        """Take an item out of a list. Raises NotFound if it is not in it (any more)."""
        listed = list_called(key)

        def removed(items: Sequence[Any]) -> Sequence[Any]:
            place = _place(listed, items, item_id)
            return [*items[:place], *items[place + 1 :]]

        return await self._change_list(scope, listed, removed)

    async def move_up(self, scope: AppScope, key: str, item_id: str) -> App:
        """Put an item one place further to the front; the first stays. Raises NotFound if it is not there."""
        listed = list_called(key)

        def moved(items: Sequence[Any]) -> Sequence[Any]:
            place = _place(listed, items, item_id)
            rest = [*items[:place], *items[place + 1 :]]
            rest.insert(max(0, place - 1), items[place])
            return rest

        return await self._change_list(scope, listed, moved)

    async def schedule(self, scope: AppScope, item_id: str, text: str) -> App:
        """Show a link on the days that the text names, seen from today, or always ("-"). Raises BadInput, NotFound."""
        days = Days() if text.strip() in {"", NOTHING} else days_written(text, await self._links.today(scope))
        if days is None:
            raise BadInput(_("I could not read the dates. Write them like 12/1-12/25, until Friday, or from Dec 1."))
        listed = list_called("links")

        def moved(items: Sequence[Any]) -> Sequence[Any]:
            place = _place(listed, items, item_id)
            dated = replace(items[place], since=days.since, until=days.until)
            return [*items[:place], dated, *items[place + 1 :]]

        return await self._change_list(scope, listed, moved)

    async def _set(self, app: App, setting: Setting, text: str) -> None:
        changed = dict(setting.read(app, text))
        if "handle" in changed:
            changed |= await self._moved(app, changed["handle"])
        if "kept_days" in changed:
            await move_ends(self._db, app.scope, timedelta(days=changed["kept_days"] - app.kept_days))
        if "masked_days" in changed:
            await self._conversations.set_mask_after(app.scope, masked_after(changed["masked_days"]))
        await self._repository.update(app.scope, changed)

    async def _moved(self, app: App, handle: str) -> Mapping[str, Any]:
        """What changes with the handle: the last few it had keep leading to the page, and any before rest."""
        owner = await self._apps.owner(app.scope)
        wanted = await self._apps.check_handle(handle, owner, of=app)
        if wanted == app.handle:
            return {}
        before = [*(each for each in app.former_handles if each != wanted), app.handle]
        await self._resting.lay_down(before[:-MOST_FORMER], owner)
        return {"handle": wanted, "former_handles": before[-MOST_FORMER:], "released": None}

    async def _change_list(
        self, scope: AppScope, listed: SettingList, change: Callable[[Sequence[Any]], Sequence[Any]]
    ) -> App:
        async def work() -> App:
            app = await self._apps.get(scope)
            await self._repository.update(scope, {listed.key: tuple(change(listed.items(app)))})
            return await self._apps.get(scope)

        return await self._db.transaction(work)


def setting_called(key: str) -> Setting:
    """The setting with this key. Raises NotFound."""
    if key not in BY_KEY:
        raise NotFound(_("There is no such setting."))
    return BY_KEY[key]


def list_called(key: str) -> SettingList:
    """The list with this key. Raises NotFound."""
    if key not in BY_NAME:
        raise NotFound(_("There is no such setting."))
    return BY_NAME[key]


def _place(listed: SettingList, items: Sequence[Any], item_id: str) -> int:
    for place, item in enumerate(items):
        if listed.id_of(item) == item_id:
            return place
    raise NotFound(_("That is no longer in the list."))
