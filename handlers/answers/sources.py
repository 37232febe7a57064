"""What an answer rests on, as a visitor may see it; and which piece of it could not be said."""

from collections.abc import Sequence

from guardrail.pii import Pii
from handlers.answers.guard import AppGuard
from handlers.answers.heard import Heard
from knowledge.items import Hit, KnowledgeItem
from knowledge.model.prompt import Prompt
from knowledge.phrases import Lang
from knowledge.store.conversations.messages import Source
from knowledge.store.entries.hidden import EntryRef
from knowledge.stored_items import entry_of

WEB = ("http://", "https://")  # the only addresses of sources a visitor is led to


async def sources_of(heard: Heard, prompt: Prompt, pii: Pii, guard: AppGuard, lang: Lang) -> tuple[Source, ...]:
    """Each cited item once. Raises GuardrailFailed."""
    return tuple(dict.fromkeys([await source_of(item, pii, guard, lang) for item in _cited(heard, prompt)]))


async def source_of(item: KnowledgeItem, pii: Pii, guard: AppGuard, lang: Lang) -> Source:
    """The item as a visitor may see it: its title, with the heading of a passage, and its address only if it leads to
    the web and tells nothing. Raises GuardrailFailed."""
    title = await pii.redact(item.full_title, lang, guard.public)
    shown = item.url.lower().startswith(WEB) and not await pii.find(item.url, guard.public)
    return Source(title.text, item.url if shown else "", item.id)


def withheld_in(heard: Heard, prompt: Prompt, hits: Sequence[Hit]) -> EntryRef | None:
    """The first piece that the answer rests on, or was found for it, from which such a thing was taken."""
    likely = [*_cited(heard, prompt), *(hit.item for hit in hits)]
    marks = [f"[{kind}]" for kind in heard.withheld]
    holding = (item for item in likely if any(mark in item.title + item.text for mark in marks))
    return next((entry_of(item) for item in holding if item.kind != "app"), None)


def _cited(heard: Heard, prompt: Prompt) -> list[KnowledgeItem]:
    items = {item.id: item for item in prompt.items}
    return [items[each] for each in heard.cited if each in items]
