"""The answer model without a model: it quotes the entries that answer, and says when none does and which come near."""

from collections.abc import AsyncGenerator, Sequence

from knowledge.items import Hit
from knowledge.language import language_of, names_of
from knowledge.model.drafting import LONGEST_QUOTE
from knowledge.model.events import Cited, ModelEvent, NotInKnowledge, TextDelta
from knowledge.model.prompt import Prompt
from knowledge.phrases import Tag, _
from knowledge.search.fitting import fitting

_FOUND = _("This is what I found about it:")


class QuotingAnswers:
    """An AnswerModel that needs nothing from outside: no key, no network, no cost."""

    quotes = True

    async def answer(self, prompt: Prompt, hits: Sequence[Hit]) -> AsyncGenerator[ModelEvent, None]:
        """The answering entry's own words, or NotInKnowledge with the questions that come near. Never fails."""
        fits = fitting(hits, prompt.question, prompt.history)
        if not fits.answering:
            yield NotInKnowledge(prompt.question, prompt.lang, tuple(hit.item.title for hit in fits.near))
            return
        yield TextDelta(f"{_lead_in(fits.answering, prompt.lang)}\n\n{_quotation(fits.answering)}")
        for hit in fits.answering:
            yield Cited(hit.item.id)


def _lead_in(hits: Sequence[Hit], lang: Tag) -> str:
    """It says so where what follows is in another language than the visitor's."""
    written = [language_of(hit.item.text, lang) for hit in hits]
    if set(written) == {lang}:
        return _FOUND.say(lang)
    return _("This is what I found about it, in {language} only:", language=names_of(written, lang)).say(lang)


def _quotation(hits: Sequence[Hit]) -> str:
    """The only entry bare; two of them each under its title."""
    if len(hits) == 1:
        return _shortened(hits[0].item.text)
    return "\n\n".join(f"**{hit.item.full_title}**\n\n{_shortened(hit.item.text)}" for hit in hits)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE].rstrip()}…"
