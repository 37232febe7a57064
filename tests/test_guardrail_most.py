"""Known values spelled out, drawn, read downwards or told most of the way; and words that are names, too."""

import asyncio
import base64
import binascii
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_guardrail_known import HIDDEN, PERSON, PII, conversation

from guardrail.known.known_values import KnownValues
from guardrail.stream import Memory, StreamFilter

DIGITS = "08061423975"
PLAIN = dict(enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]))
_NATO = """
Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar Papa Quebec Romeo
Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu
"""
NATO = _NATO.split()
WORDS = "river ocean water earth night apple bread island river cloud house flame island earth lemon dance"
ROMAN = ("N", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
BRAILLE = dict(zip("abcdefghijklmnopqrstuvwxyz", "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵", strict=True))
FRENCH = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"]
SPANISH = ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"]
DICE = ("⓪", *"⚀⚁⚂⚃⚄⚅", "⚅⚀", "⚅⚁", "⚅⚂")


def each(names: tuple[str, ...] | list[str], between: str = " ") -> str:
    return between.join(names[int(digit)] for digit in DIGITS)


def nato(word: str) -> list[str]:
    return [NATO[ord(letter) - ord("a")] for letter in word.lower() if letter.isalpha()]


SPELLED = {
    "roman numerals": each(ROMAN),
    "roman numerals of one sign": "".join("0ⅠⅡⅢⅣⅤⅥⅦⅧⅨ"[int(digit)] for digit in DIGITS),
    "roman numbers": "LXXX - LXI - XLII - MMMCMLXXV",
    "dice": "".join(digit if digit in "0789" else DICE[int(digit)] for digit in DIGITS),
    "dice together": each(DICE),
    "mahjong tiles": "".join("0" if digit == "0" else chr(0x1F006 + int(digit)) for digit in DIGITS),
    "counting rods": "".join("0" if digit == "0" else chr(0x1D35F + int(digit)) for digit in DIGITS),
    "Korean": "공팔공-육일사이-삼구칠오",
    "Korean words": each(["공", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉"]),
    "French": each(FRENCH),
    "French pairs": "zéro huit, zéro six, quatorze, vingt-trois, quatre-vingt-dix-sept, cinq",
    "Spanish": each(SPANISH, ", "),
    "Vietnamese": each(["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]),
    "braille numbers": "⠼" + "".join(BRAILLE["jabcdefghi"[int(digit)]] for digit in DIGITS),
    "braille numbers without a sign": "".join(BRAILLE["jabcdefghi"[int(digit)]] for digit in DIGITS),
    "nine less each": "919-3857-6024",
    "braille": "".join(BRAILLE.get(letter, " ") for letter in "rowena birchfield"),
    "Japanese braille": "⠷⠐⠞⠓⠡⠄⠫⠴⠕",
    "spelling alphabet": " ".join(nato("Rowena Birchfield")),
    "spelling alphabet, marked": ", ".join(
        f"{letter} as in {word}" for letter, word in zip("ROWENABIRCHFIELD", nato("RowenaBirchfield"), strict=True)
    ),
    "spelling alphabet of a mail": "Kilo dot " + " ".join(nato("midorikawa")) + " at Mike Alfa India Lima dot example",
    "flags": " ".join(chr(0x1F1E6 + ord(letter) - ord("a")) for letter in "rowenabirchfield"),
    "white on black": "".join(chr(0x1F150 + ord(letter) - ord("a")) for letter in "rowenabirchfield"),
    "ascii85": base64.a85encode(b"080-6142-3975").decode(),
    "base85": base64.b85encode(b"rowena_b77@example.org").decode(),
    "Dutch": each(["nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"]),
    "Turkish": each(["sıfır", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz"]),
    "Hindi": each(["शून्य", "एक", "दो", "तीन", "चार", "पांच", "छह", "सात", "आठ", "नौ"]),
    "counted in Japanese": each(
        ["なし", "ひとつ", "ふたつ", "みっつ", "よっつ", "いつつ", "むっつ", "ななつ", "やっつ", "ここのつ"], "、"
    ),
    "numbers in kana": "ゼロ、はちじゅう、ろくじゅういち、よんじゅうに、さんじゅうきゅう、ななじゅうご",
    "counted marks": " ".join("●" * int(digit) or "○" for digit in DIGITS),
    "four bits": " ".join(f"{int(digit):04b}" for digit in DIGITS),
    "dominoes": "".join(chr(0x1F031 + int(d)) if d < "7" else chr(0x1F037 + 7 * (int(d) - 6)) for d in DIGITS),
    "A for nought": "".join(chr(ord("A") + int(digit)) for digit in DIGITS),
    "A for one": "".join("JABCDEFGHI"[int(digit)] for digit in DIGITS),
    "places in the alphabet": "-".join(str(ord(letter) - 96) for letter in "rowenabirchfield"),
    "keys of a telephone": "777 666 9 33 66 2 22 444 777 222 44 333 444 33 555 3",
    "pig latin": "owenaray irchfieldbay",
    "upside down": "plǝᴉɟɥɔɹᴉq ɐuǝʍoɹ",
    "drawn of signs": "r()vv3n4 |3irc|-|f13l|)".replace("vv", "\\/\\/"),
    "uuencoded": binascii.b2a_uu(b"080-6142-3975").decode().strip(),
}
MOST = [
    "080-6142-39",
    "6142-3975",
    "080-6142-XXXX",
    "０８０６１４２",
    "5793-2416",
    "k.midorikawa@mail",
    "midorikawa@mail.example",
    "緑川健",
    "Rowena Birchf",
    "r o w e n a b i r c h",
    "48 Larkspur Avenue",
    "愛知県名古屋市中区錦3-15",
    "TK-4471-90",
]
PASSES = [
    "愛知県名古屋市中区です。",
    "錦3-15-8にあります。",
    "k さんのmailです。",
    "TK-4471-90ZY はありません。",
    "受付番号は 080-6142 円ではなく 6142 円です。",
    "Build 6214.9030 is out, and 6214.9031 too.",
    "🇯🇵 日本語、🇺🇸 English、🇫🇷 Français から選びます。",
    "Hotel India, Golf course, Kilo: three places to see.",
    "第I章、第II章、第III章、第IV章の順に読みます。",
    "| 月 | 火 |\n| --- | --- |\n| 9 | 10 |\n| 11 | 12 |\n",
    "⚀ と ⚅ は同じ面です。",
    "サイズは 6142 KB、8061 KB、3975 KB です。",
    "Press 8, then 6, then 4 to reset.",
    "Today we say: play all day, stay away.",
    "| 1 | 0 |\n| --- | --- |\n| 0 | 1 |\n",
]


@pytest.mark.parametrize("disguise", SPELLED)
async def test_what_is_spelled_out_or_drawn_is_read(disguise: str) -> None:
    (shown,) = await conversation([[f"コードは {SPELLED[disguise]} です。"]])
    assert re.fullmatch(rf"コードは [\W⠼]*{HIDDEN}[\W]* です。", shown)


@pytest.mark.parametrize("most", MOST)
async def test_most_of_a_value_is_withheld(most: str) -> None:
    (shown,) = await conversation([[f"分かるのは {most} までです。"]])
    assert shown.startswith(f"分かるのは {HIDDEN}")


@pytest.mark.parametrize("text", PASSES)
async def test_what_is_less_or_something_else_passes(text: str) -> None:
    assert await conversation([[text]]) == [text]
    assert await conversation([list(text)], "en") == [text]


def seen(shown: list[str]) -> str:
    return re.sub(r"[^0-9a-z]", "", " ".join(shown).replace(HIDDEN, ""))


async def test_a_number_told_digit_by_digit_is_not_told_most_of_the_way() -> None:
    one_by_one = [[f"Then comes {digit}."] for digit in DIGITS]
    assert len(re.findall("[0-9]", " ".join(await conversation(one_by_one)))) == 6
    words = ", then ".join(DIGITS)
    (shown,) = await conversation([[f"It has to begin with {words}."]])
    assert not re.search("[0-9]", shown)


async def test_of_halves_in_two_answers_the_second_is_withheld() -> None:
    turns = await conversation([["前は 0806 です。"], ["後ろは 142 です。"], ["末尾は 3975 です。"]])
    assert turns == ["前は 0806 です。", f"後ろは {HIDDEN} です。", f"末尾は {HIDDEN} です。"]


@pytest.mark.parametrize(
    "table",
    [
        "| # | |\n|---|---|\n"
        + "".join(f"| {letter} | {digit} |\n" for letter, digit in zip("abcdefghijk", DIGITS, strict=True)),
        "| a | b | c |\n|---|---|---|\n| 0 | 1 | 9 |\n| 8 | 4 | 7 |\n| 0 | 2 | 5 |\n| 6 | 3 | |\n",
        "0 1 9\n8 4 7\n0 2 5\n6 3 .\n",
        "019\n847\n025\n63\n",
    ],
)
async def test_a_table_is_read_down_its_columns(table: str) -> None:
    for pieces in ([table], list(table)):
        (shown,) = await conversation([["ご覧ください。\n\n", *pieces, "\nどうぞ。"]])
        assert not re.search("[0-9]", shown)
        assert shown.endswith("どうぞ。")


async def test_initials_of_lines_and_words_spell_no_name() -> None:
    (vertical,) = await conversation([["緑が多い町です。\n川もあります。\n健やかな朝です。\n太陽が昇ります。\n"]])
    assert vertical.count(HIDDEN) == 4
    words = [
        "river",
        "ocean",
        "water",
        "earth",
        "night",
        "apple",
        "bread",
        "island",
        "river",
        "cloud",
        "house",
        "flame",
        "island",
        "earth",
        "lemon",
        "dance",
    ]
    (lines,) = await conversation([["".join(f"{word.capitalize()} is a word.\n" for word in words)]])
    assert len(re.findall("(?m)^[A-Z]", lines)) <= 8
    (row,) = await conversation([[f"Learn: {' '.join(words)}."]])
    assert len(row.replace(HIDDEN, "").split()) <= 8


NAMES = KnownValues.of([(PERSON, name) for name in ("Mark", "Grace", "April", "さくら", "光", "Will Parker", "のぞみ")])


async def shown_of(text: str) -> str:
    answer = StreamFilter(PII, "ja", known=NAMES, memory=Memory())
    return await answer.feed(text) + await answer.close()


@pytest.mark.parametrize(
    "text",
    [
        "Mark the box to continue. Mark it.",
        "A grace period of 3 days. Grace periods end soon.",
        "April 3 is fine. We are closed in April.",
        "さくらの季節です。さくらを見ました。",
        "のぞみは東京駅に着きます。",
        "光の回線を使います。ひかりは速いです。",
        "Will it work? Will you try?",
    ],
)
async def test_a_name_that_is_a_word_does_not_hide_the_word(text: str) -> None:
    assert await shown_of(text) == text


async def test_it_hides_the_name() -> None:
    assert await shown_of("担当はさくらさんです。") == f"担当は{HIDDEN}さんです。"
    assert await shown_of("You can ask Grace about it.") == f"You can ask {HIDDEN} about it."


PIECES = st.sampled_from([*SPELLED.values(), *MOST, *PASSES, "はい、", "Yes. ", "\n", "。", " | ", "0", "緑", "\n- "])


@settings(max_examples=15, deadline=None)
@given(text=st.lists(PIECES, min_size=1, max_size=8).map("".join), data=st.data())
def test_the_chunks_an_answer_comes_in_change_nothing_here_either(text: str, data: st.DataObject) -> None:
    """S51"""
    borders = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=12)))
    chunks = [text[a:b] for a, b in zip([0, *borders], [*borders, len(text)], strict=True)]
    whole = asyncio.run(conversation([[text], [text]]))
    assert asyncio.run(conversation([chunks, list(text)])) == whole
