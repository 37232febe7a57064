"""FAQ entries: what an owner can do with them, from LINE and from the page."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from guardrail.findings import PiiKind
from handlers.entries.asked_names import AskedName
from handlers.entries.guard import ChangedMeanwhile, Checked, KnowledgeGuard
from handlers.ports import Clock
from handlers.written import written, written_line
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.apps.apps import App
from knowledge.store.database import AppScope, Database, OwnerScope
from knowledge.store.entries.faqs import FaqEntry, FaqRepository
from knowledge.store.entries.hidden import EntryRef
from knowledge.store.registry import erase_entries

LONGEST_QUESTION = 300
LONGEST_ANSWER = 5_000  # LINE's own limit of a text message
MOST_PHRASINGS = 10
MOST_FAQS = 5_000


@dataclass(frozen=True)
class SavedFaq:
    """An entry as it is kept, and the kinds of personal information visitors will not see of it.

    `told`: in so many chats its answer was said to somebody who waited for it. `asked`: names in it that its owner is
    asked about now.
    """

    entry: FaqEntry
    kinds: tuple[PiiKind, ...]
    told: int = 0
    asked: tuple[AskedName, ...] = ()


def told_words(count: int) -> Phrase:
    """That so many have been told at last."""
    return _("Also sent to others who asked and were waiting: {count}", count=count)


class Faqs:
    """The entries of one app at a time. Every change makes the app's knowledge newer."""

    def __init__(self, db: Database, faqs: FaqRepository, guard: KnowledgeGuard, clock: Clock) -> None:
        self._db = db
        self._faqs = faqs
        self._guard = guard
        self._clock = clock

    async def add(
        self,
        scope: AppScope,
        question: str,
        answer: str,
        *,
        phrasings: Sequence[str] = (),
        exact: bool = False,
        external_id: str = "",
        app: App | None = None,
    ) -> SavedFaq:
        """Keep a new entry. Raises BadInput for empty or overlong texts, or too many entries or phrasings, and
        ChangedMeanwhile where there is one with this `external_id`.

        `app` is the one it is for, where the caller has just read it.
        """
        entry, checked = await self.checked(scope, question, answer, phrasings, app)
        entry = replace(entry, exact=exact, external_id=external_id)

        async def keep() -> Sequence[AskedName]:
            if await self._faqs.count(scope) >= MOST_FAQS:
                raise BadInput(_("You can have up to {most} FAQ entries. Remove one first.", most=MOST_FAQS))
            if external_id and await self._faqs.of_external_id(scope, external_id):
                raise ChangedMeanwhile
            await self._faqs.add(scope, entry)
            await self._guard.saved(scope, faq_ref(entry), checked, is_new=True)
            return await self._guard.ask(scope, [entry.id], checked.found)

        asked = await self._db.transaction(keep)
        return SavedFaq(entry, checked.kinds, asked=tuple(asked))

    async def get(self, scope: AppScope, faq_id: str) -> FaqEntry:
        """One entry. Raises NotFound."""
        entry = await self._faqs.get(scope, faq_id)
        if entry is None:
            raise _gone()
        return entry

    async def called(self, scope: AppScope, external_id: str) -> FaqEntry | None:
        """The entry that the owner's programs call so."""
        return await self._faqs.of_external_id(scope, external_id)

    async def scope_of(self, owner: OwnerScope, faq_id: str) -> AppScope:
        """Which of the owner's apps an entry belongs to. Raises NotFound."""
        scope = await self._faqs.scope_of(owner, faq_id)
        if scope is None:
            raise _gone()
        return scope

    async def list(self, scope: AppScope, *, skip: int = 0, limit: int = 0) -> Sequence[FaqEntry]:
        """The entries, the oldest first; `limit` 0 gives all after the first `skip`."""
        return await self._faqs.list(scope, skip=skip, limit=limit)

    async def count(self, scope: AppScope) -> int:
        return await self._faqs.count(scope)

    async def find(self, scope: AppScope, words: str, *, limit: int = 0) -> Sequence[FaqEntry]:
        """Entries in which each of the words occurs."""
        return await self._faqs.find(scope, words, limit=limit)

    async def edit(
        self,
        scope: AppScope,
        faq_id: str,
        question: str,
        answer: str,
        *,
        phrasings: Sequence[str] | None = None,
        exact: bool | None = None,
        external_id: str = "",
        seen: FaqEntry | None = None,
    ) -> SavedFaq:
        """Give an entry new texts; what is None stays as it is. Raises NotFound, or BadInput as `add` does.

        `seen` is how the caller read it: if it has been changed since, ChangedMeanwhile is raised.
        """
        before = seen or await self.get(scope, faq_id)
        asked_too = before.phrasings if phrasings is None else phrasings
        entry, checked = await self.checked(scope, question, answer, asked_too)
        word_for_word = before.exact if exact is None else exact
        called = external_id or before.external_id
        changed = replace(
            entry,
            id=before.id,
            created_at=before.created_at,
            exact=word_for_word,
            external_id=called,
            url=before.url,
        )

        async def keep() -> Sequence[AskedName]:
            await self._put(scope, changed, checked, seen)
            return await self._guard.ask(scope, [changed.id], checked.found)

        asked = await self._db.transaction(keep)
        return SavedFaq(changed, checked.kinds, asked=tuple(asked))

    async def add_phrasing(self, scope: AppScope, faq_id: str, words: str) -> SavedFaq:
        """Note another way to ask for an entry. Raises NotFound, BadInput."""
        entry = await self.get(scope, faq_id)
        return await self.edit(scope, faq_id, entry.question, entry.answer, phrasings=(*entry.phrasings, words))

    async def check_again(self, scope: AppScope, before: FaqEntry) -> None:
        """What is public has changed: redact the same words anew. Nothing happens to an entry removed meanwhile."""
        entry, checked = await self.checked(scope, before.question, before.answer, before.phrasings)
        again = replace(
            entry,
            id=before.id,
            created_at=before.created_at,
            updated_at=before.updated_at,
            exact=before.exact,
            external_id=before.external_id,
            url=before.url,
        )
        with suppress(NotFound):
            await self._db.transaction(partial(self._put, scope, again, checked))

    async def remove(self, scope: AppScope, faq_id: str) -> FaqEntry:
        """Take an entry away, and say which it was. Raises NotFound."""

        async def take() -> FaqEntry:
            entry = await self.get(scope, faq_id)
            await self._guard.newer(scope)  # first: whoever else removes it is in conflict over the app from here on
            await erase_entries(self._db, scope, [faq_id])
            return entry

        return await self._db.transaction(take)

    async def _put(self, scope: AppScope, changed: FaqEntry, checked: Checked, seen: FaqEntry | None = None) -> None:
        if not await self._faqs.replace(scope, changed, seen):
            raise ChangedMeanwhile if seen else _gone()
        await self._guard.saved(scope, faq_ref(changed), checked)

    async def checked(
        self, scope: AppScope, question: str, answer: str, phrasings: Sequence[str], app: App | None = None
    ) -> tuple[FaqEntry, Checked]:
        """A new entry as it may be kept, and what the guardrail found in it. Raises BadInput as `add` does."""
        asked, said = written_line(question, LONGEST_QUESTION), written(answer, LONGEST_ANSWER)
        asked_too = kept_phrasings(asked, phrasings)
        checked, now = await self._guard.check(scope, (asked, said, *asked_too), app), self._clock.now()
        redacted_question, redacted_answer, *redacted = checked.texts
        entry = FaqEntry(
            asked, said, redacted_question, redacted_answer, checked.kinds, now, now, asked_too, tuple(redacted)
        )
        return entry, checked


def kept_phrasings(question: str, phrasings: Sequence[str]) -> tuple[str, ...]:
    """Each once, and none that only repeats the question. Raises BadInput for too many, or overlong ones."""
    lines = dict.fromkeys(written_line(each, LONGEST_QUESTION) for each in phrasings)
    kept = tuple(line for line in lines if line != question)
    if len(kept) > MOST_PHRASINGS:
        raise BadInput(_("An entry can have up to {most} other ways to ask.", most=MOST_PHRASINGS))
    return kept


def faq_ref(entry: FaqEntry) -> EntryRef:
    return EntryRef("faq", entry.id, entry.question)


def _gone() -> NotFound:
    return NotFound(_("That FAQ entry no longer exists."))
