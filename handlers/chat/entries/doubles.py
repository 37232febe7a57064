"""A new entry in chat: learned, or its owner is asked first what becomes of it beside one that asks the same."""

from collections.abc import Awaitable, Callable, Sequence

from handlers.entries.doubles import AsksTheSame
from handlers.entries.faqs import Faqs, SavedFaq
from handlers.messages import Reply
from handlers.proposals.proposals import Proposals, Shown
from knowledge.store.database import OwnerScope
from knowledge.store.entries.faqs import FaqId
from knowledge.store.inbox.proposals import Change


class Taught:
    """What is asked is kept as a proposal, so that nothing written is lost and a tap counts once."""

    def __init__(self, faqs: Faqs, proposals: Proposals, show: Callable[[Shown], Sequence[Reply]]) -> None:
        self._faqs = faqs
        self._proposals = proposals
        self._show = show

    async def of(
        self,
        saving: Awaitable[SavedFaq],
        then: Callable[[SavedFaq], Sequence[Reply]],
        source: str = "",
        named: str = "",
    ) -> Sequence[Reply]:
        """What `then` says once it is kept, or the question; `source` and `named` are what it answers, as a gap."""
        try:
            return then(await saving)
        except AsksTheSame as found:
            double = found.double
            values = {"question": double.question, "answer": double.answer, "source": source, "named": named}
            change = Change("faq_add", double.entry.id, values)
            return self._show(await self._proposals.propose(double.scope, change))

    async def change(self, owner: OwnerScope, faq_id: FaqId, answer: str) -> Sequence[Reply]:
        """An entry with another answer, before it is so. Raises NotFound, BadInput."""
        scope = await self._faqs.scope_of(owner, faq_id)
        question = (await self._faqs.get(scope, faq_id)).question
        change = Change("faq_edit", faq_id, {"question": question, "answer": answer})
        return self._show(await self._proposals.propose(scope, change))
