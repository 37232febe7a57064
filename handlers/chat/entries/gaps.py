"""Gaps in chat: shown with their drafts, saved as they are or edited, added to an entry, dismissed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from handlers.apps.apps import Apps
from handlers.buttons import Button, Shortcut
from handlers.chat.commands import Command, Feature
from handlers.chat.dialogues import Dialogues, Script
from handlers.chat.entries.doubles import Taught
from handlers.chat.entries.entry_questions import chosen, entry_questions
from handlers.chat.entries.faqs import EDIT_FAQ, and_on, learned, saved_replies
from handlers.entries.faqs import Faqs, SavedFaq
from handlers.learning.gaps import AskedGap, Gaps, ago, asked
from handlers.messages import Card, Cards, Choice, Reply, Text, Words
from handlers.paging import Page
from handlers.ports import Clock
from handlers.written import LONGEST_SHOWN, shortened
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.alerts.askings import Why
from knowledge.store.conversations.messages import MessageId
from knowledge.store.entries.faqs import FaqEntry, FaqId
from knowledge.store.learning.gaps import GapId

LIST_GAPS = Shortcut("gap.list", _("More to answer"))
SHOW_GAP_OF = Button("gap.of", _("What I know about it"), MessageId)
SAVE_DRAFT = Button("gap.save", _("Save the draft"), GapId)
WRITE_ANSWER = Button("gap.write", _("Write an answer"), GapId)
SAME_AS_ENTRY = Button("gap.same", _("Same as an entry"), GapId)
ADD_TO_ENTRY = Button("gap.phrasing", _("This one"), GapId, FaqId, part="/")
KEEP_GAP = Button("gap.later", _("Later"), GapId)
BRING_GAP_BACK = Button("gap.back", _("Reopen"), GapId)
DISMISS_GAP = Button("gap.dismiss", _("Dismiss"), GapId)
MOST_WAYS = 4  # on a card
GAP = "gap"  # what a new entry answers, beside ALERT and SAID


class GapCommands:
    """What an owner types and taps about questions that the knowledge does not answer."""

    def __init__(self, gaps: Gaps, faqs: Faqs, apps: Apps, dialogues: Dialogues, taught: Taught, clock: Clock) -> None:
        self._gaps = gaps
        self._taught = taught
        self._faqs = faqs
        self._apps = apps
        self._dialogues = dialogues
        self._clock = clock
        self._writing = Script("gap.write", entry_questions(self._proposed), self._save_written)

    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command(("/gaps", "/未回答", "/gap"), _("Show what I could not answer well"), self._list, shows=True),
            ),
            taps=(
                LIST_GAPS.runs(self._list),
                SHOW_GAP_OF.runs(self._of_message),
                SAVE_DRAFT.runs(self._save),
                WRITE_ANSWER.runs(self._write),
                SAME_AS_ENTRY.runs(self._same),
                ADD_TO_ENTRY.runs(self._add_phrasing),
                KEEP_GAP.runs(partial(self._keep_for_later, True)),
                BRING_GAP_BACK.runs(partial(self._keep_for_later, False)),
                DISMISS_GAP.runs(self._dismiss),
            ),
            scripts=(self._writing,),
        )

    async def _list(self, owner: Owner, rest: str) -> Sequence[Reply]:
        app = await self._apps.chosen(owner)
        found = await self._gaps.list_open(app.scope)
        if not found:
            return [Text(_("Nothing is missing: I could answer everything {app} was asked.", app=app.name))]
        page = Page.of(rest, len(found))
        cards = [await self._card(each) for each in found[page.skip : page.skip + page.size]]
        summary = _(
            "{app}: {count} questions I could not answer well, page {page} of {last}",
            app=app.name,
            count=len(found),
            page=page.number,
            last=page.last,
        )
        return [Cards(summary, tuple(cards), page.turns(LIST_GAPS.action))]

    async def _of_message(self, owner: Owner, message_id: MessageId) -> Sequence[Reply]:
        """The gap to which a visitor's message belongs: what a button elsewhere leads to."""
        found = await self._gaps.of_message(owner.scope, message_id)
        if found is None:
            raise NotFound(_("That question no longer exists."))
        return [await self._card(found)]

    async def _save(self, owner: Owner, gap_id: GapId) -> Sequence[Reply]:
        found = await self._gaps.get(owner.scope, gap_id)
        if found.gap.draft is None:
            raise BadInput(_("The draft for this question no longer exists. Please write an answer."))
        saving = self._gaps.accept(owner.scope, gap_id, (found.question, found.gap.draft.answer))
        return await self._taught.of(saving, _and_on, GAP, gap_id)

    async def _write(self, owner: Owner, gap_id: GapId) -> Sequence[Reply]:
        found = await self._gaps.get(owner.scope, gap_id)
        shown: list[Reply] = [Text(_("Asked: {question}", question=found.question))]
        if found.gap.draft:
            shown.append(Text(_("Draft: {answer}", answer=found.gap.draft.answer)))
        return [*shown, *await self._dialogues.begin(owner, self._writing, {"gap_id": gap_id})]

    async def _proposed(self, owner: Owner, answers: Mapping[str, str]) -> tuple[str, str]:
        found = await self._gaps.get(owner.scope, answers["gap_id"])
        return found.question, found.gap.draft.answer if found.gap.draft else ""

    async def _save_written(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Reply]:
        texts, gap_id = await chosen(owner, answers, self._proposed), answers["gap_id"]
        return await self._taught.of(self._gaps.accept(owner.scope, gap_id, texts), _and_on, GAP, gap_id)

    async def _same(self, owner: Owner, gap_id: GapId) -> Sequence[Reply]:
        """Which entry means the same: the nearest ones to choose from."""
        found = await self._gaps.get(owner.scope, gap_id)
        entries = [entry for ref in found.gap.near if (entry := await self._entry(found, ref.id))]
        if not entries:
            raise NotFound(_("No entry comes close to it. Please write an answer."))
        summary = _("Which entry answers “{question}”?", question=_short(found.question))
        return [Cards(summary, tuple(_entry_card(gap_id, entry) for entry in entries))]

    async def _add_phrasing(self, owner: Owner, gap_id: GapId, faq_id: FaqId) -> Sequence[Reply]:
        saved = await self._gaps.accept_as_phrasing(owner.scope, gap_id, faq_id)
        done = _("From now on this is another way to ask “{question}”.", question=_short(saved.entry.question))
        return and_on(saved_replies(saved, done), LIST_GAPS())

    async def _dismiss(self, owner: Owner, gap_id: GapId) -> Sequence[Reply]:
        found = await self._gaps.dismiss(owner.scope, gap_id)
        # Kept, not deleted: asked once more by many it is worth another look.
        gone = _(
            "Dismissed: {question}. It comes back only if many more visitors ask.", question=_short(found.question)
        )
        return [Text(gone, (LIST_GAPS(),))]

    async def _keep_for_later(self, later: bool, owner: Owner, gap_id: GapId) -> Sequence[Reply]:
        found = await self._gaps.keep_for_later(owner.scope, gap_id, later=later)
        kept = _(
            "Kept for later: {question}. It comes back up when someone asks it again.", question=_short(found.question)
        )
        back = _("Open again: {question}", question=_short(found.question))
        return [Text(kept if later else back, (LIST_GAPS(),))]

    async def _card(self, found: AskedGap) -> Card:
        """How it was asked, what there is for an answer, and what the owner can do."""
        # The entry that a disliked answer came from, if it is one that can be edited.
        source = await self._gaps.source(found)
        return gap_card(found, source, self._clock.now())

    async def _entry(self, found: AskedGap, faq_id: str) -> FaqEntry | None:
        try:
            return await self._faqs.get(found.gap.scope, faq_id)
        except NotFound:
            return None  # removed since it was near


def gap_card(found: AskedGap, source: FaqEntry | None, now: datetime) -> Card:
    """`source` is the entry that a disliked answer came from, if it is one that can be edited."""
    return Card(found.question, _body(found), _rows(found, source, now), _choices(found, source))


def _entry_card(gap_id: GapId, entry: FaqEntry) -> Card:
    answer = shortened(entry.answer, LONGEST_SHOWN)
    return Card(_short(entry.question), answer, choices=(ADD_TO_ENTRY(gap_id, entry.id),))


def _and_on(saved: SavedFaq) -> Sequence[Reply]:
    return and_on(learned(saved), LIST_GAPS())


def _short(text: str) -> str:
    return shortened(text, LONGEST_SHOWN)


def _body(found: AskedGap) -> Phrase:
    given, draft = found.answered, found.gap.draft
    if given and given.disliked:
        return _(
            "I answered, but the visitor did not find it helpful: {answer}",
            answer=shortened(given.answer, LONGEST_SHOWN),
        )
    if given and given.why is Why.QUOTED:
        return _("I could only quote an entry: {answer}", answer=shortened(given.answer, LONGEST_SHOWN))
    if given:
        return _("I could only answer part of it: {answer}", answer=shortened(given.answer, LONGEST_SHOWN))
    if draft:
        return _("Draft: {answer}", answer=shortened(draft.answer, LONGEST_SHOWN))
    return _("I do not know anything about it yet.")


def _rows(found: AskedGap, source: FaqEntry | None, now: datetime) -> tuple[tuple[Words, Words], ...]:
    rows: list[tuple[Words, Words]] = [(_("Asked"), asked(found)), (_("Last"), ago(found.last_at, now))]
    if found.gap.later_at:
        rows.append((_("Kept for later"), ago(found.gap.later_at, now)))
    if found.gap.draft and found.gap.draft.missing:
        rows.append((_("Missing"), found.gap.draft.missing))
    if source:
        rows.append((_("Taken from"), shortened(source.question, LONGEST_SHOWN)))
    elif found.disliked:
        rows.append((_("Not helpful"), _("{times}×", times=found.disliked)))
    return tuple(rows)


def _choices(found: AskedGap, source: FaqEntry | None) -> tuple[Choice, ...]:
    """At most four: more do not fit on a card."""
    gap, draft = found.gap, found.gap.draft
    write = WRITE_ANSWER(gap.id, label=_("Edit and save") if draft else "")
    same = (SAME_AS_ENTRY(gap.id),) if gap.near else ()
    dismiss, later = DISMISS_GAP(gap.id), BRING_GAP_BACK(gap.id) if gap.later_at else KEEP_GAP(gap.id)
    if source:
        first = (EDIT_FAQ(source.id, label=_("Edit the entry")), write, *same)
    else:
        whole = draft is not None and not draft.missing
        first = (*((SAVE_DRAFT(gap.id),) if whole else ()), write, *same)
    # Of what there is no room for, waiting does the least harm: it waits all the same.
    return (*first, *((later,) if len(first) < MOST_WAYS - 1 else ()), dismiss)
