"""What happens to every piece of knowledge when it is saved: checked, redacted for the model, and its owner warned."""

from collections.abc import Sequence
from dataclasses import dataclass

from guardrail.findings import PiiKind, label
from guardrail.pii import Pii
from guardrail.public_contacts import PublicContacts
from handlers.buttons import Shortcut
from handlers.messages import Choice, Text
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.database import AppScope
from knowledge.store.entries.hidden import EntryRef, FoundValue, HiddenValueRepository

LIST_HIDDEN = Shortcut("hidden.list", _("Show what is hidden"))


@dataclass(frozen=True)
class Checked:
    """Texts as the model may see them, in the order they were given, and the distinct values taken out of them."""

    texts: tuple[str, ...]
    found: tuple[tuple[PiiKind, str], ...]

    @property
    def kinds(self) -> tuple[PiiKind, ...]:
        """The distinct kinds, in the order they were met."""
        return tuple(dict.fromkeys(kind for kind, _text in self.found))


class ChangedMeanwhile(BadInput):
    """What was to be changed is no longer what its writer has read."""

    def __init__(self) -> None:
        super().__init__(_("It has been changed meanwhile. Please read it again first."))


class KnowledgeGuard:
    """Between what owners write and what mimi works with. Nothing is saved that was not checked."""

    def __init__(self, apps: AppRepository, findings: HiddenValueRepository, pii: Pii) -> None:
        self._apps = apps
        self._findings = findings
        self._pii = pii

    async def check(self, scope: AppScope, texts: Sequence[str], app: App | None = None) -> Checked:
        """The texts without what this app has not made public. Raises NotFound; GuardrailFailed: nothing is saved.

        `app` is this app, where the caller has just read it.
        """
        app = app or await self._apps.get(scope)
        if app is None:
            raise no_app()
        public = public_contacts(app)
        redacted = [await self._pii.redact_for_model(text, public) for text in texts]
        found = (
            (finding.kind, text[finding.start : finding.end])
            for text, each in zip(texts, redacted, strict=True)
            for finding in each.findings
        )
        return Checked(tuple(each.text for each in redacted), tuple(dict.fromkeys(found)))

    async def saved(self, scope: AppScope, entry: EntryRef, checked: Checked, *, is_new: bool = False) -> None:
        """In the transaction that saves an entry: keep its findings, and make the knowledge newer. Raises NotFound."""
        await self.newer(scope)
        found = [FoundValue(scope, entry, kind, text) for kind, text in checked.found]
        if found or not is_new:  # of a new entry there is nothing to take out
            await self._findings.replace(scope, entry.id, found)

    async def newer(self, scope: AppScope) -> None:
        """The knowledge changed, in the caller's transaction. Raises NotFound if the app was deleted meanwhile."""
        if not await self._apps.touch_knowledge(scope):
            raise no_app()


def public_contacts(app: App) -> PublicContacts:
    """What the guardrail lets through for this app: what its owner made public, its own name and nobody's names."""
    return PublicContacts.of(app.public_contacts, names=(app.name, *app.shown_names))


def no_app() -> NotFound:
    return NotFound(_("That app does not exist."))


def pii_warning(kinds: Sequence[PiiKind]) -> Phrase:
    """The line that names what visitors will not see: one kind at least."""
    named: Phrase = label(kinds[0])
    for kind in kinds[1:]:
        named = _("{first}, {next}", first=named, next=label(kind))
    return _("Visitors will not see: {kinds}", kinds=named)


def with_warning(done: Phrase, kinds: Sequence[PiiKind], choices: tuple[Choice, ...]) -> list[Text]:
    """What was done, then the warning if there is one; the choices stand below the last, where LINE shows them."""
    if not kinds:
        return [Text(done, choices)]
    return [Text(done), Text(pii_warning(kinds), (LIST_HIDDEN(), *choices))]
