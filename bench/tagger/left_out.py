"""What the tagger makes of texts whose kind it was not trained with, by `bench.guardrail --left-out`.

A kind is a source of bench/data/pii, or a family of formats: the tag that the lines of one way of writing a name or an
address share. Families are left out eight times over, each time one of every slot, and each is measured by itself.
"""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench.pii.scoring import Record, Tally, share
from bench.tagger.slots import Slots
from bench.tagger.train import learnt, write
from guardrail.pii import Pii, analysis
from guardrail.recognizers import recognizers
from guardrail.tagger.tagger import FOLDER, Tagger

LINES = 6_000
# The families of what the weights name: names in both languages, addresses in English.
FAMILY = {"ja": re.compile(r"P[A-Z]?:o(\d+)"), "en": re.compile(r"(?:P[A-Z]?|A):o(\d+)")}

Kind = Callable[[Record], bool]


def left_out(texts: list[Record]) -> Iterator[str]:
    """A line for each source and family: leak, names and addresses found, ordinary texts touched."""
    slots = Slots()
    yield f"{'trained without':32}{'leak':>9}{'names':>9}{'addresses':>11}{'touched':>9}"
    for lang, source in sorted({(record["lang"], record["source"]) for record in texts}, reverse=True):
        kind = of_source(source)
        yield _line(f"{lang}, {source}", tally(texts, lang, kind, found_by(lang, kind, slots)))
    for lang, fold in sorted({(record["lang"], fold) for record in texts for fold in folds(record)}):
        pii = found_by(lang, of_fold(fold), slots)
        for tag in sorted(
            {tag for r in texts if r["lang"] == lang for tag in families(r) if tag.endswith(f":o{fold}")}
        ):
            yield _line(f"{lang}, {tag}", tally(texts, lang, of_family(tag), pii))


def of_source(source: str) -> Kind:
    """The texts of a source."""
    return lambda record: record["source"] == source


def of_fold(number: int) -> Kind:
    """The texts with a family of a number."""
    return lambda record: number in folds(record)


def of_family(tag: str) -> Kind:
    """The texts with a tag."""
    return lambda record: tag in families(record)


def families(record: Record) -> Sequence[str]:
    """The tags of a text that say how its names and addresses are written."""
    return [tag for tag in record.get("tags", ()) if FAMILY[record["lang"]].fullmatch(tag)]


def folds(record: Record) -> set[int]:
    """The numbers of its families."""
    return {int(tag.rpartition("o")[2]) for tag in families(record)}


def found_by(lang: str, without: Kind, slots: Slots) -> Pii:
    """The rules, with weights of a language that never saw what is left out."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
        write(learnt(lang, slots, without, LINES), Path(folder) / f"{lang}.json.gz")
        pii = Pii(analysis(recognizers(Tagger(Path(folder)))))
        pii.find_now("田中様")  # reads the weights while they are there
        pii.find_now("Dear John,")
    return pii


def tally(texts: Sequence[Record], lang: str, kind: Kind, pii: Pii) -> Tally:
    """What becomes of the texts of a kind."""
    counted = Tally()
    for record in texts:
        if record["lang"] == lang and kind(record):
            counted.add(record, [(found.start, found.end) for found in pii.find_now(record["text"])])
    return counted


def _line(what: str, counted: Tally) -> str:
    figures = (counted.leak, counted.recall("PERSON"), counted.recall("ADDRESS"), share(counted.touched, counted.clean))
    shown = (f"{'-' if figure != figure else f'{figure * 100:.1f} %'}" for figure in figures)
    holding = f"{what} ({counted.holding + counted.clean})"
    return "{:32}{:>9}{:>9}{:>11}{:>9}".format(holding, *shown)
