"""Leaving: pages go off at once, everything else after a day in which one tap stops it (docs/decisions)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog

from handlers.accounts.accounts import Accounts
from handlers.accounts.letters import gone_words, leaving_words, letter, stays_words
from handlers.accounts.news import AccountNews
from handlers.accounts.receipts import Receipt, Receipts
from handlers.buttons import Button, Shortcut
from handlers.messages import Replies, Text
from handlers.outgoing import to_body
from handlers.ports import Clock
from handlers.told_times import time_words
from knowledge.errors import NotFound, Unavailable
from knowledge.phrases import Lang, Phrase, _
from knowledge.store.accounts.owners import Owner, OwnerRepository
from knowledge.store.alerts.alert_settings import AlertSettingsRepository
from knowledge.store.apps.apps import AppRepository
from knowledge.store.database import Database, OwnerScope
from knowledge.store.inbox.dialogues import DialogueRepository
from knowledge.store.outbox.outbox import TO_ASKER, Channel, OutboxRepository, OutboxRow

KEEP_ACCOUNT = Button("account.stay", _("Keep my account"))
DELETE_ACCOUNT = Shortcut("account.delete", _("Delete account"))

COOL_OFF = timedelta(hours=24)
AT_ONCE = 5
# Longer than an erasure takes: two at it would each remove the other's farewell with what was the owner's.
ERASING_LEASE = timedelta(minutes=1)

log = structlog.get_logger()


class Leaving:
    """From the wish to leave to the last trace, or back. Whichever door was used, the others are told."""

    def __init__(
        self,
        db: Database,
        owners: OwnerRepository,
        apps: AppRepository,
        dialogues: DialogueRepository,
        settings: AlertSettingsRepository,
        outbox: OutboxRepository,
        accounts: Accounts,
        news: AccountNews,
        receipts: Receipts,
        clock: Clock,
        public_url: str,
    ) -> None:
        self._db = db
        self._accounts = accounts
        self._owners = owners
        self._apps = apps
        self._dialogues = dialogues
        self._settings = settings
        self._outbox = outbox
        self._news = news
        self._receipts = receipts
        self._clock = clock
        self._url = public_url.rstrip("/")

    async def begin(self, owner: Owner, *, in_line: bool) -> datetime:
        """Take the pages off and note when everything is erased; that time. Twice is once. Raises NotFound."""

        async def work() -> datetime:
            at = self._clock.now() + COOL_OFF
            if not await self._owners.leave(owner.scope, at):
                return await self._time_of(owner.scope)
            await self._apps.set_taken_off(owner.scope, True)
            await self._dialogues.remove(owner.scope)
            stop = f"{self._url}/owner/delete"
            said = await self.time_said(owner, at)
            await self._tell(owner, leaving_words(said, stop))
            if not in_line:
                body = _(
                    "Your account will be deleted at {at}, as requested in the dashboard. Your pages are already "
                    "offline.",
                    at=said,
                )
                await self._news.tell(owner.scope, body, KEEP_ACCOUNT())
            log.info("leaving", owner_id=owner.id)
            return at

        return await self._db.transaction(work)

    async def time_said(self, owner: Owner, at: datetime) -> str:
        """When that is, on the owner's clock."""
        return time_words(at, (await self._settings.get(owner.scope)).zone, owner.lang)

    async def stay(self, owner: Owner, *, in_line: bool) -> None:
        """Put everything back. Raises NotFound if the account is not leaving, or its erasure has begun."""

        async def work() -> None:
            if not await self._owners.stay(owner.scope):
                raise NotFound(_("Your account is not being deleted, or it is too late to cancel."))
            await self._apps.set_taken_off(owner.scope, False)
            log.info("stays", owner_id=owner.id)
            await self._tell(owner, stays_words())
            if not in_line:
                await self._news.tell(owner.scope, _("Your account stays, and your pages are back online."))

        await self._db.transaction(work)

    async def now(self, owner: Owner, *, in_line: bool) -> tuple[Receipt, str]:
        """Erase everything without waiting any longer; the receipt, and its text. Raises NotFound, Unavailable."""
        # In LINE the reply says it.
        receipt = await self._accounts.erase(owner.scope, partial(self._farewell, owner, in_line=not in_line))
        return receipt, self._receipts.signed(receipt)

    def said_at_the_end(self, receipt: Receipt, lang: Lang) -> Phrase:
        """That everything is gone, with the receipt."""
        return _("{gone}\n\n{receipt}", gone=gone_words()[1], receipt=self._receipts.words(receipt, lang))

    async def erase_due(self) -> int:
        """Erase accounts whose time is over; how many. What a process left half done is taken up again."""
        done, now = 0, self._clock.now()
        for owner in await self._owners.list_leaving(now, AT_ONCE):
            if await self._owners.begin_erasing(owner.scope, now, now + ERASING_LEASE):
                done += await self._erase(owner)
        return done

    async def _erase(self, owner: Owner) -> int:
        try:
            await self._accounts.erase(owner.scope, partial(self._farewell, owner, in_line=True))
        except (NotFound, Unavailable) as error:
            # Somebody else was quicker, or something is still being written: it is looked at again.
            log.warning("not erased yet", owner_id=owner.id, error=type(error).__name__)
            return 0
        return 1

    def _farewell(self, owner: Owner, receipt: Receipt, *, in_line: bool) -> Sequence[OutboxRow]:
        """What is said at the end; rows of nobody's, which leave nothing behind."""
        now, rows = self._clock.now(), []
        said = self.said_at_the_end(receipt, owner.lang)
        if in_line and owner.line_user_id:
            body = to_body(Replies(owner.lang, (Text(said),)))
            rows.append(OutboxRow(Channel.LINE, owner.line_user_id, body, now))
        if owner.email:
            rows.append(letter(owner.email, owner.lang, now, (gone_words()[0], said), None, kind=TO_ASKER))
        return rows

    async def _tell(self, owner: Owner, words: tuple[Phrase, Phrase]) -> None:
        if owner.email:
            await self._outbox.put(letter(owner.email, owner.lang, self._clock.now(), words, owner.id))

    async def _time_of(self, scope: OwnerScope) -> datetime:
        owner = await self._owners.get(scope.owner_id)
        if owner is None or owner.leaving_at is None:
            raise NotFound(_("That account does not exist."))
        return owner.leaving_at
