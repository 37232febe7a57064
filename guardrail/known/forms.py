"""A text in every form in which a known value may stand in it, each made once for all who look into it."""

from functools import cached_property

from guardrail.known.disguises import hidden_texts, other_forms, written_forms
from guardrail.numbers.spelled_digits import as_digits
from guardrail.text.normalise import Normalised
from guardrail.text.romaji import sounds
from guardrail.text.skeleton import Skeleton, digits, letters


class Forms:
    """What is left of a text's forms: their letters, their digits and how they sound."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def letters(self) -> list[Skeleton]:
        return [letters(read) for read in self._all]

    @cached_property
    def digits(self) -> list[Skeleton]:
        return [digits(read) for read in self._all]

    @cached_property
    def sounds(self) -> list[Skeleton]:
        return [sounds(read) for read in self._written]

    @cached_property
    def coded_sounds(self) -> list[Skeleton]:
        """Of what stands in code."""
        return [sounds(read) for read in self._coded]

    @cached_property
    def _written(self) -> list[Normalised]:
        return list(written_forms(self.text))

    @cached_property
    def _coded(self) -> list[Normalised]:
        return [said for read in self._written for said in hidden_texts(read)]

    @cached_property
    def _all(self) -> list[Normalised]:
        coded = [form for said in self._coded for form in (said, as_digits(said))]
        return [*self._written, *other_forms(self._written), *coded]
