"""What speaks against somebody, or some place, that the weights see: what stands beside it, and what its words are."""

import re
from collections.abc import Sequence

from guardrail.names.english_lists import EnglishLists
from guardrail.names.english_names import BRAND_TITLED, LOOK_BACK
from guardrail.names.english_names import is_named as is_english_named
from guardrail.names.kana_names import end_of_given, is_eponym
from guardrail.names.name_lists import NameLists
from guardrail.names.name_signs import (
    follows_company,
    has_honorific,
    has_label,
    is_addressed,
    is_named,
    is_namesake,
    is_someones,
)
from guardrail.names.word_tables import BRANDS, NO_LAST_NAME, NOBODY, PLACES, PRODUCTS
from guardrail.tagger.cards import CALLED, MONTHS, WordCard
from guardrail.text.reading import JAPANESE, Span

NEAR = 40  # characters
PARTED = re.compile(r"[ ・=.]")
# The rest of a longer word, of a link, of code.
GLUED_BEFORE = re.compile(r"[A-Za-z0-9_@#$`\\]\Z|[ァ-ヺー]・\Z")
GLUED_BEHIND = re.compile(r"[A-Za-z0-9_@`]|・[ァ-ヺ]|[.=][A-Za-z0-9]")
BRACKETS = {"「": "」", "『": "』", "(": ")", "[": "]", "<": ">", "【": "】", "“": "”", '"': '"'}
IN_LINK = re.compile(r"(?:://|www\.)[^\s<>「」]*\Z")
LINK_REACH = 120
IN_CODE = re.compile(r"[./+\\-]\Z")
DOTTED = re.compile(r"\.[a-z]")  # a file's or a host's
# Johnson & Johnson, Marks & Spencer: a firm, unless both are called by their given names.
PARTNER_BEFORE, PARTNER_BEHIND = re.compile(r"([A-Z][a-z]+) & \Z"), re.compile(r" & ([A-Z][a-z]+)")
GOES_ON = re.compile(
    r"(?<=[一-龥々]) ?(?!様|さん|氏|先生|君|殿|ら|の)[一-龥々ぁ-ん]{1,3}(?= ?(?:様|さん|氏[^名族]|先生|[（(<]|と申))"
)
STREETS = ("通", "通り", "岳", "風", "初", "港", "語", "朝", "等", "家具")  # what makes a thing of a name before it
SHORTEST_NAME, SHORTEST_SHOUTED = 2, 4
SHORTENED = re.compile(r"(?:[A-Z]{1,3}|[IVXLC]+)[章節条項部]?")  # AI, 第VIII章
GRAMMAR = frozenset(("ただし", "しか", "まあ"))  # and somebody's name
COUNTED = frozenset(("ぜろ", "れい", "いち", "さん", "ろく", "しち", "なな", "はち", "きゅう", "じゅう"))
SCORE = re.compile(r"\d{1,2}(?:-\d{1,2})+ [a-z]+")  # 3-2-1 overall
CODED = re.compile(r"(?=[A-Za-z0-9+=]*[0-9])(?=[A-Za-z0-9+=]*[A-Za-z])[A-Za-z0-9+=]{10,}")  # Base64, a hash
IBAN = re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2}")
PERSON_TAGS, CAPITALS = ("S", "G", "P"), ("Aa", "AA")
ORDINARY_TAGS, DESCRIBING, KATAKANA = ("n", "v", "a", "名詞"), ("形状",), re.compile("[ァ-ヺー]+")
LISTED = frozenset("FWLSG")
SURNAMES, GIVEN_NAMES = frozenset("Ss"), frozenset("Gg")
FIELD_BEGINS = re.compile(r"(?:\A|[。！!？?\n|、,:：;(（・/／「『\]】>-])[ *]*\Z")
FIELD_ENDS = re.compile(r"[ *]*(?:\Z|[\n|、,;)）・/／」』。!?！？<(（])")
ORDERED = re.compile(r" (?:it|them|this|that|these|those|your)\b")  # Mark it.
SAYS_SO = re.compile(r"(?:です|でござい|と申|とい|と言)")  # who one is
SHORTEST_ADDRESS = 7
HARDLY = 0.5  # powers of ten
# Answers or sizes one after the other: 1 C, 2 A, 3 D; small 12 m2, medium 20 m2.
ROW = re.compile(
    r"(?:(?<![\w-])\d{1,3}[.:)]? [A-Z](?:[,;.] ?|\Z)){3}"
    r"|(?:\b\d{1,4} ?(?:m2|m²|sqm|sq ?ft|cm|mm|kg|g|ml|l|km|pt|px|GB|MB|oz|lb)\b[^\n]{0,20}){2}"
)
HAS_WORD = re.compile(r"(?<![A-Za-z0-9#])[^\W\d_]{3,}|[^\W\d_]{3,} ")


def end_of_name(text: str, end: int, kind: str) -> int:
    """Where a name ends that goes on to what only follows a name, 勅使河原颯様, or to a given name: 水瀬いのり."""
    if kind == "P" and (given := end_of_given(text, end, NameLists.load())) > end:
        return given
    if kind == "P" and not is_addressed(text, end) and (rest := GOES_ON.match(text, end)):
        return rest.end()
    return end


def is_somebody(text: str, span: Span, cards: Sequence[WordCard]) -> bool:
    """Whether nothing beside the words says that they are a thing's, or the middle of something longer."""
    start, end = span.start, span.end
    name = text[start:end]
    if SHORTENED.fullmatch(name) and name.lower() not in EnglishLists.load().first:
        return False
    if is_addressed(text, _outside(text, start, end)[1]):
        return name not in NOBODY
    if GLUED_BEFORE.search(text, max(0, start - 2), start) or GLUED_BEHIND.match(text, end):
        return False
    if IN_LINK.search(text, max(0, start - LINK_REACH), start):
        return False
    if name in NOBODY or PARTED.sub("", name).lower() in BRANDS | PRODUCTS or all(card.is_ordinary for card in cards):
        return False
    if not JAPANESE.match(name):
        return _is_latin_name(text, span, cards)
    return _is_japanese_name(text, span, cards)


def _outside(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the brackets around it begin and end: [松本]様; itself if there are none."""
    held = start > 0 and end < len(text) and BRACKETS.get(text[start - 1]) == text[end]
    return (start - 1, end + 1) if held else (start, end)


def _is_latin_name(text: str, span: Span, cards: Sequence[WordCard]) -> bool:
    start, end = span.start, span.end
    name, alone = text[start:end], len(cards) == 1
    before = text[max(0, start - LOOK_BACK) : start]
    parts = name.lower().split()
    if len(parts) > 1 and parts[0] in PRODUCTS and not any("F" in c.kind or "G" in c.kind for c in cards[1:]):
        return False
    if text[start - 1 : start] == "/" == text[end : end + 1]:  # a path's
        return False
    if DOTTED.search(name) or name.lower() in MONTHS or _is_partner(text, span):
        return False
    if len(name) < SHORTEST_NAME or BRAND_TITLED.search(text, max(0, start - 5), end):
        return False
    if (
        alone
        and name.islower()
        and (CALLED.isdisjoint(cards[0].kind[1:]) or IN_CODE.search(text, max(0, start - 1), start))
    ):
        return False
    lists = EnglishLists.load()
    # Manual control, | Price |: hardly likelier anybody's given name than the word, where nobody is spoken of.
    hardly = lists.likeness(name.lower())[0] < HARDLY and not is_english_named(text, end, before)
    if alone and name.lower() in lists.ordinary and (hardly or ORDERED.match(text, end)):
        return False
    # A Latin word in a Japanese sentence is more often a product's.
    if not (alone and JAPANESE.search(text, max(0, start - NEAR), min(len(text), end + NEAR))):
        return True
    if name.lower() in lists.ordinary:
        return is_english_named(text, end, before)
    return not LISTED.isdisjoint(cards[0].kind[1:]) and not (name.isupper() and len(name) < SHORTEST_SHOUTED)


def _is_partner(text: str, span: Span) -> bool:
    """Whether a firm is called after two whose surnames these are."""
    name = text[span.start : span.end]
    other = PARTNER_BEHIND.match(text, span.end) or PARTNER_BEFORE.search(text, max(0, span.start - 20), span.start)
    first = EnglishLists.load().first
    return other is not None and (other[1] == name or name.lower() not in first or other[1].lower() not in first)


def _is_japanese_name(text: str, span: Span, cards: Sequence[WordCard]) -> bool:
    start, end = span.start, span.end
    name = text[start:end]
    if name in GRAMMAR | COUNTED or name.endswith(STREETS) or name.rpartition("・")[2] in NO_LAST_NAME:
        return False
    start, end = _outside(text, start, end)
    named = is_named(text, start, end)
    if len(name) == 1 and start < span.start and not named:  # [章]
        return False
    said = has_honorific(text, end) or has_label(text, start)
    if len(cards) == 1 and cards[0].marks[0] not in PERSON_TAGS and cards[0].marks[0] in DESCRIBING:
        return False
    if (
        len(cards) == 1
        and cards[0].marks[0] in ORDINARY_TAGS
        and not (said or SAYS_SO.match(text, end) or FIELD_ENDS.match(text, end))
    ):
        return False
    if len(cards) == 1 and KATAKANA.fullmatch(name) and not said:
        if cards[0].marks[0] in ORDINARY_TAGS:
            return False
        if "n" in cards[0].marks[1]:
            return is_someones(text, start)
    if not _is_called_so(cards) and not _stands_out(text, start, end):
        return False
    if follows_company(text, start) or (name in PLACES and not SAYS_SO.match(text, end)):
        return named
    return named or not (is_namesake(text, end) or is_eponym(text, end))


def _is_called_so(cards: Sequence[WordCard]) -> bool:
    """Whether Sudachi takes a word of it for a name, or it is a surname and a given name by the lists."""
    first, last = cards[0], cards[-1]
    if any(card.marks[0] in PERSON_TAGS or (card.marks[0] in CAPITALS and card.is_sign) for card in cards):
        return True
    if first is last:  # ケンタ, a firm as well
        return first.marks[0] == "X" and "g" in first.kind and len(first.kind) > 2
    return len(cards) > 1 and not SURNAMES.isdisjoint(first.kind) and not GIVEN_NAMES.isdisjoint(last.kind)


def _stands_out(text: str, start: int, end: int) -> bool:
    """Whether what is around it says that somebody is named, or nothing else stands in its field."""
    if is_named(text, start, end) or is_someones(text, start):
        return True
    begins = FIELD_BEGINS.search(text, max(0, start - 4), start) is not None
    return begins and bool(SAYS_SO.match(text, end) or FIELD_ENDS.match(text, end))


def is_somewhere(text: str, span: Span, cards: Sequence[WordCard]) -> bool:
    """Whether a number stands among enough words."""
    whole = text[span.start : span.end]
    glued = GLUED_BEFORE.search(text, max(0, span.start - 2), span.start) or GLUED_BEHIND.match(text, span.end)
    if IBAN.search(whole) or CODED.search(whole) or JAPANESE.search(whole):
        return False
    if ROW.search(whole) or SCORE.fullmatch(whole) or not HAS_WORD.search(whole):
        return False
    return len(cards) > 2 and len(whole) > SHORTEST_ADDRESS and not glued and any(map(str.isdigit, whole))
