"""How letters follow each other in Japanese and in English, from the texts of this repository.

python -m bench.letters.pairs > guardrail/spam/letters.json

Kana as the texts are read aloud, Latin letters three by three. Each digit is how rare the letter is after those before
it, in steps of 10: 0 for nearly always, 9 for never.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from guardrail.spam.letters import KANA, KANA_LETTERS, LATIN, as_hiragana, latin_runs
from knowledge.words.words import is_japanese, morphemes

ROOT = Path(__file__).resolve().parent.parent.parent
SEEN_ANYWAY = 0.05  # of each letter, so that none is impossible
_SENTENCE = re.compile(r"[^。！？!?\n]+")
_QUOTED = re.compile(r'^(?:msgid|msgstr)? ?"(.*)"$', re.MULTILINE)


def texts() -> Iterator[str]:
    """Product prose, support answers, questions, what the tests say, and the texts of mimi itself."""
    for path in sorted((ROOT / "bench" / "data").rglob("*.jsonl")):
        if path.parent.name != "spam":
            for line in path.read_text("utf-8").splitlines():
                record = json.loads(line)
                yield from (str(record[key]) for key in ("title", "text", "query") if key in record)
    for path in sorted((ROOT / "knowledge" / "locale").rglob("*.po")):
        yield " ".join(_QUOTED.findall(path.read_text("utf-8")))
    plain = [*(ROOT / "docs").glob("*.md"), *(ROOT / "tests").glob("*.py"), *(ROOT / "bench" / "data").rglob("*.tsv")]
    yield from (path.read_text("utf-8") for path in sorted(plain) if "spam" not in path.name)


def read_aloud(text: str) -> str:
    """A Japanese sentence in hiragana."""
    return as_hiragana("".join(str(morpheme.reading_form()) for morpheme in morphemes(text)))


def rarity(counted: Counter[str], alphabet: str) -> dict[str, str]:
    """What stands before -> a digit for each letter of the alphabet."""
    before: dict[str, Counter[str]] = {}
    for letters, times in counted.items():
        before.setdefault(letters[:-1], Counter())[letters[-1]] += times
    return {
        first: "".join(_digit(after[letter], after.total(), len(alphabet)) for letter in alphabet)
        for first, after in sorted(before.items())
    }


def _digit(times: int, of: int, letters: int) -> str:
    share = (times + SEEN_ANYWAY) / (of + SEEN_ANYWAY * letters)
    return str(min(9, round(-math.log2(share))))


def counted(pieces: Iterable[str], length: int) -> Counter[str]:
    """How often each row of `length` letters occurs."""
    return Counter(piece[at : at + length] for piece in pieces for at in range(len(piece) - length + 1))


def main() -> None:
    """Print the table."""
    sentences = [sentence for text in texts() for sentence in _SENTENCE.findall(text)]
    japanese = [kana for each in sentences if is_japanese(each) for kana in KANA.findall(read_aloud(each))]
    latin = [f" {run} " for each in sentences for run in latin_runs(each)]
    table = {"kana": rarity(counted(japanese, 2), KANA_LETTERS), "latin": rarity(counted(latin, 3), LATIN)}
    print(json.dumps(table, ensure_ascii=False, indent=0))


if __name__ == "__main__":
    main()
