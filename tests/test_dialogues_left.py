"""Every dialogue left in the middle (for a day, a restart, a command, another dialogue) goes on, in either language.

The table of dialogues is the dispatcher's: a new one is tried too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from owner_chat import Core, OwnerChat

from handlers.chat.dialogues import HELD_LINE, DialogueQuestion, Script
from handlers.conversations.takeovers import TO_WHOM
from knowledge.errors import MimiError
from knowledge.phrases import Phrase
from knowledge.store.accounts.owners import Owner
from knowledge.store.database import Database
from knowledge.store.inbox.dialogues import Dialogue, DialogueRepository

WRITTEN = "What was written before"
# Under these names a dialogue keeps what it is about. Where nothing is there, the question is asked all the same.
ABOUT = (
    "faq_id",
    "document_id",
    "job_id",
    "alert_id",
    "gap_id",
    "message_id",
    "trial_id",
    "note_id",
    "proposal",
    "now",
)
HOLDING = {"alert.which", TO_WHOM}  # a line was written before they began


@dataclass(frozen=True)
class Place:
    """A dialogue at one of its questions, what comes before it answered."""

    script: Script
    question: DialogueQuestion
    dialogue: Dialogue

    def asked(self, owner: Owner) -> str:
        ask = self.question.ask
        return (ask if isinstance(ask, Phrase) else ask(self.dialogue.answers)).say(owner.lang)


class Left:
    """An owner's chat that is left at a place."""

    def __init__(self, chat: OwnerChat) -> None:
        self.chat = chat
        self.kept = DialogueRepository(chat.core.db)

    async def places(self) -> list[Place]:
        app = await self.chat.app()
        about = dict.fromkeys(ABOUT, "nothing") | {
            "app_id": app.id,
            "about": "alert:nothing:nothing",
            "question": WRITTEN,
            "zone": "Japan Time",
        }
        return list(self._places(about))

    def _places(self, about: dict[str, str]) -> Iterator[Place]:
        for script in self.chat.core.dispatcher.scripts.values():
            for number, question in enumerate(script.questions):
                names = [each.name for each in script.questions]
                written = dict.fromkeys(names[:number], WRITTEN)
                held = {HELD_LINE: WRITTEN, "line_in": ""} if script.name in HOLDING else {}
                answers = {key: value for key, value in about.items() if key not in names} | written | held
                holds = bool(written or held)
                yield Place(
                    script, question, Dialogue(script.name, question.name, self.chat.core.clock.now(), answers, holds)
                )

    async def at(self, place: Place) -> None:
        await self.kept.remove((await self.chat.owner()).scope)
        await self.kept.put((await self.chat.owner()).scope, place.dialogue)

    async def stands(self) -> Dialogue | None:
        return await self.kept.get((await self.chat.owner()).scope)


@pytest.fixture
async def left(db: Database) -> Left:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    return Left(chat)


async def goes_on(left: Left, place: Place, said: list[str]) -> str:
    """What is wrong where a dialogue should go on; nothing if its question stands there, with the way out."""
    name = f"{place.script.name}/{place.question.name}"
    try:
        await place.question.offer(await left.chat.owner(), place.dialogue.answers)
    except MimiError as gone:  # nothing is there that it could be about: it ends, and says so
        told = said and said[-1] == gone.phrase.say((await left.chat.owner()).lang)
        return "" if told and await left.stands() is None else f"{name}: {gone} is not said, but {said}"
    if await left.stands() != place.dialogue:
        return f"{name}: what was answered is lost"
    if not said or said[-1] != place.asked(await left.chat.owner()):
        return f"{name}: not asked again, but {said}"
    ways = {"en": "Cancel", "ja": "キャンセル"}
    return "" if ways[(await left.chat.owner()).lang] in left.chat.labels() else f"{name}: no way out"


async def test_a_day_a_restart_and_a_command_later_each_is_asked_again_in_the_other_language(left: Left) -> None:
    problems = []
    for there in await left.places():
        place = replace(there, dialogue=replace(there.dialogue, updated_at=left.chat.core.clock.now()))
        await left.at(place)
        left.chat.core.clock.advance(timedelta(days=1))
        left.chat.core = Core(left.chat.core.db, left.chat.core.clock)
        other = "ja" if (await left.chat.owner()).lang == "en" else "en"
        problems.append(await goes_on(left, place, await left.chat.says(f"/lang {other}")))
        await left.at(place)
        problems.append(await goes_on(left, place, await left.chat.says("/account")))
    assert "\n".join(filter(None, problems)) == ""


async def test_a_sticker_a_greeting_of_line_and_an_old_button_leave_each_as_it_is(left: Left) -> None:
    problems = []
    for place in await left.places():
        await left.at(place)
        problems.append(await goes_on(left, place, await left.chat.sends_sticker()))
        await left.at(place)
        problems.append(await goes_on(left, place, await left.chat.follows()))
        await left.at(place)
        problems.append(await goes_on(left, place, await left.chat.posts("say:faq.gone/question:x")))
    assert "\n".join(filter(None, problems)) == ""


@pytest.mark.parametrize("ends", ["/cancel", "the answer"])
async def test_one_that_holds_words_goes_on_after_another_that_came_between(left: Left, ends: str) -> None:
    problems = []
    for place in await left.places():
        if not place.dialogue.holds_words or place.script.name == "app.new":
            continue
        await left.at(place)
        between = "/app greeting2" if place.script.name != "set.greeting2" else "/app bio2"
        await left.chat.says(between)
        left.chat.core = Core(left.chat.core.db, left.chat.core.clock)
        problems.append(await goes_on(left, place, await left.chat.says(ends)))
    assert "\n".join(filter(None, problems)) == ""


async def test_one_that_holds_nothing_is_not_taken_up_again(left: Left) -> None:
    for place in await left.places():
        if not place.dialogue.holds_words:
            await left.at(place)
            await left.chat.says("/app greeting2")
            await left.chat.says("/cancel")
            assert await left.stands() is None


async def test_whoever_takes_back_the_words_takes_them_from_what_was_set_aside(left: Left) -> None:
    scope = (await left.chat.owner()).scope
    await left.chat.says("/faq add Is it free?")
    await left.kept.add_message(scope, "m1")
    await left.chat.says("/app greeting2")
    await left.kept.remove_resting_on(scope, "m1")
    assert await left.chat.says("/cancel") == ["Stopped. Nothing was changed."]
    assert await left.stands() is None


async def test_a_talk_with_a_visitor_ends_what_is_asked_and_what_was_set_aside(left: Left) -> None:
    await left.chat.says("/faq add Is it free?")
    await left.chat.says("/app greeting2")
    conversation = await left.chat.core.conversations.open(await left.chat.app(), "a key", "en")
    await left.chat.posts(f"takeover.begin:{conversation.id}")
    assert await left.stands() is None
