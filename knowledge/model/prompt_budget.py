"""No prompt has 100,000 tokens: the one place where that is made sure of. Pure."""

import json
from dataclasses import replace

from knowledge.model.prompt import ModelRequest, Prompt, to_request
from knowledge.tokens import tokens_of

# Counted too high rather than too low (tokens.py); the rest is for what the API adds around tools and citations.
MOST_TOKENS = 95_000


def fitted(prompt: Prompt) -> Prompt:
    """The prompt without what it has no room for: the conversation goes first, then items, the last of them first."""
    if size(prompt) <= MOST_TOKENS:
        return prompt
    prompt = replace(prompt, history=())
    while prompt.items and (over := size(prompt) - MOST_TOKENS) > 0:
        prompt = replace(prompt, items=prompt.items[: _fewer(prompt, over)], whole=False)
    return prompt


def size(prompt: Prompt) -> int:
    """Tokens of the whole request, at most."""
    return size_of(to_request(prompt))


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
