"""How sure a finding is. What is doubtful is hidden all the same; its owner is asked."""

from guardrail.findings import PiiKind
from guardrail.known.common_names import is_common
from guardrail.names.name_lists import NameLists, halves, katakana
from guardrail.text.normalise import normalise


def is_certain(kind: PiiKind, text: str) -> bool:
    """Whether a value can hardly be anything else: of a name, whether a surname and a given name make it up.

    Numbers and addresses have a form that says what they are; a single word may be a place, a product or a brand.
    """
    if kind is not PiiKind.PERSON:
        return True
    first, second = halves(normalise(text).text)
    if not second or (is_common(first) and is_common(second)):
        return False
    if text.isascii():
        return True
    lists = NameLists.load()
    surname, given = katakana(first), katakana(second)
    return (first in lists.surnames or surname in lists.surname_kana) and (
        second in lists.given or given in lists.given_kana
    )
