"""What a number or a letter is called: digits in the languages visitors use, the spelling alphabets, letter names."""

import unicodedata
from collections.abc import Iterator

from guardrail.text.normalise import normalise

# Nought to nine; a slash parts the words for one digit.
_DIGITS = """
zéro un/une deux trois quatre cinq six sept huit neuf
cero uno dos tres cuatro cinco seis siete ocho nueve
null eins zwei/zwo drei vier fünf sechs sieben acht neun
zero uno due tre quattro cinque sei sette otto nove
zero um dois três quatro cinco seis/meia sete oito nove
nol/kosong satu dua tiga empat lima enam tujuh delapan sembilan
không một hai ba bốn năm sáu bảy tám chín
ศูนย์ หนึ่ง สอง สาม สี่ ห้า หก เจ็ด แปด เก้า
ling yao/yi er/liang san si wu liu qi ba jiu
ноль/нуль один два три четыре пять шесть семь восемь девять
nul een/één twee drie vier vijf zes zeven acht negen
zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć
nula jedna/jeden dva/dvě tři čtyři pět šest sedm osm devět
nulla egy kettő/két három négy öt hat hét nyolc kilenc
zero unu/una doi/două trei patru cinci șase/şase șapte/şapte opt nouă
noll ett/en två tre fyra fem sex sju åtta nio
null en/én to/tre tre fire fem seks sju/syv åtte/otte ni
nolla yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän
sıfır bir iki üç dört beş altı yedi sekiz dokuz
μηδέν ένα/ένας δύο τρία/τρεις τέσσερα πέντε έξι εφτά/επτά οχτώ/οκτώ εννιά/εννέα
صفر واحد اثنان/اثنين ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة
शून्य एक दो तीन चार पांच/पाँच छह/छः सात आठ नौ
אפס אחת/אחד שתיים/שניים שלוש/שלושה ארבע/ארבעה חמש/חמישה שש/שישה שבע/שבעה שמונה תשע/תשעה
nul unu du tri kvar kvin ses sep ok naŭ
nihil unus duo tres quattuor quinque sex septem octo novem
нуль один два три чотири пʼять/п'ять шість сім вісім девʼять/дев'ять
sifuri moja mbili tatu nne tano sita saba nane tisa
なし/ゼロ ひとつ/ひ ふたつ/ふ みっつ/み よっつ/よ いつつ/いつ むっつ/む ななつ/なな やっつ/や ここのつ/ここ
공/영 하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉
zero one/wun two/too three/tree four/fower five/fife six seven eight/ait nine/niner
"""
# ICAO and ITU's alphabet (ICAO annex 10, volume II), as spelled there and otherwise; the same in katakana.
_LETTERS = """
alfa/alpha/アルファ/アルファー/エー bravo/ブラボー/ビー charlie/チャーリー/シー delta/デルタ/ディー echo/エコー/イー
foxtrot/フォックストロット/エフ golf/ゴルフ/ジー hotel/ホテル/エイチ india/インディア/アイ
juliett/juliet/juliette/ジュリエット/ジェー/ジェイ kilo/キロ/ケー/ケイ lima/リマ/エル mike/マイク/エム
november/ノーベンバー/ノベンバー/エヌ oscar/オスカー/オー papa/パパ/ピー quebec/ケベック/キュー
romeo/ロメオ/ロミオ/アール sierra/シエラ/エス tango/タンゴ/ティー uniform/ユニフォーム/ユー victor/ビクター/ブイ
whiskey/whisky/ウイスキー/ウィスキー/ダブリュー xray/エックスレイ/エックス yankee/ヤンキー/ワイ
zulu/ズールー/ゼット
"""
# Words for what a skeleton leaves out.
_SIGNS = """
at dot period point hyphen dash minus underscore plus space and then arobase arroba punto punkt ponto tiret et
ドット アットマーク アット ハイフン アンダーバー
"""
# Read out without a blank: nought to nine.
_KOREAN = "공영령 일 이 삼 사 오 육륙 칠 팔 구"
KOREAN = {char: str(digit) for digit, chars in enumerate(_KOREAN.split()) for char in chars}

_FRENCH = "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
_SPANISH = "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince"
_SPANISH_TENS = "treinta cuarenta cincuenta sesenta setenta ochenta noventa"
_GERMAN = "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn"
_GERMAN_TENS = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"


def _french() -> Iterator[str]:
    """Ten to ninety-nine, as the two below."""
    units = _FRENCH.split()
    units += [f"dix{unit}" for unit in units[6:9]]
    yield from units[9:]
    for ten in ("vingt", "trente", "quarante", "cinquante"):
        yield from (ten, f"{ten}et{units[0]}", *(ten + unit for unit in units[1:9]))
    yield from ("soixante", "soixanteetun", *(f"soixante{unit}" for unit in units[1:10]))
    yield from ("soixanteetonze", *(f"soixante{unit}" for unit in units[11:19]))
    yield from ("quatrevingts", *(f"quatrevingt{unit}" for unit in units))


def _spanish() -> Iterator[str]:
    units = _SPANISH.split()
    yield from (*units[9:], *(f"dieci{unit}" for unit in units[5:9]))
    yield from ("veinte", *(f"veinti{unit}" for unit in units[:9]))
    for ten in _SPANISH_TENS.split():
        yield from (ten, *(f"{ten}y{unit}" for unit in units[:9]))


def _german() -> Iterator[str]:
    units = _GERMAN.split()
    yield from (*units[9:], "achtzehn", "neunzehn")
    for ten in _GERMAN_TENS.split():
        yield from (ten, *(f"{unit}und{ten}" for unit in units[:9]))


def _names() -> Iterator[tuple[str, str]]:
    for line in filter(None, _DIGITS.splitlines()):
        for digit, words in enumerate(line.split()):
            yield from ((word, str(digit)) for word in words.split("/"))
    for letter, words in zip("abcdefghijklmnopqrstuvwxyz", _LETTERS.split(), strict=True):
        yield from ((word, letter) for word in words.split("/"))
    for tongue in (_french, _spanish, _german):
        yield from ((name, str(number)) for number, name in enumerate(tongue(), 10))


def _plain(word: str) -> str:
    """Without the accents of Latin letters."""
    apart = unicodedata.normalize("NFD", word)
    return "".join(char for char in apart if not "\u0300" <= char <= "\u036f").replace("ß", "ss")


SIGNS = frozenset(_SIGNS.split())
# A word, or several without what parts them -> what it stands for, and what in another language ("ba": 3 and 8).
NAMES: dict[str, str] = {}
OTHERWISE: dict[str, str] = {}
for _name, _said in _names():
    for _form in {_name, normalise(_name).text, _plain(_name) if _name[0] < "\u0250" else _name}:
        if NAMES.setdefault(_form, _said) != _said:
            OTHERWISE[_form] = _said
MOST_WORDS = 4  # quatre-vingt-dix-neuf
