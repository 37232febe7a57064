"""What the model is told: the app, its knowledge, the conversation and the question, in prompt-caching order. Pure.

All of the knowledge while there is room, else the best of what was found; and never 100,000 tokens.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from math import ceil

from knowledge.items import KnowledgeItem, Turn
from knowledge.language import name_of
from knowledge.model.prompt_rules import NO_POINTER, RULES, TOOLS, Block, text_block
from knowledge.phrases import Tag
from knowledge.tokens import fit, tokens_of, weight_of
from knowledge.words.words import clean

LONGEST_QUESTION = 4_000
LONGEST_TURN = 2_000
MOST_TURNS = 12
MOST_HISTORY = 6_000  # tokens of the conversation so far
ABOUT = "about"  # the id of the item that holds the app's own facts


@dataclass(frozen=True)
class AppFacts:
    """What the app's page says about it, and how its owner wants it spoken of; `links` are (label, url)."""

    name: str
    url: str = ""
    bio: str = ""
    links: tuple[tuple[str, str], ...] = ()
    greeting: str = ""
    tone: str = "polite"
    banned_topics: tuple[str, ...] = ()

    def as_item(self) -> KnowledgeItem | None:
        """What there is to know of the app itself, to be cited like any other knowledge; None if there is nothing."""
        lines = [self.bio, *(f"{label}: {url}" for label, url in self.links), self.url]
        text = "\n".join(line for line in lines if line.strip())
        return KnowledgeItem(ABOUT, "app", self.name, text, self.url) if text else None


@dataclass(frozen=True)
class FirstTry:
    """What the model answered before, and the sentences of it that state something and point at nothing."""

    said: str
    bare: tuple[str, ...]


@dataclass(frozen=True)
class Prompt:
    """Everything an answer is made from. `items` is all that may be cited, in an order that stays the same.

    The first `standing` of them are the same for every question to the app; None: all are. After a `first_try` the
    model is to answer anew. `now` is the day and time where the app is at home. `an_hour`: so long the
    cache keeps its knowledge, instead of five minutes.
    """

    app: AppFacts
    items: tuple[KnowledgeItem, ...]
    history: tuple[Turn, ...]
    question: str
    lang: Tag
    standing: int | None = None
    now: str = ""
    first_try: FirstTry | None = None
    an_hour: bool = False

    @cached_property
    def tokens(self) -> int:
        """Of the whole request, at most. Counted once: whoever puts money aside asks, and whoever sends it."""
        around = json.dumps([*_system(self, _CACHED)[1:], *_messages(self, [])], ensure_ascii=False)
        marks = weight_of(json.dumps(_CACHED))
        return ceil(_weight_of_rules() + weight_of(around) + marks + sum(map(_weight, self.items)))


@dataclass(frozen=True)
class ModelRequest:
    """A prompt in the words of the Messages API."""

    system: list[Block]
    messages: list[Block]
    tools: list[Block]


# Five minutes or an hour, renewed by each use (platform.claude.com, "Prompt caching").
_CACHED: Block = {"cache_control": {"type": "ephemeral"}}
_CACHED_AN_HOUR: Block = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}


def to_request(prompt: Prompt) -> ModelRequest:
    """Stable things first, so that a cached beginning is shared: tools, rules | app, knowledge | history, question.

    The first mark is one for all apps, the second for all questions to one app. What is shorter than a model caches
    (512 tokens of Haiku 5.5, which tools and rules alone have; 4,096 of Haiku 4.5) is not cached, at no cost.
    The API takes no mark of an hour behind one of five minutes, so both are the same.
    """
    results = [_search_result(item) for item in prompt.items] or [text_block("There are no search results.")]
    standing = len(prompt.items) if prompt.standing is None else prompt.standing
    cached = _CACHED_AN_HOUR if prompt.an_hour and standing else _CACHED
    if standing:
        # What was found for one question is of no use to the next: written to the cache it would only cost more.
        results[standing - 1] = results[standing - 1] | cached
    return ModelRequest(_system(prompt, cached), _messages(prompt, results), TOOLS)


def _messages(prompt: Prompt, results: list[Block]) -> list[Block]:
    """The search results, the conversation and the question."""
    asked = clean(prompt.question, LONGEST_QUESTION).strip() or "?"
    # Here and not among the rules: what changes with each question would keep all behind it from being cached.
    now = f"It is {prompt.now}. " if prompt.now else ""
    question = [text_block(f"{now}Answer in {name_of(prompt.lang)}. The visitor writes:"), text_block(asked)]
    turns = [("user", results), *_history(prompt.history), ("user", question)]
    if first := prompt.first_try:
        bare = json.dumps([clean(sentence, LONGEST_TURN) for sentence in first.bare], ensure_ascii=False)
        turns.append(("assistant", [text_block(clean(first.said, LONGEST_TURN).strip())]))
        turns.append(("user", [text_block(NO_POINTER), text_block(bare[:LONGEST_TURN])]))
    messages: list[Block] = []
    for role, content in turns:
        # The API wants user and assistant to take turns: neighbours of one role are one message.
        if messages and messages[-1]["role"] == role:
            messages[-1]["content"] += content
        else:
            messages.append({"role": role, "content": content})
    return messages


def cited_words(item: KnowledgeItem) -> str:
    """What a citation of the item quotes."""
    return clean(item.text).strip() or _title(item)  # which no block may be without


def _system(prompt: Prompt, cached: Block) -> list[Block]:
    app = prompt.app
    facts = {"name": app.name, "tone": app.tone, "greeting": app.greeting, "banned_topics": app.banned_topics}
    about = json.dumps({name: value for name, value in facts.items() if value}, ensure_ascii=False)
    return [text_block(RULES) | cached, text_block("About the app, written by its owner: " + about)]


@lru_cache(maxsize=4_096)
def _search_result(item: KnowledgeItem) -> Block:
    """A citation points back by the place of its block, so there is one for each item, in the same order.

    Made once, since an app's items are the same for every question: not to be changed.
    """
    return {
        "type": "search_result",
        "source": item.url or f"{item.kind}:{item.id}",
        "title": _title(item),
        "content": [text_block(cited_words(item))],
        "citations": {"enabled": True},
    }


def _title(item: KnowledgeItem) -> str:
    return clean(item.full_title).strip() or item.id


def _history(history: Sequence[Turn]) -> list[tuple[str, list[Block]]]:
    """The latest turns, as many as there is room for, by the role that the API knows each speaker in."""
    turns = [(turn.role, clean(turn.text, LONGEST_TURN).strip()) for turn in history[-MOST_TURNS:]]
    # From the latest back: what was said first is missed least.
    kept = fit((said for _role, said in reversed(turns)), MOST_HISTORY)
    latest = turns[len(turns) - kept :]
    return [("user" if role == "visitor" else "assistant", [text_block(said)]) for role, said in latest if said]


# Counted too high rather than too low (tokens.py); the rest is for what the API adds around tools and citations.
MOST_TOKENS = 95_000


def fitted(prompt: Prompt) -> Prompt:
    """The prompt without what it has no room for: the conversation goes first, then items, the last of them first."""
    if prompt.tokens <= MOST_TOKENS:
        return prompt
    # Knowledge answers the question; the conversation only says what it is about.
    prompt = replace(prompt, history=())
    while prompt.items and (over := prompt.tokens - MOST_TOKENS) > 0:
        prompt = replace(prompt, items=prompt.items[: _fewer(prompt, over)], standing=0)
    return prompt


@lru_cache(maxsize=4_096)
def _weight(item: KnowledgeItem) -> float:
    return weight_of(json.dumps(_search_result(item), ensure_ascii=False) + ", ")


@cache
def _weight_of_rules() -> float:
    """What every request begins with."""
    return weight_of(json.dumps([TOOLS, text_block(RULES) | _CACHED], ensure_ascii=False))


def size_of(request: ModelRequest) -> int:
    """Tokens of a request, at most."""
    return tokens_of(json.dumps([request.tools, request.system, request.messages], ensure_ascii=False))


def _fewer(prompt: Prompt, over: int) -> int:
    """How many items are left once the last ones with `over` tokens are gone."""
    kept = len(prompt.items)
    while kept and over > 0:
        kept -= 1
        over -= tokens_of(prompt.items[kept].title + prompt.items[kept].text)
    return kept
