"""What a coding agent looks for in an app's knowledge: what is about something, and what a release may contradict.

That is a hint, found by words, meaning and numbers: whoever asked reads the texts and decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.checks.facts import turns_round
from knowledge.items import Hit
from knowledge.model.grounding import sentences_of
from knowledge.search.retrieval import Retrieval
from knowledge.store.apps.apps import App
from knowledge.store.entries.documents import Document, DocumentRepository
from knowledge.store.entries.faqs import FaqEntry, FaqRepository
from knowledge.stored_items import entry_of

LONGEST_NOTES = 20_000
MOST_STATEMENTS = 60
SHORTEST_STATEMENT = 4  # characters: less says nothing
MOST_FOUND = 20
NEAREST = 4  # looked at for each statement
ABOUT_IT = 0.15  # of a statement's words that an entry has to have, or ...
MEANT = 0.5  # ... how near it must be by meaning
PATIENCE = 2.0


@dataclass(frozen=True)
class FoundKnowledge:
    """An entry or document, and what of it was found."""

    item: FaqEntry | Document
    passage: str


@dataclass
class Touched:
    """An entry or document that statements are about; `contradicted_by` are those it does not agree with."""

    found: FoundKnowledge
    about_it: list[str] = field(default_factory=list)
    contradicted_by: list[str] = field(default_factory=list)


class ProgramSearch:
    """Searches as a visitor's question would, and compares what is new with what is known."""

    def __init__(self, retrieval: Retrieval, faqs: FaqRepository, documents: DocumentRepository) -> None:
        self._retrieval = retrieval
        self._faqs = faqs
        self._documents = documents

    async def search(self, app: App, text: str, limit: int) -> Sequence[FoundKnowledge]:
        """The nearest, the best first, each entry or document once."""
        result = await self._retrieval.found(app.scope, app.knowledge_version, text, limit, PATIENCE)
        found: dict[str, FoundKnowledge] = {}
        for hit in result.hits:
            ref = entry_of(hit.item).id
            if ref not in found and (each := await self._found(app, hit)):
                found[ref] = each
        return list(found.values())

    async def review(self, app: App, notes: str) -> Sequence[Touched]:
        """What the notes are about, the contradicted first."""
        touched: dict[str, Touched] = {}
        for statement in statements_in(notes[:LONGEST_NOTES]):
            found = await self._retrieval.found(app.scope, app.knowledge_version, statement, NEAREST, PATIENCE)
            for hit in filter(_is_about, found.hits):
                ref = entry_of(hit.item).id
                if ref not in touched and (there := await self._found(app, hit)):
                    touched[ref] = Touched(there)
                if each := touched.get(ref):
                    each.about_it.append(statement)
                    if turns_round(hit.item.text, statement, hit.item.title):
                        each.contradicted_by.append(statement)
        ordered = sorted(touched.values(), key=lambda each: (-len(each.contradicted_by), -len(each.about_it)))
        return ordered[:MOST_FOUND]

    async def _found(self, app: App, hit: Hit) -> FoundKnowledge | None:
        """None where it was removed in this very moment."""
        ref = entry_of(hit.item)
        rows = self._faqs if ref.kind == "faq" else self._documents
        item: FaqEntry | Document | None = await rows.get(app.scope, ref.id)
        return FoundKnowledge(item, hit.item.text) if item else None


def statements_in(notes: str) -> list[str]:
    """Its sentences and list items, without the marks of Markdown, each once."""
    lines = (line.strip().lstrip("#*->•・ ").strip() for line in notes.splitlines())
    said = (text.strip() for line in lines for _at, text in sentences_of(line))
    return list(dict.fromkeys(each for each in said if len(each) >= SHORTEST_STATEMENT))[:MOST_STATEMENTS]


def _is_about(hit: Hit) -> bool:
    return hit.share >= ABOUT_IT or (hit.by_meaning and hit.score >= MEANT)
