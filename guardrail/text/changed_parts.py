"""What a second form of a text says otherwise than the first: only that has to be read again."""

import re
from collections.abc import Iterator

from guardrail.text.normalise import Normalised

SENTENCE = re.compile(r"(?:[^。！？!?\n.]|\.(?![ \n]))*(?:[。！？!?\n.]+ ?|\Z)")


def changed_parts(read: Normalised, plain: Normalised) -> Iterator[Normalised]:
    """The sentences of `read` that `plain` has not, each with its neighbours; runs of them in one."""
    said = {match[0] for match in SENTENCE.finditer(plain.text)}
    places = [match.span() for match in SENTENCE.finditer(read.text) if match[0]]
    changed = [n for n, (start, end) in enumerate(places) if read.text[start:end] not in said]
    first = 0
    while first < len(changed):
        last = first
        while last + 1 < len(changed) and changed[last + 1] <= changed[last] + 2:
            last += 1
        start, end = places[max(0, changed[first] - 1)][0], places[min(len(places) - 1, changed[last] + 1)][1]
        yield Normalised(read.text[start:end], read.starts[start:end], read.ends[start:end])
        first = last + 1
