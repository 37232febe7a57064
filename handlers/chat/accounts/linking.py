"""Linking and unlinking in chat, also for people who have no account in LINE yet."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.accounts.accounts import Accounts
from handlers.accounts.linking import Linking
from handlers.accounts.news import EMAIL
from handlers.buttons import Button, Shortcut
from handlers.chat.accounts.account import ACCOUNT
from handlers.chat.commands import ChatAnswer, Command, Feature
from handlers.chat.help import next_steps
from handlers.chat.incoming import Incoming, LinkEnded, Tapped, Wrote
from handlers.messages import Card, Choice, Confirm, Replies, Reply, Text
from handlers.ports import LinkTokens
from knowledge.errors import MimiError, NotFound
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.stored import digest

LINK = Shortcut("link", _("I have a web account"))
BEGIN_LINK = Button("link.begin", _("Get the link"))
UNLINK = Shortcut("unlink", _("Unlink"))
UNLINK_NOW = Button("unlink.line", _("Unlink"), str)

NAMES = ("/link", "/連携")
OUTSIDE = "?openExternalBrowser=1"  # LINE's own browser is signed in nowhere (LINE: URL scheme)


class LinkCommands:
    """What is typed and tapped about it, and what LINE tells of it."""

    def __init__(self, linking: Linking, accounts: Accounts, tokens: LinkTokens) -> None:
        self._linking = linking
        self._accounts = accounts
        self._tokens = tokens

    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command(NAMES, _("Link this LINE to your account on the web"), self._explain),
                Command(("/unlink", "/連携解除"), _("Unlink this LINE from your account"), self._ask_unlink),
            ),
            taps=(
                LINK.runs(self._explain),
                BEGIN_LINK.runs(self._not_prepared),
                UNLINK.runs(self._ask_unlink),
                UNLINK_NOW.runs(self._unlink),
            ),
            linker=self,
            changes_owner=(UNLINK_NOW,),
        )

    async def prepare(self, tapped: Tapped) -> Tapped:
        """With a token from LINE where one is wanted, outside of any transaction."""
        if tapped.action != BEGIN_LINK.action():
            return tapped
        try:
            return replace(tapped, link_token=await self._tokens.issue(tapped.sender))
        except MimiError as trouble:
            return replace(tapped, link_token=trouble)

    async def begin(self, tapped: Tapped) -> Sequence[Reply]:
        """The page on which linking goes on. Raises why LINE gave no token for it."""
        if isinstance(tapped.link_token, MimiError):
            raise tapped.link_token
        url = await self._linking.offer(tapped.sender, tapped.link_token)
        body = _(
            "Sign in with your e-mail address on the page that opens, and confirm there. The link works once, "
            "within 10 minutes. You can unlink at any time, with /unlink or on the page."
        )
        return [Card(_("Link a web account"), body, choices=(Choice(_("Open"), url=url + OUTSIDE),))]

    def stranger(self, incoming: Incoming) -> Sequence[Reply] | None:
        """Somebody without an account in LINE may have one on the web."""
        match incoming:
            case Wrote(text=text) if text.strip().casefold() in {*NAMES, "連携", "link"}:
                return [_explained()]
            case Tapped(action=action) if action == LINK.action():
                return [_explained()]
        return None

    async def ended(self, link: LinkEnded) -> ChatAnswer:
        """LINE says how linking ended."""
        # Refused by LINE: its user is not the one the token was for, and is not named (LINE: account link event).
        if not link.ok:
            await self._linking.failed(link.nonce)
            return ChatAnswer(Replies(link.lang), None)
        said = await self._linking.linked(link.sender, link.nonce)
        # Whose account this LINE opens may just have changed.
        owner = await self._accounts.by_line_user(link.sender)
        if owner is None:
            return ChatAnswer(Replies(link.lang, (Text(said),)), None)
        ways = (*next_steps(), UNLINK())
        return ChatAnswer(Replies(owner.lang, (Text(said, ways),)), owner)

    async def _explain(self, owner: Owner, rest: str) -> Sequence[Reply]:
        return [_explained(), Text(_("To add an e-mail address to the account in this LINE, send /email instead."))]

    async def _not_prepared(self, owner: Owner) -> Sequence[Reply]:
        raise NotFound(_("This button no longer works. /help shows what I understand."))

    async def _ask_unlink(self, owner: Owner, rest: str) -> Sequence[Reply]:
        if not owner.email:
            said = _("LINE is your only way to sign in. Add an e-mail address first, with /email.")
            return [Text(said, (EMAIL(),))]
        text = _("Unlink this LINE? Alerts stop here, and you sign in on the web with {address}.", address=owner.email)
        return [Confirm(text, UNLINK_NOW(_mark(owner)), ACCOUNT(label=_("Keep it linked")))]

    async def _unlink(self, owner: Owner, mark: str) -> Sequence[Reply]:
        # People must be able to unlink at any time, and be told so when they link (LINE: linking accounts).
        if mark != _mark(owner):
            raise NotFound(_("Your account has changed in the meantime. Nothing was done. Please send /unlink again."))
        await self._linking.unlink(owner, in_line=True)
        done = _("Unlinked. Alerts no longer come here. Sign in on the web with {address}.", address=owner.email)
        return [Text(done)]


def _explained() -> Card:
    body = _(
        "If you have an account on the web, made with an e-mail address, this LINE can open it too, and its alerts "
        "come here."
    )
    return Card(_("Link a web account"), body, choices=(BEGIN_LINK(),))


def _mark(owner: Owner) -> str:
    """An unlink button is for the account and address it was shown with."""
    return digest(f"{owner.id} {owner.email}")[:16]
