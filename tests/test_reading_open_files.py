"""E-books, and tables and slides as LibreOffice keeps them: what a reader sees in them."""

import pytest
from read_files import entries, found, left_out, text_in, zipped

from knowledge.errors import BadInput
from knowledge.importing.read_results import FoundDocument
from knowledge.importing.tables import MOST_ROWS

OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
NAMES = ("office", "text", "table", "style", "presentation")
ODF = " ".join(f'xmlns:{name}="{OASIS}{name}:1.0"' for name in NAMES) + f' xmlns:draw="{OASIS}drawing:1.0"'
KIND = "application/vnd.oasis.opendocument."


def opendocument(kind: str, body: str, styles: str = "") -> bytes:
    content = (
        f"<office:document-content {ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    return zipped({"mimetype": f"{KIND}{kind}", "content.xml": content})


# Spreadsheets


def cell(text: str, more: str = "") -> str:
    return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def sheet(name: str, *rows: str, style: str = "") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}</table:table>'


REST = row('<table:table-cell table:number-columns-repeated="16384"/>', more='table:number-rows-repeated="1048000"')


def test_a_table_of_questions_gives_entries_with_their_lines_however_empty_the_sheet_goes_on() -> None:
    paragraphs = "<text:p>7日以内なら。</text:p><text:p>送料は<text:s/>お客様負担。</text:p>"
    long = f"<table:table-cell>{paragraphs}</table:table-cell>"
    empty = row("<table:table-cell/>", more='table:number-rows-repeated="3"')
    table = sheet("FAQ", row(cell("質問"), cell("回答")), empty, row(cell("返品できますか？"), long), REST)
    result = found(opendocument("spreadsheet", table), "x.ods")
    assert entries(result) == [("返品できますか？", "7日以内なら。\n送料は お客様負担。")]
    assert [item.row for item in result.items if not hasattr(item, "what")] == [5]


def test_a_sheet_without_questions_is_a_table_of_the_document_as_it_is_shown() -> None:
    hidden = '<style:style style:name="H"><style:table-properties table:display="false"/></style:style>'
    price = cell("¥1,200", 'office:value-type="currency" office:value="1200"')
    comment = "<office:annotation><text:p>社内用</text:p></office:annotation>"
    note = f"<table:table-cell>{comment}<text:p>朝</text:p></table:table-cell>"
    merged = row(cell("昼", 'table:number-columns-spanned="2"'), "<table:covered-table-cell/>", cell("○"))
    tables = sheet("料金", row(note, price), merged) + sheet("控え", row(cell("秘密")), style="H")
    result = found(opendocument("spreadsheet", tables, hidden), "x.ods")
    assert text_in(result) == "## 料金\n\n朝 | ¥1,200\n昼 |  | ○"
    assert left_out(result) == ["Comments: 1", "Hidden sheets: 1"]


def test_a_spreadsheet_of_endlessly_repeated_rows_is_refused() -> None:
    table = sheet("A", row(cell("質問"), cell("回答"), more=f'table:number-rows-repeated="{MOST_ROWS + 1}"'))
    with pytest.raises(BadInput, match="too large"):
        found(opendocument("spreadsheet", table), "x.ods")


# Slides


def frame(text: str, kind: str = "") -> str:
    words = f"<draw:text-box><text:p>{text}</text:p></draw:text-box>"
    return f'<draw:frame presentation:class="{kind}">{words}</draw:frame>'


def test_each_slide_is_a_heading_with_what_stands_on_it_and_its_notes_are_counted() -> None:
    hidden = (
        '<style:style style:name="H"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>'
    )
    table = f"<draw:frame>{sheet('t', row(cell('月額'), cell('300円')))}<draw:image/></draw:frame>"
    notes = f"<presentation:notes>{frame('ここで笑う', 'notes')}</presentation:notes>"
    slides = (
        f"<draw:page>{frame('三人です', 'outline')}{frame('会社', 'title')}{frame('1', 'page-number')}{notes}"
        "</draw:page>"
        f"<draw:page>{frame('料金', 'title')}{table}<draw:g>{frame('税込み')}</draw:g></draw:page>"
        f'<draw:page draw:style-name="H">{frame("没", "title")}</draw:page>'
    )
    result = found(opendocument("presentation", slides, hidden), "x.odp")
    assert text_in(result) == "## 会社\n\n三人です\n\n## 料金\n\n月額 | 300円\n\n税込み"
    assert left_out(result) == ["Page headers and footers: 1", "Speaker's notes: 1", "Hidden slides: 1"]


# E-books

CONTAINER = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
DOCTYPE = '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "xhtml11.dtd">'


def epub(pages: dict[str, str], **beside: str) -> bytes:
    items = "".join(
        f'<item id="i{n}" href="{name}" media-type="application/xhtml+xml"/>' for n, name in enumerate(pages)
    )
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(pages)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>'
        f'使い方</dc:title></metadata><manifest>{items}<item id="p" href="a.png" media-type="image/png"/></manifest>'
        f"<spine>{spine}</spine></package>"
    )
    texts = {f"OPS/{name}": f"{DOCTYPE}<html><body>{text}</body></html>" for name, text in pages.items()}
    parts = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER, "OPS/book.opf": package}
    return zipped({**parts, **texts, **beside})


def test_a_book_is_read_in_the_order_of_its_spine_without_its_table_of_contents() -> None:
    links = "".join(f'<li><a href="z{n}.xhtml">第{n}章 いろいろ</a></li>' for n in range(6))
    pages = {"toc.xhtml": f"<h1>目次</h1><ol>{links}</ol>", "z.xhtml": "<h1>初めに</h1><p>電源を入れます。</p>"}
    result = found(epub(pages | {"a.xhtml": "<h1>終わりに</h1><p>電源を切ります。</p>"}), "x.epub")
    [title] = [item.title for item in result.items if isinstance(item, FoundDocument)]
    assert title == "使い方"
    assert text_in(result) == "# 初めに\n\n電源を入れます。\n\n# 終わりに\n\n電源を切ります。"
    assert left_out(result) == ["Lines of the table of contents: 6", "Pictures: 1"]


def test_questions_in_a_book_are_entries() -> None:
    pairs = {"返品できますか？": "7日以内なら。", "送料はいくらですか？": "500円です。"}
    page = "".join(f"<h2>{question}</h2><p>{answer}</p>" for question, answer in pairs.items())
    assert entries(found(epub({"a.xhtml": page}), "x.epub")) == list(pairs.items())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            epub(
                {"a.xhtml": "<p>x</p>"},
                **{"META-INF/encryption.xml": "<e><CipherData><CipherReference URI='OPS/a.xhtml'/></CipherData></e>"},
            ),
            "locked",
        ),
        (epub({"a.xhtml": "<p>x</p>"}).replace(b"a.xhtml", b"b.xhtml", 1), "broken"),
        (epub({}), "no text"),
    ],
)
def test_a_book_that_is_locked_or_holds_nothing_is_refused_with_its_reason(data: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        found(data, "x.epub")


def test_boxes_and_notes_of_a_book_are_read_and_files_packed_with_it_are_not() -> None:
    page = (
        "<h1>始め方</h1><p>電源を入れます[1]。</p><aside>注意：水気を避けます。</aside><footer>[1] 緑のボタン</footer>"
    )
    result = found(epub({"a.xhtml": page}, **{"OPS/extra.zip": "PK"}), "x.epub")
    assert text_in(result) == "# 始め方\n\n電源を入れます[1]。\n\n注意：水気を避けます。\n\n[1] 緑のボタン"


def test_scrambled_letters_of_a_books_own_fonts_lock_nothing() -> None:
    fonts = "<e><CipherData><CipherReference URI='OPS/a.otf'/></CipherData></e>"
    assert text_in(found(epub({"a.xhtml": "<p>本文</p>"}, **{"META-INF/encryption.xml": fonts}), "x.epub")) == "本文"
