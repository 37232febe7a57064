"""Every change that can be proposed: what it would replace, and how it is made. One table over the use cases."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from handlers.alerts.kinds import KINDS as ALERT_KINDS
from handlers.alerts.kinds import is_wanted
from handlers.alerts.settings import AlertPreferences, kind_of
from handlers.apps.apps import Apps
from handlers.apps.changes import AppSettings, list_called, setting_called
from handlers.apps.settings import EMPTY, NOTHING, Setting
from handlers.entries.documents import Documents
from handlers.entries.doubles import Chosen, Double, NewEntries
from handlers.entries.faqs import LONGEST_ANSWER, LONGEST_QUESTION, Faqs, SavedFaq
from handlers.messages import Words
from handlers.written import written, written_line
from knowledge.errors import NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.database import AppScope, OwnerScope
from knowledge.store.inbox.proposals import Change

ON, OFF = "on", "off"

# Keeps question and answer as an entry, for whatever they answer: the owner, its id, the texts, and their place.
Keeper = Callable[[OwnerScope, str, tuple[str, str], Chosen | None], Awaitable[SavedFaq]]


@dataclass(frozen=True)
class Row:
    """One thing that changes: its name, what it is now, and what it would be."""

    name: Phrase
    before: Words = ""
    after: Words = ""


@dataclass(frozen=True)
class ChangeKind:
    """One kind of change. `rows` raises BadInput or NotFound for what cannot be; `text` is what can be edited."""

    title: Phrase
    rows: Callable[[AppScope, Change], Awaitable[Sequence[Row]]]
    text: str = ""


class ProposedChanges:
    """The table, joined with the use cases that make the changes: the same as buttons and pages call."""

    def __init__(
        self,
        faqs: Faqs,
        new_entries: NewEntries,
        keepers: Mapping[str, Keeper],
        documents: Documents,
        apps: Apps,
        settings: AppSettings,
        alerts: AlertPreferences,
    ) -> None:
        self._faqs = faqs
        self._new_entries = new_entries
        self._keepers = keepers
        self._documents = documents
        self._apps = apps
        self._settings = settings
        self._alerts = alerts
        self.kinds: Final[Mapping[str, ChangeKind]] = {
            "faq_add": ChangeKind(_("Teach me this?"), self._new_faq, "answer"),
            "faq_edit": ChangeKind(_("Change this entry?"), self._changed_faq, "answer"),
            "faq_remove": ChangeKind(_("Remove this entry?"), self._old_faq),
            "document_remove": ChangeKind(_("Remove this document?"), self._old_document),
            "setting": ChangeKind(_("Change this setting?"), self._changed_setting, "value"),
            "list_add": ChangeKind(_("Add this?"), self._new_item),
            "list_remove": ChangeKind(_("Take this out?"), self._old_item),
            "pause": ChangeKind(_("Change whether I answer visitors?"), self._changed_pause),
            "alert": ChangeKind(_("Change your alerts?"), self._changed_alert),
        }

    def kind(self, change: Change) -> ChangeKind:
        """Its kind. Raises NotFound for one this version does not know."""
        if change.kind not in self.kinds:
            raise NotFound(_("This button no longer works. /help shows what I understand."))
        return self.kinds[change.kind]

    async def rows(self, scope: AppScope, change: Change) -> Sequence[Row]:
        """What it would do now. Raises NotFound, BadInput."""
        return await self.kind(change).rows(scope, change)

    async def beside(self, scope: AppScope, change: Change) -> Change:
        """A new entry with the one that it would double, if there is one; other changes as they are."""
        if change.kind != "faq_add":
            return change
        double = await self._new_entries.double(scope, *_faq_texts(change))
        return replace(change, about=double.entry.id if double else "")

    async def double(self, scope: AppScope, change: Change) -> Double | None:
        """The entry that a new one was found to double, as it is now."""
        if change.kind != "faq_add" or not change.about:
            return None
        try:
            return Double(scope, await self._faqs.get(scope, change.about), *_faq_texts(change))
        except NotFound:
            return None  # removed meanwhile

    async def apply(self, scope: AppScope, change: Change, place: Chosen | None = None) -> SavedFaq | None:
        """Make it, as its button or page would; the entry, if one was saved.

        Raises NotFound, BadInput; AsksTheSame for a new entry without a place that would double another.
        """
        self.kind(change)  # refuses what this version does not know
        about, values = change.about, change.values
        match change.kind:
            case "faq_add":
                return await self._keep(scope, change, place)
            case "faq_edit":
                return await self._faqs.edit(scope, about, *_faq_texts(change))
            case "faq_remove":
                await self._faqs.remove(scope, about)
            case "document_remove":
                await self._documents.remove(scope, about)
            case "setting":
                await self._settings.set(scope, {about: values["value"]})
            case "list_add":
                await self._settings.add_item(scope, about, values)
            case "list_remove":
                await self._settings.remove_item(scope, about, values["item"])
            case "pause":
                await self._settings.pause(scope, paused=values["paused"] == ON)
            case "alert":
                await self._alerts.want(scope, kind_of(about), values["on"] == ON)
        return None

    async def _new_faq(self, scope: AppScope, change: Change) -> Sequence[Row]:
        question, answer = _faq_texts(change)
        if double := await self.double(scope, change):
            there = double.entry
            return [Row(_("Question"), there.question, question), Row(_("The answer"), there.answer, answer)]
        return [Row(_("Question"), after=question), Row(_("The answer"), after=answer)]

    async def _keep(self, scope: AppScope, change: Change, place: Chosen | None) -> SavedFaq:
        texts, values = _faq_texts(change), change.values
        if keeper := self._keepers.get(values.get("source", "")):
            return await keeper(scope, values["named"], texts, place)
        return await self._new_entries.keep(scope, *texts, place)

    async def _changed_faq(self, scope: AppScope, change: Change) -> Sequence[Row]:
        entry, (question, answer) = await self._faqs.get(scope, change.about), _faq_texts(change)
        return [Row(_("Question"), entry.question, question), Row(_("The answer"), entry.answer, answer)]

    async def _old_faq(self, scope: AppScope, change: Change) -> Sequence[Row]:
        entry = await self._faqs.get(scope, change.about)
        return [Row(_("Question"), entry.question), Row(_("The answer"), entry.answer)]

    async def _old_document(self, scope: AppScope, change: Change) -> Sequence[Row]:
        return [Row(_("Document"), (await self._documents.get(scope, change.about)).title)]

    async def _changed_setting(self, scope: AppScope, change: Change) -> Sequence[Row]:
        setting, app = setting_called(change.about), await self._apps.get(scope)
        value = change.values["value"]
        await self._settings.check(scope, change.about, value)
        return [Row(setting.title, _worded(setting, setting.typed(app)), _worded(setting, value))]

    async def _new_item(self, scope: AppScope, change: Change) -> Sequence[Row]:
        listed = list_called(change.about)
        parts = {part.name: part.read(change.values.get(part.name, "")) for part in listed.parts}
        return [Row(listed.title, after=listed.show(listed.make(parts)))]

    async def _old_item(self, scope: AppScope, change: Change) -> Sequence[Row]:
        listed, app = list_called(change.about), await self._apps.get(scope)
        shown = [listed.show(item) for item in listed.items(app) if listed.id_of(item) == change.values["item"]]
        if not shown:
            raise NotFound(_("That is no longer in the list."))
        return [Row(listed.title, shown[0])]

    async def _changed_pause(self, scope: AppScope, change: Change) -> Sequence[Row]:
        paused = (await self._apps.get(scope)).paused
        return [Row(_("Answering"), _answering(not paused), _answering(change.values["paused"] == OFF))]

    async def _changed_alert(self, scope: AppScope, change: Change) -> Sequence[Row]:
        kind = kind_of(change.about)
        self._alerts.check(kind, change.values["on"] == ON)
        wanted = is_wanted(kind, await self._alerts.of(scope))
        return [Row(ALERT_KINDS[kind].name, _on_off(wanted), _on_off(change.values["on"] == ON))]


def seen(rows: Sequence[Row]) -> str:
    """The hash of what a change would replace: the same as long as nobody else has changed it."""
    before = "\n".join(row.before if isinstance(row.before, str) else row.before.say("en") for row in rows)
    return hashlib.sha256(before.encode()).hexdigest()


def _faq_texts(change: Change) -> tuple[str, str]:
    question = written_line(change.values["question"], LONGEST_QUESTION)
    return question, written(change.values["answer"], LONGEST_ANSWER)


def _answering(yes: bool) -> Phrase:
    return _("mimi answers visitors") if yes else _("mimi is paused")


def _on_off(on: bool) -> Phrase:
    return _("On") if on else _("Off")


def _worded(setting: Setting, typed: str) -> Words:
    """A setting's value as its buttons call it, else as it is typed."""
    names = {} if setting.offered is EMPTY else {value: name for name, value in setting.offered}
    return names.get(typed or NOTHING) or (typed if typed not in {"", NOTHING} else _("(empty)"))
