"""What the guardrail lets through, what it masks for nothing, and what it costs; beside a plain presidio.

python -m bench.guardrail [--data bench/data/pii] [--limit 0] [--seconds 10] [--mutate] [--left-out]

`make bench-guardrail` first installs the language models a plain presidio needs; without them it is left out.
bench/pii/ says how it is scored and what is compared.
"""

import math
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated

import typer

from bench.pii.mutations import Mutated, mutated
from bench.pii.scoring import ANSWER, Tally, answers, records, share
from bench.pii.systems import PIPELINES, SYSTEMS, Find, pipelines

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "bench" / "data" / "pii"

# What is expected of support answers, the kind of text mimi writes. Shares, milliseconds, seconds, megabytes.
LEAK_GOAL = {"ja": 0.05, "en": 0.06}
RECALL_GOAL = {"PERSON": 0.96, "ADDRESS": 0.96, "PHONE": 0.99, "EMAIL": 0.99, "OTHER_ID": 0.97}
TOUCHED_GOAL = {"ja": 0.015, "en": 0.02}
MASKED_GOAL = 0.002
CPU_GOAL = {"ja": 2.5, "en": 2.0}
LOAD_GOAL = 2.0
MEMORY_GOAL = 300.0
GOALS_HOLD_FOR = "synthetic-support"
# Names in the news and in an encyclopedia stand without a title or a greeting.
PERSON_GOAL_ELSEWHERE = {"ner-wikipedia": 0.75, "ud-japanese-gsd": 0.70, "presidio-research": 0.70}

ENOUGH = 20  # texts of which a share says something
ROUNDS = 3  # how often each answer is timed
KINDS = {
    "PERSON": "names found",
    "ADDRESS": "addresses found",
    "PHONE": "phone numbers found",
    "EMAIL": "e-mail addresses found",
    "OTHER_ID": "other numbers found",
}
FIRST_TEXT = {"ja": "こんにちは。", "en": "Hello."}

Group = tuple[str, str]  # language and source


@dataclass(frozen=True)
class Measured:
    """One system's figures; times of CPU are those of an answer, in milliseconds."""

    marked: dict[Group, Tally]
    clean: dict[str, Tally]
    cpu: dict[str, float]
    load: float
    memory: float


def measure(system: str, data: Path, limit: int, seconds: float) -> Measured:
    """Everything about one system, in a process of its own."""
    marked, clean = records(data / "dev.jsonl", limit), records(data / "clean_dev.jsonl", limit)
    langs = sorted({record["lang"] for record in marked + clean})
    began = time.perf_counter()
    find = SYSTEMS[system]()
    for lang in langs:
        find(FIRST_TEXT[lang], lang)
    load = time.perf_counter() - began
    by_source: dict[Group, Tally] = defaultdict(Tally)
    by_lang: dict[str, Tally] = defaultdict(Tally)
    for record in marked:
        by_source[record["lang"], record["source"]].add(record, find(record["text"], record["lang"]))
    for record in clean:
        by_lang[record["lang"]].add(record, find(record["text"], record["lang"]))
    cpu = {lang: cpu_per_answer(find, lang, answers(marked, clean, lang), seconds) for lang in langs}
    return Measured(by_source, by_lang, cpu, load, resident())


@dataclass(frozen=True)
class Unlike:
    """What became of the texts that one mutation changed, by language."""

    name: str
    marked: dict[str, Tally]
    clean: dict[str, Tally]


def measure_mutated(data: Path, limit: int) -> list[Unlike]:
    """Ours on every line of the support answers and of ordinary text, written another way."""
    marked, clean = records(data / "dev.jsonl", limit), records(data / "clean_dev.jsonl", limit)
    lines = [r for r in marked if r["source"] == GOALS_HOLD_FOR and r["spans"]] + clean
    find = SYSTEMS["mimi"]()
    return [_unlike(each, find) for each in mutated(lines)]


def _unlike(changed: Mutated, find: Find) -> Unlike:
    measured = Unlike(changed.name, defaultdict(Tally), defaultdict(Tally))
    for record in changed.records:
        tallies = measured.marked if record["spans"] else measured.clean
        tallies[record["lang"]].add(record, find(record["text"], record["lang"]))
    return measured


def mutation_table(measured: Sequence[Unlike]) -> Iterator[str]:
    """Leak and ordinary texts touched, by mutation; the worst of each language is named at the end."""
    yield f"{'':27}{'ja leak':>9}{'of':>5}{'en leak':>9}{'of':>5}{'ja touched':>13}{'en touched':>12}"
    for each in measured:
        cells = [_share(each.marked[lang].leak) + f"{each.marked[lang].holding:>5}" for lang in ("ja", "en")]
        touched = [_share(share(each.clean[lang].touched, each.clean[lang].clean)) for lang in ("ja", "en")]
        yield f"  {each.name:25}" + "".join(cells) + f"{touched[0]:>13}{touched[1]:>12}"
    for lang in ("ja", "en"):
        leaks = {e.name: e.marked[lang].leak for e in measured if e.marked[lang].holding >= ENOUGH}
        worst, median = max(leaks, key=lambda name: leaks[name]), statistics.median(leaks.values())
        yield f"{lang}: worst {leaks[worst] * 100:.1f} % ({worst}), median {median * 100:.1f} %"


def _share(part: float) -> str:
    return f"{'-' if math.isnan(part) else f'{part * 100:.1f} %':>9}"


def cpu_per_answer(find: Find, lang: str, texts: list[str], seconds: float) -> float:
    """The median in milliseconds of CPU, which a busy machine disturbs less than time on the clock."""
    for text in texts[:10]:
        find(text, lang)
    spent: list[float] = []
    until = time.perf_counter() + seconds
    for text in texts * ROUNDS:
        began = time.process_time()
        find(text, lang)
        spent.append(time.process_time() - began)
        if time.perf_counter() > until:
            break
    return statistics.median_high(spent) * 1000


def resident() -> float:
    """Megabytes of memory in use; Linux tells."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), math.nan)


@dataclass(frozen=True)
class Row:
    """One line of the table: what, the goal if there is one, and the systems' figures."""

    what: str
    figure: Callable[[Measured], float]
    unit: str = "%"
    goal: float | None = None
    more_is_better: bool = False

    def printed(self, measured: Sequence[Measured]) -> str:
        """The figures under their columns; a star where ours misses the goal."""
        figures = [self.figure(each) for each in measured]
        missed = self.goal is not None and (figures[0] < self.goal if self.more_is_better else figures[0] > self.goal)
        sign = ">=" if self.more_is_better else "<="
        goal = "" if self.goal is None else f"{sign} {self._said(self.goal)}"
        first, *others = (self._said(figure) for figure in figures)
        return f"  {self.what:31}{goal:>12}{first:>12}{'*' if missed else ' '}" + "".join(f"{o:>16}" for o in others)

    def _said(self, figure: float) -> str:
        if math.isnan(figure):
            return "-"
        if self.unit == "%":
            return f"{figure * 100:.{2 if figure < 0.01 else 1}f} %"
        return f"{figure:.{0 if figure >= 100 else 1}f} {self.unit}"


def table(measured: Sequence[Measured]) -> Iterator[str]:
    """Every line, by language and source; the source that has goals comes first."""
    ours = measured[0]
    for lang in sorted(ours.cpu, reverse=True):
        for group in sorted((g for g in ours.marked if g[0] == lang), key=lambda g: (g[1] != GOALS_HOLD_FOR, g)):
            tally = ours.marked[group]
            yield f"{lang}, {group[1]}: {tally.holding} texts with personal information"
            yield from (row.printed(measured) for row in found_rows(group, tally.entities))
        yield f"{lang}, ordinary text: {ours.clean[lang].clean} texts without any"
        yield from (row.printed(measured) for row in clean_rows(lang))
    yield "both languages"
    yield Row("loading, with imports", lambda m: m.load, "s", LOAD_GOAL).printed(measured)
    yield Row("memory", lambda m: m.memory, "MB", MEMORY_GOAL).printed(measured)


def found_rows(group: Group, entities: Counter[str]) -> Iterator[Row]:
    """How much of one source's personal information is seen."""
    lang, source = group
    own = source == GOALS_HOLD_FOR
    elsewhere = {"PERSON": PERSON_GOAL_ELSEWHERE.get(source)}
    yield Row("texts that leak", lambda m: m.marked[group].leak, goal=LEAK_GOAL.get(lang) if own else None)
    for kind, what in KINDS.items():
        if entities[kind]:
            goal = RECALL_GOAL[kind] if own else elsewhere.get(kind)
            yield recall_row(group, kind, f"{what} ({entities[kind]})", goal)


def recall_row(group: Group, kind: str, what: str, goal: float | None) -> Row:
    """One kind of one source."""
    return Row(what, lambda m: m.marked[group].recall(kind), goal=goal, more_is_better=True)


def clean_rows(lang: str) -> Iterator[Row]:
    """What ordinary text suffers, and what an answer costs."""
    yield Row("texts touched", lambda m: share(m.clean[lang].touched, m.clean[lang].clean), goal=TOUCHED_GOAL.get(lang))
    yield Row("characters masked", lambda m: share(m.clean[lang].masked, m.clean[lang].visible), goal=MASKED_GOAL)
    yield Row(f"CPU, {ANSWER}-character answer", lambda m: m.cpu[lang], "ms", CPU_GOAL.get(lang))


def main(
    data: Annotated[
        Path, typer.Option(help="folder with dev.jsonl and clean_dev.jsonl", show_default="bench/data/pii", exists=True)
    ] = DATA,
    limit: Annotated[int, typer.Option(min=0, help="about so many texts of each file; 0: all")] = 0,
    seconds: Annotated[float, typer.Option(help="at most so long timing answers, per system and language")] = 10,
    mutate: Annotated[bool, typer.Option(help="the same lines written in other ways, the worst one named")] = False,
    leave_out: Annotated[bool, typer.Option("--left-out", help="each source, by weights trained without it")] = False,
) -> None:
    """Print the guardrail's figures beside the goals and a plain presidio's."""
    if leave_out:
        from bench.tagger.left_out import left_out  # what trains is installed beside plain presidio only

        for line in left_out([r for file in ("dev.jsonl", "clean_dev.jsonl") for r in records(data / file, limit)]):
            print(line, flush=True)
        return
    if mutate:
        print("\n".join(mutation_table(measure_mutated(data, limit))))
        return
    compared = pipelines().keys() == PIPELINES.keys()
    systems = list(SYSTEMS) if compared else ["mimi"]
    # A fresh process each, so that neither pays for or profits from what the other loaded.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as processes:
        measured = [processes.submit(measure, system, data, limit, seconds).result() for system in systems]
    print(f"{'':33}{'goal':>12}{'mimi':>12} " + "".join(f"{system:>16}" for system in systems[1:]))
    print("\n".join(table(measured)))
    print("* goal missed.")
    if compared:
        print("Plain presidio: its default recognizers over " + " and ".join(pipelines().values()) + ".")
    else:
        print("Plain presidio needs language models: make bench-guardrail.")


if __name__ == "__main__":
    typer.run(main)
