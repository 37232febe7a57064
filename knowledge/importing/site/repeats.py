"""What stands before or behind the text of most pages of a site: menus and feet that no mark gives away."""

from collections import Counter
from collections.abc import Sequence

FEWEST = 5  # pages that are compared
SHARE = 0.6  # of the pages


def without_repeats(texts: Sequence[str]) -> tuple[list[str], int]:
    """The texts without the lines at their ends that most of them share; how many lines that were.

    In the middle the same heading may well stand on every page. A text that is nothing else stays as it is.
    """
    lines = [text.split("\n") for text in texts]
    met = Counter(line for each in lines for line in {line.strip() for line in each} if line)
    if len(texts) < FEWEST:
        return list(texts), 0
    shared = {line for line, count in met.items() if count >= len(texts) * SHARE}
    told, left_out = list[str](), 0
    for text, each in zip(texts, lines, strict=True):
        first, last = 0, len(each)
        while first < last and (not each[first].strip() or each[first].strip() in shared):
            first += 1
        while last > first and (not each[last - 1].strip() or each[last - 1].strip() in shared):
            last -= 1
        if first == last:
            told.append(text)
            continue
        left_out += sum(bool(line.strip()) for line in (*each[:first], *each[last:]))
        told.append("\n".join(each[first:last]))
    return told, left_out
