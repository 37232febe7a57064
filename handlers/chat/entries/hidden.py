"""In chat: what visitors do not see, and what the owner lets them see."""

import hashlib
from collections.abc import Sequence

from handlers.alerts.cards import SHOW_HIDDEN_IN
from handlers.apps.apps import Apps
from handlers.buttons import Button, Shortcut
from handlers.chat.commands import Command, Feature
from handlers.entries.asked_names import IS_NOBODY, IS_PERSON, questions
from handlers.entries.guard import LIST_HIDDEN
from handlers.entries.hidden import HiddenValue, HiddenValues
from handlers.messages import MOST_CARDS, Card, Cards, Reply, Text
from handlers.paging import Page
from handlers.written import LONGEST_SHOWN, shortened
from knowledge.errors import NotFound
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.entries.hidden import FindingId

LIST_PUBLIC = Shortcut("public.list", _("Public contacts"))
PUBLISH = Button("hidden.publish", _("This is public"), FindingId)
TAKE_OUT = Button("hidden.remove", _("Remove it"), FindingId)
HIDE = Button("public.hide", _("Hide it again"), str)


class HiddenCommands:
    """What an owner types and taps about personal information in the current app's knowledge."""

    def __init__(self, hidden: HiddenValues, apps: Apps) -> None:
        self._hidden = hidden
        self._apps = apps

    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command(("/hidden", "/非表示"), _("Show what is hidden from visitors"), self._list, shows=True),
                Command(
                    ("/public", "/公開"),
                    _("Show or add what visitors may see"),
                    self._public,
                    _("<contact>"),
                ),
            ),
            taps=(
                LIST_HIDDEN.runs(self._list),
                SHOW_HIDDEN_IN.runs(self._of_entry),
                PUBLISH.runs(self._publish),
                TAKE_OUT.runs(self._take_out),
                IS_PERSON.runs(self._is_person),
                IS_NOBODY.runs(self._is_nobody),
                LIST_PUBLIC.runs(self._public),
                HIDE.runs(self._hide),
            ),
        )

    async def _list(self, owner: Owner, rest: str) -> Sequence[Reply]:
        app = await self._apps.chosen(owner)
        count = await self._hidden.count(app.scope)
        if count == 0:
            return [Text(_("Nothing in {app} is hidden from visitors.", app=app.name), (LIST_PUBLIC(),))]
        page = Page.of(rest, count)
        found = await self._hidden.list(app.scope, owner.lang, skip=page.skip, limit=page.size)
        summary = _(
            "{app}: {count} hidden from visitors, page {page} of {last}",
            app=app.name,
            count=count,
            page=page.number,
            last=page.last,
        )
        listed = Cards(summary, tuple(_card(each) for each in found), (*page.turns(LIST_HIDDEN.action), LIST_PUBLIC()))
        asked = await self._hidden.questions(app) if page.number == 1 else ()
        if not asked:
            return [listed]
        return [questions(asked), listed]

    async def _of_entry(self, owner: Owner, entry_id: str) -> Sequence[Reply]:
        # A warning stands in the chat for long: its entry may be of an app that is not the current one.
        for app in await self._apps.list(owner.scope):
            if found := await self._hidden.of_entry(app.scope, entry_id, owner.lang):
                title = shortened(found[0].found.entry.title, LONGEST_SHOWN)
                cards = tuple(_card(each) for each in found[:MOST_CARDS])
                return [Cards(_("Hidden in “{entry}”", entry=title), cards, (LIST_HIDDEN(), LIST_PUBLIC()))]
        return [Text(_("Nothing in it is hidden any more."), (LIST_HIDDEN(), LIST_PUBLIC()))]

    async def _is_person(self, owner: Owner, finding_id: FindingId) -> Sequence[Reply]:
        found = await self._hidden.settle(owner.scope, finding_id, hide=True)
        return [Text(_("It stays hidden: {name}", name=found.text), (LIST_HIDDEN(), LIST_PUBLIC()))]

    async def _is_nobody(self, owner: Owner, finding_id: FindingId) -> Sequence[Reply]:
        found = await self._hidden.settle(owner.scope, finding_id, hide=False)
        return [Text(_("Visitors may now see: {contact}", contact=found.text), (LIST_HIDDEN(), LIST_PUBLIC()))]

    async def _publish(self, owner: Owner, finding_id: FindingId) -> Sequence[Reply]:
        found = await self._hidden.make_public(owner.scope, finding_id)
        return [Text(_("Visitors may now see: {contact}", contact=found.text), (LIST_HIDDEN(), LIST_PUBLIC()))]

    async def _take_out(self, owner: Owner, finding_id: FindingId) -> Sequence[Reply]:
        found = await self._hidden.take_out(owner.scope, finding_id)
        title = shortened(found.entry.title, LONGEST_SHOWN)
        return [Text(_("Removed from “{entry}”. I no longer store it.", entry=title), (LIST_HIDDEN(), LIST_PUBLIC()))]

    async def _public(self, owner: Owner, rest: str) -> Sequence[Reply]:
        app = await self._apps.chosen(owner)
        if rest:
            contact = await self._hidden.publish(app.scope, rest)
            return [Text(_("Visitors may now see: {contact}", contact=contact), (LIST_HIDDEN(), LIST_PUBLIC()))]
        shown = (*app.shown_names, *app.public_contacts)
        if not shown:
            how = _("Nothing is public yet. Send /public and the contact, for example your support address.")
            return [Text(how, (LIST_HIDDEN(),))]
        # The privacy policy's one exception: what an owner publishes on purpose passes the guardrail.
        cards = tuple(Card(value, choices=(HIDE(_key(app, value)),)) for value in shown[-MOST_CARDS:])
        return [Cards(_("{app}: what visitors may see", app=app.name), cards, (LIST_HIDDEN(),))]

    async def _hide(self, owner: Owner, key: str) -> Sequence[Reply]:
        for app in await self._apps.list(owner.scope):
            for contact in (*app.public_contacts, *app.shown_names):
                if _key(app, contact) == key:
                    await self._hidden.hide(app.scope, contact)
                    done = _("Hidden from visitors again: {contact}", contact=contact)
                    return [Text(done, (LIST_HIDDEN(), LIST_PUBLIC()))]
        raise NotFound(_("That is no longer public."))


def _card(shown: HiddenValue) -> Card:
    return Card(
        title=shortened(shown.found.text, LONGEST_SHOWN),
        body=shown.kind,
        rows=(
            (_("Found in"), shortened(shown.found.entry.title, LONGEST_SHOWN)),
            (_("Visitors see"), shown.seen),
        ),
        choices=(PUBLISH(shown.found.id), TAKE_OUT(shown.found.id)),
    )


def _key(app: App, contact: str) -> str:
    """A name for the contact that fits into a button's data, and tells nothing."""
    return hashlib.sha256(f"{app.id}\n{contact}".encode()).hexdigest()[:16]
