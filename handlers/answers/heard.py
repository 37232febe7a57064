"""What a model said of an answer beside its text."""

from dataclasses import dataclass, field

import structlog

from guardrail.findings import PiiKind
from knowledge.model.events import (
    BlockEnded,
    Cited,
    CutShort,
    Declined,
    ModelEvent,
    NotInKnowledge,
    Usage,
    WantsPerson,
)

log = structlog.get_logger(__name__)


@dataclass
class Heard:
    """One attempt's; `withheld` is what the guardrail took out of it."""

    cited: list[str] = field(default_factory=list)
    blocks: list[BlockEnded] = field(default_factory=list)
    unknown: NotInKnowledge | None = None
    declined: Declined | None = None
    usage: Usage | None = None
    wants_owner: bool = False
    cut: bool = False
    withheld: tuple[PiiKind, ...] = ()

    def note(self, event: ModelEvent) -> None:
        """Anything but text."""
        match event:
            case Cited(item_id):
                self.cited.append(item_id)
            case BlockEnded():
                self.blocks.append(event)
            case NotInKnowledge():
                self.unknown = event
            case Declined():
                self.declined = event
            case WantsPerson():
                self.wants_owner = True
            case CutShort():
                self.cut = True
            case Usage():
                self.usage = event
                log.info("model_used", model=event.model, tokens_in=event.input_tokens, tokens_out=event.output_tokens)
