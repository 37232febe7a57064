"""Persons whom no list knows, where the text says that they are: "Renny here", 八月一日(ほづみ)と申します。"""

import re
from collections.abc import Iterator

from guardrail.findings import PiiKind
from guardrail.names.english_lists import EnglishLists
from guardrail.names.name_lists import NameLists, katakana
from guardrail.names.word_tables import BRANDS, NO_GIVEN_NAME, PRODUCTS, listed
from guardrail.text.reading import ReadText, Span

CAP = r"(?P<it>[A-ZÀ-Þ][a-zà-þ]{1,14})"
LOW = r"(?P<it>[a-z]{3,12})"
# Names that no list needs to have: the words around them are said of persons alone.
SURELY = (
    re.compile(rf"\b(?:Auntie|Aunty|Nana|Granny|Grandma|Grandpa|Grandad|Granddad|DJ|MC) {CAP}(?![A-Za-z0-9])"),
    re.compile(rf"\bfrom {CAP},? and the (?:twins|kids|boys|girls|children|family|dogs?|cats?|gang)\b"),
)
# Two words: what a game or a book is said to be by.
MADE_BY = (
    r"\b(?:game|film|story|book|mod|comic|novel|map|music|art) by "
    r"(?P<it>[A-ZÀ-Þ][a-zà-þ]{1,14} [A-ZÀ-Þ][a-zà-þ]{1,14})"
)
# Any word but an ordinary one.
UNUSUAL = (
    re.compile(rf"(?:\A|[.!?\n]\s{{0,2}}|\b(?:[Hh]i|[Hh]ey|[Hh]ello)\b[^.!?\n]{{0,14}}[,!] ?){CAP} here(?=[,.!\n]|\Z)"),
    re.compile(rf"(?:[.!?)…\n]|\blol|\bx|\bthanks) ?(?:-|–|—|--) ?{CAP}(?= ?x{{0,3}}\s*(?:\n|\Z))"),
    re.compile(rf"\b(?:help|thanks) (?:from|to) {CAP}(?=[;,.!\n]|\Z)"),
    re.compile(rf"\bcc:? {CAP}(?=[;,.!\n]|\Z)"),
    re.compile(MADE_BY),
)
# In small letters.
SMALL = (
    re.compile(
        rf"(?i:(?:\A|[\n.!?] ?)(?:yo|hey|hiya|heya|oi|sup|ey|hi|hello|thx|ty|cheers)) {LOW}(?=[,!?]|\s*(?:\n|\Z))"
    ),
    re.compile(
        rf"\b(?:call|text|ask|tell|ping|phone|ring|msg) {LOW} "
        r"(?:on (?=[+(0-9])|at (?=[+(0-9])|(?=if |about |to |that |when )|(?=[^.\n]{0,30}\b(?:he|she|him|her)\b))"
    ),
)
READING = r" ?[（(][ぁ-んァ-ヺー ]{2,14}[)）]"
JAPANESE = (
    # 八月一日(ほづみ)と申します
    re.compile(rf"(?<![一-龥々])(?P<it>[一-龥々]{{1,5}}{READING}) ?(?=と(?:申|もうし|いい|言い)|様|さん|さま|氏)"),
    re.compile(r"(?:苗字|名字)[がは][^。\n、]{0,14}の(?P<it>[一-龥々]{1,4})(?=です|と申|といい|で)"),
    re.compile(r"(?:差出人|送り主|受取人|宛名|投稿者|依頼主)[は:]? ?[「『](?P<it>[ぁ-んァ-ヺー一-龥々]{2,8})[」』]"),
    re.compile(r"\b(?:TODO|FIXME|XXX):? ?(?P<it>[a-z]{3,12}) ?[にへが](?=確認|聞|相談|依頼|連絡|頼)"),
    re.compile(r"\bask (?P<it>[a-z]{3,12}) ?[でにへ]"),
)
# Surnames on no list, of numbers, months and plants, which nothing but a person has before 様, さん or へ.
RARE = listed(
    """
    四月一日 八月一日 八月朔日 八月十五日 十二月晦日 六月一日 五月七日 一尺八寸 四十物 七五三掛 二十里 百目鬼 大豆生田
    大豆生 小豆沢 小豆畑 小鳥遊 月見里 栗花落 薬袋 鴨脚 勘解由小路 月出里 春夏秋冬 鶏冠井 躑躅森 釈迦堂 東風平
    百々 百足 千種 万年 一二三 五六 九十九 十一 京終 温井 熨斗 雲母 雪車町 馬酔木 酢谷
    """
)
RARE_NAME = re.compile(
    r"(?<![一-龥々])(?P<it>[一-龥々]{2,5}?)(?=様(?![々式子相])|さん|さま|氏(?!名)|へ(?=の|、|。|\s|\Z))"
    r"|(?<=[一-龥]の)(?P<of>[一-龥々]{2,5}?)(?=様(?![々式子相])|さん)"
)
ASKED_TO = re.compile(r"は(?P<it>[一-龥々]{1,4})まで(?=[^。\n]{0,10}(?:連絡|知らせ|ご?相談|申し出|一報|電話|メール))")
KIN = r"(?:娘|息子|長[男女]|次[男女]|夫|妻|主人|旦那|父|母|祖父|祖母|兄|姉|弟|妹|孫|甥|姪|叔父|叔母|いとこ)"
# 祖母のとしの写真, 姉のはるかと母のさちえ: in kana, where the sentence goes on as it does behind a name.
FAMILY = re.compile(
    rf"{KIN}の(?P<it>[ぁ-ん]{{2,4}}?|[ァ-ヺー]{{2,6}})(?=の(?:写真|誕生日|名前|アカウント|分|携帯|電話)|(?:が|は|も|です|と申)[^ぁ-ん]"
    rf"|と{KIN}の|と?、|。)"
)
NO_NAMES = listed(
    "ため こと もの ほう よう とき ところ まま いえ うち まえ あと はか くち こえ くるま へや ふく ねがい しごと かわり"
    " ほか なか"
)
# Credits: what somebody did, a wide blank, the name alone in its line.
ROLE = (
    "脚本|背景|音楽|校正|原画|作画|監督|演出|企画|制作|製作|撮影|編集|録音|声|声優|出演|翻訳|デザイン|イラスト"
    "|シナリオ|プログラム|協力|作曲|作詞|編曲|歌|装丁|挿絵|絵|文|写真|司会|会計|書記|会長|副会長|担当|原作|美術"
    "|照明|音響|衣装|主演|語り"
)
PAIR = r"(?P<it>(?P<one>[ぁ-ん]{2,5}|[ァ-ヺー]{2,8}|[一-龥々]{1,4}) (?P<two>[一-龥々ぁ-んァ-ヺー]{1,5}))"
CREDITED = re.compile(rf"^(?:{ROLE})[ 　:：]{{1,4}}{PAIR}$", re.MULTILINE)
# A surname in kanji and a given name in kana in a field of their own: カード:日下部 なお / ...
FIELD = re.compile(r"(?:\A|[:：/／|\n] ?)(?P<it>(?P<one>[一-龥々]{1,4}) (?P<two>[ぁ-ん]{2,4}))(?= ?(?:[/／|\n]|\Z))")
NOT_CALLED = (
    BRANDS | PRODUCTS | NO_GIVEN_NAME | listed("siri alexa cortana google mama papa mum mom dad mate dude fam folks")
)


def find_said(reading: ReadText) -> Iterator[Span]:
    """Everybody who is said to be called so."""
    for start, end in (*_latin(reading.text), *(_japanese(reading.text) if reading.words else ())):
        yield Span(start, end, PiiKind.PERSON)


def _latin(text: str) -> Iterator[tuple[int, int]]:
    lists = EnglishLists.load()
    for pattern in SURELY:
        for match in pattern.finditer(text):
            if match["it"].lower() in lists.first or match["it"].lower() not in lists.ordinary:
                yield match.span("it")
    for pattern in (*UNUSUAL, *SMALL):
        for match in pattern.finditer(text):
            low = match["it"].lower().split()[0]
            rare = low not in (lists.used if match["it"][0].isupper() else lists.frequent)
            if (low in lists.first or rare) and low not in lists.ordinary and low not in NOT_CALLED:
                yield match.span("it")


def _japanese(text: str) -> Iterator[tuple[int, int]]:
    lists = NameLists.load()
    for pattern in JAPANESE:
        for match in pattern.finditer(text):
            if not match["it"].isascii() or match["it"] in lists.surname_romaji:
                yield match.span("it")
    yield from (
        match.span(match.lastgroup or 0) for match in RARE_NAME.finditer(text) if match[match.lastgroup or 0] in RARE
    )
    yield from (match.span("it") for match in ASKED_TO.finditer(text) if match["it"] in lists.surnames)
    for match in FAMILY.finditer(text):
        if katakana(match["it"]) in lists.given_kana and match["it"] not in NO_NAMES:
            yield match.span("it")
    for match in CREDITED.finditer(text):
        if match["one"] in lists.surnames or katakana(match["two"]) in lists.given_kana:
            yield match.span("it")
    for match in FIELD.finditer(text):
        if match["one"] in lists.surnames and katakana(match["two"]) in lists.given_kana:
            yield match.span("it")
