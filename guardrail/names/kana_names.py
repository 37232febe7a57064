"""Names written in kana: Japanese ones that split into surname and given name, foreign ones joined by ・."""

import re
from collections.abc import Iterator, Sequence

from guardrail.names.name_lists import NameLists, katakana
from guardrail.names.name_signs import TITLES, has_honorific, has_label, has_post, is_addressed, is_named, is_someones
from guardrail.names.word_tables import BRANDS, LETTERS, NO_FIRST_NAME, NO_LAST_NAME, NOBODY, PARTICLES, listed
from guardrail.text.reading import COMMON, GIVEN, PERSON, PLACE, PROPER, SURNAME, ReadText, Word

HIRAGANA = re.compile(r"[ぁ-ん]++(?: [ぁ-ん]++)?")
HIRAGANA_HONORIFIC = re.compile(r" ?(?:さま|さん|くん|ちゃん|ともうします|と申します)")
KATAKANA = re.compile(
    r"(?:(?<![A-Za-z])[A-Z][・.] ?){0,3}[ァ-ヺー]++(?:(?:[・=][A-Z]\.?){0,3}[・= ][ァ-ヺー]++){0,5}(?:・Jr\.?)?"
)
PARTS = re.compile(r"[・= .]+")
# ルイ15世, フリードリヒ二世; not 21世紀.
NUMBERED = re.compile(r"[ァ-ヺ][ァ-ヺー・]{1,19}(?:\d{1,2}|[一二三四五六七八九十]{1,3})世(?![紀代帯界論間])")
# What is named after a person, or made as they did: フレミングの法則, ゴッホ風の.
EPONYM = re.compile(
    r"の(?:法則|定理|公式|方程式|原理|定数|不等式|予想|名言|戦い|塔|像|映画|絵本|童話|グッズ|上演|公演|[『「])|風[のなにデ]"
)
# What makes a firm, a club or a place of a name before it.
NAMESAKE = re.compile(
    r"[A-Z0-9]|駅|社(?!長)|戦|市|州|県|郡|島|川|山(?!岳)|湖|港|賞|杯|線|号|型|店(?!長)|校|大学|空港|製|家具|基金"
    r"|財団|研究所|美術館|教会|風|版|流"
)
HEAD = re.compile(r" ?(?:社長|部長|課長|係長|主任|専務|常務|会長|店長)(?![職室会])")
KANJI = re.compile(r"[一-龥々]")
# A child: みゆちゃん; not あかちゃん.
CHILD = re.compile(r"(?:(?<![ぁ-ん])|(?<=[とはがをにもや]))([ぁ-ん]{2,4}?)(?=ちゃん|くん(?!せい))")
BRACKETS = ("(", "（")
HONORIFIC_OPENINGS = frozenset(title[0] for title in TITLES.split("|")) | {" ", "と"}
RELATIVES = listed(
    "おとう おかあ おにい おねえ おばあ おじい おば おじ おい むすこ むすめ とう かあ にい ねえ ばあ じい あか いか"
    " わん おじょう"
)
LONGEST = 48
GIVEN_BEHIND, SHORTEST_GIVEN = re.compile(r"(?<=[一-龥々])(?!さん|さま|くん|ちゃん)[ぁ-ん]{3,5}"), 3
NO_PERSON = frozenset((PLACE, PROPER))
ANY_PERSON = frozenset((PERSON, SURNAME, GIVEN))


def find_katakana(reading: ReadText, lists: NameLists) -> Iterator[tuple[int, int]]:
    """Katakana runs that are a person's name."""
    text = reading.text
    for match in KATAKANA.finditer(text):
        run, start, end = match.group(), match.start(), match.end()
        if run in NOBODY or not 1 < len(run) <= LONGEST:
            continue
        if _is_plain_word(reading, run, end, lists):
            continue
        parts = PARTS.split(run)
        named = is_named(text, start, end)
        if len(parts) > 1 and is_eponym(text, end):
            found = False
        elif len(parts) > 1:
            found = _is_foreign(reading, end, parts, named) or (len(parts) == 2 and lists.is_kana_pair(*parts))
        elif is_eponym(text, end) or (run in BRANDS and not is_addressed(text, end)):
            found = False
        else:
            found = _is_single(reading, start, run, named, lists)
        if found:
            yield start, end
    if "世" in text:
        yield from (match.span() for match in NUMBERED.finditer(text))


def find_hiragana(reading: ReadText, lists: NameLists) -> Iterator[tuple[int, int]]:
    """Hiragana runs that are a full name, or end in one before an honorific."""
    text = reading.text
    for child in CHILD.finditer(text):
        if katakana(child[1]) in lists.given_kana and child[1] not in RELATIVES:
            yield child.span(1)
    for match in HIRAGANA.finditer(text):
        run, start = match.group(), match.start()
        if len(run) < 3:
            continue
        named = text[match.end() : match.end() + 1] in HONORIFIC_OPENINGS and has_honorific(text, match.end())
        honorific = HIRAGANA_HONORIFIC.search(run)
        if honorific and honorific.start():
            run, named = run[: honorific.start()], True
        end = start + len(run)
        labelled = text[start - 1 : start] in BRACKETS or has_label(text, start)
        if run.endswith("と") and text.startswith(("申し", "言い"), match.end()):
            run, named = run[:-1], True
            end -= 1
        if not (named or labelled or " " in run):
            continue
        found = _kana_name(run, lists, anywhere=named, alone=labelled) or (_kana_surname(run, lists) if named else 0)
        if found:
            yield end - found if named else start, end


def _is_plain_word(reading: ReadText, run: str, end: int, lists: NameLists) -> bool:
    """Whether the dictionary knows it, and as no person: a quick no."""
    known = reading.entries(run)
    if not known or known & ANY_PERSON or run in lists.surname_kana:
        return False
    return not known <= NO_PERSON or not has_honorific(reading.text, end)


def _is_foreign(reading: ReadText, end: int, parts: Sequence[str], named: bool) -> bool:
    """Whether parts joined by ・ are a person: what the dictionary knows each part as decides."""
    first, last = parts[0], parts[-1]
    if (
        first in NO_FIRST_NAME
        or last in NO_LAST_NAME
        or LETTERS.issuperset(parts)
        or "".join(parts) in BRANDS
        or BRANDS.issuperset(parts)
    ):
        return False
    if named:
        return True
    if NAMESAKE.match(reading.text, end):
        return False
    entries = [reading.entries(part) for part in parts if len(part) > 1 and part not in PARTICLES and part != "Jr"]
    if not entries or all(PROPER in known for known in entries):  # メルセデス・ベンツ: a make as well
        return False
    ends_in_person = _is_only_person(entries[-1])
    if first in PARTICLES:
        return ends_in_person
    if entries[0] & ANY_PERSON:
        if COMMON in entries[0] or PLACE in entries[0]:
            alone = KANJI.match(reading.text, end) is None or has_post(reading.text, end)
            return ends_in_person or (alone and not entries[-1] & {COMMON, PROPER, PLACE})
        return ends_in_person or COMMON not in entries[-1] or entries[0] <= ANY_PERSON
    if any(COMMON in known or PLACE in known for known in entries):
        return False
    return ends_in_person or not any(entries)


def _is_only_person(known: frozenset[str]) -> bool:
    return bool(known & ANY_PERSON) and COMMON not in known and PLACE not in known


def _is_single(reading: ReadText, start: int, run: str, named: bool, lists: NameLists) -> bool:
    """Whether one katakana word is a person: two known names in one, or a name with a sign beside it."""
    text, end = reading.text, start + len(run)
    words = reading.words_of(start, end)
    common = not words or any(_is_common(reading, word) for word in words)
    if lists.splits(run) and (named or not common or _is_pair(words, lists)):
        return True
    entries = reading.entries(run)
    if named:
        if run in lists.surname_kana:
            return True
        if not (has_honorific(text, end) or has_label(text, start)):
            return _is_only_person(entries)
        if entries and entries <= NO_PERSON:  # シライシ is a town and a firm, too
            return is_addressed(text, end) or HEAD.match(text, end) is not None
        if COMMON in entries or PLACE in entries:
            return bool(entries & ANY_PERSON) and is_addressed(text, end)
        return bool(entries & ANY_PERSON) or run in lists.given_kana or not _is_compound(reading, words)
    signed = has_post(text, end) or is_someones(text, start)
    return signed and not common and PLACE not in entries and (not entries or bool(entries & ANY_PERSON))


def end_of_given(text: str, end: int, lists: NameLists) -> int:
    """Where a given name of three kana or more ends that goes on from a surname in kanji; the surname's end if none."""
    after = GIVEN_BEHIND.match(text, end)
    sizes = range(len(after[0]), SHORTEST_GIVEN - 1, -1) if after else ()
    return next((end + size for size in sizes if katakana(text[end : end + size]) in lists.given_kana), end)


def is_eponym(text: str, end: int) -> bool:
    """Whether a law, a theorem or a tower is named after whoever ends here, or something is in their manner."""
    return text[end : end + 1] in ("の", "風") and EPONYM.match(text, end) is not None


def _kana_name(run: str, lists: NameLists, *, anywhere: bool, alone: bool) -> int:
    """How many characters at the end of `run` are a full name in kana (with its blank); 0 for none."""
    last = run[-11:] if anywhere else run
    for at in range(max(1, len(last) - 3) if anywhere else 1):
        tail = last[at:]
        surname, blank, given = tail.partition(" ")
        if blank and lists.is_kana_pair(surname, given):
            return len(tail)
        if not blank and (anywhere or alone) and len(tail) >= 4 and lists.splits(katakana(tail)):
            return len(tail)
    return 0


def _kana_surname(run: str, lists: NameLists) -> int:
    """How many characters at the end of `run` are a surname in kana, alone or behind は or の; 0 for none."""
    surname = re.split("[はのがに]", run)[-1]
    known = len(surname) > 2 and katakana(surname) in lists.surname_kana
    return len(surname) if known and surname not in RELATIVES else 0


def _is_common(reading: ReadText, word: Word) -> bool:
    """Whether the dictionary knows it as an ordinary word (ユーザー, メーカー) and not as a person."""
    return len(word.text) > 1 and COMMON in word.tag and COMMON in reading.entries(word.text)


def _is_compound(reading: ReadText, words: Sequence[Word]) -> bool:
    """Whether it is put together from ordinary words (コール + センター); short ones are chance."""
    return bool(words) and all(len(word.text) > 2 and _is_common(reading, word) for word in words)


def _is_pair(words: Sequence[Word], lists: NameLists) -> bool:
    return len(words) == 2 and lists.is_kana_pair(words[0].text, words[1].text)
