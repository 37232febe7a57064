"""How soon the first words of a clean answer pass the guardrail, and what filtering an answer costs.

Answers are ordinary texts of bench/data/pii, in pieces of four characters, five milliseconds apart, as a model
writes them. Printed: the wait between the model's first piece and the first words shown; and, for answers of
ANSWER (300) characters that are put together from such texts, the CPU of all their filtering, without the waiting.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path

from bench.pii.scoring import answers, records
from guardrail.findings import PiiKind
from guardrail.known.known_values import NOTHING_KNOWN, KnownValues
from guardrail.pii import Pii
from guardrail.stream import StreamFilter
from knowledge.phrases import to_lang

DATA = Path(__file__).resolve().parent / "data" / "pii"
PIECE, APART = 4, 0.005  # characters, seconds
MOST = 60  # answers for each language
SOON = 0.020  # seconds: the goal
KNOWN = [(PiiKind.PHONE, f"090-1234-{n:04}") for n in range(25)] + [
    (PiiKind.EMAIL, f"support{n}@example.com") for n in range(25)
]


async def wait(pii: Pii, text: str, lang: str, known: KnownValues) -> float:
    """Seconds until the first words of an answer are shown, as a model writes it."""
    began = time.perf_counter()
    seen = [time.perf_counter() - began async for _ in shown(pii, text, lang, known, APART)]
    return seen[0]


async def cost(pii: Pii, text: str, lang: str, known: KnownValues) -> float:
    """Seconds of CPU for the whole answer."""
    began = time.process_time()
    async for _ in shown(pii, text, lang, known, 0):
        pass
    return time.process_time() - began


async def shown(pii: Pii, text: str, lang: str, known: KnownValues, apart: float) -> AsyncIterator[str]:
    """What leaves a filter of its own, as it leaves."""
    checked = StreamFilter(pii, to_lang(lang), known=known)
    for at in range(0, len(text), PIECE):
        if more := await checked.feed(text[at : at + PIECE]):
            yield more
        if apart:
            await asyncio.sleep(apart)
    yield await checked.close()


async def main() -> None:
    pii = Pii.load()
    fifty = KnownValues.of(KNOWN)
    clean = records(DATA / "clean_dev.jsonl")
    print(f"{'':28}{'first text':>22}{'within 20 ms':>14}{'CPU, 300 characters':>22}")
    for lang in ("ja", "en"):
        texts = [record["text"] for record in clean if record["lang"] == lang and len(record["text"]) > PIECE]
        whole = answers([], clean, lang)
        # No text twice: what has just been read is partly remembered.
        for row, (name, known) in enumerate((("nothing known", NOTHING_KNOWN), ("50 known values", fifty))):
            first = [await wait(pii, text, lang, known) for text in texts[row :: max(1, len(texts) // MOST)]]
            cpu = statistics.median([await cost(pii, text, lang, known) for text in whole[row::2]])
            soon = sum(each <= SOON for each in first) / len(first)
            middle, late = statistics.median(first), statistics.quantiles(first, n=10)[8]
            waits = f"{middle * 1000:.0f} ms, p90 {late * 1000:.0f} ms"
            print(f"{lang}, {name:24}{waits:>22}{soon:>13.0%} {cpu * 1000:>18.1f} ms")


if __name__ == "__main__":
    asyncio.run(main())
