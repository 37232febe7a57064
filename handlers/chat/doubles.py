"""A new entry in chat: learned, or its owner is asked first what becomes of it beside one that asks the same."""

from collections.abc import Awaitable, Callable, Sequence

from handlers.chat.plain_language.proposals import Proposals, Shown
from handlers.entries.doubles import AsksTheSame
from handlers.entries.faqs import SavedFaq
from handlers.messages import Reply
from knowledge.store.inbox.proposals import Change


class Taught:
    """What is asked is kept as a proposal, so that nothing written is lost and a tap counts once."""

    def __init__(self, proposals: Proposals, show: Callable[[Shown], Sequence[Reply]]) -> None:
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
