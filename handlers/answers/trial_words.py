"""How an answer came about, in words for its owner: the same at both doors."""

from collections.abc import Iterable, Mapping

from guardrail.findings import PiiKind, label
from handlers.messages import AnswerState, Words
from knowledge.model.events import Decline
from knowledge.phrases import Phrase, _
from knowledge.store.learning.trials import Dropped, Piece, TrialOutcome
from knowledge.store.spending.spending import MILLIONTHS

ENDS: Mapping[str, Phrase] = {
    AnswerState.ANSWERED: _("Answered"),
    AnswerState.PARTLY: _("Answered in part; for a visitor's question, you would be told the rest"),
    AnswerState.UNKNOWN: _("Not known; for a visitor's question, you would be told"),
    AnswerState.HANDED_OVER: _("Passed on to you, because the visitor asks for a person"),
    AnswerState.QUOTED: _("Quoted from what you taught, without Claude"),
    AnswerState.REFUSED: _("Politely declined"),
    AnswerState.WITHHELD: _("Withheld, because it could not be checked for personal information"),
    AnswerState.HELD: _("Taken for spam: no answer"),
}
_WHY: Mapping[str, Phrase] = {
    "spend_limit": _("Claude was not asked: the spending limit is reached"),
    Decline.OFF_TOPIC: _("It is not about the app"),
    Decline.BANNED_TOPIC: _("It is about a topic that you told me not to discuss"),
    Decline.UNSAFE: _("It is harmful, or an attempt at misuse"),
    "ungrounded": _("What Claude said is not in your knowledge"),
}
_AGAINST: Mapping[str, Phrase] = {
    "": _("it is not based on anything you taught"),
    "number": _("a number in it is not what you taught"),
    "name": _("a name in it is not in what you taught"),
    "denial": _("you taught the opposite"),
    "words": _("hardly a word of it is in what you taught"),
}
_OTHERWISE = _("it is not what you taught")


def rows_of(outcome: TrialOutcome) -> tuple[tuple[Words, Words], ...]:
    """What came of it, what the prompt held, and what that costs."""
    made, cost = outcome.made, _cost(outcome)
    return (
        (_("Outcome"), ENDS[outcome.state]),
        *([(_("Why"), _why(outcome))] if made.why else ()),
        *([(_("Knowledge in the prompt"), _shown(outcome))] if outcome.pieces else ()),
        *(
            [(_("Size of the prompt"), _("about {tokens} tokens", tokens=f"{outcome.tokens:,}"))]
            if outcome.tokens
            else ()
        ),
        *([(_("Tokens read and written"), _used(outcome))] if made.model else ()),
        *([(_("Cost"), cost)] if cost else ()),
        *([(_("Second try"), _("yes, because nothing from the first could be shown"))] if made.again else ()),
        *([(_("Hidden"), hidden_words(outcome.hidden))] if outcome.hidden else ()),
    )


def hidden_words(hidden: Mapping[str, int]) -> Phrase:
    """Each kind of what the guardrail took out, and how often."""
    kinds = [_("{kind} ×{count}", kind=label(PiiKind(kind)), count=count) for kind, count in hidden.items()]
    named = kinds[0]
    for kind in kinds[1:]:
        named = _("{first}, {next}", first=named, next=kind)
    return named


def left_out_words(left_out: Dropped) -> Phrase:
    """Why a sentence was left out."""
    return _AGAINST.get(left_out.why, _OTHERWISE)


def piece_rows(piece: Piece, *, rests: int) -> tuple[tuple[Words, Words], ...]:
    """How a piece was found, and what became of it; so many sentences rest on it."""
    score = _("{score} ({share}% of the words)", score=f"{piece.score:.2f}", share=round(100 * piece.share))
    label = _("Score, by meaning too") if piece.by_meaning else _("Score, by words")
    return (
        *([(label, score)] if piece.found else ()),
        (_("In the prompt"), _("yes") if piece.shown else _("no")),
        *([(_("Sentences based on it"), str(rests))] if rests else ()),
    )


def may_hide(piece: Piece) -> bool:
    """Whether something may have been taken out of the entry: the model reads [PHONE] there."""
    return bool(piece.entry) and "[" in piece.title + piece.text


def numbers_of(pieces: Iterable[str], outcome: TrialOutcome) -> list[int]:
    """The places of pieces in what is listed, counted from 1."""
    places = {piece.id: n for n, piece in enumerate(outcome.pieces, 1)}
    return sorted(places[each] for each in pieces if each in places)


def _why(outcome: TrialOutcome) -> Phrase:
    return _WHY.get(outcome.made.why) or _("Claude gave no answer ({why}), so it is quoted", why=outcome.made.why)


def _shown(outcome: TrialOutcome) -> Phrase:
    match outcome.made.knowledge:
        case "curated":
            return _("none: the entry is answered word for word")
        case "whole":
            return _("all {known} pieces", known=outcome.known)
    return _("{shown} of {known} pieces", shown=outcome.shown, known=outcome.known)


def _used(outcome: TrialOutcome) -> Phrase:
    made = outcome.made
    return _(
        "{read} tokens, {cached} more from the cache; {written} written",
        read=f"{made.tokens_in + made.cache_write:,}",
        cached=f"{made.cache_read:,}",
        written=f"{made.tokens_out:,}",
    )


def _cost(outcome: TrialOutcome) -> Phrase | None:
    if outcome.made.cost:
        return _("US${dollars}, with {model}", dollars=dollars(outcome.made.cost), model=outcome.made.model)
    if outcome.estimate:
        return _(
            "nothing; about US${dollars} if {model} answers", dollars=dollars(outcome.estimate), model=outcome.priced
        )
    return None


def dollars(millionths: int) -> str:
    """So exact that one answer is not nothing."""
    return f"{max(millionths, 1) / MILLIONTHS:.6f}"
