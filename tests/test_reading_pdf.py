"""PDF -> text as people read it: letters, order, tables, running heads, titles; and what is refused."""

import pytest
from pdfs import Page, column, pdf

from knowledge.errors import BadInput
from knowledge.importing.process import read
from knowledge.importing.read_results import FoundDocument, LeftOut, ReadRequest
from knowledge.importing.writing import is_written, with_plain_radicals

SENTENCE = "このアプリは空の写真に日記をつけるためのもので、写真は端末の中だけに置かれ、ほかの人には見えません。"


def document(data: bytes, name: str = "x.pdf") -> FoundDocument:
    found = read(data, ReadRequest(name=name)).items[0]
    assert isinstance(found, FoundDocument)
    return found


def left_out(data: bytes) -> list[str]:
    return [item.what.say("en") for item in read(data, ReadRequest(name="x.pdf")).items if isinstance(item, LeftOut)]


def wrapped(text: str, width: int) -> list[str]:
    return [text[n : n + width] for n in range(0, len(text), width)]


@pytest.mark.parametrize("encoding", ["UniJIS-UTF16-H", "UniJIS-UCS2-H"])
def test_a_japanese_font_without_tounicode_is_read(encoding: str) -> None:
    assert document(pdf(Page(column(["月額300円です。"])), encoding=encoding)).text == "月額300円です。"


def test_lines_of_a_sentence_are_joined_without_a_space() -> None:
    assert document(pdf(Page(column(wrapped(SENTENCE, 20))))).text == SENTENCE


def test_a_line_that_ends_early_ends_its_paragraph() -> None:
    lines = [*wrapped(SENTENCE, 20), "料金はかかりません。", "広告もありません。"]
    assert document(pdf(Page(column(lines)))).text == f"{SENTENCE}\n料金はかかりません。\n広告もありません。"


def test_a_word_broken_at_a_lines_end_is_made_whole() -> None:
    text = document(pdf(Page(column(["The reader joins what was hyphen-", "ated by whoever had set the lines."])))).text
    assert text == "The reader joins what was hyphenated by whoever had set the lines."


def test_two_columns_are_read_one_after_the_other() -> None:
    left, right = SENTENCE * 2, SENTENCE.replace("空", "海") * 2
    page = Page([*column(wrapped(left, 20)), *column(wrapped(right, 20), x=310)])
    text = document(pdf(page)).text
    assert left in text
    assert right in text
    assert text.index("空") < text.index("海")


def test_a_ruled_table_gives_its_rows() -> None:
    rows = [("プラン", "容量", "月額"), ("無料", "1GB", "0円"), ("プラス", "50GB", "300円")]
    words = [(65 + 100 * c, 705 - 20 * r, 10, cell) for r, row in enumerate(rows) for c, cell in enumerate(row)]
    across = [(60, 720 - 20 * n, 360, 720 - 20 * n) for n in range(4)]
    upright = [(60 + 100 * n, 720, 60 + 100 * n, 660) for n in range(4)]
    text = document(pdf(Page([*column(["料金の一覧"]), *words], [*across, *upright]))).text
    assert "プラン | 容量 | 月額\n無料 | 1GB | 0円\nプラス | 50GB | 300円" in text


def test_radicals_are_read_as_the_letters_they_stand_for_and_signs_are_kept() -> None:
    assert with_plain_radicals("⾸都の⽉と⻑い⽇、①㈱～ｱ") == "首都の月と長い日、①㈱～ｱ"
    assert document(pdf(Page(column(["⾸都の⽉と⻑い⽇"])))).text == "首都の月と長い日"


def test_running_heads_and_page_numbers_are_left_out_and_counted() -> None:
    pages = [
        Page(
            [(60, 820, 8, f"取扱説明書 2026/1/{n}"), *column([f"{n}番目の話です。"], top=700), (290, 20, 8, f"{n} / 4")]
        )
        for n in range(1, 5)
    ]
    text = document(pdf(*pages)).text
    assert "取扱説明書" not in text
    assert "/ 4" not in text
    assert "3番目の話です。" in text
    assert left_out(pdf(*pages)) == ["Page headers and page numbers: 8"]


@pytest.mark.parametrize(
    ("called", "title"),
    [
        ("about:blank", "空の日記の手引き"),
        ("", "空の日記の手引き"),
        ("Microsoft Word - 手引き.docx", "空の日記の手引き"),
        ("利用規約", "利用規約"),
    ],
)
def test_the_title_is_what_the_page_says_where_the_file_says_nothing(called: str, title: str) -> None:
    page = Page([(60, 790, 22, "空の日記の手引き"), *column(wrapped(SENTENCE, 20), top=740)])
    assert document(pdf(page, title=called)).title == title


def test_letters_drawn_twice_for_a_shadow_are_read_once() -> None:
    words = column(["License"], size=20)
    assert (
        document(pdf(Page([*words, *((x + 0.4, y - 0.4, size, text) for x, y, size, text in words)]))).text == "License"
    )


def test_vertical_writing_is_read_from_the_right() -> None:
    words = [
        (x, 700 - 12 * n, 12, letter)
        for x, line in ((300, "春はあけぼの"), (270, "夏は夜"))
        for n, letter in enumerate(line)
    ]
    assert document(pdf(Page(words))).text.replace("\n", "") == "春はあけぼの夏は夜"


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        (SENTENCE, True),
        ("Ωmega, naïve, x² + y² ≠ π … ✓ ● → 50 %", True),
        ("한국어 문장입니다. 가격은 300원입니다.", True),
        ("ราคา ๓๐๐ บาทต่อเดือน", True),
        ("䜹䞊䝗䝀䞊䝮䛾説明䛷䛩䚹䝀䞊䝮䜢䛿䛨䜑䜛", False),
        ("͍͋͏͓͍͑͋͏͓͑", False),
        ("\ue001\ue002\ue003 \ue004\ue005 \ue001\ue002\ue003\ue004\ue005\ue001\ue002", False),
    ],
)
def test_text_that_nobody_wrote_is_told_from_text(text: str, is_so: bool) -> None:
    assert is_written(text) is is_so


def test_a_pdf_whose_letters_mean_nothing_is_refused_with_the_reason() -> None:
    with pytest.raises(BadInput, match="does not say which characters they are"):
        document(pdf(Page(column(["䜹䞊䝗䝀䞊䝮䛾説明䛷䛩䚹䝀䞊䝮䜢䛿䛨䜑䜛"]))))
