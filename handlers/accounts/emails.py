"""An owner's e-mail address: proved by a mailed code, changed, taken off. Nobody learns whose an address is (S6)."""

import hmac
import secrets
import unicodedata
from datetime import timedelta

import structlog

from handlers.accounts.letters import code_words, letter, moved_words, taken_words
from handlers.accounts.news import AccountNews
from handlers.ports import Clock
from handlers.written import is_mail_address
from knowledge.errors import BadInput, NotAllowed, NotFound, TooMany
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.emails import ONE_HOUR, EmailCode, EmailCodeRepository, MailCountRepository
from knowledge.store.accounts.owners import Owner, OwnerRepository, email_key
from knowledge.store.accounts.sessions import SessionRepository, SignInDoor
from knowledge.store.accounts.sign_in_links import SignInLinkRepository
from knowledge.store.alerts.alert_settings import AlertSettingsRepository
from knowledge.store.database import Database, OwnerScope
from knowledge.store.outbox.outbox import OutboxRepository

# In an hour by the clock.
OF_OWNER, TO_ADDRESS, FROM_NETWORK = 5, 5, 30
log = structlog.get_logger()
CODE_LIVES = timedelta(minutes=10)
MOST_GUESSES = 5  # of a million codes: one in 200,000 for whoever guesses
DIGITS = 6


class MailLimits:
    """One count for all doors, so that nobody's mailbox is filled by way of several."""

    def __init__(self, counts: MailCountRepository, clock: Clock) -> None:
        self._counts = counts
        self._clock = clock

    async def check_owner(self, scope: OwnerScope, address: str) -> None:
        """Count a letter that an owner asks for. Raises TooMany."""
        await self._count("owner", scope.owner_id, OF_OWNER)
        await self._count("address", email_key(address), TO_ADDRESS)

    async def check_network(self, network: str, address: str) -> None:
        """Count a letter that somebody unknown asks for from a (shortened) network address. Raises TooMany."""
        await self._count("network", network, FROM_NETWORK)
        await self._count("address", email_key(address), TO_ADDRESS)

    async def _count(self, kind: str, who: str, most: int) -> None:
        now = self._clock.now()
        if await self._counts.count(kind, who, now) <= most:
            return
        next_hour = now.replace(minute=0, second=0, microsecond=0) + ONE_HOUR
        wait = int((next_hour - now).total_seconds()) + 1
        minutes = wait // 60 + 1
        raise TooMany(
            _("You have asked for too many e-mails. Please wait {minutes} minutes.", minutes=minutes), wait, kind
        )


class Emails:
    """The address on an account, from LINE and from the page."""

    def __init__(
        self,
        db: Database,
        owners: OwnerRepository,
        codes: EmailCodeRepository,
        outbox: OutboxRepository,
        links: SignInLinkRepository,
        sessions: SessionRepository,
        alert_settings: AlertSettingsRepository,
        limits: MailLimits,
        news: AccountNews,
        clock: Clock,
        secret: str,
        public_url: str,
    ) -> None:
        self._db = db
        self._owners = owners
        self._codes = codes
        self._outbox = outbox
        self._links = links
        self._sessions = sessions
        self._alert_settings = alert_settings
        self._limits = limits
        self._news = news
        self._clock = clock
        self._secret = secret.encode()
        self._url = public_url.rstrip("/")

    async def ask(self, owner: Owner, text: str) -> str:
        """Mail a code to an address; the address as it is kept. Raises BadInput, TooMany.

        The answer is the same if the address is another owner's; that owner gets a letter instead of a code (S6).
        """
        address = address_of(text)
        if owner.email and email_key(address) == email_key(owner.email):
            raise BadInput(_("That is already your address."))
        await self._limits.check_owner(owner.scope, address)
        await self._db.transaction(lambda: self._send(owner, address))
        return address

    async def ask_again(self, owner: Owner) -> str:
        """A new code to the address that waits for one; the address. Raises BadInput if none waits, TooMany."""
        address = await self.waiting(owner.scope)
        if address is None:
            raise BadInput(_("The code has expired. Please enter the address again."))
        await self._limits.check_owner(owner.scope, address)
        await self._db.transaction(lambda: self._send(owner, address))
        return address

    async def waiting(self, scope: OwnerScope) -> str | None:
        """The address that waits for its code."""
        return await self._codes.address(scope, self._clock.now())

    async def stop(self, scope: OwnerScope) -> None:
        """The address that waits is not wanted after all."""
        await self._codes.remove(scope)

    async def confirm(self, owner: Owner, text: str, *, tell: bool, keep: str = "") -> str:
        """Take the address whose code this is; the address. `tell` LINE of it, if this came by another door.

        Sessions that an address before it opened end, except the one with the value `keep`.

        Raises BadInput for a wrong or dead code, and for an address that became another owner's meanwhile.
        """
        code = await self._codes.guess(owner.scope, self._clock.now(), MOST_GUESSES)
        if code is None:
            raise BadInput(_("That code has expired or was entered wrongly too often. Please ask for a new one."))
        digits = "".join(str(int(each)) for each in text if each.isdecimal())
        if not hmac.compare_digest(self._digest(owner.scope, digits), code.digest):
            raise BadInput(_("That is not the code in the latest e-mail. Please check it and try again."))
        await self._db.transaction(lambda: self._take(owner.scope, code, tell, keep))
        return code.address

    async def take_off(self, owner: Owner, address: str, *, tell: bool, keep: str = "") -> None:
        """Take this address off the account; sessions that it opened end, except the one with the value `keep`.

        Raises NotAllowed if it is the only way in, NotFound if it is gone.
        """

        async def work() -> None:
            if not owner.email or email_key(owner.email) != email_key(address):
                raise NotFound(_("That address is no longer on your account. Nothing was changed."))
            if not await self._owners.clear_email(owner.scope, address):
                raise NotAllowed(_("Your e-mail address is your only way to sign in. Link LINE first."))
            log.info("address taken off", owner_id=owner.id)
            await self._left(owner, "", keep)
            if tell:
                await self._news.tell(
                    owner.scope, _("An e-mail address was removed from your account in the dashboard.")
                )

        await self._db.transaction(work)

    async def _send(self, owner: Owner, address: str) -> None:
        code, now = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}", self._clock.now()
        kept = EmailCode(address, self._digest(owner.scope, code), now + CODE_LIVES)
        await self._codes.put(owner.scope, kept)
        words = code_words(code)
        if await self._owners.by_email(address):
            words = taken_words(f"{self._url}/signin")
        await self._outbox.put(letter(address, owner.lang, now, words, owner.id, CODE_LIVES))

    async def _take(self, scope: OwnerScope, code: EmailCode, tell: bool, keep: str) -> None:
        # Read inside: of two at once, and when the address was taken meanwhile, the second finds what the first did.
        owner, holder = await self._owners.get(scope.owner_id), await self._owners.by_email(code.address)
        if holder and holder.id != scope.owner_id:
            raise BadInput(_("Another account now uses this address. Nothing was changed."))
        if owner is None or not await self._codes.use(scope, code.digest):
            raise BadInput(_("That code has already been used. Please check your account."))
        await self._owners.set_email(scope, code.address)
        log.info("address confirmed", owner_id=scope.owner_id)
        if owner.email:
            await self._left(owner, code.address, keep)
        if tell:
            body: Phrase = _("Your account now has this e-mail address: {address}", address=code.address)
            await self._news.tell(scope, body)

    async def _left(self, owner: Owner, after: str, keep: str) -> None:
        """The address that was on the account hears that it is no longer; alerts go to the one `after` it, if any."""
        await self._links.remove_for_address(owner.email)
        await self._sessions.remove_of(owner.scope, SignInDoor.MAIL, keep)
        await self._alert_settings.move_email(owner.scope, owner.email, after)
        words = moved_words(f"{self._url}/contact")
        await self._outbox.put(letter(owner.email, owner.lang, self._clock.now(), words, owner.id))

    def _digest(self, scope: OwnerScope, code: str) -> str:
        # Keyed: six digits alone could be found from their hash by trying all (S1).
        return hmac.new(self._secret, f"email:{scope.owner_id}:{code}".encode(), "sha256").hexdigest()


def address_of(text: str) -> str:
    """An address as it is kept: what full-width typing made of it undone. Raises BadInput."""
    address = unicodedata.normalize("NFKC", text).strip().removeprefix("mailto:")
    if not is_mail_address(address):
        raise BadInput(_("That is not an e-mail address. Please check it."))
    return address
