"""Word files, pages, lists of help centres and workbooks: what a reader sees in them, and the questions they hold."""

import json

import pytest
from read_files import entries, found, left_out, text_in, zipped

from knowledge.errors import BadInput
from knowledge.importing.office.docx_numbers import formed
from knowledge.importing.process import read
from knowledge.importing.read_results import FoundDocument, FoundFaq, LeftOut, ReadRequest

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
M = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def word(body: str, **beside: str) -> bytes:
    """A Word file with this in its body; `beside` are other parts, by the kind they have."""
    links = "".join(f'<Relationship Id="r{n}" Type="x/{kind}" Target="{kind}.xml"/>' for n, kind in enumerate(beside))
    return zipped(
        {
            "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATIONS}">{links}</Relationships>',
            **{f"word/{kind}.xml": f'<w:{kind} xmlns:w="{W}">{content}</w:{kind}>' for kind, content in beside.items()},
        }
    )


def p(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text)}</w:p>"


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def cell(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def test_word_is_read_with_its_changes_accepted() -> None:
    gone = "<w:del><w:r><w:delText>500円</w:delText></w:r></w:del>"
    came = f"<w:ins>{run('300円')}</w:ins>"
    moved = f"<w:moveFrom>{run('ここに')}</w:moveFrom>"
    body = f"<w:p>{run('料金は')}{gone}{came}{run('です。')}{moved}</w:p>"
    assert text_in(found(word(body), "x.docx")) == "料金は300円です。"


def test_a_text_box_kept_twice_for_old_programs_is_read_once() -> None:
    box = f"<w:txbxContent>{p('受付は10時からです。')}</w:txbxContent>"
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    both = f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    twice = f'<mc:AlternateContent xmlns:mc="{mc}">{both}</mc:AlternateContent>'
    assert (
        text_in(found(word(f"<w:p>{run('案内')}<w:r>{twice}</w:r></w:p>"), "x.docx")) == "案内\n\n受付は10時からです。"
    )


def test_merged_cells_come_once_and_nested_tables_whole() -> None:
    inner = f"<w:tbl><w:tr>{cell(p('返信'))}{cell(p('二日以内'))}</w:tr></w:tbl>"
    above = cell(p("共通"), '<w:vMerge w:val="restart"/>') + cell(p("一")) + cell(inner)
    below = cell(p(""), "<w:vMerge/>") + cell(p("二"), '<w:gridSpan w:val="2"/>')
    text = text_in(found(word(f"<w:tbl><w:tr>{above}</w:tr><w:tr>{below}</w:tr></w:tbl>"), "x.docx"))
    assert text == "共通 | 一 | 返信 / 二日以内\n | 二"


def test_the_numbers_of_a_list_are_told() -> None:
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for n, form, text in ((0, "decimal", "第%1条"), (1, "lowerLetter", "%1.%2)"))
    )
    num = '<w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num>'
    numbering = f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>{num}'
    items = "".join(
        p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="7"/></w:numPr>')
        for level, text in ((0, "目的"), (1, "甲"), (1, "乙"), (0, "定義"), (1, "丙"))
    )
    text = text_in(found(word(items, numbering=numbering), "x.docx"))
    assert text == "第1条 目的\n1.a) 甲\n1.b) 乙\n第2条 定義\n2.a) 丙"


@pytest.mark.parametrize(
    ("number", "form", "said"),
    [
        (4, "lowerRoman", "iv"),
        (28, "upperLetter", "BB"),
        (22, "ordinal", "22nd"),
        (3, "decimalEnclosedCircle", "③"),
        (21, "japaneseCounting", "二十一"),
        (2, "aiueo", "イ"),
    ],
)
def test_numbers_take_words_forms(number: int, form: str, said: str) -> None:
    assert formed(number, form) == said


def test_notes_stand_below_their_paragraph_and_readings_are_left_out() -> None:
    note = f'<w:footnote w:id="2">{p("祝日を除く")}</w:footnote>'
    ruby = f"<w:ruby><w:rt>{run('とうきょう')}</w:rt><w:rubyBase>{run('東京')}</w:rubyBase></w:ruby>"
    body = f'<w:p><w:r>{ruby}</w:r>{run("は平日のみ")}<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    assert text_in(found(word(body, footnotes=note), "x.docx")) == "東京は平日のみ[1]\n[1] 祝日を除く"


PAIRS = [("返金はできますか？", "14日以内なら可能です。"), ("無料ですか？", "はい。")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("# 案内\n\n### Q. 返金はできますか？\n\n14日以内なら可能です。\n\n### Q. 無料ですか？\n\nA. はい。\n", "x.md"),
        ("## 返金はできますか？\n14日以内なら可能です。\n\n## 無料ですか？\nはい。\n", "x.md"),
        ("**返金はできますか？**\n\n14日以内なら可能です。\n\n**無料ですか？**\n\nはい。\n", "x.md"),
        ("Q：返金はできますか？\nA：14日以内なら可能です。\nQ：無料ですか？\nA：はい。\n", "x.txt"),
        ("質問1\n返金はできますか？\n回答\n14日以内なら可能です。\n\n質問2\n無料ですか？\n回答\nはい。\n", "x.txt"),
        ("|質問|回答|\n|---|---|\n|返金はできますか？|14日以内なら可能です。|\n|無料ですか？|はい。|\n", "x.md"),
        (
            "<details><summary>返金はできますか？</summary>14日以内なら可能です。</details><details><summary>無料ですか？</summary>はい。</details>",
            "x.html",
        ),
        ("<dl><dt>Q 返金はできますか？<dd>A 14日以内なら可能です。<dt>Q 無料ですか？<dd>A はい。</dl>", "x.html"),
        ("<h3>返金はできますか？</h3><p>14日以内なら可能です。</p><h3>無料ですか？</h3><p>はい。</p>", "x.html"),
        (
            "<div class='faq-q'><p>Q. 返金はできますか？</p></div><div hidden>A. 14日以内なら可能です。</div>"
            "<p>Q. 無料ですか？</p><p>A. はい。</p>",
            "x.html",
        ),
        ("sep=;\r\n質問;回答\r\n返金はできますか？;14日以内なら可能です。\r\n無料ですか？;はい。\r\n", "x.csv"),
        (
            "よくある質問,\n更新 2026/1/1,\n質問,回答\n返金はできますか？,14日以内なら可能です。\n"
            "無料ですか？,<p>はい。</p>\n",
            "x.csv",
        ),
    ],
)
def test_questions_are_found_however_they_are_written(text: str, name: str) -> None:
    assert entries(found(text, name)) == PAIRS


def test_paragraphs_that_begin_with_a_question_are_entries() -> None:
    text = "".join(f"{n}. Is part {n} free?\nYes, part {n} is.\n\n" for n in range(1, 4))
    assert entries(found(text, "x.txt")) == [(f"Is part {n} free?", f"Yes, part {n} is.") for n in range(1, 4)]


@pytest.mark.parametrize(
    "text",
    [
        "# 手引き\n\n設定を開きますか？ という画面が出ます。\n\n「はい」を押します。\n",
        "# Terms\n\n## Refunds\n\nWithin 14 days.\n\n## Is it binding?\n\nYes.\n\n## Law\n\nJapan.\n",
        "|プラン|月額|\n|---|---|\n|無料|0円|\n|プラス|300円|\n",
        "質問は受付でお願いします。\n\n回答は翌日です。\n",
    ],
)
def test_a_text_that_asks_in_passing_stays_a_document(text: str) -> None:
    result = found(text, "x.md")
    assert entries(result) == []
    assert text_in(result) == text.strip()


def test_a_page_keeps_lists_and_tables_and_leaves_its_menu_out() -> None:
    page = (
        "<html><body><nav><a href=/>トップ</a></nav><main><h2>手順</h2><ol><li>開く<li>押す</ol>"
        "<table><tr><th>プラン<th>月額<tr><td>プラス<td>300円</table>"
        "<p>空の\n写真</p></main><footer>© 空</footer></body></html>"
    )
    result = found(page, "x.html")
    assert text_in(result) == "## 手順\n\n1. 開く\n2. 押す\n\nプラン | 月額\nプラス | 300円\n\n空の写真"
    assert left_out(result) == ["Menus, headers and footers of the page: 1"]


def test_a_page_whose_headings_wait_for_a_script_is_refused() -> None:
    heads = "".join(f"<section><h2>{head}</h2><div></div></section>" for head in ("機能", "環境", "料金", "質問"))
    with pytest.raises(BadInput, match="A script fills in this page"):
        found(f"<html><body><h1>空</h1><p>日記です。</p>{heads}<script src=x.js></script></body></html>", "x.html")


@pytest.mark.parametrize(
    ("articles", "said"),
    [
        ([{"title": "Plans", "body": "<p>Free &amp; open</p>", "draft": True}], ["Drafts: 1"]),
        ([{"title": "Plans", "body": "<p>x</p>", "state": "draft"}] * 2, ["Drafts: 2"]),
        ([{"title": "Plans", "description": "<p>x</p>", "status": 1, "folder_id": 3}], ["Drafts: 1"]),
        ([{"title": "Plans", "body": "<p>x</p>", "archived": True}], ["Archived or deleted articles: 1"]),
    ],
)
def test_articles_nobody_can_read_are_left_out_and_counted(articles: list[object], said: list[str]) -> None:
    result = found(json.dumps({"articles": articles}), "x.json")
    assert [item for item in result.items if not isinstance(item, LeftOut)] == []
    assert left_out(result) == said


def test_an_article_is_read_as_text_and_keeps_its_address() -> None:
    article = {
        "url": "https://x.example/api/1.json",
        "html_url": "https://x.example/1",
        "title": "Plans",
        "body": "<h2>A</h2><ul><li>b</ul>",
    }
    assert found(json.dumps({"articles": [article]}), "x.json").items == (
        FoundDocument("Plans", "## A\n\n- b", "https://x.example/1", 1),
    )


def test_keywords_are_other_ways_to_ask() -> None:
    items = found("キーワード,応答メッセージ\n料金、値段,月額300円です。\n", "x.csv").items
    assert items == (FoundFaq("料金", "月額300円です。", ("値段",), None, 2),)


def test_a_workbook_gives_the_entries_of_its_sheets_and_the_rest_as_a_table() -> None:
    def sheet(rows: list[list[str]]) -> str:
        lines = "".join(
            "<row>"
            + "".join(f'<c r="{chr(65 + n)}1" t="inlineStr"><is><t>{each}</t></is></c>' for n, each in enumerate(row))
            + "</row>"
            for row in rows
        )
        return f'<worksheet xmlns="{M}"><sheetData>{lines}</sheetData></worksheet>'

    sheets = {"よくある質問": "visible", "料金": "visible", "控え": "hidden"}
    names = "".join(
        f'<sheet name="{name}" state="{state}" r:id="r{n}"/>' for n, (name, state) in enumerate(sheets.items())
    )
    links = "".join(f'<Relationship Id="r{n}" Type="x/worksheet" Target="s{n}.xml"/>' for n in range(3))
    data = zipped(
        {
            "xl/workbook.xml": f'<workbook xmlns="{M}" xmlns:r="{R}"><sheets>{names}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">{links}</Relationships>',
            "xl/s0.xml": sheet([["一覧"], ["No", "質問内容", "回答内容"], ["1", "無料ですか？", "はい。"], ["2"]]),
            "xl/s1.xml": sheet([["プラン", "月額"], ["プラス", "300円"]]),
            "xl/s2.xml": sheet([["質問", "回答"], ["a", "b"]]),
        }
    )
    result = found(data, "x.xlsx")
    assert entries(result) == [("無料ですか？", "はい。")]
    assert text_in(result) == "## 料金\n\nプラン | 月額\nプラス | 300円"
    assert left_out(result) == ["Rows above the headings: 1", "Empty rows: 1", "Hidden sheets: 1"]


ASKED = "返金できますか？", "無料ですか？"
WRITTEN = "# FAQ\n\nはじめに。\n\n## 返金できますか？\n\n14日以内なら。\n\n## 無料ですか？\n\nはい。"
FOLDS = "".join(
    f"<details><summary>{q}</summary><p>{a}</p></details>"
    for q, a in zip(ASKED, ("14日以内なら。", "はい。"), strict=True)
)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (WRITTEN.encode(), "x.md"),
        ("はじめに。\n\nQ：返金できますか？\nA：14日以内なら。\n\nQ：無料ですか？\nA：はい。\n".encode(), "x.txt"),
        (f"<html><body><main><p>はじめに。</p>{FOLDS}</main></body></html>".encode(), "x.html"),
        (zipped({"a/x.md": WRITTEN}), "x.zip"),
    ],
)
def test_questions_inside_a_document_stay_there_where_it_is_wanted_whole(data: bytes, name: str) -> None:
    assert [question for question, _answer in entries(read(data, ReadRequest(name=name)))] == [*ASKED]
    whole = read(data, ReadRequest(name=name, whole=True))
    assert entries(whole) == []
    for said in ("はじめに。", *ASKED, "14日以内なら。", "はい。"):
        assert text_in(whole).count(said) == 1
