"""What the model is told: the app, its knowledge, the conversation and the question, in prompt-caching order. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.items import KnowledgeItem, Turn
from knowledge.model.prompt_rules import NO_POINTER, RULES, TOOLS, Block
from knowledge.phrases import Lang
from knowledge.tokens import fit
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

    `whole`: it is all that the app knows, and so the same for the next question. After a `first_try` the model is
    to answer anew.
    """

    app: AppFacts
    items: tuple[KnowledgeItem, ...]
    history: tuple[Turn, ...]
    question: str
    lang: Lang
    whole: bool = True
    first_try: FirstTry | None = None


@dataclass(frozen=True)
class ModelRequest:
    """A prompt in the words of the Messages API."""

    system: list[Block]
    messages: list[Block]
    tools: list[Block]


_CACHED: Block = {"cache_control": {"type": "ephemeral"}}
_LANGUAGES: dict[Lang, str] = {"ja": "Japanese", "en": "English"}


def to_request(prompt: Prompt) -> ModelRequest:
    """Stable things first, so that a cached beginning is shared: tools, rules | app, knowledge | history, question.

    The first mark is one for all apps, the second for all questions to one app. What is shorter than a model caches
    (512 tokens of Haiku 5.5, which tools and rules alone have; 4,096 of Haiku 4.5) is not cached, at no cost.
    """
    messages = [*_knowledge(prompt), *_history(prompt.history), _question(prompt), *_anew(prompt.first_try)]
    return ModelRequest(_system(prompt), _joined(messages), TOOLS)


def cited_words(item: KnowledgeItem) -> str:
    """What a citation of the item quotes."""
    return clean(item.text).strip() or _title(item)


def _system(prompt: Prompt) -> list[Block]:
    app = prompt.app
    facts = {"name": app.name, "tone": app.tone, "greeting": app.greeting, "banned_topics": app.banned_topics}
    about = json.dumps({name: value for name, value in facts.items() if value}, ensure_ascii=False)
    return [_text(RULES) | _CACHED, _text("About the app, written by its owner: " + about)]


def _knowledge(prompt: Prompt) -> list[Block]:
    if not prompt.items:
        return [_message("user", _text("There are no search results."))]
    results = [_search_result(item) for item in prompt.items]
    # What was found for one question is of no use to the next: written to the cache it would only cost more.
    last = results[-1] | _CACHED if prompt.whole else results[-1]
    return [_message("user", *results[:-1], last)]


def _search_result(item: KnowledgeItem) -> Block:
    """A citation points back by the place of its block, so there is one for each item, in the same order."""
    return {
        "type": "search_result",
        "source": item.url or f"{item.kind}:{item.id}",
        "title": _title(item),
        "content": [_text(cited_words(item))],
        "citations": {"enabled": True},
    }


def _title(item: KnowledgeItem) -> str:
    return clean(item.full_title).strip() or item.id


def _history(history: Sequence[Turn]) -> list[Block]:
    """The latest turns, as many as there is room for."""
    turns = [(turn.role, clean(turn.text, LONGEST_TURN).strip()) for turn in history[-MOST_TURNS:]]
    kept = fit((said for _role, said in reversed(turns)), MOST_HISTORY)
    latest = turns[len(turns) - kept :]
    return [_message("user" if role == "visitor" else "assistant", _text(said)) for role, said in latest if said]


def _question(prompt: Prompt) -> Block:
    question = clean(prompt.question, LONGEST_QUESTION).strip() or "?"
    return _message("user", _text(f"Answer in {_LANGUAGES[prompt.lang]}. The visitor writes:"), _text(question))


def _anew(first: FirstTry | None) -> list[Block]:
    if first is None:
        return []
    bare = json.dumps([clean(sentence, LONGEST_TURN) for sentence in first.bare], ensure_ascii=False)
    said = clean(first.said, LONGEST_TURN).strip()
    return [_message("assistant", _text(said)), _message("user", _text(NO_POINTER), _text(bare[:LONGEST_TURN]))]


def _joined(messages: Sequence[Block]) -> list[Block]:
    """Neighbours of one role as one message: the API wants user and assistant to take turns."""
    joined: list[Block] = []
    for message in messages:
        if joined and joined[-1]["role"] == message["role"]:
            joined[-1]["content"] += message["content"]
        else:
            joined.append(message)
    return joined


def _message(role: str, *content: Block) -> Block:
    return {"role": role, "content": list(content)}


def _text(text: str) -> Block:
    return {"type": "text", "text": text}
