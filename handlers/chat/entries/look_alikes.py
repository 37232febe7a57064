"""An entry that asks nearly what a visitor asked: the question may become another way to ask it, not a new entry."""

from contextlib import suppress

from guardrail.pii import without_hidden
from handlers.apps.apps import Apps
from handlers.buttons import Button
from handlers.entries.faqs import Faqs
from handlers.messages import Choice
from knowledge.checks.facts import says_otherwise
from knowledge.errors import NotFound
from knowledge.phrases import _
from knowledge.search.curated import plain
from knowledge.search.fitting import fitting
from knowledge.search.in_talks import MOST_HITS
from knowledge.search.retrieval import Retrieval
from knowledge.store.database import AppScope, outside_transactions
from knowledge.store.entries.faqs import FaqEntry, FaqId


def _entry_named(text: str) -> FaqId:
    if not text:
        raise NotFound(_("That question no longer exists."))
    return FaqId(text)


# Both name the owner's answer, as an alert's or as a message's that was said in a takeover, and the entry.
ALERT, SAID = "alert", "said"
ADD_TO_TWIN = Button("twin.add", _("Add to that entry"), str, str, _entry_named, part="/")
WORD_FOR_TWIN = Button("twin.edit", _("Edit and add"), str, str, _entry_named, part="/")


class LookAlikes:
    """Looks with what is there at once: an owner waits for the answer."""

    def __init__(self, retrieval: Retrieval, apps: Apps, faqs: Faqs) -> None:
        self._retrieval = retrieval
        self._apps = apps
        self._faqs = faqs

    async def of(self, scope: AppScope, question: str) -> FaqEntry | None:
        """The entry that would be quoted for the question, if it does not know that way to ask yet."""
        app = await self._apps.get(scope)
        asked = without_hidden(question)
        # As for a visitor's question, so that what is offered is what would have been answered.
        hits = await outside_transactions(self._retrieval.search(scope, app.knowledge_version, asked, MOST_HITS))
        best = next((hit.item.id for hit in fitting(hits, asked).answering[:1] if hit.item.kind == "faq"), "")
        with suppress(NotFound):  # removed since the index was made
            entry = await self._faqs.get(scope, best)
            known = {plain(asked) for asked in (entry.question, *entry.phrasings)}
            return None if plain(question) in known else entry
        return None


def look_alike_choices(kind: str, named: str, entry: FaqEntry, answer: str) -> tuple[Choice, ...]:
    """One tap, or two to word it otherwise; `kind` and `named` are the owner's `answer`. None where the entry answers
    something else: whoever asks it so would be told that.
    """
    if says_otherwise(entry.answer, answer):
        return ()
    return (ADD_TO_TWIN(kind, named, entry.id), WORD_FOR_TWIN(kind, named, entry.id))
