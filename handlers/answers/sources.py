"""What an answer rests on, as a visitor may see it; and which piece of it could not be said."""

from collections.abc import Sequence

from handlers.answers.guard import Screen
from knowledge.items import KnowledgeItem
from knowledge.store.conversations.messages import Source
from knowledge.store.entries.hidden import EntryRef
from knowledge.stored_items import entry_of

WEB = ("http://", "https://")  # the only addresses of sources a visitor is led to


async def sources_of(cited: Sequence[KnowledgeItem], screen: Screen) -> tuple[Source, ...]:
    """Each item once as a visitor may see it: its title, with the heading of a passage, and its address only if it
    leads to the web and tells nothing. Raises GuardrailFailed."""
    sources: dict[Source, None] = {}
    for item in cited:
        title = await screen.pii.redact(item.full_title, screen.question.lang, screen.guard.public)
        shown = item.url.lower().startswith(WEB) and not await screen.pii.find(item.url, screen.guard.public)
        sources.setdefault(Source(title.text, item.url if shown else "", item.id))
    return tuple(sources)


def withheld_in(withheld: Sequence[str], likely: Sequence[KnowledgeItem]) -> EntryRef | None:
    """The first of the likely pieces from which something of a kind that was withheld was taken."""
    marks = [f"[{kind}]" for kind in withheld]
    for item in likely if marks else ():
        if item.kind != "app" and any(mark in item.title + item.text for mark in marks):
            return entry_of(item)
    return None
