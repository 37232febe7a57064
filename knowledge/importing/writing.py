"""Whether a text is written in a language at all, and letters put into the form in which people type them. Pure."""

import unicodedata
from collections import Counter

MOST_STRANGE = 0.04  # of the letters may be such as no living text has
MOST_OF_SHORT = 0.2  # ... in a text of so few
SHORT = 20
FEWEST = 3

# Radicals that programs put in place of the letter, and that NFKC leaves alone (EquivalentUnifiedIdeograph.txt).
_RADICALS = (
    "⺠民⺟母⺩王⺬示⺝月⺼月⻁虎⻅见⻆角⻋车⻑長⻒镸⻓长⻔门⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟飠⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯"
    "⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟⺌小⺍小⺎兀⺐尣⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺞歹⺡氵⺣灬⺥爫⺦丬⺧牛⺨犭⺪疋⺭礻⺮竹⺯糸⺰纟⺱罓⺲罒⺶羊⺷羊"
    "⺸羊⺹耂⺺肀⺻聿⺽臼⺾艹⺿艹⻀艹⻂衤⻃覀⻄西⻈讠⻉贝⻊足⻌辶⻍辶⻎辶⻏阝⻐钅⻕阝⻖阝⻗雨⻠饣⺄乙⺅亻⺊卜⺋㔾"
)
_PLAIN = {ord(radical): plain for radical, plain in zip(_RADICALS[::2], _RADICALS[1::2], strict=True)}
# Kangxi radicals, ideographs for compatibility, ligatures: nothing but another look of the same letter.
_LOOKS = (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFB00), *range(0xFB00, 0xFB07))
_PLAIN |= {code: plain for code in _LOOKS if (plain := unicodedata.normalize("NFKC", chr(code))) != chr(code)}


def with_plain_radicals(text: str) -> str:
    """The text with the letters that are meant (⾸ -> 首, ﬁ -> fi). Signs such as ① ㈱ ～ stay as they are."""
    return text.translate(_PLAIN)


def is_written(text: str) -> bool:
    """Whether this can be what somebody wrote: not the numbers of a font's shapes taken for letters."""
    counts = Counter(text)
    letters = sum(count for char, count in counts.items() if not char.isspace())
    strange = sum(count for char, count in counts.items() if _is_strange(char))
    # Marks that stand above letters follow letters; shapes taken for them stand alone.
    strange += sum(0x300 <= ord(char) <= 0x36F and not text[n - 1].isalpha() for n, char in enumerate(text) if n)
    return strange <= (max(FEWEST, letters * MOST_STRANGE) if letters > SHORT else letters * MOST_OF_SHORT)


def _is_strange(char: str) -> bool:
    code = ord(char)
    # CJK Extension A holds rare letters, of which a text has one in a thousand.
    return (
        0x3400 <= code <= 0x4DBF
        or char == "\ufffd"
        or (unicodedata.category(char) in {"Cn", "Co", "Cs", "Cc"} and char not in "\n\t\r")
    )
