"""The contact form: a letter to whoever runs this mimi."""

from guardrail.limits import Limits, Senders
from handlers.ports import Clock
from handlers.written import is_mail_address, written
from knowledge.errors import BadInput
from knowledge.phrases import Lang, _, to_plain
from knowledge.store.outbox.outbox import LETTER_LIVES, Channel, OutboxRepository, OutboxRow

LONGEST_LETTER = 5_000


class ContactForm:
    """Letters from the contact form, kept in the outbox until they are sent."""

    def __init__(self, outbox: OutboxRepository, limits: Limits, clock: Clock, operator: str) -> None:
        self._outbox = outbox
        self._limits = limits
        self._clock = clock
        self._operator = operator

    async def send(self, reply_to: str, text: str, lang: Lang, address: str) -> None:
        """Send `text` to the operator, `reply_to` may be empty. Raises BadInput, and TooMany by network `address`."""
        answer_to = reply_to.strip()
        if answer_to and not is_mail_address(answer_to):
            raise BadInput(_("That is not an e-mail address. Leave it empty if you do not need a reply."))
        letter = written(text, LONGEST_LETTER)
        await self._limits.check_visitor("contact", Senders(address=address))
        subject = to_plain(_("mimi: a message from the contact form"))
        body = {"lang": lang, "subject": subject, "text": letter, "reply_to": answer_to}
        row = OutboxRow(Channel.MAIL, self._operator, body, created_at=self._clock.now(), lives=LETTER_LIVES)
        await self._outbox.put(row)
