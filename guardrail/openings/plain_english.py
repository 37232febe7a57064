"""English words that are nobody's: no names, no numbers. What they open may be shown before the rest is read."""

from collections.abc import Iterable
from functools import cache
from itertools import islice
from pathlib import Path

import names

from guardrail.names.name_lists import NameLists
from guardrail.names.word_tables import listed
from guardrail.numbers.spelled_digits import ENGLISH as NUMBERS
from knowledge.words.dictionaries import by_frequency

VERY_COMMON = 501  # hundredths of a power of ten: words once in 100,000, as "select"; the list has "reboot", too
SHORTEST = 4  # letters; shorter ones may be syllables of something
# Words of answers that are names, too.
ENGLISH = listed(
    """
    a about above access account accounts actually add additional after again all allow allowed allows almost already
    also although always an and another any anyone anything anytime app application apply apps are around as ask at
    automatically available back backup be because been before begin behind being below best better between both but
    button buttons buy by can cancel cancelled cannot change changed changes check choose clear click close come
    common complete completely confirm connect connection contact content continue correct could create created current
    currently customer customers data date day days default delete deleted delivery depending detail details device
    devices did different directly disable display do does doesn't don't done download during each easily easy edit
    either email enable enabled enough ensure enter error even every everything example existing exactly export
    feature features feedback few field file files fill filter find fine finish first follow following for form free
    from full fully function general generally get give given gladly go goes good great had happens happy has have
    haven't having hello help helps here hi hours how however icon if image images import important in include
    included includes including information inquiry inside install installed instead into invoice is isn't issue
    issues it it's item items its just keep kind know known language later latest learn least left let let's like
    limit limited link links list listed load log login longer look made mail main make makes manage manual many
    maybe means menu message messages minutes mobile mode month monthly months more most much must name necessary
    need needed needs never new next no normally not note notes nothing notification notifications notify now number
    of off offer official often ok okay on once online only open opens option optional options or order orders other
    otherwise our out over overview own part password pay payment payments per perhaps period phone plan plans
    please policy possible press previous problem problems process product products profile provide provided
    provides purchase question questions quick quickly reach read ready really receive recommend refund refunds
    register registered registration related release remove reply request required reset restart result results
    return returns right run safe same save saved screen search security see select selected send sent server service
    services set setting settings several share shipping should show shown shows sign simple simply since size so
    some something soon sorry specific standard start started starts status step steps still stop storage store
    subscription such sure support supported supports switch system tab table take takes tap team tell terms than
    thank thanks that that's the their them then there there's these they thing things this those through time times
    to together too tool tools total try turn type under understand unfortunately unless until update updated updates
    upgrade upload us usage use used user users uses using usually value version very via view visit wait want was
    way ways we we're website week weeks welcome well went were what when where whether which while who why with
    within without won't word words work working works would year years yes yet you you'll you're you've your yourself
    """
)


def is_plain_english(word: str, *, capital: bool) -> bool:
    """Whether the word is a common one and no name; `capital`: a sentence may begin with it."""
    lower = word.lower()
    if word != lower and not (capital and word[1:] == lower[1:]):
        return False
    if lower in ENGLISH:
        return True
    return len(word) >= SHORTEST and lower in (_common() if word == lower else _very_common())


@cache
def _common() -> frozenset[str]:
    """Words used once in a million words or more that are no names or numbers."""
    return _no_names(by_frequency("small"))


@cache
def _very_common() -> frozenset[str]:
    return _no_names(islice(by_frequency("small"), VERY_COMMON))


def _no_names(by_frequency: Iterable[Iterable[str]]) -> frozenset[str]:
    lists = NameLists.load()
    files = [Path(file).read_text("ascii") for file in names.FILES.values()]
    census = {line.split()[0].lower() for lines in files for line in lines.splitlines()}
    words = (word for words in by_frequency for word in words if len(word) >= SHORTEST)
    return frozenset(words) - census - lists.surname_romaji - lists.given_romaji - frozenset(NUMBERS)
