"""Every field of the menu below the chat, tapped: some use cases have no other button, and none leads nowhere."""

from functools import partial

import pytest
from mimi import running_mimi, soon
from walking import Walker

from bot.line.menu_layout import COMPACT_TAB, TABS
from knowledge.phrases import LANGS
from knowledge.store.database import Database

NOWHERE = "This button no longer works."


async def has_menu(owner: Walker, name: str) -> bool:
    shown = owner.person.rich_menu()
    return shown is not None and shown.menu["name"].startswith(name)


# One test: drawing the menus takes seconds.
@pytest.mark.walks("account", "app.list")
async def test_the_menu_is_in_the_owners_language_turns_and_each_field_is_answered_or_helps_to_type(
    db: Database,
) -> None:
    async with running_mimi(db, claude=False, rich_menu=True) as mimi:
        await mimi.line.wait_for(lambda: len(mimi.line.state.aliases) == len(LANGS) * (len(TABS) + 1), 60)
        owner = Walker(mimi, 0)
        await owner.signs_up()
        await soon(partial(has_menu, owner, "mimi-en-compact"))
        before = len(owner.person.chat)
        await owner.person.tap_menu(len(COMPACT_TAB.buttons))
        assert await has_menu(owner, "mimi-en-alerts")
        assert len(owner.person.chat) == before
        for place, tab in enumerate(TABS):
            await owner.person.tap_menu(len(tab.buttons) + place)
            for area, button in enumerate(tab.buttons):
                said = await owner.taps_menu(area)
                assert owner.person.draft.startswith("/") if button.type_in else said, button.label
                assert not any(NOWHERE in words for words in said), button.label
        assert (await owner.app()).paused
        await owner.says("/lang ja", "これからは")
        await soon(partial(has_menu, owner, "mimi-ja-compact"))
        assert {"account", "app.list"} <= owner.walked
