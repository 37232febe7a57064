"""The menu under the chat: made once whoever starts, in the owner's language, and never in anybody's way."""

import asyncio
import io
from collections.abc import AsyncIterator

import pytest
from clock import FrozenClock
from mimi import ACCESS_TOKEN, CHANNEL_SECRET
from owner_chat import OwnerChat
from PIL import Image

from bot.embedded.line_simulator import Fault, LineSimulator
from bot.line.menu_api import MenuApi, MenuTrouble
from bot.line.menu_layout import COMPACT, COMPACT_TAB, LARGE, TABS, WIDTH, keys, menu
from bot.line.menu_picture import picture
from bot.line.rich_menu import RichMenus
from knowledge.phrases import LANGS, Lang
from knowledge.store.database import Database

EVERY = [(key, lang) for lang in LANGS for key in keys()]


@pytest.fixture
async def line() -> AsyncIterator[LineSimulator]:
    line = LineSimulator(channel_secret=CHANNEL_SECRET, access_token=ACCESS_TOKEN)
    await line.start()
    yield line
    await line.stop()


@pytest.fixture
async def api(line: LineSimulator) -> AsyncIterator[MenuApi]:
    api = MenuApi(line.url, line.url, ACCESS_TOKEN)
    yield api
    await api.close()


@pytest.fixture
def menus(api: MenuApi, db: Database) -> RichMenus:
    return RichMenus(api, db, FrozenClock())


def creations(line: LineSimulator) -> int:
    return sum(each.method == "POST" and each.path == "/v2/bot/richmenu" for each in line.requests)


@pytest.mark.parametrize(("key", "lang"), EVERY)
def test_every_picture_has_the_size_of_its_menu_and_fits_line(key: str, lang: Lang) -> None:
    data = picture(key, lang)
    size = Image.open(io.BytesIO(data)).size
    assert size == (WIDTH, COMPACT if key == COMPACT_TAB.key else LARGE)
    assert size == tuple(menu(key, lang)["size"].values())
    assert len(data) < 200_000


@pytest.mark.parametrize(("key", "lang"), EVERY)
def test_the_fields_of_a_menu_do_not_overlap(key: str, lang: Lang) -> None:
    boxes = [tuple(area["bounds"].values()) for area in menu(key, lang)["areas"]]
    for n, (x, y, width, height) in enumerate(boxes):
        for left, top, wide, high in boxes[n + 1 :]:
            assert x + width <= left or left + wide <= x or y + height <= top or top + high <= y


async def test_every_field_does_what_some_feature_knows(db: Database) -> None:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    for tab in (*TABS, COMPACT_TAB):
        for button in tab.buttons:
            if button.type_in:
                for lang in LANGS:
                    line = f"{button.type_in.say(lang)} words"
                    assert chat.core.dispatcher.commands.parse(line, bare=False), line
            else:
                said = await chat.posts(button.action)
                assert said, button.action
                assert not said[0].startswith(("This button no longer works", "That app does not exist")), button.action


async def test_menus_are_made_once_with_their_pictures_and_aliases(line: LineSimulator, menus: RichMenus) -> None:
    assert await menus.ensure()
    assert creations(line) == len(EVERY)
    assert all(each.has_image for each in line.state.rich_menus.values())
    assert len(line.state.aliases) == len(EVERY)
    assert await menus.missing() == []
    assert await menus.ensure()
    assert creations(line) == len(EVERY)


async def test_of_several_processes_that_start_at_once_one_makes_them(
    line: LineSimulator, api: MenuApi, db: Database
) -> None:
    several = [RichMenus(api, db, FrozenClock()) for _ in range(3)]
    assert sorted(await asyncio.gather(*(each.ensure() for each in several))) == [False, False, True]
    assert len(line.state.rich_menus) == len(EVERY)


async def test_what_a_process_left_half_made_is_replaced(line: LineSimulator, api: MenuApi, menus: RichMenus) -> None:
    await api.create(menu("alerts", "ja"))  # and killed before it had a picture
    others = await api.create(menu("help", "en") | {"name": "somebody else's"})
    await menus.ensure()
    assert len(line.state.rich_menus) == len(EVERY) + 1
    assert others in line.state.rich_menus


async def test_a_menu_that_was_deleted_in_lines_console_comes_back(
    line: LineSimulator, api: MenuApi, menus: RichMenus
) -> None:
    await menus.ensure()
    await api.delete(next(iter(line.state.rich_menus)))
    assert len(await menus.missing()) == 1
    await menus.ensure()
    assert await menus.missing() == []
    assert len(line.state.aliases) == len(EVERY)


async def test_trouble_at_line_is_trouble_of_the_menu_only(line: LineSimulator, menus: RichMenus) -> None:
    line.faults.next("rich-menu", Fault.ERROR_500)
    with pytest.raises(MenuTrouble):
        await menus.ensure()
    await menus.ensure()
    assert await menus.missing() == []
