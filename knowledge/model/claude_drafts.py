"""Drafts of answers for owners, written by Claude from redacted knowledge: through one strict tool, checked by code."""

from collections.abc import Sequence

from anthropic import AsyncAnthropic

from knowledge.items import Hit
from knowledge.model.claude import ClaudeTools, Patience
from knowledge.model.claude_stream import ToolCall
from knowledge.model.drafting import Drafted, draft_request
from knowledge.model.events import ModelFailed
from knowledge.phrases import Tag

MAX_TOKENS = 800
LONGEST = 30.0  # seconds; nobody waits for a draft


class ClaudeDrafts:
    """A DraftModel that asks Claude, only where something was found that a draft could rest on."""

    def __init__(self, client: AsyncAnthropic, model: str, patience: Patience | None = None) -> None:
        self._tools = ClaudeTools(client, model, patience or Patience(total=LONGEST), max_tokens=MAX_TOKENS)

    async def draft(self, question: str, lang: Tag, hits: Sequence[Hit]) -> Drafted | None:
        """None, or an empty answer, where the knowledge has nothing of it. Raises ModelFailed."""
        if not hits:
            return None
        return _drafted(await self._tools.call(draft_request(question, lang, [hit.item for hit in hits])), hits)


def _drafted(call: ToolCall, hits: Sequence[Hit]) -> Drafted:
    """What was said, as far as it points at knowledge that was shown: a draft that rests on nothing is none."""
    try:
        answer, missing, numbers = str(call.input["answer"]), str(call.input["missing"]), list(call.input["results"])
    except (KeyError, TypeError) as error:
        failure = ModelFailed("broken_stream")
        failure.usage = call.usage
        raise failure from error
    shown = {number: hit.item.id for number, hit in enumerate(hits, 1)}
    item_ids = tuple(dict.fromkeys(shown[number] for number in numbers if number in shown))
    return Drafted(answer.strip() if item_ids else "", missing.strip(), item_ids, call.usage)
