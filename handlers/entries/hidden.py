"""What the guardrail holds back from visitors, as its owner sees it: listed, made public, taken out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guardrail.findings import PiiKind, label
from guardrail.pii import hidden
from handlers.entries.asked_names import AskedName, doubtful_names
from handlers.entries.documents import Documents
from handlers.entries.faqs import Faqs
from handlers.entries.guard import no_app
from handlers.entries.rechecks import Rechecks
from handlers.written import written_line
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import Lang, Phrase, _
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.database import AppScope, Database, OwnerScope
from knowledge.store.entries.hidden import FoundValue, HiddenValueRepository

LONGEST_CONTACT = 200
SHORTEST_CONTACT = 2  # one character would be let through everywhere
MOST_CONTACTS = 50
MOST_NAMES = 200
LISTED_AT_ONCE = 5
AROUND = 40  # characters shown on each side of a value


@dataclass(frozen=True)
class HiddenValue:
    """A value, what it is, and the words around it as visitors read them."""

    found: FoundValue
    kind: Phrase
    seen: str


class HiddenValues:
    """One app's findings at a time, and what its owner decides about them."""

    def __init__(
        self,
        db: Database,
        apps: AppRepository,
        findings: HiddenValueRepository,
        rechecks: Rechecks,
        faqs: Faqs,
        documents: Documents,
    ) -> None:
        self._db = db
        self._apps = apps
        self._findings = findings
        self._faqs = faqs
        self._documents = documents
        self.rechecks = rechecks

    async def list(self, scope: AppScope, lang: Lang, *, skip: int = 0, limit: int = 0) -> Sequence[HiddenValue]:
        """What visitors do not see, in the order it was saved; `lang` is that of the placeholder."""
        found = await self._findings.list(scope, skip=skip, limit=limit)
        return [await self._shown(each, lang) for each in found]

    async def of_entry(self, scope: AppScope, entry_id: str, lang: Lang) -> Sequence[HiddenValue]:
        """The same for one entry."""
        return [await self._shown(each, lang) for each in await self._findings.of_entry(scope, entry_id)]

    async def count(self, scope: AppScope) -> int:
        return await self._findings.count(scope)

    async def questions(self, app: App) -> Sequence[AskedName]:
        """Names that the knowledge uses often, or that may be none; those the owner answered for are left out.

        The most used first, and a few at a time.
        """
        return doubtful_names(app, await self._findings.list(app.scope))[:LISTED_AT_ONCE]

    async def still_asked(self, app: App, ids: Sequence[str]) -> Sequence[AskedName]:
        """Of the names that were asked about when something was saved, those nobody has answered for."""
        names = [each.text for each in await self._findings.of_ids(app.scope, ids)] if ids else []
        return doubtful_names(app, await self._findings.of_texts(app.scope, PiiKind.PERSON, names)) if names else ()

    async def settle(self, owner: OwnerScope, finding_id: str, *, hide: bool) -> FoundValue:
        """The owner said whether a name is a person to hide; it is not asked again. Raises NotFound, BadInput."""
        found = await self._get(owner, finding_id)
        app = await self._app(found.scope)
        kept = [each for each in (app.hidden_names if hide else app.shown_names) if each != found.text]
        if len(kept) >= MOST_NAMES:
            raise BadInput(_("I can remember up to {most} names.", most=MOST_NAMES))
        if hide:
            await self._apps.update(found.scope, {"hidden_names": [*kept, found.text]})
        else:
            hidden_names = [each for each in app.hidden_names if each != found.text]
            shown = {"shown_names": [*kept, found.text], "hidden_names": hidden_names}
            await self._set(found.scope, shown, found.text)
        return found

    async def make_public(self, owner: OwnerScope, finding_id: str) -> FoundValue:
        """From now on visitors see this value, here and wherever else it stands. Raises NotFound, BadInput."""
        found = await self._get(owner, finding_id)
        await self.publish(found.scope, found.text)
        return found

    async def take_out(self, owner: OwnerScope, finding_id: str) -> FoundValue:
        """Put the placeholder in the value's place, in the entry itself. Raises NotFound."""
        found = await self._get(owner, finding_id)
        app = await self._app(found.scope)
        instead = hidden(app.lang)
        if found.entry.kind == "faq":
            entry = await self._faqs.get(found.scope, found.entry.id)
            question, answer = (text.replace(found.text, instead) for text in (entry.question, entry.answer))
            await self._faqs.edit(found.scope, entry.id, question, answer)
        else:
            document = await self._documents.get(found.scope, found.entry.id)
            title, text = (text.replace(found.text, instead) for text in (document.title, document.text))
            await self._documents.edit(found.scope, document.id, title, text)
        return found

    async def publish(self, scope: AppScope, value: str) -> str:
        """Make a contact public: it passes as it is, nothing near it does. Raises BadInput, NotFound."""
        contact = written_line(value, LONGEST_CONTACT)
        if len(contact) < SHORTEST_CONTACT:
            raise BadInput(_("That is too short for a contact. Please write it in full."))
        app = await self._app(scope)
        if contact not in app.public_contacts:
            if len(app.public_contacts) >= MOST_CONTACTS:
                raise BadInput(_("You can have up to {most} public contacts. Hide one first.", most=MOST_CONTACTS))
            await self._set(scope, {"public_contacts": [*app.public_contacts, contact]}, contact)
        return contact

    async def hide(self, scope: AppScope, value: str) -> None:
        """Take a contact or a name back: visitors no longer see it. Raises NotFound if it is not public."""
        app = await self._app(scope)
        if value in app.public_contacts:
            changed = {"public_contacts": [each for each in app.public_contacts if each != value]}
        elif value in app.shown_names:
            # Somebody's after all: it need not be asked again.
            hidden_names = [each for each in app.hidden_names if each != value]
            shown = [each for each in app.shown_names if each != value]
            changed = {"shown_names": shown, "hidden_names": [*hidden_names, value][-MOST_NAMES:]}
        else:
            raise NotFound(_("That is no longer public."))
        await self._set(scope, changed, value)

    async def _set(self, scope: AppScope, shown: Mapping[str, Sequence[str]], changed: str) -> None:
        """Keep what is shown, and check again everything in which the one that changed stands, in its own time."""

        async def keep() -> None:
            await self._apps.update(scope, shown)
            if not await self._apps.touch_knowledge(scope):
                raise no_app()
            await self.rechecks.begin(scope, changed)

        await self._db.transaction(keep)
        await self.rechecks.go_on(scope)

    async def _text_of(self, found: FoundValue) -> str:
        """The entry's own words; empty when it was removed meanwhile."""
        try:
            if found.entry.kind == "faq":
                entry = await self._faqs.get(found.scope, found.entry.id)
                return f"{entry.question}\n{entry.answer}"
            document = await self._documents.get(found.scope, found.entry.id)
            return f"{document.title}\n{document.text}"
        except NotFound:
            return ""

    async def _shown(self, found: FoundValue, lang: Lang) -> HiddenValue:
        before, _value, after = (await self._text_of(found)).partition(found.text)
        others = await self._findings.of_entry(found.scope, found.entry.id)
        for value in sorted((each.text for each in others), key=len, reverse=True):
            before, after = before.replace(value, hidden(lang)), after.replace(value, hidden(lang))
        before, after = before.rpartition("\n")[2][-AROUND:], after.partition("\n")[0][:AROUND]
        return HiddenValue(found, label(PiiKind(found.kind)), f"{before}{hidden(lang)}{after}")

    async def _get(self, owner: OwnerScope, finding_id: str) -> FoundValue:
        found = await self._findings.get(owner, finding_id)
        if found is None:
            raise NotFound(_("That is already settled: it is no longer in your knowledge, or it is public."))
        return found

    async def _app(self, scope: AppScope) -> App:
        app = await self._apps.get(scope)
        if app is None:
            raise no_app()
        return app
