"""What an app knows, what has been said about it, and what was found in it for a question."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class KnowledgeItem:
    """A FAQ entry, a passage of a document, the app's own facts or what its owner said in this conversation, personal
    information already replaced.

    `phrasings` are other ways to ask for a FAQ entry; an `exact` one's text is said word for word. `heading` is what a
    passage stands under in its document.
    """

    id: str
    kind: Literal["faq", "passage", "app", "said"]
    title: str
    text: str
    url: str = ""
    phrasings: tuple[str, ...] = ()
    exact: bool = False
    heading: str = ""

    @property
    def full_title(self) -> str:
        """With the heading, as a source is shown."""
        return f"{self.title} › {self.heading}" if self.heading else self.title


@dataclass(frozen=True)
class Turn:
    """One earlier message of the conversation."""

    role: Literal["visitor", "mimi", "owner"]
    text: str


@dataclass(frozen=True)
class Hit:
    """An item that has something of the question.

    `score` compares the hits of one search; `share` (0-1): how much of the question's words it covers, rare ones more.
    `by_meaning`: the score says how near the meanings are too, and so something by itself.
    """

    item: KnowledgeItem
    score: float
    share: float
    by_meaning: bool = False
