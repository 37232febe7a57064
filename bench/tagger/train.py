"""Train the guardrail's tagger: the same weights, bit by bit, each time.

PYTHONHASHSEED=0 python -m bench.tagger.train [--lang en] [--without synthetic-support] [--lines 10000] [--to FOLDER]

`make guardrail-model`. The lines are made here (docs/guardrail-model.md says of what); `--without` leaves a source of
bench/data/pii out, so that what is measured on it afterwards was not seen.
"""

import gzip
import json
import os
import random
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated

import pycrfsuite
import typer

from bench.pii.mutations import joined, pieces
from bench.pii.scoring import Record, records
from bench.tagger.inputs import digest
from bench.tagger.slots import FOLDER, Slots, lines
from guardrail.tagger.decoder import signs_of
from guardrail.tagger.tagger import Tagger, apart, blocks
from guardrail.text.normalise import normalise
from guardrail.text.reading import Words

ROOT = FOLDER.parents[1]
DATA = ROOT / "bench" / "data" / "pii"
SEED = 15
SLOT = re.compile(r"\{(.)\}")
LABELS = {"ja": ("O", "BP", "IP"), "en": ("O", "BP", "IP", "BA", "IA")}
PERSONS = {"ja": "PSGFRN", "en": "PGSJN"}
ADDRESSES = "AR"
LABELS_SAID = {
    "ja": {
        "P": ("氏名", "お名前", "担当", "担当者", "名前"),
        "S": ("担当", "予約名"),
        "t": ("電話", "TEL", "携帯"),
        "m": ("メール", "Mail"),
        "a": ("住所", "所在地"),
        "p": ("役職", "部署"),
        "c": ("会社", "勤務先"),
        "d": ("日時", "日付"),
        "w": ("用件", "備考", "商品"),
    },
    "en": {
        "P": ("Name", "Contact", "Customer"),
        "G": ("Name", "First name"),
        "S": ("Name", "Surname", "Contact", "Driver"),
        "t": ("Phone", "Tel", "Cell"),
        "m": ("Email", "E-mail"),
        "A": ("Address", "Ship to"),
        "p": ("Role", "Title"),
        "c": ("Company", "Employer"),
        "d": ("Date", "When"),
        "w": ("Item", "Notes"),
    },
}
BRACKETS = ("「」", "（）", "()", "[]", "<>", "【】", "『』", "“”", '""')
SCALE, LEAST = 100, 4  # weights are kept in hundredths; smaller ones are left out
RARE = 3  # signs seen less often are no signs
ROUNDS = 120

Marked = tuple[str, list[tuple[int, int, str]]]  # a text, and where which label's words stand


def made(lang: str, slots: Slots, count: int) -> Iterator[Marked]:
    """Lines from the templates: some alone, some with what follows them, some among ordinary ones."""
    chance = random.Random(SEED)
    slots.seed(SEED)
    name = "japanese" if lang == "ja" else "english"
    named, plain = list(lines(f"{name}.txt")), list(lines(f"{name}_plain.txt"))
    fill = slots.japanese if lang == "ja" else slots.english
    for number in range(count):
        mine, other = (named, plain) if number % 5 < 3 else (plain, plain)
        dice, at = chance.random(), chance.randrange(len(mine))
        chosen = mine[at : at + (1 if dice < 0.5 else chance.choice((2, 3, 4)))]
        if dice > 0.75:
            chosen.insert(chance.randrange(2), chance.choice(other))
        signs = ("\n", "\n", " ", "。") if lang == "ja" else ("\n", "\n", " ", ". ")
        text, spans = bracketed(*filled(chosen, chance.choice(signs), fill, chance, lang), chance)
        yield dressed(text, spans, chance) if lang == "en" else (text, spans)


def laid_out(lang: str, slots: Slots, count: int) -> Iterator[Marked]:
    """Names among other values, with labels and without, in lines, lists and tables."""
    chance = random.Random(SEED + 1)
    fill = slots.japanese if lang == "ja" else slots.english
    labels = LABELS_SAID[lang]
    for _ in range(count):
        fields = chance.sample(sorted(labels), chance.randint(2, 4))
        layout = chance.choice(
            ("{}\n", "{}\n", "・{}\n", "- {}\n", "* {}\n", "| {} ", "{}, ", "{} / ", "{}、", "{}／", "{}  ")
        )
        colon = chance.choice((": ", "：", "　", "/", "")) if lang == "ja" else chance.choice((": ", ": ", " - ", ""))
        said = chance.random() < 0.4
        text, spans = chance.choice(("", "", "--\n", "| " if "|" in layout else "")), []
        for field in fields:
            value = fill(field, chance).replace("\n", ", ")
            ahead = layout.partition("{}")[0] + (chance.choice(labels[field]) + colon if said else "")
            kind = "P" if field in PERSONS[lang] else "A" if lang == "en" and field in ADDRESSES else ""
            if kind:
                spans.append((len(text) + len(ahead), len(text) + len(ahead) + len(value), kind))
            text += ahead + value + layout.partition("{}")[2]
        yield dressed(text, spans, chance) if lang == "en" else (text, spans)


def ordinary(lang: str) -> Iterator[Marked]:
    """What mimi says and other benches measure, as it once was: the weights do not hang on every phrase."""
    name = "japanese" if lang == "ja" else "english"
    chance = random.Random(SEED)
    for line in lines(f"{name}_said.txt"):
        yield line, []
        if lang == "en":
            yield dressed(line, [], chance)


def filled(
    chosen: Sequence[str], sign: str, fill: Callable[[str, random.Random], str], chance: random.Random, lang: str
) -> Marked:
    """Lines with values in their slots, joined by a sign."""
    text, spans = "", []
    for line in chosen:
        text, at = text + (sign if text else ""), 0
        for slot in SLOT.finditer(line):
            text += line[at : slot.start()]
            value = fill(slot[1], chance)
            kind = "P" if slot[1] in PERSONS[lang] else "A" if lang == "en" and slot[1] in ADDRESSES else ""
            if kind:
                spans.append((len(text), len(text) + len(value), kind))
            text, at = text + value, slot.end()
        text += line[at:]
    return text, spans


def bracketed(text: str, spans: list[tuple[int, int, str]], chance: random.Random) -> Marked:
    """Now and then with each name in brackets or quotation marks."""
    if chance.random() > 0.06:
        return text, spans
    pair, held = chance.choice(BRACKETS), []
    for shift, (start, end, kind) in enumerate(sorted(spans)):
        start, end = start + 2 * shift + 1, end + 2 * shift + 1
        text = text[: start - 1] + pair[0] + text[start - 1 : end - 1] + pair[1] + text[end - 1 :]
        held.append((start, end, kind))
    return text, held


def dressed(text: str, spans: list[tuple[int, int, str]], chance: random.Random) -> Marked:
    """Some of it in small letters or in capitals, its names alone, or without the sign at its end."""
    dice = chance.random()
    changed = text
    if dice < 0.14:
        changed = text.lower()
    elif dice < 0.20:
        for start, end, kind in spans:
            if kind == "P":
                changed = changed[:start] + changed[start:end].lower() + changed[end:]
    elif dice < 0.26:
        changed = text.upper()
    elif dice < 0.30:
        for start, end, kind in spans:
            if kind == "P":
                changed = changed[:start] + changed[start:end].upper() + changed[end:]
    if chance.random() < 0.15 and not any(end == len(text) for _, end, _ in spans):
        changed = changed.rstrip(".!?。！")
    return (changed if len(changed) <= len(text) and len(changed.lower()) == len(changed) else text), spans


def swapped(source: Sequence[Record], lang: str, slots: Slots, times: int) -> Iterator[Marked]:
    """Marked lines of the measured set, each with other names in it."""
    chance = random.Random(SEED)
    for record in source:
        if record["lang"] != lang:
            continue
        for _ in range(times if record["spans"] else 2):
            cut = [
                (other_name(text, slots, chance) if kind == "PERSON" else text, kind) for text, kind in pieces(record)
            ]
            other = joined(record, cut)
            kinds = {"PERSON": "P", "ADDRESS": "A"} if lang == "en" else {"PERSON": "P"}
            spans = [(s["start"], s["end"], kinds[s["type"]]) for s in other["spans"] if s["type"] in kinds]
            yield dressed(other["text"], spans, chance) if lang == "en" else (other["text"], spans)


def other_name(name: str, slots: Slots, chance: random.Random) -> str:
    """Another one of the same make."""
    parts = re.split(r"[ 　・]", name)
    if re.search(r"[A-Za-zÀ-ž]", name):
        if "," in name:
            return f"{slots.last_name(chance)}, {slots.first_name(chance)}"
        if len(parts) == 1:
            return slots.first_name(chance) if chance.random() < 0.5 else slots.last_name(chance)
        return slots.person(chance)
    if re.fullmatch(r"[ァ-ヺー・ 　]+", name) and len(name) > 4:
        return slots.katakana_name(chance) if "・" in name else slots.full(chance)
    return slots.surname(chance) if len(name) < 3 else slots.full(chance)


def sequences(texts: Iterator[Marked], lang: str) -> Iterator[tuple[list[list[str]], list[str]]]:
    """Each text as the signs and the label of its words."""
    reader, tagger = Words(), Tagger()
    for text, spans in texts:
        read = normalise(text)
        if read.text != text and len(read.text) != len(text):
            continue
        reading = reader.read(read.text)
        for block, tokens in blocks(reading):
            if block != lang:
                continue
            cards = tagger.cards(reading, tokens)
            gaps = apart(tokens)
            labels = [label_at(token.start, token.end, spans) for token in tokens]
            if lang == "ja":
                labels = [label if card.may_be_name else "O" for label, card in zip(labels, cards, strict=True)]
            yield [signs_of(cards, gaps, at) for at in range(len(cards))], labels


def label_at(start: int, end: int, spans: Sequence[tuple[int, int, str]]) -> str:
    """The label of a word: B opens a value, I goes on with it; half of it is enough to be part of one."""
    for first, last, kind in spans:
        if 2 * (min(end, last) - max(start, first)) >= end - start:
            return ("B" if start <= first else "I") + kind
    return "O"


def trained(lang: str, texts: Iterator[Marked]) -> dict[str, object]:
    """The weights of a language, counted from those of "nothing"."""
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    for seen, right in sequences(texts, lang):
        trainer.append(seen, right)
    trainer.set_params({"c1": 0.06, "c2": 0.02, "max_iterations": ROUNDS, "feature.minfreq": RARE})
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        info = tagger.info()
    labels = LABELS[lang]
    signs: dict[str, list[float]] = {}
    for (sign, label), weight in info.state_features.items():
        signs.setdefault(sign, [0.0] * len(labels))[labels.index(label)] = weight
    steps = [
        [round(SCALE * info.transitions.get((one, two), -8.0 if two[0] == "I" else 0.0)) for two in labels]
        for one in labels
    ]
    kept = {sign: [round(SCALE * (w - each[0])) for w in each[1:]] for sign, each in signs.items()}
    return {
        "labels": labels,
        "scale": SCALE,
        "steps": steps,
        "signs": {sign: kept[sign] for sign in sorted(kept) if max(map(abs, kept[sign])) >= LEAST},
    }


def learnt(lang: str, slots: Slots, without: Callable[[Record], bool], count: int) -> dict[str, object]:
    """The weights of a language from `count` lines made here and the marked texts but those left out."""
    files = (records(DATA / file) for file in ("dev.jsonl", "clean_dev.jsonl"))
    known = [record for file in files for record in file if not without(record)]
    texts = (
        made(lang, slots, count),
        laid_out(lang, slots, count // 5),
        ordinary(lang),
        swapped(known, lang, slots, 3),
    )
    return trained(lang, chain.from_iterable(texts))


def write(model: dict[str, object], path: Path) -> None:
    """The file the tagger reads, without a date in it."""
    text = json.dumps({**model, "made_of": digest()}, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def main(
    without: Annotated[list[str] | None, typer.Option(help="a source of bench/data/pii that is not to be seen")] = None,
    count: Annotated[int, typer.Option("--lines", help="lines made for each language")] = 14_000,
    to: Annotated[Path, typer.Option(help="folder for the weights")] = ROOT / "guardrail" / "tagger",
    langs: Annotated[list[str] | None, typer.Option("--lang", help="ja or en alone")] = None,
) -> None:
    """Make the lines, train on them, write the weights."""
    # Faker chooses from sets, whose order is the hash's.
    if os.environ.get("PYTHONHASHSEED") != "0":
        raise typer.BadParameter("set PYTHONHASHSEED=0, as `make guardrail-model` does: else the lines are others")
    slots = Slots()
    for lang in langs or LABELS:
        model = learnt(lang, slots, lambda record: record["source"] in (without or ()), count)
        path = to / f"{lang}.json.gz"
        write(model, path)
        print(f"{path.name}: {len(model['signs'])} signs, {path.stat().st_size // 1024} KB")  # type: ignore[arg-type]  # a dict there


if __name__ == "__main__":
    typer.run(main)
