"""Signing in by mail: a link to an address, the same way and with the same answer whoever's it is (S6)."""

import secrets

from handlers.accounts.accounts import CODE_DIGITS, LINK_LIVES
from handlers.accounts.emails import MailLimits, address_of
from handlers.accounts.letters import letter
from handlers.ports import Clock
from knowledge.phrases import Lang, _
from knowledge.store.accounts.sign_in_links import SignInLink, SignInLinkRepository
from knowledge.store.database import Database
from knowledge.store.outbox.outbox import TO_ASKER, OutboxRepository


class MailSignIn:
    """Sends links. Whose an address is, and whether it is anybody's, is not looked at before one is opened."""

    def __init__(
        self,
        db: Database,
        links: SignInLinkRepository,
        outbox: OutboxRepository,
        limits: MailLimits,
        clock: Clock,
        public_url: str,
    ) -> None:
        self._db = db
        self._links = links
        self._outbox = outbox
        self._limits = limits
        self._clock = clock
        self._url = public_url.rstrip("/")

    async def ask(self, text: str, lang: Lang, network: str, room: str = "") -> str:
        """Mail a link that works once within ten minutes; the code that its page shows too (S1, S3, S5).

        `network` is the shortened address of who asks, `room` the path where the link leads. Raises BadInput for what
        is no mail address, and TooMany (S7).
        """
        address = address_of(text)
        await self._limits.check_network(network, address)
        now = self._clock.now()
        link = SignInLink(secrets.token_urlsafe(32), f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}")
        subject = _("mimi: your sign-in link")
        said = _(
            "Open this link to sign in to mimi. It works once, within 10 minutes:\n\n{link}\n\nThe page shows a "
            "code. Continue only if the page where you asked for the link shows the same one.\n\nIf you did not "
            "ask for this, you can ignore this e-mail.",
            link=f"{self._url}/sign-in/{link.token}?lang={lang}{f'&to={room}' if room else ''}",
        )

        async def send() -> None:
            await self._links.add_for_address(address, link, now, now + LINK_LIVES)
            await self._outbox.put(letter(address, lang, now, (subject, said), None, LINK_LIVES, TO_ASKER))

        await self._db.transaction(send)
        return link.code
