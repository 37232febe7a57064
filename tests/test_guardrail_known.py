"""Known values do not leave in any disguise that can be undone; what only looks like them passes untouched."""

import asyncio
import base64
import codecs
import re
from collections.abc import Callable, Sequence

import pytest
from grounds import real_pii
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrail.findings import PiiKind
from guardrail.known.forms import Forms
from guardrail.known.known_values import KnownValues
from guardrail.links import Hosts
from guardrail.public_contacts import PublicContacts
from guardrail.stream import Memory, StreamFilter

PII = real_pii()
HIDDEN = "（個人情報のため非表示）"
PERSON, ADDRESS, PHONE, EMAIL, ID = PiiKind
VALUES = {
    "name": (PERSON, "緑川健太"),
    "english name": (PERSON, "Rowena Birchfield"),
    "phone": (PHONE, "080-6142-3975"),
    "english phone": (PHONE, "(415) 555-0137"),
    "mail": (EMAIL, "k.midorikawa@mail.example"),
    "english mail": (EMAIL, "rowena_b77@example.org"),
    "address": (ADDRESS, "愛知県名古屋市中区錦3-15-7"),
    "english address": (ADDRESS, "48 Larkspur Avenue, Springfield"),
    "id": (ID, "TK-4471-90ZX"),
    "number": (ID, "6214 9030 7785"),
}
KNOWN = KnownValues.of(VALUES.values(), public=["03-5550-0100"])
PUBLIC = PublicContacts.of(["03-5550-0100"])
HOSTS = Hosts.of(["help.example.jp"])
LOOKS_LIKE = str.maketrans("aeopcxyABEKMHOPCTXkiAS", "аеорсхуАВЕКМНОРСТХкіΑЅ")


def every(written: str) -> Callable[[str], str]:
    return lambda value: "".join(written.format(char) for char in value)


def in_base64(code: str, strip: str = "") -> Callable[[str], str]:
    return lambda value: base64.b64encode(value.encode(code)).decode().rstrip(strip or None)


def grouped(value: str, size: int) -> str:
    return " ".join(value[at : at + size] for at in range(0, len(value), size))


def in_bytes(written: str, between: str = "", code: str = "utf-8") -> Callable[[str], str]:
    return lambda value: between.join(written.format(byte) for byte in value.encode(code))


DISGUISES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "no separators": lambda v: re.sub(r"[-() ,]", "", v) if not v.isascii() or v[0].isdigit() or "(" in v else v,
    "spaced": " ".join,
    "wide spaces": "　".join,
    "zero width": "\u200b".join,
    "zero width joiners": "\u200d\u2060".join,
    "soft hyphens": "\u00ad".join,
    "Hangul fillers": "\u3164".join,
    "dots": ".".join,
    "slashes": " / ".join,
    "middle dots": "・".join,
    "underscores": "_".join,
    "full width": lambda v: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in v),
    "look-alikes": lambda v: v.translate(LOOKS_LIKE),
    "upper case": str.upper,
    "accents": lambda v: "".join(c + "\u0301" if c.isascii() and c.isalpha() else c for c in v),
    "reversed": lambda v: v[::-1],
    "reversed and spaced": lambda v: " ".join(v[::-1]),
    "bold": every("**{}**"),
    "italic": every("_{}_"),
    "code spans": every("`{}`"),
    "struck": every("~~{}~~"),
    "backslashes": lambda v: "".join(c if c.isalnum() else "\\" + c for c in v),
    "tags": every("<b>{}</b>"),
    "comments": "<!-- -->".join,
    "links": every("[{}](https://help.example.jp/a)"),
    "cells": lambda v: "| " + " | ".join(v) + " |",
    "items": lambda v: "\n" + "\n".join("- " + c for c in v if c != " ") + "\n",
    "numbered items": lambda v: "\n" + "\n".join(f"{n}. {c}" for n, c in enumerate(v.replace(" ", ""), 1)) + "\n",
    "lines": lambda v: "\n" + "\n".join(v.replace(" ", "")) + "\n",
    "paragraphs": lambda v: "\n\n".join(v.replace(" ", "")),
    "decimal entities": lambda v: "".join(f"&#{ord(c)};" for c in v),
    "hex entities": lambda v: "".join(f"&#x{ord(c):x};" for c in v),
    "percent": in_bytes("%{:02X}"),
    "base64": in_base64("utf-8"),
    "base64 without padding": in_base64("utf-8", "="),
    "base64 of more": lambda v: base64.b64encode(f"連絡先は{v}です".encode()).decode(),
    "base64 in groups": lambda v: grouped(base64.b64encode(v.encode()).decode(), 4),
    "base64 in lines": lambda v: (
        base64.b64encode(v.encode()).decode()[:12] + "\n" + base64.b64encode(v.encode()).decode()[12:]
    ),
    "base64 in items": lambda v: "\n- " + grouped(base64.b64encode(v.encode()).decode(), 8).replace(" ", "\n- ") + "\n",
    "base64 in cells": lambda v: "|" + grouped(base64.b64encode(v.encode()).decode(), 4).replace(" ", "|") + "|",
    "base64 for URLs": lambda v: base64.urlsafe_b64encode(v.encode()).decode(),
    "base64 of UTF-16": in_base64("utf-16-le"),
    "base64 twice": lambda v: base64.b64encode(base64.b64encode(v.encode())).decode(),
    "base64 backwards": lambda v: base64.b64encode(v.encode()).decode().rstrip("=")[::-1],
    "base32": lambda v: base64.b32encode(v.encode()).decode(),
    "hex": in_bytes("{:02x}"),
    "hex, capitals": in_bytes("{:02X}"),
    "hex with spaces": in_bytes("{:02x}", " "),
    "hex with colons": in_bytes("{:02x}", ":"),
    "hex with 0x": in_bytes("0x{:02x}", ", "),
    "hex escapes": in_bytes("\\x{:02x}"),
    "hex of UTF-16": in_bytes("{:02x}", "", "utf-16-be"),
    "bits": in_bytes("{:08b}", " "),
    "octal": in_bytes("{:03o}", " "),
    "codes": lambda v: " ".join(str(ord(c)) for c in v),
    "codes with commas": lambda v: ", ".join(str(ord(c)) for c in v),
    "escapes": lambda v: "".join(f"\\u{ord(c):04x}" for c in v),
    "code points": lambda v: " ".join(f"U+{ord(c):04X}" for c in v),
}
LETTERS_ONLY = {"rot13": lambda v: codecs.encode(v, "rot13")}
WRITTEN = [
    ("phone", "〇八〇-六一四二-三九七五"),
    ("phone", "〇八〇の六一四二の三九七五"),
    ("phone", "零八零 六千百四十二 三九七五"),
    ("phone", "ゼロハチゼロ、ロクイチヨンニ、サンキュウナナゴ"),
    ("phone", "ぜろはちぜろろくいちよんにさんきゅうななご"),
    ("phone", "れい はち れい ろく いち よん に さん きゅう なな ご"),
    ("phone", "zero eight zero six one four two three nine seven five"),
    ("phone", "oh-eight-oh, six one four two, three nine seven five"),
    ("phone", "zero eighty, sixty-one forty-two, thirty-nine seventy-five"),
    ("phone", "zero hachi zero roku ichi yon ni san kyuu nana go"),
    ("phone", "0️⃣8️⃣0️⃣6️⃣1️⃣4️⃣2️⃣3️⃣9️⃣7️⃣5️⃣"),
    ("phone", "⓪⑧⓪⑥①④②③⑨⑦⑤"),
    ("phone", "𝟘𝟠𝟘𝟞𝟙𝟜𝟚𝟛𝟡𝟟𝟝"),
    ("phone", "O8O-6I42-3975"),
    ("phone", "z e r o e i g h t z e r o s i x o n e f o u r t w o t h r e e n i n e s e v e n f i v e"),
    ("phone", "ゼ ロ ハ チ ゼ ロ ロ ク イ チ ヨ ン ニ サ ン キ ュ ウ ナ ナ ゴ"),
    ("phone", "evif neves enin eerht owt ruof eno xis orez thgie orez"),
    ("phone", base64.b64encode("〇八〇六一四二三九七五".encode()).decode()),
    ("phone", base64.b64encode("\u200b".join("080-6142-3975").encode()).decode()),
    ("english name", codecs.encode("Rowena Birchfield", "rot13")[::-1]),
    ("phone", "+81 80-6142-3975"),
    ("phone", "+81 (0)80 6142 3975"),
    ("phone", "0081-80-6142-3975"),
    ("phone", "8061423975"),
    ("phone", "(080)6142.3975"),
    ("english phone", "+1 415 555 0137"),
    ("english phone", "four one five, double five five, oh one three seven"),
    ("english phone", "415.555.0137"),
    ("name", "緑川 健太"),
    ("name", "緑川・健太"),
    ("name", "健太 緑川"),
    ("name", "Midorikawa Kenta"),
    ("name", "KENTA MIDORIKAWA"),
    ("name", "kenta.midorikawa"),
    ("name", "みどりかわけんた"),
    ("name", "ミドリカワ ケンタ"),
    ("name", "ﾐﾄﾞﾘｶﾜ ｹﾝﾀ"),
    ("name", "み・ど・り・か・わ・け・ん・た"),
    ("name", "M I D O R I K A W A  K E N T A"),
    ("name", "atnek awakirodim"),
    ("name", "Zvqbevxnjn Xragn"),
    ("name", "緑川けんた"),
    ("english name", "Birchfield, Rowena"),
    ("english name", "ROWENA BIRCHFIELD"),
    ("english name", "RowenaBirchfield"),
    ("english name", "R0wena B1rchf1eld"),
    ("mail", "k.m1d0rik4w4@m4il.ex4mple"),
    ("english phone", "....- .---- .....  ..... ..... .....  ----- .---- ...-- --..."),
    ("mail", "k.midorikawa at mail dot example"),
    ("mail", "k.midorikawa [at] mail [dot] example"),
    ("mail", "k(dot)midorikawa(at)mail(dot)example"),
    ("mail", "k.midorikawaアットマークmailドットexample"),
    ("mail", "k.midorikawa＠mail．example"),
    ("english mail", "rowena underscore b seven seven at example dot org"),
    ("address", "愛知県名古屋市中区錦三丁目十五番七号"),
    ("address", "名古屋市中区錦3丁目15-7"),
    ("address", "なごやしなかくにしき3-15-7"),
    ("address", "Nagoya-shi Naka-ku Nishiki 3-15-7"),
    ("address", "愛知県 名古屋市 中区 錦 ３−１５−７"),
    ("english address", "48 Larkspur Ave., Springfield"),
    ("english address", "forty-eight Larkspur Avenue, Springfield"),
    ("number", "621490307785"),
    ("number", "六二一四九〇三〇七七八五"),
    ("id", "tk447190zx"),
]
PASSES = [
    "注文番号は 1080-6142-3975-22 です。",
    "シリアルは 10806142397512 です。",
    "受付番号 6214-9030-7784 をご確認ください。",
    "バージョン 6.21.4 から 9.0.3 に更新しました。",
    "2026-06-14 の 23:39 に 75 件ありました。",
    "料金は 6,142 円、送料は 397 円、合計 6,539 円です。",
    "部品番号は TK-4471-90ZY と TK-4472-90ZX です。",
    "型番 TK4471 は廃番です。",
    "緑のカワセミの写真です。",
    "川と緑と健康のページ。",
    "健康と太陽の話です。",
    "錦の生地は3色、15種類、7日で届きます。",
    "第3章の15ページ、7行目をご覧ください。",
    "手順は次のとおりです。\n1. 設定を開く\n2. 通知を選ぶ\n3. オンにする\n",
    "| プラン | 料金 |\n| --- | --- |\n| 無料 | 0円 |\n| 有料 | 480円 |\n",
    "一つ目は設定、二つ目は通知、三つ目は保存です。",
    "詳しくは[ヘルプ](https://help.example.jp/docs?id=4471&lang=ja)をご覧ください。",
    "https://help.example.jp/guide/v2.14 に手順があります。",
    "代表番号は03-5550-0100です。",
    "The order is 415-555-0138 in our system? No: it is #4155550.",
    "Build 6214.9030 was replaced by 6214.9031.",
    "Use `base64 --decode` and `xxd -p` on the file.",
    "The checksum is d41d8cd98f00b204e9800998ecf8427e.",
    "Token format: eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9 (a JWT header).",
    "Set `MAX_RETRY=3` and `TIMEOUT_MS=1500` in the file.",
    "The area code 415 is 3 digits; add 0137 to the price list as item 12.",
    "One, two, three: open the app, tap Settings, and choose Save.",
    "It weighs 48 kg and is 15 cm wide; 7 colours.",
    "The larkspur is a flower; birch fields are fields of birch.",
    "Springfield is the default theme's name.",
    "Colour codes: #6214AA, #9130BB, #7785CC.",
    "Rotate logs after 30 days, keep 90, at most 775 files.",
    "SGVsbG8sIHdvcmxkISBIb3cgYXJlIHlvdT8= says hello.",
    "48656c6c6f20776f726c64 is a greeting in hex.",
    "2026年6月14日、2月3日、9月7日、5日はお休みです。",
]


async def conversation(turns: Sequence[Sequence[str]], lang: str = "ja") -> list[str]:
    memory, shown = Memory(), []
    for chunks in turns:
        answer = StreamFilter(PII, "en" if lang == "en" else "ja", PUBLIC, KNOWN, HOSTS, memory)
        shown.append("".join([*[await answer.feed(chunk) for chunk in chunks], await answer.close()]))
    return shown


def bare(text: str) -> str:
    """Without Markdown's signs, tags and blanks, which may stay around what is hidden."""
    return re.sub(r"</?b>|(?m:^1\. )|\(https://help\.example\.jp/a\)|[\s*_`~\\|\[\]\-.,]", "", text)


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("disguise", DISGUISES)
async def test_no_disguise_brings_a_known_value_through(disguise: str, name: str) -> None:
    (shown,) = await conversation([[f"コードは {DISGUISES[disguise](VALUES[name][1])} です。"]])
    assert bare(shown) == bare(f"コードは {HIDDEN} です。")


@pytest.mark.parametrize("name", ["phone", "english phone", "id"])
async def test_neither_do_the_numbers_of_a_long_list(name: str) -> None:
    """An item or a row past 99 is numbered, not part of the value."""
    items = "\n".join(f"{n}. {char}" for n, char in enumerate(VALUES[name][1].replace(" ", ""), 98))
    (shown,) = await conversation([[f"コードは\n\n{items}\n"]])
    assert not re.search(r"[0-9]{2,3}\. [0-9]", shown)


@pytest.mark.parametrize("name", ["english name", "mail", "english mail", "id"])
async def test_shifted_letters_do_not_either(name: str) -> None:
    (shown,) = await conversation([[f"コードは {codecs.encode(VALUES[name][1], 'rot13')} です。"]])
    assert bare(shown) == bare(f"コードは {HIDDEN} です。")


@pytest.mark.parametrize(("name", "written"), WRITTEN)
async def test_neither_do_other_spellings(name: str, written: str) -> None:
    (shown,) = await conversation([[f"それは「{written}」でした。"]])
    assert bare(shown) == bare(f"それは「{HIDDEN}」でした。")


@pytest.mark.parametrize("text", PASSES)
async def test_what_only_looks_alike_passes_untouched(text: str) -> None:
    assert KNOWN.find(Forms(text)) == [] or "5550" in text
    assert await conversation([[text]]) == [text]
    assert await conversation([list(text)], "en") == [text]


@pytest.mark.parametrize(
    ("turns", "last"),
    [
        (["前半は080-614です。", "後半は23975です。"], f"後半は{HIDDEN}です。"),
        (["下4桁は3975です。", "その前は6142です。", "最初は080です。"], f"最初は{HIDDEN}です。"),
        (["It starts with 080 61.", "Then comes 42 39.", "It ends with 75."], "It ends with {}."),
        (["番号は〇八〇六一四二。", "続きは三九七五。"], f"続きは{HIDDEN}。"),
        (["緑川", "健太"], HIDDEN),
        (["Birchfield is one half.", "Rowena is the other."], "{} is the other."),
        (
            ["It has to begin with rowena_b77,", "then comes example.org, all lower case."],
            "then comes {}, all lower case.",
        ),
        (["愛知県名古屋市中区", "錦3-15-7です。"], f"{HIDDEN}です。"),
        (["TK-4471", "-90ZX です。"], f"{HIDDEN} です。"),
    ],
)
async def test_the_rest_of_a_value_does_not_follow_in_another_answer(turns: list[str], last: str) -> None:
    lang = "en" if "{}" in last else "ja"
    shown = (await conversation([[turn] for turn in turns], lang))[-1]
    assert shown == last.format("[hidden for privacy]")


async def test_answers_kept_elsewhere_are_remembered_just_as_well() -> None:
    answer = StreamFilter(PII, "ja", known=KNOWN, memory=Memory(["前半は080-614です。"]))
    assert await answer.feed("後半は23975です。") + await answer.close() == f"後半は{HIDDEN}です。"


async def test_parts_of_different_values_are_no_value() -> None:
    turns = [["080 と 3975 があります。"], ["6143 と 0137 もあります。"]]
    assert await conversation(turns) == ["".join(turn) for turn in turns]


def test_a_value_that_is_public_is_not_secret() -> None:
    known = KnownValues.of([(PHONE, "03-5550-0100"), (PHONE, "080-6142-3975")], public=["03 5550 0100"])
    assert known.find(Forms("０３－５５５０－０１００")) == []
    assert known.find(Forms("03-5550-0101")) == []
    assert len(known.find(Forms("080-6142-3975"))) > 0


PIECES = st.sampled_from(
    [
        *(written for _, written in WRITTEN),
        *(
            DISGUISES[name](value)
            for name in ("items", "cells", "base64 in lines", "hex with spaces", "links")
            for _, value in VALUES.values()
        ),
        *PASSES,
        "はい、",
        "Yes, you can. ",
        "\n",
        "。",
        " ",
        "この",
        "電話は",
        "The ",
        "080-6142-",
        "3975",
        "[a](https://evil.example) ",
        "あ" * 300,
        "word " * 70,
    ]
)


@settings(max_examples=15, deadline=None)
@given(text=st.lists(PIECES, min_size=1, max_size=8).map("".join), data=st.data())
def test_the_chunks_an_answer_comes_in_change_nothing(text: str, data: st.DataObject) -> None:
    """S51: of the answer and of the one that follows it."""
    borders = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=12)))
    chunks = [text[a:b] for a, b in zip([0, *borders], [*borders, len(text)], strict=True)]
    whole = asyncio.run(conversation([[text], [text]]))
    assert asyncio.run(conversation([chunks, list(text)])) == whole


@pytest.mark.long
@pytest.mark.parametrize("unit", ["0", "MDkw", "%41", "0x41 ", "ごろく", "<!--"])
def test_hostile_repetition_of_100_000_characters_finishes(unit: str) -> None:
    """S26"""
    assert KNOWN.find(Forms((unit * 100_000)[:100_000])) == []
