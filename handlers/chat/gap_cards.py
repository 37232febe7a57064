"""A gap as a card: how it was asked, what there is for an answer, and what the owner can do."""

from datetime import datetime

from handlers.learning.gaps import AskedGap, ago, asked
from handlers.messages import Card, Choice, Words
from handlers.written import LONGEST_SHOWN, shortened
from knowledge.phrases import Phrase, _
from knowledge.store.entries.faqs import FaqEntry


def gap_card(found: AskedGap, source: FaqEntry | None, now: datetime) -> Card:
    """`source` is the entry that a disliked answer came from, if it is one that can be edited."""
    return Card(found.question, _body(found), _rows(found, source, now), _choices(found, source))


def _body(found: AskedGap) -> Phrase:
    given, draft = found.answered, found.gap.draft
    if given and given.disliked:
        return _("I answered, and the visitor did not like it: {answer}", answer=shortened(given.answer, LONGEST_SHOWN))
    if given:
        return _("I could say only a part: {answer}", answer=shortened(given.answer, LONGEST_SHOWN))
    if draft:
        return _("Draft: {answer}", answer=shortened(draft.answer, LONGEST_SHOWN))
    return _("I know nothing about it.")


def _rows(found: AskedGap, source: FaqEntry | None, now: datetime) -> tuple[tuple[Words, Words], ...]:
    rows: list[tuple[Words, Words]] = [(_("Asked"), asked(found)), (_("Last"), ago(found.last_at, now))]
    if found.gap.draft and found.gap.draft.missing:
        rows.append((_("Missing"), found.gap.draft.missing))
    if source:
        rows.append((_("Taken from"), shortened(source.question, LONGEST_SHOWN)))
    elif found.disliked:
        rows.append((_("Disliked"), _("{times}×", times=found.disliked)))
    return tuple(rows)


def _choices(found: AskedGap, source: FaqEntry | None) -> tuple[Choice, ...]:
    """At most four: more do not fit on a card."""
    gap, draft = found.gap, found.gap.draft
    write = Choice(_("Edit and save") if draft else _("Write an answer"), action=f"gap.write:{gap.id}")
    same = (Choice(_("Same as an entry"), action=f"gap.same:{gap.id}"),) if gap.near else ()
    dismiss = Choice(_("Dismiss"), action=f"gap.dismiss:{gap.id}")
    if source:
        return (Choice(_("Edit the entry"), action=f"faq.edit:{source.id}"), write, *same, dismiss)
    whole = draft is not None and not draft.missing
    save = (Choice(_("Save the draft"), action=f"gap.save:{gap.id}"),) if whole else ()
    return (*save, write, *same, dismiss)
