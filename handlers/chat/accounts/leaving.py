"""Leaving in chat: a typed confirmation, a day to think, and one tap to stay."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.accounts.leaving import DELETE_ACCOUNT, KEEP_ACCOUNT, Leaving
from handlers.accounts.letters import is_confirmed
from handlers.apps.apps import Apps
from handlers.buttons import Button
from handlers.chat.accounts.account import ACCOUNT
from handlers.chat.accounts.downloads import EXPORT
from handlers.chat.commands import Command, Feature
from handlers.chat.dialogues import Answers, DialogueQuestion, Dialogues, Script
from handlers.chat.incoming import Incoming, Left, Tapped, TookBack
from handlers.messages import Card, Choice, Confirm, Reply, Text
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner

ERASE = Button("account.now", _("Erase now"), str)
ERASE_NOW = Button("account.gone", _("Erase now"), str)

# What whoever is leaving can still do by a button; everything else is answered by the card that says so.
STILL: Sequence[Button[()] | Button[str]] = (KEEP_ACCOUNT, ERASE, ERASE_NOW, EXPORT)


class LeavingCommands:
    """What an owner types and taps to leave, and to stay."""

    def __init__(self, leaving: Leaving, apps: Apps, dialogues: Dialogues) -> None:
        self._leaving = leaving
        self._apps = apps
        self._dialogues = dialogues
        self._asking = Script(
            "account.delete",
            (
                DialogueQuestion(
                    "confirmation",
                    _(
                        "This deletes your account with all apps, knowledge and conversations. Your pages go "
                        "offline at once. Everything is erased after 24 hours; until then, one tap restores it. To "
                        "continue, write the handle of one of your apps, or the word “delete”."
                    ),
                    self._check_confirmation,
                    self._offer_export,
                ),
            ),
            self._begin,
        )

    def feature(self) -> Feature:
        ask = self._dialogues.beginning(self._asking)
        return Feature(
            commands=(Command(("/delete-account", "/アカウント削除"), _("Delete your account"), ask),),
            taps=(
                DELETE_ACCOUNT.runs(ask),
                KEEP_ACCOUNT.runs(self._stay),
                ERASE.runs(self._ask_now),
                ERASE_NOW.runs(self._erase),
            ),
            scripts=(self._asking,),
            while_leaving=self._while_leaving,
            changes_owner=(ERASE_NOW,),
        )

    async def _while_leaving(self, owner: Owner, incoming: Incoming) -> Sequence[Reply] | None:
        """Whoever is leaving changes nothing any more: the pages are off, and the time is running."""
        match incoming:
            case Left() | TookBack():
                return None
            case Tapped(action=action) if any(button.is_on(action) for button in STILL):
                return None
        return [await self._card(owner)]

    async def _check_confirmation(self, owner: Owner, text: str) -> str:
        handles = {app.handle for app in await self._apps.list(owner.scope)}
        if not is_confirmed(text, handles):
            raise BadInput(_("That is neither one of your handles nor the word “delete”. Nothing was deleted."))
        return "yes"

    async def _offer_export(self, owner: Owner, answers: Answers) -> Sequence[Choice]:
        return (EXPORT(label=_("Download data first")),)

    async def _begin(self, owner: Owner, answers: Answers) -> Sequence[Reply]:
        at = await self._leaving.begin(owner, in_line=True)
        return [await self._card(replace(owner, leaving_at=at))]

    async def _stay(self, owner: Owner) -> Sequence[Reply]:
        await self._leaving.stay(owner, in_line=True)
        return [Text(_("Your account stays, and your pages are back online."), (ACCOUNT(),))]

    async def _ask_now(self, owner: Owner, mark: str) -> Sequence[Reply]:
        _check_mark(owner, mark)
        text = _("Erase everything now? This cannot be undone.")
        return [Confirm(text, ERASE_NOW(mark), KEEP_ACCOUNT())]

    async def _erase(self, owner: Owner, mark: str) -> Sequence[Reply]:
        _check_mark(owner, mark)
        receipt, _text = await self._leaving.now(owner, in_line=True)
        return [Text(self._leaving.said_at_the_end(receipt, owner.lang))]

    async def _card(self, owner: Owner) -> Card:
        assert owner.leaving_at
        at = await self._leaving.time_said(owner, owner.leaving_at)
        body = _(
            "Your pages are offline. Everything is erased at {at}. Until then nothing else can be changed here, "
            "and one tap restores everything.",
            at=at,
        )
        choices = (KEEP_ACCOUNT(), EXPORT(), ERASE(_mark(owner)))
        return Card(_("Your account is being deleted"), body, ((_("Erased at"), at),), choices)


def _check_mark(owner: Owner, mark: str) -> None:
    """A button is about the deletion it was shown with: of one that was stopped it deletes nothing."""
    if owner.leaving_at is None or mark != _mark(owner):
        raise NotFound(_("That deletion was already cancelled. Nothing was deleted."))


def _mark(owner: Owner) -> str:
    return f"{owner.leaving_at.timestamp():.0f}" if owner.leaving_at else ""
