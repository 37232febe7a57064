"""In chat: what visitors do not see, and what the owner lets them see."""

import hashlib
from collections.abc import Sequence

from handlers.apps.apps import Apps
from handlers.chat.commands import Command, Feature
from handlers.entries.guard import SHOW as LIST
from handlers.entries.hidden import HiddenValue, HiddenValues
from handlers.messages import MOST_CARDS, Card, Cards, Choice, Reply, Text
from handlers.paging import Page
from handlers.written import LONGEST_SHOWN, shortened
from knowledge.errors import NotFound
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App

PUBLIC = Choice(_("Public contacts"), action="public.list")


class HiddenCommands:
    """What an owner types and taps about personal information in the current app's knowledge."""

    def __init__(self, hidden: HiddenValues, apps: Apps) -> None:
        self._hidden = hidden
        self._apps = apps

    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command(("/hidden", "/非表示"), _("Show what visitors do not see"), self._list, shows=True),
                Command(
                    ("/public", "/公開"),
                    _("Show or add what visitors may see"),
                    self._public,
                    _("<contact>"),
                ),
            ),
            actions={
                "hidden.list": self._list,
                "hidden.of": self._of_entry,
                "hidden.publish": self._publish,
                "hidden.remove": self._take_out,
                "public.list": self._public,
                "public.hide": self._hide,
            },
        )

    async def _list(self, owner: Owner, rest: str) -> Sequence[Reply]:
        app = await self._apps.chosen(owner)
        count = await self._hidden.count(app.scope)
        if count == 0:
            return [Text(_("There is nothing in {app} that visitors do not see.", app=app.name), (PUBLIC,))]
        page = Page.of(rest, count)
        found = await self._hidden.list(app.scope, owner.lang, skip=page.skip, limit=page.size)
        summary = _(
            "{app}: {count} hidden from visitors, page {page} of {last}",
            app=app.name,
            count=count,
            page=page.number,
            last=page.last,
        )
        return [Cards(summary, tuple(_card(each) for each in found), (*page.turns("hidden.list"), PUBLIC))]

    async def _of_entry(self, owner: Owner, entry_id: str) -> Sequence[Reply]:
        # A warning stands in the chat for long: its entry may be of an app that is not the current one.
        for app in await self._apps.list(owner.scope):
            if found := await self._hidden.of_entry(app.scope, entry_id, owner.lang):
                title = shortened(found[0].found.entry.title, LONGEST_SHOWN)
                cards = tuple(_card(each) for each in found[:MOST_CARDS])
                return [Cards(_("Hidden in “{entry}”", entry=title), cards, (LIST, PUBLIC))]
        return [Text(_("Nothing in it is hidden any more."), (LIST, PUBLIC))]

    async def _publish(self, owner: Owner, finding_id: str) -> Sequence[Reply]:
        found = await self._hidden.make_public(owner.scope, finding_id)
        return [Text(_("Visitors may now see: {contact}", contact=found.text), (LIST, PUBLIC))]

    async def _take_out(self, owner: Owner, finding_id: str) -> Sequence[Reply]:
        found = await self._hidden.take_out(owner.scope, finding_id)
        title = shortened(found.entry.title, LONGEST_SHOWN)
        return [Text(_("Taken out of “{entry}”. I no longer hold it.", entry=title), (LIST, PUBLIC))]

    async def _public(self, owner: Owner, rest: str) -> Sequence[Reply]:
        app = await self._apps.chosen(owner)
        if rest:
            contact = await self._hidden.publish(app.scope, rest)
            return [Text(_("Visitors may now see: {contact}", contact=contact), (LIST, PUBLIC))]
        if not app.public_contacts:
            how = _("Nothing is public yet. Write /public and the contact, for example your support address.")
            return [Text(how, (LIST,))]
        # The privacy policy's one exception: what an owner publishes on purpose passes the guardrail.
        cards = tuple(_public_card(app, contact) for contact in app.public_contacts[-MOST_CARDS:])
        return [Cards(_("{app}: what visitors may see", app=app.name), cards, (LIST,))]

    async def _hide(self, owner: Owner, about: str) -> Sequence[Reply]:
        for app in await self._apps.list(owner.scope):
            for contact in app.public_contacts:
                if _key(app, contact) == about:
                    await self._hidden.hide(app.scope, contact)
                    return [Text(_("Hidden from visitors again: {contact}", contact=contact), (LIST, PUBLIC))]
        raise NotFound(_("That is not public any more."))


def _card(shown: HiddenValue) -> Card:
    return Card(
        title=shortened(shown.found.text, LONGEST_SHOWN),
        body=shown.kind,
        rows=(
            (_("In"), shortened(shown.found.entry.title, LONGEST_SHOWN)),
            (_("Visitors read"), shown.seen),
        ),
        choices=(
            Choice(_("This is public"), action=f"hidden.publish:{shown.found.id}"),
            Choice(_("Take it out"), action=f"hidden.remove:{shown.found.id}"),
        ),
    )


def _public_card(app: App, contact: str) -> Card:
    return Card(contact, choices=(Choice(_("Hide it again"), action=f"public.hide:{_key(app, contact)}"),))


def _key(app: App, contact: str) -> str:
    """A name for the contact that fits into a button's data, and tells nothing."""
    return hashlib.sha256(f"{app.id}\n{contact}".encode()).hexdigest()[:16]
