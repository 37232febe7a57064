"""Markdown cannot hide personal information: what the page shows holds none, however the source is written."""

import random
from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from grounds import real_pii
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrail.findings import PiiKind
from guardrail.public_contacts import PublicContacts
from guardrail.stream import StreamFilter
from guardrail.text.markup import shown_forms
from guardrail.text.normalise import normalise
from web.site.markdown import to_html

PII = real_pii()
MAIL, PHONE, PERSON = PiiKind.EMAIL, PiiKind.PHONE, PiiKind.PERSON
SPLIT = [
    (r"taro.tanaka\@example\.com", MAIL),
    ("taro.tanaka&#64;example.com", MAIL),
    ("taro.tanaka&#x40;example&#46;com", MAIL),
    ("taro.tanaka&commat;example&period;com", MAIL),
    ("taro.tanaka&amp;#64;example.com", MAIL),
    ("taro.tanaka@**example.com**", MAIL),
    ("taro.tanaka@[example.com](https://a.example)", MAIL),
    ("090-**1234**-5678", PHONE),
    ("090-_1234_-5678", PHONE),
    ("090-~~1234~~-5678", PHONE),
    (r"090\-1234\-5678", PHONE),
    ("090&#45;1234&#45;5678", PHONE),
    ("090&hyphen;1234&#8203;5678", PHONE),
    ("[090-12](https://a)34-5678", PHONE),
    ("[090-12][a]34-5678", PHONE),
    ('090-[1234](<https://a b> "t")-5678', PHONE),
    ("[![090](x)-12](https://a)34-5678", PHONE),
    ("090-12![34](https://a.example/p.png)-5678", PHONE),
    ("09`0-12`34-5678", PHONE),
    ("０９０＿１２３４＿５６７８", PHONE),
    ("090_1234_5678", PHONE),
    ("[write](mailto:taro%2Etanaka%40example.com)", MAIL),
    ("[write](mailto:taro&#37;2Etanaka&#37;40example.com)", MAIL),
    ("[call](tel:%2B81%2D90%2D1234%2D5678)", PHONE),
    ("[x](https://a.example/?q=%E7%94%B0%E4%B8%AD%E5%A4%AA%E9%83%8E%E6%A7%98)", PERSON),
    ("担当の田**中太**郎です", PERSON),
    ("Mr. **John** Smi`th` called", PERSON),
]
NOT_PERSONAL = [
    "snake_case_name と __init__.py と MAX_RETRY_COUNT_2024_01_02",
    "item_090_1234_5678",
    "1_000_000_000 回まで",
    "**太字**、*斜体*、`code`、~~取り消し~~",
    "[設定](https://example.com/docs/v2?id=12345&lang=ja)を開きます。",
    r"C:\Program Files\mimi と \*そのまま\*",
    "10～18時、3~4名、100%50%",
    "a &lt; b &amp;&amp; c &copy; 2026",
    "2026\\-03\\-01 に**公開**",
    "版は`10.15.7`、[192.168](https://a)\\.10\\.254",
    "npm install left-pad&#64;1.3.0",
    "| [表](https://a.example) | **500円** |",
    "https://example.com/%E6%96%99%E9%87%91?x=%20%ff",
    "Reports are kept for 90 days.\n- **Page views**: a number\n- **Heal** the test\n* `Seed` file",
    "arr[0][1] = x[2](y)",
]


class Shown(HTMLParser):
    """What the reader of a page gets: its text, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.links: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.text += "\n" * (tag in {"br", "p", "li", "td"})
        self.links += [unquote(value or "") for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


async def filtered(chunks: list[str]) -> str:
    stream = StreamFilter(PII, "ja")
    return "".join([*[await stream.feed(chunk) for chunk in chunks], await stream.close()])


def read_from(page: str) -> list[str]:
    shown = Shown(page)
    return [text[f.start : f.end] for text in (shown.text, *shown.links) for f in PII.find_now(text)]


@pytest.mark.parametrize(("text", "kind"), SPLIT)
async def test_markup_does_not_hide_it_from_the_guard(text: str, kind: PiiKind) -> None:
    assert kind in {finding.kind for finding in PII.find_now(text)}
    assert (await PII.redact_for_model(text)).text != text


@pytest.mark.parametrize("text", NOT_PERSONAL)
async def test_markup_of_ordinary_text_is_left_alone(text: str) -> None:
    assert PII.find_now(text) == []
    assert await filtered(list(text)) == text


@pytest.mark.parametrize(
    "around", ["{}", "お問い合わせ先は次のとおりです: {} です。\n", "- a\n- **b** {}\n\n[a]: https://a\n"]
)
@pytest.mark.parametrize("text", [text for text, _ in SPLIT])
async def test_the_page_of_a_filtered_answer_holds_nothing(text: str, around: str) -> None:
    """S51: what counts is what a visitor reads, in text and in links."""
    answer = around.format(text)
    shown = await filtered([answer])
    assert read_from(to_html(shown)) == []
    assert await filtered(list(answer)) == shown


@settings(max_examples=60, deadline=None)
@given(data=st.data())
async def test_no_mixture_of_marks_brings_a_number_or_address_through(data: st.DataObject) -> None:
    """S51: each character is written in any of the ways that show the same."""
    plain = data.draw(st.sampled_from(["090-1234-5678", "taro.tanaka@example.com"]))
    rng = random.Random(data.draw(st.integers(0, 2**32)))
    ways: list[Callable[[str], str]] = [
        str,
        str,
        lambda c: f"&#{ord(c)};",
        lambda c: f"&#x{ord(c):x};",
        lambda c: c if c.isalnum() else "\\" + c,
    ]
    answer = "ご連絡は " + "".join(rng.choice(ways)(char) for char in plain) + " までお願いします。"
    shown = await filtered([answer])
    assert read_from(to_html(shown)) == []
    assert "090" not in Shown(to_html(shown)).text
    assert "tanaka" not in Shown(to_html(shown)).text
    assert await filtered(list(answer)) == shown


@given(text=st.text(alphabet="ab0９\\&#64;%E3@*_~`[]()!<> \nア゛é\u200b", max_size=80))
def test_every_place_of_a_shown_form_leads_back(text: str) -> None:
    for read in shown_forms(text, normalise(text)):
        assert len(read.text) == len(read.starts) == len(read.ends)
        assert list(read.starts) == sorted(read.starts)
        assert all(0 <= start < end <= len(text) for start, end in zip(read.starts, read.ends, strict=True))


@pytest.mark.parametrize(
    "unit",
    ["[", "](", "[a](", "[](", "*", "_", "`", "\\", "&", "&#", "%", "%4", "%ff", "![a](b", "(" * 9, '[a](b "', "~~a"],
)
def test_hostile_markup_of_100_000_characters_finishes(unit: str) -> None:
    """S26: no pattern backtracks badly."""
    assert PII.find_now((unit * 100_000)[:100_000]) == []


async def test_nobody_reads_typed_placeholders_copied_from_redacted_knowledge() -> None:
    assert (await PII.redact("[PERSON]への連絡（［PHONE］）", "ja")).text == (
        "（個人情報のため非表示）への連絡（（個人情報のため非表示））"
    )
    assert (await PII.redact("Call [PHONE] by noon, 03-1234-5678 later", "en")).text == (
        "Call [hidden for privacy] by noon, [hidden for privacy] later"
    )
    assert (await PII.redact("Call [PHONE] or 03-1234-5678", "en")).text == "Call [hidden for privacy]"
    assert (await PII.redact("[PHONES] and PHONE", "en")).text == "[PHONES] and PHONE"


def test_a_public_contact_passes_in_markdown_too() -> None:
    public = PublicContacts.of(["info@example.jp"])
    assert PII.find_now("**info@example.jp** か [info@example.jp](mailto:info@example.jp)", public) == []
