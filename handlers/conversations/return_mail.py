"""The owner's reply by mail, for a visitor who left an address for exactly that: used once, then erased."""

from datetime import timedelta

from handlers.conversations.conversations import Conversations
from handlers.ports import Clock
from handlers.written import is_mail_address
from knowledge.errors import BadInput
from knowledge.phrases import Phrase, Tag, _
from knowledge.store.apps.apps import App
from knowledge.store.conversations.return_addresses import ReturnAddress, ReturnAddressRepository
from knowledge.store.database import Database

KEPT = timedelta(days=30)
KEEPING: Phrase = _(
    "When the owner replies, you get that reply by e-mail, once. Then your address is erased; the owner never sees it."
)


class ReturnMail:
    """Keeps addresses; Conversations uses them when the owner says something."""

    def __init__(self, db: Database, conversations: Conversations, clock: Clock) -> None:
        self._db = db
        self._addresses = ReturnAddressRepository(db)
        self._conversations = conversations
        self._clock = clock

    async def keep(self, app: App, key: object, address: str, link: str, lang: Tag) -> Phrase:
        """Mail the owner's next words in this conversation to `address`. Raises BadInput, NotFound for a wrong key."""
        to = address.strip()
        if not is_mail_address(to):
            raise BadInput(_("That is not an e-mail address. Please check it."))
        conversation = await self._conversations.by_key(app, key)

        async def put() -> None:
            # In conflict with the conversation's deletion: an address never outlives it.
            await self._conversations.hold(app.scope, conversation.id)
            until = self._clock.now() + KEPT
            await self._addresses.put(app.scope, conversation.id, ReturnAddress(to, link, lang), until)

        await self._db.transaction(put)
        return KEEPING
