"""Questions offered to a visitor: at the start, and after an answer what else the knowledge says near it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from handlers.answers.knowledge import Looked, Question
from knowledge.language import language_of
from knowledge.phrases import Tag
from knowledge.search.curated import plain
from knowledge.search.retrieval import Retrieval
from knowledge.store.apps.apps import App
from knowledge.store.conversations.messages import Source
from knowledge.store.database import Database
from knowledge.store.entries.faqs import FaqRepository

MOST = 3
MOST_AT_START = 4
LONGEST = 60  # characters of one: it has to fit a button
_LOOKED_AT = 30


class Suggestions:
    """Takes the owner's own, else the entries' questions; never one in another language than the visitor's, that was
    asked, or that hides something.
    """

    def __init__(self, db: Database, retrieval: Retrieval) -> None:
        self._faqs = FaqRepository(db)
        self._retrieval = retrieval

    async def opening(self, app: App, lang: Tag) -> Sequence[str]:
        """What to show before anything was asked, as far as there is something in the visitor's language."""
        if own := [each for each in app.suggestions if language_of(each, lang) == lang]:
            return tuple(own[:MOST_AT_START])
        entries = await self._faqs.list(app.scope, limit=_LOOKED_AT)
        return tuple(islice(_fitting((entry.redacted_question for entry in entries), lang, ()), MOST))

    async def after(self, app: App, question: Question, sources: Sequence[Source], looked: Looked) -> tuple[str, ...]:
        """The nearest neighbours of what the answer rests on; nothing where it rests on nothing."""
        items = {item.id: item for item in looked.items}
        cited = [items[source.item] for source in sources if source.item in items]
        if not cited:
            return ()
        near = await self._retrieval.found(app.scope, app.knowledge_version, cited[0].title, _LOOKED_AT)
        # What an answer of this conversation rested on was answered already.
        told = {source.item for said in question.history for source in said.sources} | {item.id for item in cited}
        untold = [hit.item.title for hit in near.hits if hit.item.kind == "faq" and hit.item.id not in told]
        return fitting_a_button(untold, question)


def fitting_a_button(questions: Iterable[str], question: Question) -> tuple[str, ...]:
    """The first few of them that can be offered after this one."""
    asked = [question.text, *(said.text for said in question.history)]
    return tuple(islice(_fitting(questions, question.lang, asked), MOST))


def _fitting(questions: Iterable[str], lang: Tag, asked: Sequence[str]) -> Iterator[str]:
    """Those that fit a button, hide nothing, are in the visitor's language and were not asked."""
    known = {plain(each) for each in asked}
    # Looked at only as far as somebody takes them: a language costs more than all the rest.
    for each in dict.fromkeys(questions):
        fits = len(each) <= LONGEST and "[" not in each and plain(each) not in known
        if fits and language_of(each, lang) == lang:
            yield each
