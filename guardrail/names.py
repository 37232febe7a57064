"""Japanese names: Sudachi's proper nouns and name lists, told apart by what stands around them."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from guardrail.findings import PiiKind
from guardrail.name_lists import NameLists, katakana
from guardrail.reading import Reading, Span, Word
from guardrail.word_tables import NOBODY, PLACES

TITLES = (
    "様|さま|さん|氏|君|くん|ちゃん|殿|先生|先輩|社長|副社長|部長|課長|係長|主任|専務|常務|会長|室長|店長|支店長|教授|准教授|博士|監督|選手"
    "|議員|弁護士|医師|院長|園長|校長|教諭|記者|アナウンサー|夫妻|夫人|女史|画伯|師匠|ご夫妻|マネージャー|リーダー"
)
HONORIFIC = re.compile(rf" ?(?:{TITLES}|(?=と申します|ともうします))")
# 様々, 氏名 and the like are no honorifics.
NO_HONORIFIC = re.compile(r" ?(?:様[々式子相]|さんざ|氏名|くんせい|君主|会長職|殿下|氏族|部長職|ちゃんと)")
ROLE = (
    "担当者?|サポート|窓口|営業|チーム|責任者|秘書|部|課|店長|スタッフ|講師|代表|オーナー|開発者|作者|著者"
    "|マネージャー|サクセス|エンジニア|デザイナー"
)
FIELD = (
    "氏名|お名前|名前|担当者?|受取人|名義人?|宛名|宛先|差出人|代表者?|代表取締役|責任者|依頼主|契約者|申込者|予約者|連絡先"
    "|保護者|フリガナ|ふりがな|著者|作者|講師|送付先|お届け先|記入者"
)
LABEL = re.compile(
    rf"(?:{FIELD})(?:様|名)?\s?[|:： は」]{{1,3}}\s?[「*]{{0,2}}$|(?:{ROLE})[のは:] ?$|(?:口座名義|代表取締役) ?$"
)
LABEL_REACH = 12
INTRODUCED = re.compile(
    r" ?(?:と申し|ともうし|が(?:対応|担当|お|ご|まいり|参り)|より、?(?:本日|ご|お|後|折)|から(?:ご|お|折)|宛|行(?:\s|$)"
    r"|[（(][^（()）]{0,40}@|[（(][ぁ-んァ-ヺー ]{2,16}[)）] ?様|の[0-9]{1,2}名様)"
)
HIRAGANA = re.compile(r"[ぁ-ん]++(?: [ぁ-ん]++)?")
HIRAGANA_HONORIFIC = re.compile(r" ?(?:さま|さん|くん|ちゃん|ともうします|と申します)")
KATAKANA = re.compile(r"[ァ-ヺー]++(?:[・= ][ァ-ヺー]++){0,4}")
KANJI_NAME = re.compile(r"(?<![一-龥々])[一-龥々ヶ]{1,6}+(?: [一-龥々]{1,3}| ?[ぁ-んァ-ヺー]{2,5})?")
ROMAJI_PAIR = re.compile(
    r"(?<![A-Za-z0-9.@_/-])([A-Z][a-z]{2,11}|[A-Z]{3,12}),?[ ]([A-Z][a-z]{2,11}"
    r"|[A-Z]{3,12})(?![A-Za-z0-9@_/-])(?!\.[A-Za-z])"
)
ROMAJI_NAMED = re.compile(
    r"(?<![A-Za-z0-9.@_/-])([A-Z][a-z]{2,11}(?: [A-Z][a-z]{2,11})?)(?= ?(?:様|さん|さま|氏|殿|先生))"
)
# What a surname lends itself to: 山崎製パン, 本田技研, 中島公園.
NAMESAKE = ("名詞-普通名詞", "接尾辞-名詞", "名詞-固有名詞-地名", "名詞-固有名詞-一般")
SHOP = ("屋", "堂", "運輸", "製作所", "電機", "書店", "商店", "商会", "工業", "製薬", "食品", "酒造", "運送")
COMPANY = re.compile(r"(?:株式会社|有限会社|合同会社|㈱|\(株\)|学校法人|財団法人) ?$")
CLOSED_BY = re.compile(r"[^一-龥々ァ-ヺー]|$")

KANJI = re.compile(r"[一-龥々]+")


class JapaneseNames:
    """The rules; each says where it sees a person, the analysis unites what they say."""

    @cached_property
    def lists(self) -> NameLists:
        """Loaded at first use."""
        return NameLists.load()

    def find(self, reading: Reading) -> Iterator[Span]:
        """Every person a rule sees."""
        if reading.words:
            yield from self._by_words(reading)
            for rule in (self._katakana, self._hiragana, self._kanji):
                yield from (Span(start, end, PiiKind.PERSON) for start, end in rule(reading))
        if reading.has_latin:
            yield from self._romaji(reading.text)

    def _by_words(self, reading: Reading) -> Iterator[Span]:
        """Runs of Sudachi's person words, unless they only lend their name to a company or a place."""
        words, at = reading.words, 0
        while at < len(words):
            end = _run_of_person_words(words, at)
            if end > at and _is_person(reading, at, end):
                yield Span(words[at].start, words[end - 1].end, PiiKind.PERSON)
            at = max(end, at + 1)

    def _katakana(self, reading: Reading) -> Iterator[tuple[int, int]]:
        text = reading.text
        for match in KATAKANA.finditer(text):
            run, start, end = match.group(), match.start(), match.end()
            parts = re.split("[・= ]", run)
            if run in NOBODY or len(run) > 40:
                continue
            named = _has_honorific(text, end) or _has_label(text, start) or bool(INTRODUCED.match(text, end))
            if self._is_katakana_name(reading, start, parts, named):
                yield start, end

    def _is_katakana_name(self, reading: Reading, start: int, parts: list[str], named: bool) -> bool:
        lists, whole = self.lists, "".join(parts)
        if len(parts) == 2 and lists.is_kana_pair(*parts):
            return True
        words = _words_of(reading, start, start + len(whole) + len(parts) - 1)
        common = not words or any(_is_common(word) for word in words)
        if len(parts) > 1:
            return named or (not common and not any("地名" in word.tag for word in words))
        if lists.splits(whole) and (named or not common or _is_pair(words, lists)):
            return True
        if not named:
            return False
        return whole in lists.surname_kana or (not common and (whole in lists.given_kana or not words[0].known))

    def _hiragana(self, reading: Reading) -> Iterator[tuple[int, int]]:
        text = reading.text
        for match in HIRAGANA.finditer(text):
            run = match.group()
            named = _has_honorific(text, match.end())
            honorific = HIRAGANA_HONORIFIC.search(run)
            if honorific and honorific.start():
                run, named = run[: honorific.start()], True
            start, end = match.start(), match.start() + len(run)
            labelled = _has_label(text, start) or text[start - 1 : start] in ("(", "（")
            if not (named or labelled or " " in run):
                continue
            found = self._kana_name(run, anywhere=named, alone=labelled)
            if found:
                yield end - found if named else start, end

    def _kana_name(self, run: str, *, anywhere: bool, alone: bool) -> int:
        """How many characters at the end of `run` are a full name in kana (with its blank); 0 for none."""
        last = run[-11:] if anywhere else run
        for at in range(max(1, len(last) - 3) if anywhere else 1):
            tail = last[at:]
            surname, blank, given = tail.partition(" ")
            if blank and self.lists.is_kana_pair(surname, given):
                return len(tail)
            if not blank and (anywhere or alone) and len(tail) >= 4 and self.lists.splits(katakana(tail)):
                return len(tail)
        return 0

    def _kanji(self, reading: Reading) -> Iterator[tuple[int, int]]:
        text = reading.text
        for match in KANJI_NAME.finditer(text):
            start, run = match.start(), match.group()
            for end in self._ends_of_name(text, start, run):
                if self._is_kanji_name(text, start, end):
                    yield start, end
                    break

    def _ends_of_name(self, text: str, start: int, run: str) -> Iterator[int]:
        """Where a name that starts here could end: the whole run, or before the honorific inside it."""
        yield start + len(run)
        for title in re.finditer(TITLES, run):
            if title.start():
                yield start + len(run[: title.start()].rstrip())
        kanji = re.match(r"[一-龥々ヶ]+(?: (?=[一-龥々]))?", run)
        for size in range(len(run) - 1, kanji.end() - 1 if kanji else 0, -1):
            yield start + size

    def _is_kanji_name(self, text: str, start: int, end: int) -> bool:
        name = text[start:end]
        if name in NOBODY or COMPANY.search(text, max(0, start - 6), start):
            return False
        honoured = _has_honorific(text, end)
        named = honoured or _has_label(text, start) or bool(INTRODUCED.match(text, end))
        if name in self.lists.surnames:
            return named
        return any(
            self._is_given(name[at:].lstrip(), named, " " in name)
            for at in range(1, min(5, len(name)))
            if name[:at] in self.lists.surnames
        )

    def _is_given(self, given: str, named: bool, apart: bool) -> bool:
        """Whether what follows a surname is a given name; a single character or unknown one needs more."""
        if not given or HIRAGANA_HONORIFIC.match(given):
            return False
        if given in self.lists.given or katakana(given) in self.lists.given_kana:
            return named or len(given) > (1 if KANJI.fullmatch(given) else 2)
        return named and apart and len(given) <= 4

    def _romaji(self, text: str) -> Iterator[Span]:
        lists = self.lists
        for match in ROMAJI_PAIR.finditer(text):
            one, two = match[1].lower(), match[2].lower()
            if (one in lists.surname_romaji and two in lists.given_romaji) or (
                two in lists.surname_romaji and one in lists.given_romaji
            ):
                yield Span(match.start(), match.end(), PiiKind.PERSON)
        for match in ROMAJI_NAMED.finditer(text):
            if " " in match[1] or match[1].lower() in lists.surname_romaji | lists.given_romaji:
                yield Span(match.start(1), match.end(1), PiiKind.PERSON)


def _run_of_person_words(words: Sequence[Word], at: int) -> int:
    """The end of a run of person words (one blank, ・ or = may join two); `at` when there is none."""
    end = at
    while end < len(words):
        if "人名" in words[end].tag:
            end += 1
        elif end > at and words[end].text in (" ", "・", "=") and end + 1 < len(words):
            if "人名" not in words[end + 1].tag:
                break
            end += 2
        else:
            break
    return end


def _is_person(reading: Reading, at: int, end: int) -> bool:
    words, text = reading.words, reading.text
    first, last = words[at], words[end - 1]
    name = text[first.start : last.end]
    if name in NOBODY or COMPANY.search(text, max(0, first.start - 6), first.start):
        return False
    if _has_honorific(text, last.end) or _has_label(text, first.start):
        return True
    if text[last.end : last.end + 1] == "・":  # デビット・カード
        return False
    if len(name) < 2 or name in PLACES or name.endswith(SHOP) or re.fullmatch(r"[ぁ-んA-Za-z0-9 ]+", name):
        return False
    before = reading.word_before.get(first.start)
    if before and before.tag.startswith(("名詞-固有名詞-地名", "名詞-固有名詞-一般")) and len(name) < 4:
        return False
    following = words[end] if end < len(words) else None
    return not (following and following.tag.startswith(NAMESAKE) and CLOSED_BY.match(following.text) is None)


def _has_honorific(text: str, at: int) -> bool:
    return HONORIFIC.match(text, at) is not None and NO_HONORIFIC.match(text, at) is None


def _has_label(text: str, at: int) -> bool:
    return LABEL.search(text, max(0, at - LABEL_REACH), at) is not None


def _words_of(reading: Reading, start: int, end: int) -> list[Word]:
    """The words that make up a run; none when the dictionary draws its borders elsewhere."""
    at, found = reading.words_in.get(start), []
    while at is not None and at < len(reading.words) and reading.words[at].start < end:
        found.append(reading.words[at])
        at += 1
    return found


def _is_common(word: Word) -> bool:
    """Whether the dictionary knows it as an ordinary word (ユーザー, メーカー) and not as a person."""
    return word.known and len(word.text) > 1 and "普通名詞" in word.tag


def _is_pair(words: Sequence[Word], lists: NameLists) -> bool:
    return len(words) == 2 and lists.is_kana_pair(words[0].text, words[1].text)
