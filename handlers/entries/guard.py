"""What happens to every piece of knowledge when it is saved: checked, redacted for the model, and its owner warned."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from guardrail.findings import Confidence, PiiKind, Redacted, label
from guardrail.pii import Pii
from guardrail.public_contacts import PublicContacts
from handlers.buttons import Shortcut
from handlers.entries.asked_names import AskedName, new_questions, questions
from handlers.messages import Cards, Choice, Text
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.database import AppScope
from knowledge.store.entries.hidden import EntryRef, FoundValue, HiddenValueRepository

MORE = "more"  # among counts: not everything was looked at
LIST_HIDDEN = Shortcut("hidden.list", _("Show what is hidden"))


@dataclass(frozen=True)
class FoundText:
    """A value that was taken out, how sure the guardrail is of it, and how often it stood there."""

    kind: PiiKind
    text: str
    confidence: Confidence = Confidence.CERTAIN
    times: int = 1


@dataclass(frozen=True)
class Checked:
    """Texts as the model may see them, in the order they were given, and the distinct values taken out of them."""

    texts: tuple[str, ...]
    found: tuple[FoundText, ...]

    @property
    def kinds(self) -> tuple[PiiKind, ...]:
        """The distinct kinds, in the order they were met."""
        return tuple(dict.fromkeys(each.kind for each in self.found))

    def values(self, scope: AppScope, entry: EntryRef) -> list[FoundValue]:
        """What was taken out, as it is kept beside its entry."""
        return [
            FoundValue(scope, entry, each.kind, each.text, each.confidence is Confidence.DOUBTFUL, each.times)
            for each in self.found
        ]


class ChangedMeanwhile(BadInput):
    """What was to be changed is no longer what its writer has read."""

    def __init__(self) -> None:
        super().__init__(_("It has changed in the meantime. Please read it again first."))


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
        return Checked(tuple(each.text for each in redacted), _distinct(texts, redacted))

    async def saved(self, scope: AppScope, entry: EntryRef, checked: Checked, *, is_new: bool = False) -> None:
        """In the transaction that saves an entry: keep its findings, and make the knowledge newer. Raises NotFound."""
        await self.newer(scope)
        found = checked.values(scope, entry)
        if found or not is_new:  # of a new entry there is nothing to take out
            await self._findings.replace(scope, entry.id, found)

    async def ask(self, scope: AppScope, entry_ids: Sequence[str], found: Iterable[FoundText]) -> Sequence[AskedName]:
        """In the transaction that saves entries: what of it their owner is asked about now, and never again."""
        names = [each.text for each in dict.fromkeys(found) if each.kind is PiiKind.PERSON]
        app = await self._apps.get(scope) if names else None
        if app is None:
            return ()
        rows = await self._findings.of_texts(scope, PiiKind.PERSON, names)
        asked = new_questions(app, rows, entry_ids)
        if asked:
            texts = {each.found.text for each in asked}
            await self._findings.set_asked(scope, [each.id for each in rows if each.text in texts])
        return asked

    async def newer(self, scope: AppScope) -> None:
        """The knowledge changed, in the caller's transaction. Raises NotFound if the app was deleted meanwhile."""
        if not await self._apps.touch_knowledge(scope):
            raise no_app()


def _distinct(texts: Sequence[str], redacted: Sequence[Redacted]) -> tuple[FoundText, ...]:
    """Each value once, in the order they were met, as certain as the guardrail was anywhere."""
    found: dict[tuple[PiiKind, str], FoundText] = {}
    for text, each in zip(texts, redacted, strict=True):
        for finding in each.findings:
            key = finding.kind, text[finding.start : finding.end]
            met = found.get(key)
            surest = min(met.confidence, finding.confidence) if met else finding.confidence
            found[key] = FoundText(*key, surest, met.times + 1 if met else 1)
    return tuple(found.values())


def public_contacts(app: App) -> PublicContacts:
    """What the guardrail lets through for this app: what its owner made public, its own name and nobody's names."""
    return PublicContacts.of(app.public_contacts, names=(app.name, *app.shown_names))


def no_app() -> NotFound:
    return NotFound(_("That app does not exist."))


def pii_warning(kinds: Sequence[PiiKind]) -> Phrase:
    """The line that names what visitors will not see: one kind at least."""
    return _will_not_see(_listed([label(kind) for kind in kinds]))


def hidden_counts(found: Iterable[FoundText]) -> dict[str, int]:
    """How many values of each kind there are, each once."""
    return Counter(str(kind) for kind, _text in {(each.kind, each.text) for each in found})


def counts_warning(hidden: Mapping[str, int]) -> Phrase:
    """The same line with how many there are: one at least."""
    return _will_not_see(counted_kinds(hidden))


def counted_kinds(hidden: Mapping[str, int]) -> Phrase:
    """The kinds, each with how many there are."""
    named = [_("{kind} ({count})", kind=label(kind), count=hidden[kind]) for kind in PiiKind if hidden.get(kind)]
    listed = _listed(named)
    return _("{kinds}, and perhaps more", kinds=listed) if hidden.get(MORE) else listed


def _listed(named: Sequence[Phrase]) -> Phrase:
    listed = named[0]
    for each in named[1:]:
        listed = _("{first}, {next}", first=listed, next=each)
    return listed


def _will_not_see(kinds: Phrase) -> Phrase:
    return _("Visitors will not see: {kinds}", kinds=kinds)


def with_warning(
    done: Phrase, kinds: Sequence[PiiKind], choices: tuple[Choice, ...], asked: Sequence[AskedName] = ()
) -> list[Text | Cards]:
    """What was done, then the warning and the questions, if there are any; the choices stand below the last, where LINE
    shows them.
    """
    if not kinds:
        return [Text(done, choices)]
    warned = Text(pii_warning(kinds), (LIST_HIDDEN(), *choices))
    if not asked:
        return [Text(done), warned]
    return [Text(done), replace(warned, choices=()), replace(questions(asked), choices=warned.choices)]
