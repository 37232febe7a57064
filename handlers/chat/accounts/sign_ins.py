"""Where the owner is signed in on the web, in chat: a card for each browser, and a button that signs it out."""

from collections.abc import Sequence

from handlers.accounts.sign_ins import SignedIn, SignIns
from handlers.buttons import Button, Shortcut
from handlers.chat.commands import Feature
from handlers.messages import MOST_CARDS, Card, Cards, Reply, Text
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner

LIST_SIGN_INS = Shortcut("session.list", _("Signed-in browsers"))
END_SIGN_IN = Button("session.end", _("Sign out"), str)
END_SIGN_INS = Shortcut("session.end_all", _("Sign out everywhere"))


class SignInCommands:
    """What an owner taps of them; the way there is the card of the account."""

    def __init__(self, sign_ins: SignIns) -> None:
        self._sign_ins = sign_ins

    def feature(self) -> Feature:
        return Feature(
            taps=(
                LIST_SIGN_INS.runs(self._list),
                END_SIGN_IN.runs(self._end),
                END_SIGN_INS.runs(self._end_all),
            )
        )

    async def _list(self, owner: Owner, rest: str) -> Sequence[Reply]:
        found = await self._sign_ins.list(owner.scope)
        if not found:
            return [Text(_("You are not signed in anywhere on the web."))]
        summary = _("Signed in on the web: {count}", count=len(found))
        cards = tuple(_card(each, owner) for each in found[:MOST_CARDS])
        return [Cards(summary, cards, (END_SIGN_INS(),))]

    async def _end(self, owner: Owner, session_id: str) -> Sequence[Reply]:
        await self._sign_ins.end(owner.scope, session_id)
        return [Text(_("Signed out there."), (LIST_SIGN_INS(),))]

    async def _end_all(self, owner: Owner, rest: str) -> Sequence[Reply]:
        count = await self._sign_ins.end_others(owner.scope)
        return [Text(_("Signed out everywhere on the web: {count}", count=count))]


def _card(each: SignedIn, owner: Owner) -> Card:
    return Card(each.name, each.door, ((_("Last used"), each.used(owner.lang)),), (END_SIGN_IN(each.session.id),))
