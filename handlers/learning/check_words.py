"""How a check fared, in words."""

from handlers.written import LONGEST_IN_ROW, shortened
from knowledge.checks.checking import Fared
from knowledge.phrases import Phrase, _
from knowledge.store.learning.checks import Check, Problem


def expectation(check: Check) -> Phrase:
    """What must come of it."""
    if not check.expected:
        return _("I must not answer it")
    return _("Answered by “{entry}”", entry=shortened(check.expected[0].title, LONGEST_IN_ROW))


def trouble(problem: Problem, check: Check) -> Phrase:
    """What is wrong, in one sentence."""
    entry = shortened(check.expected[0].title, LONGEST_IN_ROW) if check.expected else ""
    match problem:
        case Problem.GONE:
            return _("the entry “{entry}” does not exist any more", entry=entry)
        case Problem.NOT_FOUND:
            return _("I no longer find “{entry}” for it", entry=entry)
        case Problem.ANSWERED:
            return _("I should not answer it, and would say something")
        case Problem.NOT_USED:
            return _("Claude answers from something else than “{entry}”", entry=entry)
        case Problem.REFUSED:
            return _("Claude says that it does not know")
        case Problem.FAILED:
            return _("Claude did not answer")


def state(check: Check) -> Phrase:
    """How it fares."""
    if check.version < 0:
        return _("Not tried yet")
    return trouble(check.problem, check) if check.problem else _("As it should be")


def fared_line(fared: Fared) -> Phrase:
    """The question and what became of it."""
    asked = shortened(fared.check.question, LONGEST_IN_ROW)
    if not fared.judged:
        return _("“{question}”: cannot be tried right now, please try again in a minute", question=asked)
    if fared.problem is None:
        return _("“{question}”: as it should be", question=asked)
    return _("“{question}”: {trouble}", question=asked, trouble=trouble(fared.problem, fared.check))
