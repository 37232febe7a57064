"""An app's lists in chat: links, suggested questions, topics to keep out of, and sites with the widget."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial

from handlers.apps.apps import Apps
from handlers.apps.changes import AppSettings, list_called
from handlers.apps.dated_links import DatedLinks, days_words
from handlers.apps.lists import BY_NAME, LISTS, SettingList, named_link
from handlers.apps.settings import NOTHING
from handlers.buttons import Button
from handlers.chat.apps.settings import OVERVIEW, SHOW_LIST
from handlers.chat.commands import Command, Feature
from handlers.chat.dialogues import Answers, DialogueQuestion, Dialogues, OfferedAnswer, Script, app_of
from handlers.messages import Card, Cards, Reply, Text, Words
from handlers.written import LONGEST_IN_ROW, shortened
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App, Link
from knowledge.store.database import AppId, AppScope

ADD_ITEM = Button("list.add", _("Add"), list_called, AppId)
REMOVE_ITEM = Button("list.remove", _("Remove"), list_called, AppId, str)
MOVE_ITEM_UP = Button("list.up", _("Move up"), list_called, AppId, str)
SCHEDULE_LINK = Button("list.days", _("Dates"), AppId, str)

SHOWN_AS_CARDS = 10


class ListCommands:
    """What an owner types and taps about the lists of the current app, or of the app a button names."""

    def __init__(self, settings: AppSettings, links: DatedLinks, apps: Apps, dialogues: Dialogues) -> None:
        self._settings = settings
        self._links = links
        self._apps = apps
        self._dialogues = dialogues
        self._scripts: Mapping[str, Script] = {each.key: self._script(each) for each in LISTS}
        question = DialogueQuestion("days", _ask_days, _as_typed, _offer_always)
        self._scheduling = Script("list.days", (question,), self._save_days)

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
                SCHEDULE_LINK.runs(self._ask_days),
            ),
            scripts=(*self._scripts.values(), self._scheduling),
        )

    async def _typed(self, listed: SettingList, owner: Owner, rest: str) -> Sequence[Reply]:
        """Without anything the list is shown; what follows the command is a new item, or its first part."""
        app = await self._apps.chosen(owner)
        if not rest:
            return await self._shown(listed, owner, app)
        parts = listed.typed(rest, await self._links.today(owner.scope))
        return await self._dialogues.begin(owner, self._scripts[listed.key], {"app_id": app.id, **parts})

    async def _show(self, owner: Owner, listed: SettingList, app_id: AppId) -> Sequence[Reply]:
        return await self._shown(listed, owner, await self._apps.named(owner, app_id))

    async def _ask(self, owner: Owner, listed: SettingList, app_id: AppId) -> Sequence[Reply]:
        app = await self._apps.named(owner, app_id)
        return await self._dialogues.begin(owner, self._scripts[listed.key], {"app_id": app.id})

    async def _remove(self, owner: Owner, listed: SettingList, app_id: AppId, item: str) -> Sequence[Reply]:
        scope = AppScope(owner.id, app_id)  # this owner's or nobody's (S39)
        return self._changed(listed, await self._settings.remove_item(scope, listed.key, item))

    async def _move_up(self, owner: Owner, listed: SettingList, app_id: AppId, item: str) -> Sequence[Reply]:
        scope = AppScope(owner.id, app_id)
        return self._changed(listed, await self._settings.move_up(scope, listed.key, item))

    async def _ask_days(self, owner: Owner, app_id: AppId, item: str) -> Sequence[Reply]:
        app = await self._apps.named(owner, app_id)
        zone = await self._links.zone(owner.scope)
        return await self._dialogues.begin(owner, self._scheduling, {"app_id": app.id, "item": item, "zone": zone.key})

    async def _save_days(self, owner: Owner, answers: Answers) -> Sequence[Reply]:
        app = await self._settings.schedule(app_of(owner, answers), answers["item"], answers["days"])
        return await self._shown(BY_NAME["links"], owner, app)

    async def _shown(self, listed: SettingList, owner: Owner, app: App) -> Sequence[Reply]:
        add = ADD_ITEM(listed, app.id)
        items = listed.items(app)
        if not items:
            nothing = _("{title}: none yet. {about}", title=listed.title, about=listed.about)
            return [Text(nothing, (add, OVERVIEW()))]
        today = await self._links.today(owner.scope)
        cards = tuple(
            _card(listed, app, item, _days_of(item, today, owner), is_first=place == 0)
            for place, item in enumerate(items[:SHOWN_AS_CARDS])
        )
        title = _("{title} of {app}", title=listed.title, app=app.name)
        replies: list[Reply] = [Cards(title, cards, (add, OVERVIEW()))]
        # All of them as text where they are more than cards: nothing in the list is out of sight.
        if len(items) > SHOWN_AS_CARDS:
            replies.insert(0, Text(listed.shown(app)))
        return replies

    async def _told_days(self, owner: Owner, item: object) -> Sequence[Reply]:
        """On which days a new link shows, and where those begin and end; nothing of anything else."""
        days = _days_of(item, await self._links.today(owner.scope), owner)
        if not days:
            return ()
        zone = (await self._links.zone(owner.scope)).key
        return [Text(_("{days}. The first and the last day are included ({zone}).", days=days, zone=zone))]

    def _changed(self, listed: SettingList, app: App) -> Sequence[Reply]:
        now = _("Changed. {title} now:\n{items}", title=listed.title, items=listed.shown(app))
        return [Text(now, (SHOW_LIST(listed, app.id), ADD_ITEM(listed, app.id), OVERVIEW()))]

    def _script(self, listed: SettingList) -> Script:
        async def finish(owner: Owner, answers: Answers) -> Sequence[Reply]:
            app = await self._settings.add_item(app_of(owner, answers), listed.key, answers)
            return [*await self._told_days(owner, listed.items(app)[-1]), *self._changed(listed, app)]

        async def check(owner: Owner, text: str) -> Answers:
            return listed.typed(text, await self._links.today(owner.scope))

        first, *others = (part for part in listed.parts if not part.optional)
        questions = [DialogueQuestion(part.name, part.ask, partial(_read, part.read)) for part in others]
        return Script(f"list.{listed.key}", (DialogueQuestion(first.name, first.ask, check), *questions), finish)


async def _read(read: Callable[[str], str], owner: Owner, text: str) -> str:
    return read(text)


async def _as_typed(owner: Owner, text: str) -> str:
    """Whether it fits is decided when it is saved."""
    return text


def _ask_days(answers: Answers) -> Phrase:
    return _(
        "When should it show? Write dates like 12/1-12/25, until Friday, or from Dec 1. The first and the last day "
        "are included ({zone}).",
        zone=answers["zone"],
    )


async def _offer_always(owner: Owner, answers: Answers) -> Sequence[OfferedAnswer]:
    return (OfferedAnswer(_("Always"), NOTHING),)


def _days_of(item: object, today: date, owner: Owner) -> Words:
    return days_words(item, today, owner.lang) if isinstance(item, Link) else ""


def _card(listed: SettingList, app: App, item: object, days: Words, *, is_first: bool) -> Card:
    # By what it is, not by its place: after a removal elsewhere the button still means the same item.
    about = listed, app.id, listed.id_of(item)
    up = () if is_first else (MOVE_ITEM_UP(*about),)
    when = (SCHEDULE_LINK(*about[1:]),) if isinstance(item, Link) else ()
    title = named_link(item) if isinstance(item, Link) else listed.show(item)
    return Card(shortened(title, LONGEST_IN_ROW), days, choices=(*up, *when, REMOVE_ITEM(*about)))
