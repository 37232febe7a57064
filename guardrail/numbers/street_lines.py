"""Addresses that are not Japanese: a street line with its number, and the town, region and country behind it."""

import re
from collections.abc import Iterator

from guardrail.names.word_tables import SUFFIXES, SURE_SUFFIXES, listed
from guardrail.numbers.segments import CAP, COUNTRY, NTH, UNIT, find_parts

HEADING = r"North|South|East|West|NE|NW|SE|SW|N|S|E|W"
# A state with its code, a Canadian or British postal code, a state alone, or four to six digits.
REGION = (
    r"[A-Z]{2,3}\b,? (?:\d{4,5}(?:-\d{3,4})?(?!\d)|[A-Z]\d[A-Z] ?\d[A-Z]\d\b)|[A-Z]{2}\b"
    r"|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\d{4,6}(?:-\d{4})?(?!\d)"
)
GAP = r"\s{0,2},?\s{1,3}"
REGION_BEHIND = rf"(?:,?\s{{1,2}}(?:{REGION}))?"
# A unit, a town of up to four words, perhaps a county before the region, the region, the country.
PLACE = rf"(?![A-Z]{{1,2}}\d){CAP}"  # not the first half of a British postal code
TOWN = (
    rf"(?:{GAP}(?:{UNIT}))?(?:{GAP}{PLACE}(?:(?<![a-z]{{3}}\.) {PLACE}){{0,3}}{REGION_BEHIND}"
    rf"(?:,?\s{{1,2}}{CAP}(?: {CAP})?(?=,?\s{{1,2}}(?:{REGION}|{COUNTRY})))?{REGION_BEHIND}(?:,\s?(?:{COUNTRY}))?)?"
)
# The continent's way: the postal code before the town.
CODE_TOWN = (
    rf"(?:{GAP}(?:[A-Z]{{1,2}}-)?\d{{2,5}}(?:[ -]\d{{2,4}})?(?: [A-Z]{{2}})? {CAP}(?:[ -]{CAP}){{0,2}}"
    rf"|,\s{CAP}(?: {CAP})?(?:,\s(?:{REGION}))?)?(?:,\s?(?:{COUNTRY}))?"
)
PARTICLE = r"(?:(?:d[eou]s? |de la |de los |della? |del |dei |delle |degli |d[ao]s? |la |le |l['’]|st\.? )?)"
# 221B Baker Street: an optional unit, a number, a heading, one to four words, and a word for a street at the end.
STREET = re.compile(
    rf"(?<![\w.,$£€-])(?:(?:{UNIT}),?\s(?:{CAP}(?: {CAP}){{0,2}}, )?)?(?:No\.? ?)?(?:\d{{1,6}}(?:[A-Za-z]"
    rf"|[-/]\d{{1,4}})?,? )?"
    rf"(?<=[\d, A-Za-z] )(?:(?:{HEADING})\.? )?(?:(?:{CAP}"
    rf"|{NTH}) ){{1,4}}(?P<suffix>{'|'.join(sorted(SUFFIXES))})s?\b\.?"
    rf"(?: (?:{HEADING})\b\.?)?(?P<town>{TOWN})"
)
# Lindenstraße: the street is the end of its own name.
GROWN_TOGETHER = (
    r"straße|strasse|str\.|weg|gasse|allee|platz|damm|ufer|gatan|vägen|gata|gate|gade|vej|veien"
    r"|straat|laan|gracht|plein"
    r"|kade|singel|dijk|katu|tie|utca"
)
# 3º izq., 2.º Dto, 4ª A: a floor and its door.
FLOOR = r"(?:,? \d{1,2}\.?[ºª°o]\.?(?:,? (?i:izq|izda|dcha|dta|dto|esq|drt|centro|[A-H])(?![a-z])\.?)?)?"
BOX = (
    r"(?:Apartado(?: de Correos| Postal)?|Caixa Postal|Casilla(?: de Correos?)?|Postfach|Bo[iî]te [Pp]ostale"
    r"|Casella [Pp]ostale|Postbus|Skrytka pocztowa)"
)
# What must be in the text, as a quick no (nothing: always tried), and the line.
LINES: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = (
    (
        (),
        re.compile(
            rf"(?<![A-Za-z0-9_-])(?:{CAP} )?[A-ZÀ-Þ][a-zà-þ]{{1,24}}(?:{GROWN_TOGETHER})"
            rf" \d{{1,4}}(?:-\d{{1,4}})?[a-z]?\b{CODE_TOWN}"
        ),
    ),
    (
        (),
        re.compile(
            rf"(?<![A-Za-z0-9_-])\d{{1,4}},? (?:(?:bis|ter),? )?(?:rue|avenue|boulevard|place|quai|chemin|impasse|allée"
            rf"|cours|route|square|avenida|calle|rua|via|piazza) {PARTICLE}{CAP}(?: {CAP}){{0,2}}"
            rf"(?:{GAP}\d{{5}} {CAP}(?: {CAP})?(?:,\s?(?:{COUNTRY}))?|{TOWN})",
            re.IGNORECASE,
        ),
    ),
    (
        (),
        re.compile(
            rf"(?<![A-Za-z0-9_-])(?:Calle|Avenida|Avda\.?|Av\.|Paseo|Plaza|Via|Viale|Piazza|Corso|Rua"
            rf"|Travessa|Largo|Rue|ul\."
            rf"|Ulica|Strada)"
            rf" {PARTICLE}{CAP}(?: {CAP}){{0,3}},? (?:n[º°.] ?)?\d{{1,5}}[a-z]?\b{FLOOR}{CODE_TOWN}"
        ),
    ),
    (
        ("Apartado", "Caixa", "Casilla", "Postfach", "ostale", "Postbus", "Skrytka"),
        re.compile(
            rf"\b{BOX},? (?:[Nn][º°.]? ?)?\d{{1,6}}\b(?:,?\s(?:[A-Z]{{1,2}}-)?\d{{2,5}}(?:-\d{{2,4}})?)?"
            rf"(?:,?\s{CAP}(?:[ -]{CAP}){{0,2}}){{0,3}}(?:,\s?(?:{COUNTRY}))?"
        ),
    ),
    # 1-2-3 Shibuya, Shibuya-ku, Tokyo; 110 Sejong-daero, Jung-gu, Seoul.
    (
        ("-",),
        re.compile(
            rf"(?<![A-Za-z0-9_-])\d{{1,4}}(?:-\d{{1,4}}){{0,3}},? (?:{CAP},?"
            rf" ){{0,3}}[A-Z][a-z]{{1,16}}(?:-[A-Z][a-z]{{1,16}})?"
            rf"-(?:ku|shi|cho|machi|gun|ken|fu|daero|ro|gil|gu|dong)\b(?:,? {CAP}){{0,3}}(?:,? \d{{3}}-\d{{4}}"
            rf"|,? \d{{5}})?(?:,? (?:{COUNTRY}))?"
        ),
    ),
    (
        ("náměstí", "nám.", "ulice", "tér", "út", "utca", "sokak", "caddesi", "bulvarı"),
        re.compile(
            rf"{CAP} (?:náměstí|nám\.|ulice|tér|út|utca|körút|sokak|caddesi|bulvarı) \d{{1,4}}[a-z]?\b{CODE_TOWN}"
        ),
    ),
    (("RR",), re.compile(rf"\bRR ?\d{{1,2}},? Box \d{{1,5}}{TOWN}")),
    (
        ("House",),
        re.compile(rf"\bHouse (?:No\.? ?)?\d{{1,4}},? Road (?:No\.? ?)?\d{{1,4}}(?:,\s{CAP}){{0,3}}{REGION_BEHIND}"),
    ),
    (
        ("Sec",),
        re.compile(
            rf"\bNo\.? ?\d{{1,4}},? (?:(?:Lane|Alley) \d{{1,4}},? )?Sec(?:tion"
            rf"|\.) ?\d,? {CAP}(?: {CAP}){{0,2}} (?:Road|Rd\.?|Street|St\.?){TOWN}"
            rf"(?:,\s{CAP}(?: {CAP})?){{0,2}}(?: \d{{3,6}})?"
        ),
    ),
    (
        ("APO", "FPO", "DPO"),
        re.compile(r"\b(?:PSC|Unit|USNV|USS) [\w ]{1,12}(?:,? Box \d{1,5})?,?\s{1,2}(?:APO|FPO|DPO),? A[AEP] \d{5}"),
    ),
)
# Japan's, in either order: 1-2-3 Jingumae, Shibuya-ku, Tokyo 150-0001; Tokyo, Shibuya-ku, Jingumae 1-2-3.
_BLOCK = (
    r"\d{1,4}(?:-\d{1,4}){1,4}|\d{1,2}-chome(?:[,-]? ?\d{1,4}(?:-\d{1,4}){0,2})?"
    r"|\d{1,3} Chome ?-? ?\d{1,3}(?:-\d{1,4})*"
)
_WARD = (
    r"[A-Z][a-zāēīōū]{1,15}(?:-[A-Z]?[a-zāēīōū]{2,12})?-(?:ku|shi|cho|machi|gun|ken|fu|to|chome|dori|mura|son|jo|agaru|sagaru"
    r"|iru)\b|[A-Z][a-z]{2,12} (?:City|Ward)"
)
_GRID = r"(?:Kita|Minami|Higashi|Nishi) ?\d{1,2}(?:-?(?:jo|jou|chome))?"
_TOWN = r"(?:(?:Oaza|Aza) ?-?)?[A-ZŌ][a-zāēīōū]{1,15}(?:-[A-Z]?[a-zāēīōū]{2,15})?(?![a-z])"
_CODE = r"〒?\d{3}-\d{4}"
_TOKEN = rf"(?:{_BLOCK}|{_WARD}|{_GRID}|{_TOWN}|{_CODE}|\d{{1,2}}F|JAPAN|#?\d{{1,4}}(?!\w))"
ROMAJI = re.compile(
    rf"(?<![A-Za-z0-9_-])(?P<unit>(?:#|Room |Rm\.? |Apt\.? |Apartment )\d{{1,5}},? (?:{_TOWN},? ){{0,3}})?"
    rf"{_TOKEN}(?:,?[ \n]{_TOKEN}){{1,9}}"
)
WARDS = re.compile(rf"(?:{_WARD}|{_GRID})")
NUMBER_OF_HOUSE = re.compile(r"(?<![\d-])\d{1,4}(?![\d-])")
IN_JAPAN = re.compile(
    r"[a-z]-(?:ku|shi|gun|ken|fu|to|machi|cho|chome)\b|\b(?:Tokyo|Osaka|Kyoto|Nagoya|Yokohama|Kobe"
    r"|Sapporo|Fukuoka|Sendai|Hiroshima"
    r"|Hokkaido|Aomori|Iwate|Miyagi|Akita|Yamagata|Fukushima|Ibaraki|Tochigi|Gunma|Saitama|Chiba"
    r"|Kanagawa|Niigata|Toyama"
    r"|Ishikawa|Fukui|Yamanashi|Nagano|Gifu|Shizuoka|Aichi|Mie|Shiga|Hyogo|Nara|Wakayama|Tottori"
    r"|Shimane|Okayama|Yamaguchi"
    r"|Tokushima|Kagawa|Ehime|Kochi|Saga|Nagasaki|Kumamoto|Oita|Miyazaki|Kagoshima|Okinawa|Japan)\b"
)
BLOCK = re.compile(rf"(?<![\d-])(?:{_BLOCK})(?![\d-])")
# From the city down to the number with 号; what stands before the street has no number.
CHINESE = re.compile(
    r"[一-龥]{2,3}[市省縣县][一-龥\d]{2,20}?[路街道巷弄段][一-龥\d]{0,6}?\d{1,5} ?[号號]"
    r"(?:[\d一-龥]{1,6}[楼樓室])?(?:之\d{1,3})?"
)
# From the province down to the street (로, 길) or village (동, 리), then the number.
KOREAN = re.compile(
    r"[가-힣]{2,7}(?:시"
    r"|도) ?(?:[가-힣]{1,6}[시구군읍면] ?){1,3}[가-힣\d]{1,12}[로길동리] ?\d{1,5}(?:-\d{1,4})?(?:번지)?"
    r"(?:,? [가-힣\d ]{1,16}\d{1,4}호)?"
)
# A street or a ward in small letters, behind its number or with one: 72 old quarry rd, minato-ku, roppongi 6-10-1
LOWER_STREET = re.compile(
    r"\b\d{1,5}[a-z]?,? (?:[a-z'.]{3,20} ){1,3}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|close|crescent"
    r"|place|pl|square|sq|terrace|way|boulevard|blvd)\b|\b(?:p\.?o\.?|post office) box \d"
)
LOWER_WARD = re.compile(r"[a-z]-(?:ku|shi|to|fu|ken|gun|cho|machi)\b[^A-Z\n]*$", re.MULTILINE)
SHOUTED = re.compile(r"^(?=[^a-z\n]*[A-Z]{4})(?=[^a-z\n]*\d)[^a-z\n]+$", re.MULTILINE)
CASED_LINE = re.compile(r"[^\n]+")
LETTERS = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
# No word of a street's name: what a sentence has between a number and a street.
NO_PLACES = frozenset(
    listed(
        """
        a an and are as at away back be by down for from go i in is it km left live lives living mile miles
        minute minutes min mins my near next of off on or our over past please right send ship step steps that the
        then there this times to towards up us we with you your her his their deliver address was moved hours days
        """
    )
)
HANGUL = re.compile(r"[가-힣]")
# "Step 3 Drive": a heading's number, not a house's.
CHAPTER = re.compile(
    r"\b(?:chapter|step|section|lesson|part|table|figure|version|level|day|week|phase|top|round|stage|the|these|all)\s$",
    re.IGNORECASE,
)

# Street Food, Drive Smart: a word for a street that goes on as something else.
NO_STREET = re.compile(r" (?:Food|Fair|Art|Style|View|Fighter|Wear|Smart|Team|Festival|Edition)\b")
# "in 2024 Main Street": the year is no number of a house.
YEAR_BEFORE = re.compile(r"\b(?:in|since|for|of|from|the|by) (?:19|20)\d\d ?$", re.IGNORECASE)


def find_street_lines(text: str, *, latin: bool) -> Iterator[tuple[int, int]]:
    """Every address of another country; `latin` says whether the text has capital letters at all."""
    if latin:
        yield from _lines(text)
    if LOWER_STREET.search(text) or LOWER_WARD.search(text) or SHOUTED.search(text):
        yield from _lines(capitalised(text))
    if "号" in text or "號" in text:
        yield from (match.span() for match in CHINESE.finditer(text))
    if HANGUL.search(text):
        yield from (match.span() for match in KOREAN.finditer(text))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    yield from find_parts(text)
    yield from (match.span() for match in STREET.finditer(text) if _is_street(match))
    if "-" in text:
        yield from _romaji(text)
    for hints, line in LINES:
        if hints and not any(hint in text for hint in hints):
            continue
        yield from (match.span() for match in line.finditer(text) if any(map(str.isdigit, match.group())))


def capitalised(text: str) -> str:
    """The text, of the same length, with the lines in one case written as addresses are; the others are blanked."""
    return CASED_LINE.sub(
        lambda line: LETTERS.sub(_as_in_address, line[0]) if _in_one_case(line[0]) else " " * len(line[0]), text
    )


def _in_one_case(line: str) -> bool:
    letters = [char for char in line if char.isalpha()]
    return bool(letters) and (all(map(str.isupper, letters)) or not any(map(str.isupper, letters)))


def _as_in_address(word: re.Match[str]) -> str:
    said = word[0]
    title = said[0].upper() + said[1:].lower()
    if not said.isascii() or said.lower() in NO_PLACES:
        return said.lower() if len(said.lower()) == len(said) else said
    if word.string[word.start() - 1 : word.start()] == "-" and word.start():
        return said.lower()
    if title in SUFFIXES or len(said) > 3:
        return title
    return said.upper()


def _romaji(text: str) -> Iterator[tuple[int, int]]:
    """Runs of places with a block's number among them, from the place the number goes with."""
    for match in ROMAJI.finditer(text):
        run = match.group()
        wards = len(WARDS.findall(run))
        block = next((b for b in BLOCK.finditer(run) if not re.fullmatch(r"\d{3}-\d{4}", b[0])), None)
        # Two levels without a ward are a score, and one with a single ward counts something.
        if block is None and wards > 1:
            block = NUMBER_OF_HOUSE.search(run)
        if block is None or not (wards or block[0].count("-") > 1) or not IN_JAPAN.search(run):
            continue
        sure = min(place.start() for place in IN_JAPAN.finditer(run))
        grid = WARDS.search(run)
        first = min(block.start(), run.rfind(" ", 0, sure) + 1, grid.start() if grid else sure)
        town = re.search(r"[A-Z][\w-]+,? \Z", run[:first])
        first = 0 if match["unit"] else town.start() if town and block.start() == first else first
        if code := re.match(rf"{_CODE}[ ,]", run[:first]):
            first = code.start()
        yield match.start() + first, match.end()


def _is_street(match: re.Match[str]) -> bool:
    """Whether a line that ends in Street, Drive or Run is one, and no heading in capitals."""
    if not any(map(str.isdigit, match.group())) or CHAPTER.search(
        match.string, max(0, match.start() - 12), match.start()
    ):
        return False
    if NO_STREET.match(match.string, match.end("suffix")):
        return False
    if not match["town"] and YEAR_BEFORE.search(match.string, max(0, match.start() - 8), match.start() + 5):
        return False
    return match["suffix"] in SURE_SUFFIXES or "," in match["town"] or "\n" in match["town"] or not match["town"]
