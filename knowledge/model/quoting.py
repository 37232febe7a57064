"""The answer model without a model: it quotes the entries that fit, and says when none does."""

from collections.abc import AsyncGenerator, Sequence
from statistics import fmean

from knowledge.items import Hit
from knowledge.language import language_of
from knowledge.model.events import Cited, ModelEvent, NotInKnowledge, TextDelta
from knowledge.model.prompt import Prompt
from knowledge.phrases import _

# By meaning, an entry is quoted when its score leads that of the third to eighth best by so much: what a score says by
# itself differs between languages and trades, what stands out does not. Of questions asked as visitors ask, it answers
# about half rightly, one in twelve wrongly, and refuses four of five that have no answer (bench/answers.py).
LEAD = 0.21
# Across languages all scores lie closer together. Chosen on half of the questions, and as good on the other.
LEAD_ACROSS = 0.16
_OTHERS = slice(2, 8)
_FEW_OTHERS, _USUAL = 3, 0.2  # with fewer others than that, what they usually score
# By words alone, when it covers this much of the question: that refuses six of seven that have no answer, and of the
# entries quoted two of three are the right one.
ENOUGH = 0.35
# A second entry joins the best when it fits nearly as well.
NEARLY = 0.85
LONGEST_QUOTE = 800


class QuotingAnswers:
    """An AnswerModel that needs nothing from outside: no key, no network, no cost."""

    quotes = True

    async def answer(self, prompt: Prompt, hits: Sequence[Hit]) -> AsyncGenerator[ModelEvent, None]:
        """The best entry's own words, or NotInKnowledge. Never fails."""
        quoted = worth_quoting(hits, prompt.question)
        if not quoted:
            yield NotInKnowledge(prompt.question, prompt.lang)
            return
        lead_in = _("This is what I found about it:").say(prompt.lang)
        yield TextDelta(f"{lead_in}\n\n{_quotation(quoted)}")
        for hit in quoted:
            yield Cited(hit.item.id)


def worth_quoting(hits: Sequence[Hit], question: str) -> list[Hit]:
    """At most two. The best by words may cover little while a lower one covers much, so all are looked at."""
    # What entries score that are about something else.
    others, lang = [hit.score for hit in hits[_OTHERS]], language_of(question)
    usual = fmean(others) if len(others) >= _FEW_OTHERS else _USUAL
    enough = []
    for hit in hits:
        lead = LEAD if language_of(hit.item.title, lang) == lang else LEAD_ACROSS
        # Scores of meaning are compared with what the others score, shares of words with a fixed part.
        if hit.score >= usual + lead if hit.by_meaning else hit.share >= ENOUGH:
            enough.append(hit)
    return [hit for hit in enough[:2] if hit.score >= enough[0].score * NEARLY]


def _quotation(hits: Sequence[Hit]) -> str:
    """The only entry bare; two of them each under its title."""
    if len(hits) == 1:
        return _shortened(hits[0].item.text)
    return "\n\n".join(f"**{hit.item.full_title}**\n\n{_shortened(hit.item.text)}" for hit in hits)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE].rstrip()}…"
