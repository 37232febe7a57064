"""Trying mimi out in chat: asked as a visitor would, shown how the answer comes about, put right from there.

The question is kept in the transaction of its event; the background answers it, since a model takes its time.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from handlers.alerts.alerts import AwaitedAnswers
from handlers.answers.answers import LONGEST_TEXT
from handlers.answers.trial_words import ENDS, left_out_words, may_hide, numbers_of, piece_rows, rows_of
from handlers.answers.trials import TRY, Trials
from handlers.apps.apps import Apps
from handlers.buttons import Button, Shortcut
from handlers.chat.commands import Command, Feature
from handlers.chat.dialogues import DialogueQuestion, Dialogues, Script, a_text, app_of
from handlers.chat.entries.doubles import Taught
from handlers.chat.entries.entry_questions import chosen, entry_questions
from handlers.chat.entries.faqs import EDIT_FAQ, and_on, learned, saved_replies
from handlers.entries.doubles import NewEntries
from handlers.entries.faqs import LONGEST_QUESTION, Faqs
from handlers.entries.hidden import HiddenValues
from handlers.messages import AnswerState, Card, Cards, Choice, Later, Reply, Text, Words
from handlers.paging import PAGE
from handlers.written import LONGEST_SHOWN, shortened
from knowledge.errors import NotFound
from knowledge.phrases import Phrase, _, to_lang
from knowledge.store.accounts.owners import Owner
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.database import Database
from knowledge.store.entries.faqs import FaqId
from knowledge.store.learning.trials import Piece, Trial, TrialId, TrialOutcome

LIST_TRIED = Shortcut("trial.list", _("Tried before"))
TRY_AGAIN = Button("trial.again", _("Ask again"), TrialId)
TRY_ON = Button("trial.on", _("Ask a follow-up"), TrialId)
SHOW_TRIED = Button("trial.show", _("Show"), TrialId)
TEACH_TRIED = Button("trial.teach", _("Teach an answer"), TrialId)
SAME_AS_FOUND = Button("trial.phrasing", _("Same question"), TrialId, FaqId, part="/")
MARK_WRONG = Button("trial.wrong", _("Mark as wrong"), TrialId)
MARK_RIGHT = Button("trial.right", _("Remove the mark"), TrialId)

MOST_ATTEMPTS = 2
MOST_PIECES_SHOWN = 6
_GIVEN_UP = _("I could not try that just now. Please ask again.")


class TrialCommands:
    """What an owner types and taps to try mimi out."""

    def __init__(
        self,
        db: Database,
        trials: Trials,
        faqs: Faqs,
        new: NewEntries,
        hidden: HiddenValues,
        apps: Apps,
        awaited: AwaitedAnswers,
        dialogues: Dialogues,
        taught: Taught,
    ) -> None:
        self._db = db
        self._hidden = hidden
        self._trials = trials
        self._faqs = faqs
        self._new = new
        self._taught = taught
        self._apps = apps
        self._awaited = awaited
        self._dialogues = dialogues
        what = DialogueQuestion("question", _("What would a visitor ask?"), a_text(LONGEST_TEXT))
        self._asking = Script("trial.ask", (what,), self._asked)
        self._teaching = Script("trial.teach", entry_questions(self._proposed), self._save)

    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command(("/try", "/試す"), _("Ask me as a visitor would"), self._ask, _("<question>")),
                Command(
                    ("/tried", "/試した質問"), _("Show what you tried, wrong answers first"), self._list, shows=True
                ),
            ),
            taps=(
                TRY.runs(self._ask),
                LIST_TRIED.runs(self._list),
                TRY_AGAIN.runs(self._again),
                TRY_ON.runs(self._ask_on),
                SHOW_TRIED.runs(self._show),
                TEACH_TRIED.runs(self._teach),
                SAME_AS_FOUND.runs(self._add_phrasing),
                MARK_WRONG.runs(partial(self._mark, True)),
                MARK_RIGHT.runs(partial(self._mark, False)),
            ),
            scripts=(self._asking, self._teaching),
        )

    async def take(self) -> Trial | None:
        """The question that has waited longest, leased."""
        return await self._trials.take()

    async def answer(self, trial: Trial) -> None:
        """Answer a question that was taken. Cancelled, it is handed back; killed, it is answered by another."""
        given_up = TrialOutcome("", AnswerState.WITHHELD) if trial.attempts > MOST_ATTEMPTS else None
        try:
            outcome = given_up or await self._trials.outcome(await self._apps.get(trial.scope), trial)
        except NotFound:
            return  # erased with its app
        except asyncio.CancelledError:
            await asyncio.shield(self._trials.release(trial))
            raise

        async def keep() -> None:
            if await self._trials.done(trial, outcome):
                again = Text(_GIVEN_UP, (TRY_AGAIN(trial.id),))
                replies = [again] if given_up else await self._replies(trial, outcome)
                await self._awaited.answer(trial.scope, trial.id, AlertKind.CHECKS, *replies)

        await self._db.transaction(keep)

    async def _ask(self, owner: Owner, rest: str) -> Sequence[Reply]:
        app = await self._apps.chosen(owner)
        return await self._dialogues.begin(
            owner, self._asking, {"app_id": str(app.id)} | ({"question": rest} if rest else {})
        )

    async def _ask_on(self, owner: Owner, trial_id: TrialId) -> Sequence[Reply]:
        trial = await self._trials.get(owner.scope, trial_id)
        about = {"app_id": str(trial.scope.app_id), "after": str(trial.id)}
        return await self._dialogues.begin(owner, self._asking, about)

    async def _again(self, owner: Owner, trial_id: TrialId) -> Sequence[Reply]:
        trial = await self._trials.get(owner.scope, trial_id)
        about = {"app_id": str(trial.scope.app_id), "question": trial.question, "after": trial.after}
        return await self._dialogues.begin(owner, self._asking, about)

    async def _asked(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Reply]:
        app = await self._apps.get(app_of(owner, answers))
        trial = await self._trials.ask_later(app, answers["question"], answers.get("after", ""))
        return [Later(trial.id, _("I am trying it. I will tell you when it is done."))]

    async def _list(self, owner: Owner, rest: str) -> Sequence[Reply]:
        app = await self._apps.chosen(owner)
        trials = await self._trials.latest(app.scope, PAGE)
        if not trials:
            return [Text(_("You have not tried {app} out yet. Ask as a visitor would.", app=app.name), (TRY(),))]
        return [Cards(_("What you tried of {app}", app=app.name), tuple(map(_tried_card, trials)), (TRY(),))]

    async def _show(self, owner: Owner, trial_id: TrialId) -> Sequence[Reply]:
        trial = await self._trials.get(owner.scope, trial_id)
        if trial.outcome is None:
            return [Text(_("I am trying it. I will tell you when it is done."))]
        return await self._replies(trial, trial.outcome)

    async def _teach(self, owner: Owner, trial_id: TrialId) -> Sequence[Reply]:
        about = {"trial_id": str(trial_id)}
        question, _answer = await self._proposed(owner, about)
        shown = Text(_("Asked: {question}", question=question))
        return [shown, *await self._dialogues.begin(owner, self._teaching, about)]

    async def _proposed(self, owner: Owner, answers: Mapping[str, str]) -> tuple[str, str]:
        trial = await self._trials.get(owner.scope, answers["trial_id"])
        return shortened(" ".join(trial.question.split()), LONGEST_QUESTION), ""

    async def _save(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Reply]:
        trial = await self._trials.get(owner.scope, answers["trial_id"])
        question, answer = await chosen(owner, answers, self._proposed)
        saving = self._new.keep(trial.scope, question, answer)
        return await self._taught.of(saving, lambda saved: and_on(learned(saved), TRY_AGAIN(trial.id)))

    async def _add_phrasing(self, owner: Owner, trial_id: TrialId, faq_id: FaqId) -> Sequence[Reply]:
        trial = await self._trials.get(owner.scope, trial_id)
        saved = await self._faqs.add_phrasing(trial.scope, faq_id, trial.question)
        entry = shortened(saved.entry.question, LONGEST_SHOWN)
        done = _("From now on this is another way to ask “{question}”.", question=entry)
        return and_on(saved_replies(saved, done), TRY_AGAIN(trial.id))

    async def _mark(self, wrong: bool, owner: Owner, trial_id: TrialId) -> Sequence[Reply]:
        trial = await self._trials.mark(owner.scope, trial_id, wrong=wrong)
        marked = _("Marked as wrong. It stays first in your list until you remove the mark.")
        done = marked if wrong else _("The mark has been removed.")
        return [Text(done, (TEACH_TRIED(trial.id), TRY_AGAIN(trial.id), LIST_TRIED()))]

    async def _replies(self, trial: Trial, outcome: TrialOutcome) -> list[Reply]:
        """The answer as a visitor reads it, how it came about, and the pieces that were found, to be put right."""
        mark = MARK_RIGHT(trial.id) if trial.wrong else MARK_WRONG(trial.id)
        choices = (TEACH_TRIED(trial.id), mark, TRY_ON(trial.id), TRY_AGAIN(trial.id))
        asked = shortened(trial.question, LONGEST_SHOWN)
        how = Card(asked, _sentences(outcome), rows_of(outcome), choices, about=trial.id)
        pieces = [(n, piece) for n, piece in enumerate(outcome.pieces, 1) if piece.found or piece.text]
        if not pieces:
            return [Text(_read(outcome)), how]
        cards = [await self._piece_card(trial, outcome, n, piece) for n, piece in pieces[:MOST_PIECES_SHOWN]]
        return [Text(_read(outcome)), how, Cards(_("What was found for it"), tuple(cards), (TRY(), LIST_TRIED()))]

    async def _piece_card(self, trial: Trial, outcome: TrialOutcome, number: int, piece: Piece) -> Card:
        rests = sum(piece.id in rest.pieces for rest in outcome.rests)
        faq = FaqId(piece.entry)
        ways: tuple[Choice, ...] = (EDIT_FAQ(faq), SAME_AS_FOUND(trial.id, faq)) if piece.kind == "faq" else ()
        found = await self._hidden.of_entry(trial.scope, piece.entry, to_lang(trial.lang)) if may_hide(piece) else ()
        hidden = ((_("Hidden in it"), " / ".join(each.found.text for each in found)),) if found else ()
        title, text = shortened(piece.title, LONGEST_SHOWN), shortened(piece.text, LONGEST_SHOWN)
        return Card(f"[{number}] {title}", text, (*piece_rows(piece, rests=rests), *hidden), ways)


def _read(outcome: TrialOutcome) -> Phrase:
    """What a visitor would read, with the sources below it and what is offered next."""
    read = _("A visitor would read:\n\n{answer}", answer=outcome.text)
    if sources := _listed(source.title for source in outcome.sources):
        read = _("{answer}\n\nSources:\n{sources}", answer=read, sources=sources)
    if offered := _listed(outcome.suggestions):
        read = _("{answer}\n\nOffered next:\n{questions}", answer=read, questions=offered)
    return read


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"・{line}" for line in lines)


def _sentences(outcome: TrialOutcome) -> Words:
    """Each sentence with the numbers of what it rests on, and those that were left out."""
    lines: list[Phrase] = [
        _("“{sentence}” → {pieces}", sentence=_short(rest.sentence), pieces=_numbers(rest.pieces, outcome))
        for rest in outcome.rests
    ]
    lines += [
        _("Left out: “{sentence}”: {why}", sentence=_short(each.sentence), why=left_out_words(each))
        for each in outcome.left_out
    ]
    if not lines:
        return ""
    body = lines[0]
    for line in lines[1:]:
        body = _("{first}\n{next}", first=body, next=line)
    return body


def _tried_card(trial: Trial) -> Card:
    end = ENDS[trial.outcome.state] if trial.outcome else _("Being answered")
    marked: tuple[tuple[Words, Words], ...] = ((_("Mark"), _("wrong")),) if trial.wrong else ()
    mark = MARK_RIGHT(trial.id) if trial.wrong else MARK_WRONG(trial.id)
    told = shortened(trial.outcome.text, LONGEST_SHOWN) if trial.outcome else ""
    ways = (SHOW_TRIED(trial.id), TRY_AGAIN(trial.id), mark)
    return Card(shortened(trial.question, LONGEST_SHOWN), told, ((_("Outcome"), end), *marked), ways)


def _numbers(pieces: Sequence[str], outcome: TrialOutcome) -> str:
    return " ".join(f"[{n}]" for n in numbers_of(pieces, outcome))


def _short(sentence: str) -> str:
    return shortened(" ".join(sentence.split()), LONGEST_SHOWN)
