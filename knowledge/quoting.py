"""The answer model without a model: it quotes the entries that fit, and says when none does."""

from collections.abc import AsyncGenerator, Sequence

from knowledge.model_events import Cited, ModelEvent, NotInKnowledge, TextDelta
from knowledge.phrases import _
from knowledge.prompt import Prompt
from knowledge.retrieval import Hit

# By meaning, an entry is quoted from this score on: of questions asked as visitors ask, that answers twice as many
# rightly as words alone do, with as few wrong ones, and refuses three of four that have no answer (bench/answers.py).
NEAR_ENOUGH = 0.4
# By words alone, when it covers this much of the question: that refuses six of seven that have no answer, and of the
# entries quoted two of three are the right one.
ENOUGH = 0.35
# A second entry joins the best when it fits nearly as well.
NEARLY = 0.85
LONGEST_QUOTE = 800


class QuotingAnswers:
    """An AnswerModel that needs nothing from outside: no key, no network, no cost."""

    async def answer(self, prompt: Prompt, hits: Sequence[Hit]) -> AsyncGenerator[ModelEvent, None]:
        """The best entry's own words, or NotInKnowledge. Never fails."""
        quoted = _worth_quoting(hits)
        if not quoted:
            yield NotInKnowledge(prompt.question, prompt.lang)
            return
        lead_in = _("This is what I found about it:").say(prompt.lang)
        yield TextDelta(f"{lead_in}\n\n{_quotation(quoted)}")
        for hit in quoted:
            yield Cited(hit.item.id)


def _worth_quoting(hits: Sequence[Hit]) -> list[Hit]:
    """At most two. The best by words may cover little while a lower one covers much, so all are looked at."""
    enough = [hit for hit in hits if _fits(hit)]
    return [hit for hit in enough[:2] if hit.score >= enough[0].score * NEARLY]


def _fits(hit: Hit) -> bool:
    return hit.score >= NEAR_ENOUGH if hit.by_meaning else hit.share >= ENOUGH


def _quotation(hits: Sequence[Hit]) -> str:
    """The only entry bare; two of them each under its title."""
    if len(hits) == 1:
        return _shortened(hits[0].item.text)
    return "\n\n".join(f"**{hit.item.title}**\n\n{_shortened(hit.item.text)}" for hit in hits)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE].rstrip()}…"
