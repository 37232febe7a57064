"""What programs send and get, the same by REST and by MCP: the OpenAPI document and the tools' schemas are these."""

from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from handlers.entries.documents import LONGEST_TEXT, LONGEST_TITLE
from handlers.entries.external_ids import BLANKS, EXTERNAL_ID, LONGEST_EXTERNAL_ID
from handlers.entries.faqs import LONGEST_ANSWER, LONGEST_QUESTION, MOST_PHRASINGS
from handlers.programs.items import (
    MOST_AT_ONCE,
    OnDouble,
    PutOutcome,
    WrittenDocument,
    WrittenEntry,
    id_of,
    revision_of,
)
from handlers.programs.misshapen import Misshapen
from knowledge.store.entries.documents import Document
from knowledge.store.entries.faqs import FaqEntry

LONGEST_URL = 2_000
M = TypeVar("M", bound=BaseModel)

# Something that can be seen: not empty, and not blanks and control characters alone.
SEEN = rf"[^{BLANKS}]"
Line = Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION, pattern=SEEN)]
ItemId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_EXTERNAL_ID,
        pattern=EXTERNAL_ID,
        description="Your own id, such as a file's path; or mimi's, of what was written elsewhere.",
    ),
]


class ProgramSent(BaseModel):
    """What a program sends: nothing that is not known, and no number for a text."""

    model_config = ConfigDict(extra="forbid", strict=True)


class EntryIn(ProgramSent):
    """A FAQ entry."""

    question: Line
    answer: Annotated[str, Field(min_length=1, max_length=LONGEST_ANSWER, pattern=SEEN)]
    phrasings: Annotated[
        list[Line] | None,
        Field(max_length=MOST_PHRASINGS, description="Other ways to ask it. Left out: they stay as they are."),
    ] = None
    exact: Annotated[bool | None, Field(description="Say the answer word for word. Left out: it stays as it is.")] = (
        None
    )

    def written(self) -> WrittenEntry:
        return WrittenEntry(self.question, self.answer, self.phrasings, self.exact)


class DocumentIn(ProgramSent):
    """A reference document. Markdown headings part it into passages."""

    title: Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE, pattern=SEEN)]
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT, pattern=SEEN)]
    url: Annotated[
        str | None,
        Field(
            max_length=LONGEST_URL,
            pattern=rf"^(https?://[^{BLANKS}]+)?$",
            description="Where visitors can read it. Left out: it stays as it is; empty: none.",
        ),
    ] = None

    def written(self) -> WrittenDocument:
        return WrittenDocument(self.title, self.text, self.url)


class NamedEntryIn(EntryIn):
    """A FAQ entry with its id."""

    id: ItemId


class NamedDocumentIn(DocumentIn):
    """A reference document with its id."""

    id: ItemId


class EntriesIn(ProgramSent):
    """Entries to keep, each by itself."""

    items: Annotated[list[NamedEntryIn], Field(min_length=1, max_length=MOST_AT_ONCE)]
    on_double: Annotated[OnDouble, Field(strict=False)] = OnDouble.REFUSE


class DocumentsIn(ProgramSent):
    """Documents to keep, each by itself."""

    items: Annotated[list[NamedDocumentIn], Field(min_length=1, max_length=MOST_AT_ONCE)]


class Item(BaseModel):
    """What every piece of knowledge has. `hidden`: kinds of personal information that visitors do not see of it."""

    id: str
    revision: str
    hidden: list[str]
    created_at: datetime
    updated_at: datetime


class Entry(Item):
    question: str
    answer: str
    phrasings: list[str]
    exact: bool

    @classmethod
    def of(cls, entry: FaqEntry) -> "Entry":
        return cls(
            **_common(entry),
            question=entry.question,
            answer=entry.answer,
            phrasings=list(entry.phrasings),
            exact=entry.exact,
        )


class DocumentLine(Item):
    """A document in a list: without its text, which may be long."""

    title: str
    url: str
    characters: int

    @classmethod
    def of(cls, document: Document) -> "DocumentLine":
        return cls(**_common(document), title=document.title, url=document.url, characters=len(document.text))


class WholeDocument(Item):
    title: str
    url: str
    text: str

    @classmethod
    def of(cls, document: Document) -> "WholeDocument":
        return cls(**_common(document), title=document.title, url=document.url, text=document.text)


class ItemPage(BaseModel):
    """A part of a list; `next` is where it goes on."""

    total: int
    next: str | None


class EntryPage(ItemPage):
    items: list[Entry]


class DocumentPage(ItemPage):
    items: list[DocumentLine]


class EntryPut(BaseModel):
    outcome: PutOutcome
    item: Entry


class DocumentPut(BaseModel):
    outcome: PutOutcome
    item: WholeDocument


class SameEntry(BaseModel):
    """The entry that asks the same as a new one."""

    id: str
    question: str
    contradicts: bool


class WrongPart(BaseModel):
    """One thing that is wrong with what was sent; `path` is a JSON Pointer."""

    path: str
    message: str


class Refusal(BaseModel):
    """A refusal (RFC 9457). `code` is for programs, `detail` for people; `id` finds it in the operator's log."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    id: str = ""
    errors: list[WrongPart] | None = None
    same_as: SameEntry | None = None


class Result(BaseModel):
    """What became of one item: an outcome and its revision, or a problem."""

    id: str
    outcome: PutOutcome | None = None
    revision: str | None = None
    problem: Refusal | None = None


class Results(BaseModel):
    """In the order in which they were sent."""

    created: int
    changed: int
    unchanged: int
    refused: int
    results: list[Result]


def read(model: type[M], value: Any) -> M:
    """The value as `model` has it. Raises Misshapen."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise Misshapen([{"path": _pointer(each["loc"]), "message": each["msg"]} for each in error.errors()]) from None


def _common(item: FaqEntry | Document) -> dict[str, Any]:
    return {
        "id": id_of(item),
        "revision": revision_of(item),
        "hidden": list(item.finding_kinds),
        "created_at": item.created_at,
        "updated_at": item.updated_at,
    }


def _pointer(place: tuple[int | str, ...]) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place)
