"""Marked texts written another way: rules that keep what a text says and change how its values look.

A rule that was written beside a line knows that line. Each mutation takes away one thing it may have leaned on; the
worst of them is the figure that counts.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bench.pii.scoring import Record
from bench.pii.values import Values

Piece = tuple[str, str | None]  # a stretch of text, and what kind of value it is
Chance = random.Random

KANJI = re.compile(r"[一-龥々]")
KANA = re.compile(r"[ぁ-ヺー]")
HONORIFICS = re.compile(r" ?(?:様|さま|さん|氏|くん|ちゃん|殿|先生|君)(?![々式子相])")
TITLES = re.compile(r"(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? \Z")
LABEL = re.compile(r"(?:\A|(?<=\n)|(?<=[、。|]))[^\n、。|:：]{1,14}[:：] ?\Z")
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
NARROW = {wide: code for code, wide in WIDE.items()}
BRACKETS = ("「」", "（）", "()", "[]", "<>", "【】", "『』", "“”")
BETWEEN_DIGITS = re.compile(r"(?<=[0-9０-９)）])[-‐‑–—―−－ー.・ 　()（）](?=[0-9０-９(（])")


def pieces(record: Record) -> list[Piece]:
    """The text cut at the borders of its values."""
    at, cut = 0, []
    for span in sorted(record["spans"], key=lambda s: s["start"]):
        cut += [(record["text"][at : span["start"]], None), (record["text"][span["start"] : span["end"]], span["type"])]
        at = span["end"]
    return [*cut, (record["text"][at:], None)]


def joined(record: Record, cut: Sequence[Piece]) -> Record:
    """The record of a text put together again."""
    text, spans = "", []
    for piece, kind in cut:
        if kind and piece:
            spans.append({"start": len(text), "end": len(text) + len(piece), "type": kind})
        text += piece
    return {**record, "text": text, "spans": spans}


Mutation = Callable[[list[Piece], Values, Chance], list[Piece] | None]


def _each(kind: str, change: Callable[[str, Values, Chance], str]) -> Mutation:
    """A mutation of every value of one kind; nothing where there is none to change."""

    def mutate(cut: list[Piece], values: Values, chance: Chance) -> list[Piece] | None:
        changed = [(change(text, values, chance), k) if k == kind else (text, k) for text, k in cut]
        return changed if changed != cut else None

    return mutate


def _whole(change: Callable[[str], str]) -> Mutation:
    def mutate(cut: list[Piece], values: Values, chance: Chance) -> list[Piece] | None:
        changed = [(change(text), kind) for text, kind in cut]
        return changed if changed != cut else None

    return mutate


def _names(text: str, values: Values, chance: Chance) -> str:
    return values.name_like(text, chance)


def _rare_names(text: str, values: Values, chance: Chance) -> str:
    return values.rare_name_like(text, chance)


def _kana(text: str, values: Values, chance: Chance) -> str:
    return values.kana_name(text, chance) if KANJI.search(text) else text


def _romaji(text: str, values: Values, chance: Chance) -> str:
    return values.romaji_name(text, chance) if KANJI.search(text) else text


def _turned(text: str, values: Values, chance: Chance) -> str:
    words = text.split(" ")
    return f"{words[1]}, {words[0]}" if len(words) == 2 and text.isascii() and "," not in text else text


def _addresses(text: str, values: Values, chance: Chance) -> str:
    return values.address(chance) if KANJI.search(text) else values.english_address(chance)


def _romaji_address(text: str, values: Values, chance: Chance) -> str:
    return values.romaji_address(chance) if KANJI.search(text) else text


def _building(text: str, values: Values, chance: Chance) -> str:
    if KANJI.search(text):
        return text + chance.choice(("、", " ", "　", "")) + values.building(chance)
    return re.sub(
        r"^(\d+ [^,\n]+)", lambda m: m[1] + chance.choice((", Apt 4B", " Unit 12", ", Flat 3", " #208")), text
    )


def _separators(text: str, values: Values, chance: Chance) -> str:
    sign = chance.choice((".", " ", "・", "‐", "―", "/", "", " - ", "ー"))
    return BETWEEN_DIGITS.sub(sign, text).replace("(", "").replace(")", "")


def _area_brackets(text: str, values: Values, chance: Chance) -> str:
    return re.sub(r"^(0\d{1,3})[-‐ ](\d+)[-‐ ](\d+)$", r"\1（\2）\3", text)


def _world(text: str, values: Values, chance: Chance) -> str:
    digits = re.sub(r"\D", "", text)
    prefix = chance.choice(("+81 ", "+81-", "0081 ", "(+81) ", "+81(0)"))
    return prefix + re.sub(r"^0", "", text.strip("(")) if digits.startswith("0") and "(" not in text else text


def _broken(text: str, values: Values, chance: Chance) -> str:
    places = [m.end() for m in re.finditer(r"[-@.,、 　]|(?<=[都道府県市区町村])(?=.)|番地?|丁目", text)][:-1]
    places = [at for at in places if 2 < at < len(text) - 2]
    return f"{text[: (at := chance.choice(places))].rstrip()}\n{text[at:].lstrip()}" if places else text


def _said_mail(text: str, values: Values, chance: Chance) -> str:
    at, dot = chance.choice(
        (
            ("[アット]", "[ドット]"),
            ("(at)", "(dot)"),
            ("【あっと】", "【どっと】"),
            (" [at] ", " [dot] "),
            ("＠", "．"),
            (" at ", " dot "),
            ("{at}", "{dot}"),
            ("（アットマーク）", "."),
            ("<at>", "<dot>"),
            ("(a)", "."),
        )
    )
    local, sign, domain = text.partition("@")
    return local + at + domain.replace(".", dot) if sign and " " not in text else text


def _upper(text: str) -> str:
    return text.upper()


def _lower_names(text: str, values: Values, chance: Chance) -> str:
    return text.lower() if text.isascii() else text


def _upper_names(text: str, values: Values, chance: Chance) -> str:
    return text.upper() if text.isascii() else text


def _wide(text: str) -> str:
    return text.translate(WIDE)


def _narrow(text: str) -> str:
    return text.translate(NARROW)


def _no_honorific(cut: list[Piece], values: Values, chance: Chance) -> list[Piece] | None:
    changed = list(cut)
    for at, (_, kind) in enumerate(cut):
        if kind == "PERSON":
            behind, before = changed[at + 1][0], changed[at - 1][0]
            changed[at + 1] = (HONORIFICS.sub("", behind, count=1) if HONORIFICS.match(behind) else behind, None)
            changed[at - 1] = (TITLES.sub("", before), None)
    return changed if changed != cut else None


def _no_labels(cut: list[Piece], values: Values, chance: Chance) -> list[Piece] | None:
    changed: list[Piece] = [(LABEL.sub("", text), None) if kind is None else (text, kind) for text, kind in cut]
    return changed if changed != cut else None


def _bracketed(cut: list[Piece], values: Values, chance: Chance) -> list[Piece] | None:
    pair = chance.choice(BRACKETS)
    held = [[(pair[0], None), (text, kind), (pair[1], None)] if kind else [(text, kind)] for text, kind in cut]
    return [piece for each in held for piece in each] if len(held) > 1 else None


def _slashed(cut: list[Piece], values: Values, chance: Chance) -> list[Piece] | None:
    ahead = {"PHONE": ("電話／", "TEL/", "携帯/"), "EMAIL": ("メール／", "Mail/"), "ADDRESS": ("住所／", "所在地/")}
    found = [p for p in cut if p[1] in ahead]
    parts: list[Piece] = []
    for text, kind in found:
        parts += [(chance.choice(ahead[kind or ""]), None), (text, kind), ("\n", None)]
    return parts or None


def _alone(between: tuple[str, ...], ahead: str = "", end: str = "", *, turned: bool = False) -> Mutation:
    """Nothing but the values of a text that has some, in a layout without labels."""

    def mutate(cut: list[Piece], values: Values, chance: Chance) -> list[Piece] | None:
        found = [piece for piece in cut if piece[1]]
        if len(found) < 2 or not any(len(text) > 3 for text, kind in found if kind == "PERSON"):
            return None
        sign, parts = chance.choice(between), list[Piece]()
        for text, kind in reversed(found) if turned else found:
            parts += [(sign if parts else ahead, None), (text, kind)]
        return [*parts, (end, None)]

    return mutate


def _chat(cut: list[Piece], values: Values, chance: Chance) -> list[Piece] | None:
    if not any(kind for _, kind in cut):
        return None
    return [
        (chance.choice(("了解です！ ", "ok ", "あの、", "すみません ", "hey, ", "fyi: ")), None),
        *cut,
        ("！！", None),
    ]


MUTATIONS: dict[str, Mutation] = {
    "as written": lambda cut, values, chance: cut,
    "other names": _each("PERSON", _names),
    "rare names": _each("PERSON", _rare_names),
    "names in kana": _each("PERSON", _kana),
    "names in romaji": _each("PERSON", _romaji),
    "surname first": _each("PERSON", _turned),
    "names in small letters": _each("PERSON", _lower_names),
    "names in capitals": _each("PERSON", _upper_names),
    "without honorific": _no_honorific,
    "other addresses": _each("ADDRESS", _addresses),
    "addresses in romaji": _each("ADDRESS", _romaji_address),
    "with a building": _each("ADDRESS", _building),
    "address broken": _each("ADDRESS", _broken),
    "phone separators": _each("PHONE", _separators),
    "phone brackets": _each("PHONE", _area_brackets),
    "phone from abroad": _each("PHONE", _world),
    "phone broken": _each("PHONE", _broken),
    "mail spelled out": _each("EMAIL", _said_mail),
    "mail broken": _each("EMAIL", _broken),
    "capitals": _whole(_upper),
    "full width": _whole(_wide),
    "half width": _whole(_narrow),
    "in brackets": _bracketed,
    "behind a slash": _slashed,
    "labels left out": _no_labels,
    "values as a list": _alone(("\n・", "\n- "), "・"),
    "values as a table": _alone((" | ",), "| ", " |"),
    "values as a signature": _alone(("\n",), "--\n"),
    "values in one line": _alone((", ", " / ", "／", "、", "  ")),
    "other order": _alone(("\n", "、"), turned=True),
    "as chat": _chat,
}


@dataclass(frozen=True)
class Mutated:
    """What a mutation made of some records."""

    name: str
    records: list[Record]


def mutated(records: Sequence[Record]) -> Iterator[Mutated]:
    """By mutation, the records it changes; the same ones each time."""
    values = Values.load()
    for name, mutation in MUTATIONS.items():
        made = []
        for record in records:
            changed = mutation(pieces(record), values, random.Random(f"{name} {record['id']}"))
            if changed is not None:
                made.append(joined(record, changed))
        yield Mutated(name, made)
