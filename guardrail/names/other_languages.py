"""Lines in other languages than Japanese and English: what is a name there, and what only looks like one.

Both languages' rules take the capitalised or unknown words of a third for names. A line is known as one by the small
words that every sentence has; in it, a name counts if a list has it or something says that it is one.
"""

import re
from collections.abc import Iterable, Iterator

from guardrail.findings import PiiKind
from guardrail.names.english_lists import EnglishLists, without_accents
from guardrail.names.name_signs import is_named
from guardrail.names.word_tables import listed
from guardrail.text.reading import ReadText, Span

# Spanish, Portuguese, French, German, Italian, Dutch, Indonesian, Vietnamese, Swedish, Polish, Turkish; no English
# words and none that names are joined by.
SMALL_WORDS = listed(
    """
    que qué cómo cuál dónde cuándo puedo puede quiero para por con una sus más está están hay pero como también
    muy abra vaya seleccione toque pregunte usted llamo nombre atiende los las del y su nuestra nuestro desde
    hasta cada sin sobre não posso você meu minha seu sua são gostaria fale dias é em ao os pelo pela uma seus je
    vous nous est les des une pour avec dans sur sont comment puis mon votre vos cette être au aux pas ne voudrais
    ouvrez demandez qui où ich sie und ist nicht wie kann mein meine ihr ihre bitte auf mit für eine einen ein dem
    das zum zur öffnen wählen nach heiße fragen werden haben innerhalb ihren vorrei sono che per il gli della nel
    chiamo mia questo è ik mijn het een niet wij hoe voor naar naam uw saya bagaimana cara yang untuk dan anda
    dengan tidak ini itu dari buka pilih silakan hubungi lalu nama kami atau bisa tôi là và của không có cho được
    bạn tên vui lòng để với mở chọn thế nào liên hệ jag och är inte hur jak nie jest się mogę proszę nasıl bir
    için ve
    """
)
ENGLISH_SMALL = listed(
    "the of and to is it you for with your my can how what this that are be not we from will if our has have was"
    " please i'm"
)
LINE = re.compile(r"[^\n]+")
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
KANA, HAN = re.compile("[ぁ-ヺ]"), re.compile("[㐀-鿿]")
# What only Chinese sentences have among the characters that Japanese uses too.
CHINESE = re.compile("[你您們嗎麼怎呢吧這沒妳咱]|我[要想是的叫們]|[請轉][問人]|可以|什[麽麼]|先生[，。]")
ENCODING = "cp932"  # every kanji that Japanese is written with
SURNAMES_ZH = (
    "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈"
    "丁魏薛叶葉阎余潘杜戴夏钟鍾汪田任姜范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文"
)
SURNAMES_KO = (
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지엄채원천방공현함변염"
)
SURNAMES_VI = "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Đoàn|Trịnh|Mai"
CAPITALISED = r"[A-ZÀ-ÞĀ-žĐƠƯẠ-ỹ][^\W\d_]*"
# Somebody said to be one, by the language's own words; the name is the first group.
SAID = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:我叫|名叫|姓名(?:是|[::])|名字[是叫]|[联聯][系絡络]人[:: ]?|收[件货貨]人[:: ]?|[客顾顧][户戶客][:: ])"
        rf" ?([{SURNAMES_ZH}][一-鿿]{{1,2}}?)(?=[,，。、.!？\s)]|先生|女士|小姐|\Z)",
        rf"([{SURNAMES_ZH}][一-鿿]{{0,2}})(?=先生|女士|小姐|太太|老[师師])",
        rf"(?:이름은|성함은|담당자는?|수령인은?|받는 ?분은?|저는) ?[:：]? ?"
        rf"([{SURNAMES_KO}][가-힣]{{1,2}}?)(?=입니다|이고|이에요|예요|[\s,.]|\Z)",
        rf"(?<![가-힣])([{SURNAMES_KO}][가-힣]{{2}}) ?(?=님|씨(?![가-힣])|선생님|과장|대리|팀장|고객)",
        r"(?:ชื่?อ|นาย|นางสาว|นาง) ([ก-๎]{2,14}(?: [ก-๎]{2,16})?)(?![ก-๎])",
        rf"\b((?:{SURNAMES_VI})(?: {CAPITALISED}){{1,3}})",
        r"(?:[Mm]e llamo|[Mm]i nombre es|[Mm]eu nome é|[Cc]hamo-me|[Jj]e m'appelle|[Mm]on nom est|[Ii]ch heiße"
        r"|[Mm]ein Name ist|[Mm]i chiamo|[Ii]l mio nome è|[Mm]ijn naam is|[Nn]ama saya|Frau|Herrn?|Señora?"
        rf"|Monsieur|Madame|Senhora?|Bapak|Ibu) ({CAPITALISED}(?:[ -]{CAPITALISED}){{0,3}})",
    )
)


def find_said_elsewhere(reading: ReadText) -> Iterator[Span]:
    """Everybody who is named in another language's own way."""
    text = reading.text
    if text.isascii() or KANA.search(text):
        return
    for pattern in SAID:
        for match in pattern.finditer(text):
            yield Span(*match.span(1), PiiKind.PERSON)


def is_elsewhere(line: str) -> bool:
    """Whether a line is in another language, by its small words or its characters."""
    if KANA.search(line):
        return False
    if HAN.search(line):
        return CHINESE.search(line) is not None or not _is_encodable(line)
    words = [word.replace("’", "'") for word in WORD.findall(line)]
    small = [word.lower() for at, word in enumerate(words) if at == 0 or word.islower()]
    return sum(word in SMALL_WORDS for word in small) > sum(word in ENGLISH_SMALL for word in small)


def _is_encodable(line: str) -> bool:
    try:
        "".join(HAN.findall(line)).encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True


def without_ordinary(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """The spans but for what is an ordinary word of another language."""
    found = list(spans)
    read = [span for span in found if span.kind in (PiiKind.PERSON, PiiKind.ADDRESS)]
    lines = [line.span() for line in LINE.finditer(text) if is_elsewhere(line[0])] if read else []
    said = {match.span(1) for pattern in SAID for match in pattern.finditer(text)} if lines else set()
    for span in found:
        line = next((line for line in lines if line[0] <= span.start < line[1]), None)
        if line is None or span[:2] in said or _holds(text, span):
            yield span


def _holds(text: str, span: Span) -> bool:
    if span.kind is PiiKind.ADDRESS:  # not a sentence with a number in it
        words = WORD.findall(text[span.start : span.end])
        return 2 * sum(map(str.islower, words)) <= len(words)
    return span.kind is not PiiKind.PERSON or _is_listed(text, span)


def _is_listed(text: str, span: Span) -> bool:
    """Whether something says that it is a name: a list, or what stands beside it."""
    whole = text[span.start : span.end]
    if HAN.search(whole):
        return is_named(text, span.start, span.end)
    lists = EnglishLists.load()
    names = [
        without_accents(word.lower())
        for word in WORD.findall(whole)
        if word.lower() not in SMALL_WORDS and not word.islower()
    ]
    return any(
        (name in lists.first and len(name) > 2) or (name in lists.last and name not in lists.frequent) for name in names
    )
