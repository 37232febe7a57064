"""Keeps the rich menus in LINE as menu_layout.py has them: made once, whoever starts, and given by owner's language.

Nothing else waits for it: a menu that cannot be made is tried again later, and commands do all that it does.
"""

import asyncio
import contextlib
import uuid
from collections.abc import Iterable
from datetime import timedelta

import structlog
from pymongo.errors import PyMongoError

from bot.line.menu_api import MenuApi, MenuTrouble
from bot.line.menu_layout import COMPACT_TAB, alias, keys, menu
from handlers.ports import Clock
from knowledge.phrases import LANGS, Lang
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.database import Database
from knowledge.store.inbox.line_account import LineMenuRepository

log = structlog.get_logger()

FIRST: Lang = "ja"  # whom LINE shows the default menu to has no account yet
MENU_LEASE = timedelta(minutes=3)
AGAIN_SECONDS = 60.0
LOOK_SECONDS = 6 * 3600.0  # somebody may have tidied up in LINE's console
OURS = "mimi-"


class RichMenus:
    """The menus of one channel."""

    def __init__(self, api: MenuApi, database: Database, clock: Clock) -> None:
        self._api = api
        self._kept = LineMenuRepository(database)
        self._owners = OwnerRepository(database)
        self._clock = clock
        self._holder = uuid.uuid4().hex

    async def keep(self) -> None:
        """Until cancelled: see to it that they are there, now and from time to time."""
        while True:
            try:
                done = await self.ensure()
            except (MenuTrouble, PyMongoError) as error:
                log.warning("rich menus not ready", error=type(error).__name__, status=getattr(error, "status", None))
                done = False
            await asyncio.sleep(LOOK_SECONDS if done else AGAIN_SECONDS)

    async def ensure(self) -> bool:
        """Make what is missing, hand it out, and remove what is old. False while another process is at it."""
        if not await self._kept.lease(self._holder, self._clock.now(), MENU_LEASE):
            return False
        try:
            # Making and deleting is limited to 100 an hour (LINE: rate limits), so only what is missing is made.
            there = await self._api.menus()
            made = [await self._ensure_language(lang, there) for lang in LANGS]
            await self._remove_all_but({name: menu_id for each in made for name, menu_id in each.items()})
        finally:
            # Where the store is away the lease ends by itself; an error here would hide that we are told to stop.
            with contextlib.suppress(PyMongoError):
                await self._kept.release(self._holder)
        return True

    async def notice(self, line_user_id: str) -> None:
        """After something an owner did: see that their menu speaks their language. Trouble waits for the next time."""
        lang = await self._owners.menu_behind(line_user_id)
        if lang is None:
            return
        menu_id = (await self._kept.whole()).get(menu(COMPACT_TAB.key, lang)["name"])
        if menu_id is None:
            return
        try:
            await self._api.link([line_user_id], menu_id)
        except MenuTrouble as trouble:
            log.warning("rich menu not given", status=trouble.status)
        else:
            await self._owners.set_menu_lang(line_user_id, lang)

    async def missing(self) -> list[str]:
        """Names of the menus that should be there and are not; raises MenuTrouble."""
        there, kept = await self._api.menus(), await self._kept.whole()
        names = [menu(key, lang)["name"] for lang in LANGS for key in keys()]
        return [name for name in names if kept.get(name) not in there]

    async def _ensure_language(self, lang: Lang, there: dict[str, str]) -> dict[str, str]:
        """Name -> id of this language's menus; its owners get the first one if it had to be made anew."""
        kept, ids = await self._kept.whole(), dict[str, str]()
        is_new = False
        for key in keys():
            name = str(menu(key, lang)["name"])
            if (known := kept.get(name)) not in there or known is None:
                known = await self._make(key, lang)
                is_new = True
            ids[name] = known
        by_key = dict(zip(keys(), ids.values(), strict=True))
        await self._point_aliases(lang, by_key)
        if lang == FIRST and await self._api.default() != by_key[COMPACT_TAB.key]:
            await self._api.set_default(by_key[COMPACT_TAB.key])
        if is_new:
            await self._api.link(await self._owners.line_users(lang), by_key[COMPACT_TAB.key])
        return ids

    async def _make(self, key: str, lang: Lang) -> str:
        from bot.line.menu_picture import picture  # a font and pillow, only where a menu is drawn

        shown = menu(key, lang)
        menu_id = await self._api.create(shown)
        # Drawn in a thread: nobody would be answered meanwhile.
        await self._api.upload(menu_id, await asyncio.to_thread(picture, key, lang))
        await self._kept.add(shown["name"], menu_id)
        log.info("rich menu made", name=shown["name"])
        return menu_id

    async def _point_aliases(self, lang: Lang, by_key: dict[str, str]) -> None:
        now = await self._api.aliases()
        for key, menu_id in by_key.items():
            name = alias(key, lang)
            if now.get(name) != menu_id:
                await self._api.point_alias(name, menu_id, is_new=name not in now)

    async def _remove_all_but(self, current: dict[str, str]) -> None:
        """Menus of ours that nothing leads to any more, half-made ones too. Others' menus are left alone."""
        for menu_id, name in (await self._api.menus()).items():
            if name.startswith(OURS) and menu_id not in current.values():
                await self._api.delete(menu_id)
        for name in _others(await self._kept.whole(), current):
            await self._kept.remove(name)


def _others(kept: Iterable[str], current: Iterable[str]) -> set[str]:
    return set(kept) - set(current)
