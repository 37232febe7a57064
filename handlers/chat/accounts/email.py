"""The account's e-mail address in chat: given, proved by a code, changed, taken off."""

from collections.abc import Sequence

from handlers.accounts.emails import Emails
from handlers.accounts.news import EMAIL
from handlers.buttons import Button
from handlers.chat.accounts.account import ACCOUNT
from handlers.chat.commands import Command, Feature
from handlers.chat.dialogues import Answers, DialogueQuestion, Dialogues, OfferedAnswer, Script
from handlers.messages import Card, Confirm, Reply, Text
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner, email_key
from knowledge.store.stored import digest

CHANGE_EMAIL = Button("email.change", _("Change"))
REMOVE_EMAIL = Button("email.remove", _("Take it off"), str)
REMOVE_EMAIL_NOW = Button("email.removed", _("Take it off"), str)

AGAIN = "again"


class EmailCommands:
    """What an owner types and taps about it."""

    def __init__(self, emails: Emails, dialogues: Dialogues, public_url: str) -> None:
        self._emails = emails
        self._dialogues = dialogues
        self._url = public_url.rstrip("/")
        self._asking = Script(
            "account.email",
            (
                DialogueQuestion(
                    "address",
                    _("Which e-mail address shall your account have? I will send a code to it."),
                    emails.ask,
                ),
                DialogueQuestion(
                    "code",
                    _("A code is on its way to that address. Please write me its six digits within 10 minutes."),
                    self._check_code,
                    self._offer_new_code,
                ),
            ),
            self._confirmed,
        )

    def feature(self) -> Feature:
        summary = _("Give your account an e-mail address, or change it")
        return Feature(
            commands=(Command(("/email", "/メール", "/mail"), summary, self._show, _("<address>")),),
            taps=(
                EMAIL.runs(self._show),
                CHANGE_EMAIL.runs(self._change),
                REMOVE_EMAIL.runs(self._ask_removal),
                REMOVE_EMAIL_NOW.runs(self._remove),
            ),
            scripts=(self._asking,),
        )

    async def _show(self, owner: Owner, rest: str) -> Sequence[Reply]:
        if rest or not owner.email:
            return await self._change(owner, rest)
        choices = (CHANGE_EMAIL(), REMOVE_EMAIL(mark_of(owner.email)))
        body = _("You can sign in on the web with it: {url}", url=f"{self._url}/signin")
        return [Card(_("Your e-mail address"), body, ((_("E-mail"), owner.email),), choices)]

    async def _change(self, owner: Owner, rest: str = "") -> Sequence[Reply]:
        # Asking sends the code: with the address given, the code is the only question left.
        answers = {"address": await self._emails.ask(owner, rest)} if rest else {}
        return await self._dialogues.begin(owner, self._asking, answers)

    async def _check_code(self, owner: Owner, text: str) -> str:
        if text == AGAIN:
            address = await self._emails.ask_again(owner)
            raise BadInput(_("I have sent a new code to {address}. The ones before no longer work.", address=address))
        return await self._emails.confirm(owner, text, tell=False)  # the chat says it

    async def _offer_new_code(self, owner: Owner, answers: Answers) -> Sequence[OfferedAnswer]:
        return (OfferedAnswer(_("Send a new code"), AGAIN),)

    async def _confirmed(self, owner: Owner, answers: Answers) -> Sequence[Reply]:
        done = _(
            "Done: {address} is on your account. You can sign in on the web with it: {url}",
            address=answers["code"],
            url=f"{self._url}/signin",
        )
        return [Text(done, (ACCOUNT(),))]

    async def _ask_removal(self, owner: Owner, mark: str) -> Sequence[Reply]:
        self._check_mark(owner, mark)
        text = _("Take {address} off your account? You come in by LINE alone then.", address=owner.email)
        return [Confirm(text, REMOVE_EMAIL_NOW(mark), EMAIL(label=_("Keep")))]

    async def _remove(self, owner: Owner, mark: str) -> Sequence[Reply]:
        self._check_mark(owner, mark)
        # The last way in stays: whoever has no LINE keeps the address (Owner in knowledge/store/accounts/owners.py).
        await self._emails.take_off(owner, owner.email, tell=False)
        done = _("{address} is off your account. Nobody can sign in with it any more.", address=owner.email)
        return [Text(done, (ACCOUNT(),))]

    def _check_mark(self, owner: Owner, mark: str) -> None:
        """A button is about the address it was shown with, and about no later one."""
        if not owner.email or mark != mark_of(owner.email):
            raise NotFound(_("That address is no longer on your account. Nothing was changed."))


def mark_of(address: str) -> str:
    """What a button carries in an address's place."""
    return digest(email_key(address))[:16]
