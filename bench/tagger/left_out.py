"""What the tagger makes of a source of bench/data/pii that it was not trained with, by `bench.guardrail --left-out`."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.pii.scoring import Record, Tally, share
from bench.tagger.slots import Slots
from bench.tagger.train import learnt, write
from guardrail.pii import Pii, analysis
from guardrail.recognizers import recognizers
from guardrail.tagger.tagger import FOLDER, Tagger

LINES = 6_000


def left_out(texts: list[Record]) -> Iterator[str]:
    """A line for each language's sources: leak, names and addresses found, ordinary texts touched."""
    slots = Slots()
    yield f"{'trained without':32}{'leak':>9}{'names':>9}{'addresses':>11}{'touched':>9}"
    for lang, source in sorted({(record["lang"], record["source"]) for record in texts}, reverse=True):
        tally = measured([r for r in texts if (r["lang"], r["source"]) == (lang, source)], lang, source, slots)
        figures = tally.leak, tally.recall("PERSON"), tally.recall("ADDRESS"), share(tally.touched, tally.clean)
        shown = (f"{'-' if figure != figure else f'{figure * 100:.1f} %'}" for figure in figures)
        yield "{:32}{:>9}{:>9}{:>11}{:>9}".format(f"{lang}, {source}", *shown)


def measured(texts: list[Record], lang: str, source: str, slots: Slots) -> Tally:
    """A source's texts, read with the rules and with weights that never saw it."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
        write(learnt(lang, slots, frozenset([source]), LINES), Path(folder) / f"{lang}.json.gz")
        pii = Pii(analysis(recognizers(Tagger(Path(folder)))))
        for record in texts:
            tally.add(record, [(found.start, found.end) for found in pii.find_now(record["text"])])
    return tally
