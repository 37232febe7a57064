"""Proposed changes in chat: shown as before and after, applied, discarded or worded otherwise by a tap."""

from collections.abc import Mapping, Sequence
from functools import partial

from handlers.buttons import Button
from handlers.chat.commands import Feature
from handlers.chat.dialogues import SAID_IN, Answers, DialogueQuestion, Dialogues, Script, a_text
from handlers.chat.help import next_steps
from handlers.entries.doubles import WAYS, AsksTheSame, DoubleWay
from handlers.entries.faqs import LONGEST_ANSWER, SavedFaq
from handlers.entries.guard import with_warning
from handlers.messages import LONGEST_TYPED_IN, Card, Choice, Reply, Text, Words
from handlers.proposals.changes import ProposedChanges, Row
from handlers.proposals.filed import LIST_PROPOSALS
from handlers.proposals.proposals import ChangedSince, Proposals, Shown
from handlers.written import shortened
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.database import OwnerScope
from knowledge.store.inbox.proposals import Proposal, ProposalId

APPLY = Button("proposal.apply", _("Apply"), ProposalId)
REWORD = Button("proposal.edit", _("Edit"), ProposalId)
DISCARD = Button("proposal.discard", _("Discard"), ProposalId)
# For a new entry beside one that asks the same.
DOUBLED = {
    DoubleWay.PHRASING: Button("proposal.phrasing", WAYS[DoubleWay.PHRASING], ProposalId),
    DoubleWay.REPLACE: Button("proposal.replace", WAYS[DoubleWay.REPLACE], ProposalId),
    DoubleWay.BOTH: Button("proposal.both", WAYS[DoubleWay.BOTH], ProposalId),
}

LONGEST_ROW = 180  # a card cuts a row at 200 units; what is longer is shown whole above it


class ProposalCommands:
    """What an owner sees and taps of proposals."""

    def __init__(self, proposals: Proposals, changes: ProposedChanges, dialogues: Dialogues) -> None:
        self._proposals = proposals
        self._changes = changes
        self._dialogues = dialogues
        self._rewording = Script(
            "proposal.edit",
            (
                DialogueQuestion(
                    "text", _("Write the new text exactly as it should be."), a_text(LONGEST_ANSWER), self._offer_text
                ),
            ),
            self._reword,
        )

    def feature(self) -> Feature:
        return Feature(
            taps=(
                APPLY.runs(self._apply),
                *(button.runs(partial(self._apply_doubled, way)) for way, button in DOUBLED.items()),
                DISCARD.runs(self._discard),
                REWORD.runs(self._ask_text),
            ),
            scripts=(self._rewording,),
            on_take_back=self._proposals.take_back,
            on_answered=self._rests_on,
        )

    def show(self, shown: Shown) -> Sequence[Reply]:
        """Before and after on a card; texts too long for it stand whole above it."""
        proposal = shown.proposal
        changed = [row for row in shown.rows if row.before != row.after]
        same = [row for row in shown.rows if row.before == row.after]
        long = [text for row in changed for text in _long_texts(row)]
        rows = [*((row.name, _short(row.before)) for row in same), *(each for row in changed for each in _rows(row))]
        title: Words
        body: Words
        if shown.double:
            title, body = _("An entry already asks the same. What should I do?"), shown.double.note
            choices = [DOUBLED[way](proposal.id) for way in shown.double.ways]
        else:
            title, body = self._changes.kind(proposal.change).title, _why(proposal)
            choices = [APPLY(proposal.id)]
            if self._proposals.text_of(proposal):
                choices.append(REWORD(proposal.id))
        choices.append(DISCARD(proposal.id))
        card = Card(title, body, tuple(rows), tuple(choices), proposal.id)
        return [*long, card]

    async def _rests_on(self, owner: OwnerScope, message: str, replies: Sequence[Reply]) -> None:
        """Proposals among the answer hold words of the message, and go with it."""
        if shown := [reply.about for reply in replies if isinstance(reply, Card) and reply.about]:
            await self._proposals.rest_on(owner, shown, message)

    async def _apply(self, owner: Owner, proposal_id: ProposalId) -> Sequence[Reply]:
        try:
            saved = await self._proposals.apply(owner.scope, proposal_id)
        except AsksTheSame:
            return self.show(await self._proposals.again(owner.scope, proposal_id))
        return await self._done(owner, saved)

    async def _apply_doubled(self, way: DoubleWay, owner: Owner, proposal_id: ProposalId) -> Sequence[Reply]:
        try:
            saved = await self._proposals.apply(owner.scope, proposal_id, way)
        except ChangedSince:
            # Not "tell me once more": what was written stays, beside what is there now.
            return self.show(await self._proposals.again(owner.scope, proposal_id))
        return await self._done(owner, saved)

    async def _discard(self, owner: Owner, proposal_id: ProposalId) -> Sequence[Reply]:
        await self._proposals.discard(owner.scope, proposal_id)
        return [Text(_("Discarded. Nothing was changed."), await self._next(owner))]

    async def _done(self, owner: Owner, saved: SavedFaq | None) -> Sequence[Reply]:
        done, ways = _("Done. The change is in effect."), await self._next(owner)
        return with_warning(done, saved.kinds, ways, saved.asked) if saved else [Text(done, ways)]

    async def _next(self, owner: Owner) -> tuple[Choice, ...]:
        """What programs have proposed comes first while some of it waits."""
        return (*((LIST_PROPOSALS(),) if await self._proposals.count_filed(owner.scope) else ()), *next_steps())

    async def _ask_text(self, owner: Owner, proposal_id: ProposalId) -> Sequence[Reply]:
        proposal = await self._proposals.get(owner.scope, proposal_id)
        answers = {"proposal": proposal.id, "now": self._proposals.text_of(proposal)}
        return await self._dialogues.begin(owner, self._rewording, answers)

    async def _offer_text(self, owner: Owner, answers: Answers) -> Sequence[Choice]:
        now = answers["now"]
        return [Choice(_("Edit the text"), type_in=now)] if len(now) <= LONGEST_TYPED_IN else []

    async def _reword(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Reply]:
        shown = await self._proposals.reword(owner.scope, answers["proposal"], answers["text"])
        await self._dialogues.rests_on(owner, answers[SAID_IN])
        return self.show(shown)


def _why(proposal: Proposal) -> Words:
    """Who asks for it and why, where that is a program."""
    if not proposal.by:
        return _("Nothing has been changed yet.")
    return _(
        "{program}: {why}", program=proposal.by, why=shortened(proposal.change.values.get("why", "-"), LONGEST_ROW)
    )


def _rows(row: Row) -> list[tuple[Words, Words]]:
    before = [(_("{name}, before", name=row.name), _short(row.before))] if row.before else []
    after = [(_("{name}, after", name=row.name), _short(row.after))] if row.after else []
    return [*before, *after]


def _long_texts(row: Row) -> list[Text]:
    named = ((_("{name}, before", name=row.name), row.before), (_("{name}, after", name=row.name), row.after))
    return [
        Text(_("{name}:\n{text}", name=name, text=words))
        for name, words in named
        if isinstance(words, str) and len(words) > LONGEST_ROW
    ]


def _short(words: Words) -> Words:
    return shortened(words, LONGEST_ROW) if isinstance(words, str) else words
