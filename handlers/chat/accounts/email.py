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
REMOVE_EMAIL = Button("email.remove", _("Remove address"), str)
REMOVE_EMAIL_NOW = Button("email.removed", _("Remove address"), str)

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
                    _("Which e-mail address would you like to use? I will send a code to it."),
                    emails.ask,
                ),
                DialogueQuestion(
                    "code",
                    _("I have sent a code to that address. Please send me its six digits within 10 minutes."),
                    self._check_code,
                    self._offer_new_code,
                ),
            ),
            self._confirmed,
        )

    def feature(self) -> Feature:
        summary = _("Add or change your e-mail address")
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
        body = _("You can sign in to the dashboard with it: {url}", url=f"{self._url}/signin")
        return [Card(_("Your e-mail address"), body, ((_("E-mail"), owner.email),), choices)]

    async def _change(self, owner: Owner, rest: str = "") -> Sequence[Reply]:
        # Asking sends the code: with the address given, the code is the only question left.
        answers = {"address": await self._emails.ask(owner, rest)} if rest else {}
        return await self._dialogues.begin(owner, self._asking, answers)

    async def _check_code(self, owner: Owner, text: str) -> str:
        if text == AGAIN:
            address = await self._emails.ask_again(owner)
            raise BadInput(_("I have sent a new code to {address}. Earlier codes no longer work.", address=address))
        return await self._emails.confirm(owner, text, tell=False)  # the chat says it

    async def _offer_new_code(self, owner: Owner, answers: Answers) -> Sequence[OfferedAnswer]:
        return (OfferedAnswer(_("Send a new code"), AGAIN),)

    async def _confirmed(self, owner: Owner, answers: Answers) -> Sequence[Reply]:
        done = _(
            "Done: {address} has been added to your account. You can sign in to the dashboard with it: {url}",
            address=answers["code"],
            url=f"{self._url}/signin",
        )
        return [Text(done, (ACCOUNT(),))]

    async def _ask_removal(self, owner: Owner, mark: str) -> Sequence[Reply]:
        self._check_mark(owner, mark)
        text = _("Remove {address} from your account? You will then sign in with LINE only.", address=owner.email)
        return [Confirm(text, REMOVE_EMAIL_NOW(mark), EMAIL(label=_("Keep")))]

    async def _remove(self, owner: Owner, mark: str) -> Sequence[Reply]:
        self._check_mark(owner, mark)
        # The last way in stays: whoever has no LINE keeps the address (Owner in knowledge/store/accounts/owners.py).
        await self._emails.take_off(owner, owner.email, tell=False)
        done = _(
            "{address} has been removed from your account. It can no longer be used to sign in.", address=owner.email
        )
        return [Text(done, (ACCOUNT(),))]

    def _check_mark(self, owner: Owner, mark: str) -> None:
        """A button is about the address it was shown with, and about no later one."""
        if not owner.email or mark != mark_of(owner.email):
            raise NotFound(_("That address is no longer on your account. Nothing was changed."))


def mark_of(address: str) -> str:
    """What a button carries in an address's place."""
    return digest(email_key(address))[:16]
