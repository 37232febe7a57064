"""What Sudachi itself takes for persons, unless they only lend their name to a company or a place."""

import re
from collections.abc import Iterator, Sequence

from guardrail.names.kana_names import is_eponym
from guardrail.names.name_signs import follows_company, has_honorific, has_label, is_addressed, is_signed
from guardrail.names.word_tables import BRANDS, NOBODY, PLACES
from guardrail.text.reading import COMMON, GIVEN, PERSON, SURNAME, ReadText, Word

# What a surname lends itself to: 山崎製パン, 本田技研, 中島公園.
NAMESAKE = ("名詞-普通名詞", "接尾辞-名詞", "名詞-固有名詞-地名", "名詞-固有名詞-一般")
SHOP = ("屋", "堂", "運輸", "製作所", "電機", "書店", "商店", "商会", "工業", "製薬", "食品", "酒造", "運送")
KATAKANA = re.compile(r"[ァ-ヺ]")
LINKED = re.compile(r"[ァ-ヺー]・")
GOES_ON = re.compile(r"[ァ-ヺーA-Za-z0-9]")
SENTENCE = re.compile(r"[ぁ-ん一-龥、。]")
STREETS = ("通", "岳")  # 今出川通, 根子岳: given names, too
JOINTS = frozenset(" ・=")
PARTED = re.compile(r"[ ・=]")
NO_NAME = re.compile(r"[ぁ-んA-Za-z0-9 ]+")
CLOSED_BY = re.compile(r"[^一-龥々ァ-ヺー]|$")
KANJI = re.compile(r"[一-龥々]+")


def find_person_words(reading: ReadText) -> Iterator[tuple[int, int]]:
    """Runs of person words."""
    text, words, at = reading.text, reading.words, 0
    while at < len(words):
        if PERSON not in words[at].tag:
            at += 1
            continue
        end = _run_of_person_words(text, words, at)
        if _is_person(reading, at, end):
            yield words[at].start, words[end - 1].end
        at = end


def _run_of_person_words(text: str, words: Sequence[Word], at: int) -> int:
    """The end of a run of person words (one blank, ・ or = may join two)."""
    end = at + 1
    while end < len(words) and PERSON in words[end].tag:
        gap = text[words[end - 1].end : words[end].start]
        if gap and gap not in JOINTS:
            break
        if not gap and words[end - 1].text.isascii() != words[end].text.isascii():
            break  # two names, or a word beside one
        end += 1
    return end


def _is_person(reading: ReadText, at: int, end: int) -> bool:
    words, text = reading.words, reading.text
    first, last = words[at], words[end - 1]
    name = text[first.start : last.end]
    if name in NOBODY or follows_company(text, first.start):
        return False
    if (PARTED.sub("", name) in BRANDS or BRANDS.issuperset(PARTED.split(name))) and not is_addressed(text, last.end):
        return False
    if has_honorific(text, last.end) or has_label(text, first.start):
        return True
    if text[last.end : last.end + 1] == "・" or _is_part_of_word(text, first.start, last.end):  # デビット・カード
        return False
    if (
        last.text in STREETS
        or len(name) < 2
        or name.endswith(SHOP)
        or NO_NAME.fullmatch(name)
        or is_eponym(text, last.end)
    ):
        return False
    if _is_full_name(words[at:end]):
        return True
    if name in PLACES or (_is_katakana_thing(reading, words[at:end]) and not is_signed(text, last.end)):
        return False
    before = reading.word_before.get(first.start)
    if before and before.tag.startswith(("名詞-固有名詞-地名", "名詞-固有名詞-一般")) and len(name) < 4:
        return False
    following = words[end] if end < len(words) and words[end].start == last.end else None
    lends = following and following.tag.startswith(NAMESAKE) and CLOSED_BY.match(following.text) is None
    return not lends or is_signed(text, last.end)


def _is_part_of_word(text: str, start: int, end: int) -> bool:
    """Whether katakana or Latin letters go on at either side: AC + ミラン, クリン + ナップ."""
    if not KATAKANA.match(text, start):
        return False
    before = GOES_ON.match(text, start - 1, start) or LINKED.fullmatch(text, max(0, start - 2), start)
    return bool(before or GOES_ON.match(text, end))


def _is_katakana_thing(reading: ReadText, words: Sequence[Word]) -> bool:
    """Whether a katakana word outside any sentence is as good an ordinary one: "ブロック" on a button."""
    if len(words) > 1 or not KATAKANA.match(words[0].text) or SENTENCE.match(reading.text, words[0].end):
        return False
    return COMMON in reading.entries(words[0].text)


def _is_full_name(words: Sequence[Word]) -> bool:
    """Whether a surname and a given name (小泉 + 純一郎) or someone famous (徳川慶喜) stand here."""
    if len(words) == 1:
        return (
            len(words[0].text) > 3 and words[0].tag.endswith("人名-一般") and KANJI.fullmatch(words[0].text) is not None
        )
    return words[0].tag.endswith(SURNAME) and words[-1].tag.endswith(GIVEN) and sum(len(w.text) for w in words) > 2
