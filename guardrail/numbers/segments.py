"""Addresses as what they are written in: parts between commas or line ends, of which some are telling.

A part is a unit (Flat 3, Plot No. 55), a street with its number on either side, or a name; the last one ends in a
postal code of its country. Known by its parts, an address needs no word for a street.
"""

import re
from collections.abc import Iterable, Iterator

from guardrail.findings import PiiKind
from guardrail.text.reading import Span

# A capitalised word, with the digits, dots and apostrophes that names of places have.
CAP = r"[A-ZÀ-ÞĀ-Ž][A-Za-z0-9_À-ɏ'’.-]{0,24}"
SMALL_WORD = (
    r"(?:(?:de|du|des|del|della|di|da|do|dos|la|le|les|of|the|on|upon|an|am|der|den|dem|zum|zur|van|von|and|&) )"
)
NAME = rf"(?:{SMALL_WORD}{{0,2}}{CAP}(?:[ -]{SMALL_WORD}{{0,2}}{CAP}){{0,4}})"
NTH = r"\d{1,3}(?:st|nd|rd|th)"
NUMBER = r"(?:No\.? ?)?#?\d{1,6}(?:[A-Za-z]\b)?(?:[-/–]\d{1,4}[A-Za-z]?)?"
UNIT_WORD = (
    r"(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Level|Lvl|Shop|Room|Studio|House|Door|Villa|Plot|Lot|Site|Blk|Block"
    r"|Sector|Phase|Stage|Lorong|Appt|Bât|Kiosk|Warehouse|Tower|Wing|Gate|Building|Bldg)\b\.?"
)
UNIT = (
    rf"(?:{UNIT_WORD} ?(?:No\.? ?)?#?(?:\d[\w/-]{{0,7}}|[A-Z](?:-?\d{{1,4}})?|[IVX]{{1,4}})\b"
    rf"|H\.? ?No\.? ?\d[\w/-]{{0,9}}|No\.? ?\d{{1,5}}[A-Z]?|#\d{{1,5}}(?:-\d{{1,5}})?|[A-Z]-?\d{{1,4}}(?:/\d{{1,4}})?\b"
    rf"|{NTH} (?:Floor|Cross|Main|Stage|Block|Phase|Lane|Sector)(?: Road)?|(?:Ground|First|Second|Third|Top) Floor)"
)
BOX = (
    r"(?:(?:G\.?)?P\.?\s?O\.?\s?B(?:ox|OX)|Post Office B(?:ox|OX)|Locked Bag|Private Bag|Postfach|Postbus"
    r"|Apartado(?: de Correos)?|BP|CP"
    r"|Casella Postale|Boîte Postale)\s?(?:No\.? ?)?\d[\d ]{0,8}\b"
)
COUNTRY = (
    r"(?:USA|U\.S\.A\.|UK|United States(?: of America)?|United Kingdom|England|Scotland|Wales|Northern Ireland|Canada"
    r"|Australia|Japan|Germany|Deutschland|France|(?:Republic of )?Ireland|India|China|Taiwan|(?:South )?Korea"
    r"|Spain|España|Italy|Italia|Portugal|(?:The )?Netherlands|Nederland|Sweden|Singapore|New Zealand|Malaysia|Austria"
    r"|Österreich|Switzerland|Schweiz|Belgium|South Africa|Hong Kong)"
)
# No letters that a code's second half has not; nor "S22 8GB".
BRITISH = r"(?:[BEGLMNSW]|[A-Z]{2})\d[A-Z\d]? ?\d(?!GB|TB)[ABD-HJLNP-UW-Z]{2}\b"
IRISH = r"(?:Eircode:? )?[AC-FHKNPRTV-Y](?:\d{2}|6W) ?(?=[A-Z]{0,3}\d)[0-9AC-FHKNPRTV-Y]{4}\b"
CANADIAN = r"[A-Z]\d[A-Z] ?\d[A-Z]\d\b"
NO_YEAR = r"(?!(?:19|20)\d\d\b)"
# Codes that a few houses share, and those that need an address before them.
FINE = rf"(?:{BRITISH}|{IRISH}|(?:[A-Z]{{2}},? )?{CANADIAN})"
COARSE = r"(?:[A-Z]{2,3},? \d{4,5}(?:-\d{4})?(?!\d)|(?:- ?)?(?:\d{6}|\d{3} \d{3})(?![\d.,]\d|\d))"
SINGAPORE = r"(?:Singapore )?S ?\(?\d{6}\)?"
# On the continent the code stands before the town.
TOWN = rf"(?:[A-Z]{{1,2}}-)?{NO_YEAR}\d{{4,5}}(?: [A-Z]{{2}}\b)? {NAME}(?: CEDEX(?: \d{{1,2}})?)?"
COUNTY = rf"(?:Co\.?|County) {CAP}"
BREAK = r"(?:,\s{0,2}|\s?\n| - | / )"
STREET_FIRST = rf"{NUMBER},?\s{NAME}(?: {NUMBER}\b)?"
# "Version 3, 10000 Users", "In 2024, 12000 People"
NO_HEADING = (
    r"(?!(?:Chapter|Version|Page|Part|Level|Stage|Lesson|Section|Figure|Table|In|Since|By|Vol|Volume|Season|Episode|Step"
    r"|Day|Week|Round|Top|Type|Grade|Rank)\b)"
)
NUMBER_LAST = rf"{NAME},? {NUMBER}\b(?: ?[a-z]\b)?"
PART = rf"(?:{UNIT}(?:[ ,]{{1,2}}(?:{UNIT}|{NAME}))?|{COUNTY}|{STREET_FIRST}|{NAME}(?: {UNIT}| {NUMBER}\b)?)"
PARTS = rf"(?:(?:{BREAK}|\s(?=#)){PART}){{0,6}}?"
TAIL = rf"(?:{BREAK}(?:{COUNTY}|{COUNTRY}))?(?:{BREAK}?\s?{FINE})?(?:{BREAK}{COUNTRY})?"
BEGINS = r"(?<![\w.,$£€@/-])"
UNITS_BEFORE = rf"(?:{UNIT}[ ,/]{{1,3}}){{0,2}}"
ADDRESS = re.compile(
    rf"{BEGINS}(?:{UNITS_BEFORE}(?:{STREET_FIRST}|{NAME}|{UNIT}){PARTS}(?:{BREAK}|\s){FINE}"
    rf"|{UNITS_BEFORE}(?:{STREET_FIRST}|{UNIT}){PARTS}(?:(?:{BREAK}|\s){COARSE}|(?:{BREAK}|\s){SINGAPORE})"
    rf"|(?:{UNIT}[ ,]{{1,2}})?{NO_HEADING}(?:{NUMBER_LAST}|{UNIT} {NAME}){PARTS}{BREAK}{TOWN}){TAIL}"
)
# What may be a code, looked for first.
CODE = re.compile(r"(?<!\d)\d{4,6}(?!\d)|\d[A-Z]{1,2}(?:[ \d]|\b)|\d{3} \d{3}(?!\d)|[A-Z]\d[\dW] ?[A-Z\d]{4}\b")
LONGEST, LONGEST_BEHIND = 160, 60  # characters before and behind a code
BOXED = re.compile(
    rf"{BEGINS}{BOX}(?:{BREAK}{NAME}(?:,? [A-Z]{{2,3}}\b)?)?"
    rf"(?:(?:{BREAK}|\s)(?:{FINE}|{COARSE}|{NO_YEAR}\d{{4,5}}\b|{TOWN}))?{TAIL}"
)
HAS_BOX = re.compile(r"Box|BOX|Bag|BAG|Post|BP|CP|Apartado|Casella")
# Plot 27, Sector 18, Gurugram: two units in a row need no code behind them.
UNITS = re.compile(
    rf"{BEGINS}(?=Plot|House|H\.|Flat|Apt|Door|Villa|Lot|Site|Blk|Block|\d)(?!Block \d+, (?:Level|Stage))"
    rf"{UNIT}(?:{BREAK}{UNIT}){{1,3}}(?:{BREAK}{NAME}){{1,4}}"
)
# What stands before and behind the line of a street and belongs to it.
HOUSE = r"(?:House|Court|Cottage|Farm|Lodge|Rectory|Mills?|Towers?|Mansions?|Apartments|Building|Centre|Maltings|Plaza)"
BEFORE = re.compile(
    rf"{BEGINS}(?:(?:{UNIT}|(?:{CAP} ){{1,3}}{HOUSE}|(?:Résidence|Haus|Villa|Palazzo) {NAME})(?:,\s| ?/ ?|\s)){{0,2}}"
    rf"(?:{UNIT_WORD} )?\Z"
)
BEHIND = re.compile(rf"{TAIL}(?:\s?(?:CEDEX|{SINGAPORE}))?")
LONGEST_BEFORE = 60


def find_parts(text: str) -> Iterator[tuple[int, int]]:
    """Every address that is known by its parts."""
    at = 0
    for code in CODE.finditer(text):
        if code.start() < at:
            continue
        for match in ADDRESS.finditer(text, max(at, code.start() - LONGEST), code.end() + LONGEST_BEHIND):
            yield match.span()
            at = match.end()
    if HAS_BOX.search(text):
        yield from (match.span() for match in BOXED.finditer(text))
    yield from (match.span() for match in UNITS.finditer(text))


def with_edges(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """Addresses with the unit or house before them, and the county, code or country behind; others as they are."""
    for span in spans:
        if span.kind is PiiKind.ADDRESS:
            before = BEFORE.search(text, max(0, span.start - LONGEST_BEFORE), span.start)
            behind = BEHIND.match(text, span.end)
            span = Span(before.start() if before else span.start, behind.end() if behind else span.end, span.kind)
        yield span
