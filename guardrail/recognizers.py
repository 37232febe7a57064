"""The one table of recognizers: what is looked for, and by which rules. Both languages' run on every text."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from guardrail.confidence import weighed
from guardrail.findings import PiiKind
from guardrail.names.english_names import EnglishNames
from guardrail.names.japanese_names import JapaneseNames
from guardrail.names.nicknames import find_nicknames
from guardrail.names.other_languages import find_said_elsewhere
from guardrail.names.said_names import find_said
from guardrail.numbers.addresses import Addresses
from guardrail.numbers.handles import find_handles
from guardrail.numbers.ids import find_ids
from guardrail.numbers.mails import find_mails
from guardrail.numbers.phones import find_phones
from guardrail.tagger.tagger import Tagger
from guardrail.text.reading import ReadText, Span


@dataclass(frozen=True)
class Recognizer:
    """One line of the table."""

    name: str
    kind: PiiKind | None  # None: more than one
    find: Callable[[ReadText], Iterable[Span]]


def recognizers(tagger: Tagger | None = None) -> tuple[Recognizer, ...]:
    """The table, its lists loaded; with another tagger's weights, if one is given."""
    tagger = tagger or Tagger()
    return (
        Recognizer("mail addresses", PiiKind.EMAIL, find_mails),
        Recognizer("cards, official and account numbers", PiiKind.OTHER_ID, find_ids),
        Recognizer("handles elsewhere", PiiKind.OTHER_ID, find_handles),
        Recognizer("telephone numbers", PiiKind.PHONE, weighed(find_phones)),
        Recognizer("postal addresses", PiiKind.ADDRESS, Addresses().find),
        Recognizer("names and addresses, by trained weights", None, weighed(tagger.find)),
        Recognizer("Japanese names", PiiKind.PERSON, weighed(JapaneseNames().find)),
        Recognizer("English names", PiiKind.PERSON, weighed(EnglishNames().find)),
        Recognizer("names in games, forums and chats", PiiKind.PERSON, find_nicknames),
        Recognizer("names that are said to be one", PiiKind.PERSON, weighed(find_said)),
        Recognizer("names in other languages", PiiKind.PERSON, weighed(find_said_elsewhere)),
    )
