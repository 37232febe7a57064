"""Linking and unlinking in chat, also for people who have no account in LINE yet."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.accounts.accounts import Accounts
from handlers.accounts.linking import Linking
from handlers.chat.commands import Command, Feature
from handlers.chat.help import next_steps
from handlers.messages import Card, Choice, Confirm, Incoming, IncomingKind, Replies, Reply, Text
from handlers.ports import LinkTokens
from knowledge.errors import MimiError, NotFound
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.stored import digest

BEGIN = "link.begin"
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
                Command(NAMES, _("Link this LINE with your account on the web"), self._explain),
                Command(("/unlink", "/連携解除"), _("Unlink this LINE from your account"), self._ask_unlink),
            ),
            actions={
                "link": self._explain,
                BEGIN: self._not_prepared,
                "unlink": self._ask_unlink,
                "unlink.line": self._unlink,
            },
            gate=self._gate,
            linker=self,
        )

    async def prepare(self, incoming: Incoming) -> Incoming:
        """With a token from LINE where one is wanted, outside of any transaction."""
        if incoming.kind is not IncomingKind.ACTION or incoming.action != BEGIN:
            return incoming
        try:
            return replace(incoming, link_token=await self._tokens.issue(incoming.sender))
        except MimiError as trouble:
            return replace(incoming, trouble=trouble)

    async def stranger(self, incoming: Incoming) -> Sequence[Reply] | None:
        """Somebody without an account in LINE may have one on the web."""
        if incoming.kind is IncomingKind.ACTION and incoming.action == BEGIN:
            return await self._page(incoming)
        asks = incoming.kind is IncomingKind.TEXT and incoming.text.strip().casefold() in {*NAMES, "連携", "link"}
        return [_explained()] if asks or incoming.action == "link" else None

    async def ended(self, incoming: Incoming) -> Replies:
        """LINE says how linking ended."""
        assert incoming.link
        if not incoming.link.ok:
            await self._linking.failed(incoming.link.nonce)
            return Replies(incoming.lang)
        said = await self._linking.linked(incoming.sender, incoming.link.nonce)
        owner = await self._accounts.by_line_user(incoming.sender)
        if owner is None:
            return Replies(incoming.lang, (Text(said),))
        return Replies(owner.lang, (Text(said, (*next_steps(), Choice(_("Unlink"), action="unlink"))),))

    async def _gate(self, owner: Owner, incoming: Incoming) -> Sequence[Reply] | None:
        is_ours = incoming.kind is IncomingKind.ACTION and incoming.action == BEGIN
        return await self._page(incoming) if is_ours and owner.leaving_at is None else None

    async def _page(self, incoming: Incoming) -> Sequence[Reply]:
        if incoming.trouble:
            raise incoming.trouble
        url = await self._linking.offer(incoming.sender, incoming.link_token)
        body = _(
            "Sign in with your e-mail address on the page that opens, and confirm there. "
            "The link works once, within 10 minutes. You can unlink again at any time, with /unlink or on the page."
        )
        return [Card(_("Link with your web account"), body, choices=(Choice(_("Open"), url=url + OUTSIDE),))]

    async def _explain(self, owner: Owner, rest: str) -> Sequence[Reply]:
        return [_explained(), Text(_("To give the account in this LINE an e-mail address, write /email instead."))]

    async def _not_prepared(self, owner: Owner, rest: str) -> Sequence[Reply]:
        raise NotFound(_("This button does not work any more. /help shows what I understand."))

    async def _ask_unlink(self, owner: Owner, rest: str) -> Sequence[Reply]:
        if not owner.email:
            said = _("LINE is the only way into your account. Give it an e-mail address first, with /email.")
            return [Text(said, (Choice(_("E-mail address"), action="email"),))]
        text = _("Unlink this LINE? Alerts stop here, and you come in by {address} on the web.", address=owner.email)
        yes = Choice(_("Unlink"), action=f"unlink.line:{_mark(owner)}")
        return [Confirm(text, yes, Choice(_("Keep it linked"), action="account"))]

    async def _unlink(self, owner: Owner, mark: str) -> Sequence[Reply]:
        if mark != _mark(owner):
            raise NotFound(_("Your account has changed since. Nothing was done; write /unlink once more."))
        await self._linking.unlink(owner, in_line=True)
        done = _("Unlinked. No more alerts come here. Sign in on the web with {address}.", address=owner.email)
        return [Text(done)]


def _explained() -> Card:
    body = _(
        "If you have an account on the web, made with an e-mail address, this LINE can open it too, and its alerts "
        "come here."
    )
    return Card(_("Link with your web account"), body, choices=(Choice(_("Get the link"), action=BEGIN),))


def _mark(owner: Owner) -> str:
    """An unlink button is for the account and address it was shown with."""
    return digest(f"{owner.id} {owner.email}")[:16]
