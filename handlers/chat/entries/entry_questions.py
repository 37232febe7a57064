"""The two questions of a dialogue that ends in a FAQ entry whose texts are there already: kept, or changed first."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from handlers.chat.dialogues import DialogueQuestion, OfferedAnswer, a_line, a_text
from handlers.entries.faqs import LONGEST_ANSWER, LONGEST_QUESTION
from handlers.messages import LONGEST_TYPED_IN, Choice
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner

KEEP = "="  # an answer that means: as it stands

# The dialogue's answers so far -> the question and the answer that it began with; no answer is an empty one.
Proposed = Callable[[Owner, Mapping[str, str]], Awaitable[tuple[str, str]]]


def entry_questions(proposed: Proposed) -> tuple[DialogueQuestion, DialogueQuestion]:
    """Both questions."""

    async def offer_question(owner: Owner, answers: Mapping[str, str]) -> Sequence[Choice | OfferedAnswer]:
        question, _answer = await proposed(owner, answers)
        return ways(question)

    async def offer_answer(owner: Owner, answers: Mapping[str, str]) -> Sequence[Choice | OfferedAnswer]:
        _question, answer = await proposed(owner, answers)
        return ways(answer)

    return (
        DialogueQuestion(
            "question",
            _("How should the question read? Keep it, or write a new one."),
            a_line(LONGEST_QUESTION),
            offer_question,
        ),
        DialogueQuestion("answer", _("And what should I answer?"), a_text(LONGEST_ANSWER), offer_answer),
    )


async def chosen(owner: Owner, answers: Mapping[str, str], proposed: Proposed) -> tuple[str, str]:
    """The question and the answer to keep: as written, or as proposed."""
    question, answer = await proposed(owner, answers)
    kept = answers["question"] == KEEP, answers["answer"] == KEEP
    return (question if kept[0] else answers["question"]), (answer if kept[1] else answers["answer"])


def ways(text: str) -> tuple[Choice | OfferedAnswer, ...]:
    """To keep a text as an answer, or to change it."""
    if not text:
        return ()
    keep = OfferedAnswer(_("Keep as it is"), KEEP)
    edit = (Choice(_("Edit current text"), type_in=text),) if len(text) <= LONGEST_TYPED_IN else ()
    return (keep, *edit)
