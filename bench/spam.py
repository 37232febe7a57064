"""What the judgement of spam stops, whom it holds up, and what it costs.

python -m bench.spam [FILE ...] [--wrong] [--seconds 5]

Without a file: bench/data/spam/dev.jsonl; bench/data/spam/README.md says what records hold.
"""

import json
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from guardrail.spam import About, Earlier, Judgement, SpamVerdict, Utterance, judge

DATA = Path(__file__).resolve().parent / "data" / "spam"
KOTORI = DATA.parent / "retrieval" / "apps-kotori" / "corpus.jsonl"
SALT = b"of the day"
STOPPED_GOAL, DELAYED_GOAL, CPU_GOAL = 0.95, 0.01, 1.0  # shares, milliseconds

Record = dict[str, Any]
Judged = list[tuple[Record, Judgement]]


def records(path: Path) -> list[Record]:
    """One a line."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def apps() -> dict[str, About]:
    """What the apps of the records are about; "" is one that nothing is known of."""
    texts: dict[str, list[str]] = defaultdict(list)
    for record in records(DATA / "apps.jsonl"):
        texts[record["app"]].append(record["text"])
    texts["kotori"] = [f"{record['title']} {record['text']}" for record in records(KOTORI)]
    return {"": About()} | {app: About.of(each) for app, each in texts.items()}


def judged(found: list[Record]) -> Judged:
    """Each in its place in its visitor's conversation."""
    known, earlier, all_judged = apps(), defaultdict[str, Earlier](Earlier), []
    for record in found:
        message = Utterance.of(record["text"], SALT, record.get("at"))
        conversation = record.get("group") or f"alone {record['id']}"
        judgement = judge(message, earlier[conversation], known[record.get("app", "")])
        earlier[conversation] = earlier[conversation].after(message, judgement)
        all_judged.append((record, judgement))
    return all_judged


def cpu(found: list[Record], seconds: float) -> list[float]:
    """Milliseconds of CPU of each message, reading it and judging it."""
    spent, until, nothing, about = [], time.perf_counter() + seconds, Earlier(), About()
    while True:
        for record in found:
            began = time.process_time()
            judge(Utterance.of(record["text"], SALT), nothing, about)
            spent.append((time.process_time() - began) * 1000)
        if time.perf_counter() > until:
            return spent


def figures(all_judged: Judged, lang: str) -> Iterator[str]:
    """The lines of one language."""
    said = {
        label: Counter(j.verdict for r, j in all_judged if r["lang"] == lang and r["label"] == label)
        for label in LABELS
    }
    honest, spam, errands = (said[label] for label in LABELS)
    stopped = spam[SpamVerdict.CHALLENGE] + spam[SpamVerdict.DROP]
    yield f"{lang}: {honest.total()} honest, {spam.total()} spam, {errands.total()} off topic"
    yield _line("spam stopped", stopped, spam.total(), f">= {STOPPED_GOAL:.0%}", stopped < STOPPED_GOAL * spam.total())
    yield _line("  of it dropped", spam[SpamVerdict.DROP], spam.total())
    delayed = honest[SpamVerdict.CHALLENGE]
    yield _line(
        "honest delayed", delayed, honest.total(), f"<= {DELAYED_GOAL:.0%}", delayed > DELAYED_GOAL * honest.total()
    )
    lost = honest[SpamVerdict.DROP] + honest[SpamVerdict.OFF_TOPIC]
    yield _line("honest lost (dropped or refused)", lost, honest.total(), "0", lost > 0)
    yield _line("off topic found", errands[SpamVerdict.OFF_TOPIC], errands.total())
    dropped = errands[SpamVerdict.DROP] + errands[SpamVerdict.CHALLENGE]
    yield _line("off topic taken for spam", dropped, errands.total())


LABELS = ("honest", "spam", "off_topic")


def _line(what: str, times: int, of: int, goal: str = "", missed: bool = False) -> str:
    share = f"{times / of:.1%}" if of else "-"
    return f"  {what:34}{goal:>8}{times:6} of {of:<5}{share:>8}{' *' if missed else ''}"


def wrong(all_judged: Judged) -> Iterator[str]:
    """The messages judged otherwise than their label says."""
    right = {
        "honest": {SpamVerdict.PASS},
        "spam": {SpamVerdict.CHALLENGE, SpamVerdict.DROP},
        "off_topic": {SpamVerdict.OFF_TOPIC},
    }
    for record, judgement in all_judged:
        if judgement.verdict not in right[record["label"]]:
            text = record["text"].replace("\n", " / ")[:120]
            said = f"{judgement.verdict:9} {judgement.why:11} {judgement.score:2}"
            yield f"  {record['label']:9} {said} {record['id']} {text}"


def main(
    files: Annotated[list[Path] | None, typer.Argument(help="labelled messages", show_default="dev.jsonl")] = None,
    show: Annotated[bool, typer.Option("--wrong", help="each message judged otherwise than labelled")] = False,
    seconds: Annotated[float, typer.Option(help="so long CPU is measured")] = 5,
) -> None:
    """Print the figures, by language."""
    for path in files or [DATA / "dev.jsonl"]:
        found = records(path)
        all_judged = judged(found)
        print(path.name)
        for lang in sorted({record["lang"] for record in found}, reverse=True):
            print("\n".join(figures(all_judged, lang)))
        if show:
            print("\n".join(wrong(all_judged)))
        spent = sorted(cpu(found, seconds))
        middle, most = statistics.median(spent), spent[int(len(spent) * 0.99)]
        print(f"CPU a message: {middle:.2f} ms, 99 in 100 below {most:.2f} ms (goal {CPU_GOAL:.0f} ms)")
    print("* goal missed.")


if __name__ == "__main__":
    typer.run(main)
