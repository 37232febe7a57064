"""What has to be known of a Claude model to ask it: what its tokens cost, and how to keep it from thinking aloud.

Sources: platform.claude.com, "Pricing", "Effort", "Thinking" and each model's page; SDK 2.12. All prices are those of
prompts of at most 100,000 tokens, which mimi's always are (prompt.py); beyond that Haiku 5.5 costs five times.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from knowledge.model.events import Usage

USUAL = "claude-haiku-5-5"
# Thinking counts towards max_tokens; a model that cannot be told to leave it gets room for it beside its answer.
ROOM_TO_THINK = 4_000


@dataclass(frozen=True)
class Prices:
    """US dollars for a million tokens, which is the same number as millionths of a dollar for each."""

    tokens_in: float
    tokens_out: float
    cache_read: float
    cache_write: float

    @classmethod
    def of(cls, tokens_in: float, tokens_out: float, read: float = 0.1) -> "Prices":
        """A cache of five minutes costs 1.25 times the input to write, and `read` times to read."""
        return cls(tokens_in, tokens_out, tokens_in * read, tokens_in * 1.25)

    @property
    def hour_write(self) -> float:
        """To write to a cache of an hour costs twice the input (platform.claude.com, "Prompt caching")."""
        return self.cache_write * 1.6

    @classmethod
    def parse(cls, text: str) -> "Prices":
        """From "in, out, cache read, cache write". Raises ValueError."""
        prices = [float(price) for price in text.split(",")]
        if len(prices) != 4 or any(not 0 <= price < 10_000 for price in prices):
            raise ValueError("four prices, in US dollars for a million tokens: in, out, cache read, cache write")
        return cls(*prices)

    def cost(self, usage: Usage) -> int:
        """In millionths of a dollar, rounded up."""
        return ceil(
            usage.input_tokens * self.tokens_in
            + usage.output_tokens * self.tokens_out
            + usage.cache_read_tokens * self.cache_read
            + (usage.cache_write_tokens - usage.hour_write_tokens) * self.cache_write
            + usage.hour_write_tokens * self.hour_write
        )


@dataclass(frozen=True)
class ModelFacts:
    """`asked` goes into every request; `room_to_think` is added to the answer's own tokens."""

    prices: Prices
    asked: Mapping[str, Any] = field(default_factory=dict)
    room_to_think: int = 0

    @property
    def has_to_call(self) -> dict[str, str]:
        """The choice of tools for a request that only a tool answers.

        A model that thinks cannot be made to call one (platform.claude.com, "Thinking").
        """
        return {"type": "auto" if self.room_to_think else "any"}


_LOW: dict[str, Any] = {"output_config": {"effort": "low"}}
_SILENT: dict[str, Any] = {"thinking": {"type": "disabled"}} | _LOW

# By the beginning of the model's name; the longest that fits counts.
_FAMILIES: Mapping[str, ModelFacts] = {
    "claude-haiku-5": ModelFacts(Prices.of(0.10, 0.50), _SILENT),
    "claude-haiku-4": ModelFacts(Prices.of(1, 5)),
    "claude-sonnet-5-5": ModelFacts(Prices.of(2, 10, 0.05), _LOW, ROOM_TO_THINK),
    "claude-sonnet-5": ModelFacts(Prices.of(2, 10), _LOW, ROOM_TO_THINK),
    "claude-sonnet": ModelFacts(Prices.of(3, 15)),
    "claude-opus-5-5": ModelFacts(Prices.of(4, 20, 0.05), _LOW, ROOM_TO_THINK),
    "claude-opus-5": ModelFacts(Prices.of(5, 25), _SILENT),
    "claude-opus": ModelFacts(Prices.of(5, 25)),
}
# A model this table does not know yet costs what the dearest does, so that a cap on spending holds.
_UNKNOWN = ModelFacts(Prices.of(10, 50), {}, ROOM_TO_THINK)


def facts_of(model: str) -> ModelFacts:
    """What is known of the model, or what is safe to assume."""
    fitting = [name for name in _FAMILIES if model.startswith(name)]
    return _FAMILIES[max(fitting, key=len)] if fitting else _UNKNOWN
