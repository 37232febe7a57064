"""OpenDocument texts, rich text, slides, ZIPs of documents and the dates of workbooks: what a reader sees in them."""

import pytest
from read_files import entries, found, text_in, zipped

from knowledge.errors import BadInput
from knowledge.importing.kinds import SENT
from knowledge.importing.read_results import FoundDocument, LeftOut, ReadResult
from knowledge.phrases import Lang

OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
ODF = " ".join(f'xmlns:{name}="{OASIS}{name}:1.0"' for name in ("office", "text", "table", "style")) + (
    f' xmlns:draw="{OASIS}drawing:1.0" xmlns:fo="{OASIS}xsl-fo-compatible:1.0"'
)
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
M = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
NUMBER = "0123456789abcdef0123456789abcdef"


def titles(result: ReadResult) -> list[str]:
    return [item.title for item in result.items if isinstance(item, FoundDocument)]


def left_out_of(result: ReadResult, lang: Lang = "en") -> list[tuple[str, str]]:
    return [(item.what.say(lang), item.why.say(lang)) for item in result.items if isinstance(item, LeftOut)]


# OpenDocument


def odt(body: str, styles: str = "", **beside: str) -> bytes:
    content = (
        f"<office:document-content {ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content, **beside})


def test_an_opendocument_is_read_with_its_changes_accepted_and_hidden_texts_left_out() -> None:
    hidden = '<style:style style:name="H"><style:text-properties text:display="none"/></style:style>'
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>500円</text:p></text:deletion>"
        '</text:changed-region></text:tracked-changes><text:h text:outline-level="1">料金</text:h>'
        '<text:p>月額<text:change text:change-id="1"/>300円<text:s text:c="2"/>です。<text:line-break/>'
        "税込み。</text:p>"
        '<text:p text:style-name="H">社外秘</text:p>'
    )
    result = found(odt(body, hidden), "x.odt")
    assert text_in(result) == "## 料金\n\n月額300円  です。\n税込み。"
    assert left_out_of(result) == [("Hidden texts: 1", "Readers do not see them.")]


def test_an_opendocuments_lists_are_numbered_and_go_on_where_they_say_so() -> None:
    styles = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" '
        'style:num-suffix="."/><text:list-level-style-bullet text:level="2"/></text:list-style>'
    )
    item = "<text:list-item><text:p>{}</text:p>{}</text:list-item>".format
    inner = f"<text:list>{item('細目', '')}</text:list>"
    body = (
        f'<text:list text:style-name="L">{item("開く", inner)}{item("押す", "")}</text:list><text:p>休み</text:p>'
        f'<text:list text:style-name="L" text:continue-numbering="true">{item("閉じる", "")}</text:list>'
    )
    assert text_in(found(odt(body, styles), "x.odt")) == "1. 開く\n- 細目\n2. 押す\n\n休み\n\n3. 閉じる"


def test_an_opendocuments_tables_notes_and_boxes_are_read_where_they_stand() -> None:
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>".format
    body = (
        f"<table:table><table:table-header-rows><table:table-row>{cell('品')}{cell('値')}</table:table-row>"
        f"</table:table-header-rows><table:table-row>{cell('椅子')}<table:covered-table-cell/></table:table-row>"
        "</table:table><text:p>送料<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>離島は別"
        "</text:p></text:note-body></text:note>は無料<draw:frame><draw:text-box><text:p>箱の中</text:p></draw:text-box>"
        "</draw:frame></text:p><text:p><draw:frame><draw:image/></draw:frame></text:p>"
    )
    result = found(odt(body), "x.odt")
    assert text_in(result) == "品 | 値\n椅子\n\n送料[1]は無料\n[1] 離島は別\n\n箱の中"
    assert left_out_of(result) == [("Pictures: 1", "Text in pictures is not read.")]


def test_bold_questions_of_an_opendocument_are_entries() -> None:
    bold = '<style:style style:name="B"><style:text-properties fo:font-weight="bold"/></style:style>'
    pairs = {"返品できますか？": "7日以内なら。", "送料はいくらですか？": "500円です。"}
    body = "".join(f'<text:p text:style-name="B">{q}</text:p><text:p>{a}</text:p>' for q, a in pairs.items())
    assert entries(found(odt(body, bold), "x.odt")) == list(pairs.items())


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (odt("", **{"META-INF/manifest.xml": "<m><encryption-data/></m>"}), "x.odt", "locked by a password"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.graphics", "content.xml": "<a/>"}), "x", "not read"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}), "x", "broken"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.presentation", "content.xml": "<a/>"}), "x", "broken"),
        (zipped({"ppt/presentation.xml": "<a/>"}), "x.odt", "is a PowerPoint file"),
        (odt("<text:p>x</text:p>").replace(b"content.xml", b"contant.xml"), "x.odt", "is a ZIP file"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}), "x.odt", "is broken"),
        (b"plain words", "x.rtf", "is not a rich text file"),
    ],
)
def test_what_is_locked_broken_or_called_wrongly_is_refused_with_its_reason(data: bytes, name: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        found(data, name)
    assert said in refused.value.phrase.say("en")


def test_the_empty_files_that_office_programs_leave_do_no_harm() -> None:
    data = odt("<text:p>本文</text:p>", **{"Configurations2/accelerator/current.xml": ""})
    assert text_in(found(data, "x.odt")) == "本文"


# Rich text


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (rb"{\rtf1\ansi\ansicpg932 \'82\'b1\'82\'f1\par}", "こん"),
        # The second byte of a letter may be one of RTF's own signs.
        (rb"{\rtf1\ansi\ansicpg932{\fonttbl{\f0\fcharset128 M;}}\f0 \'83\'5c\'95\'5c \'83\\\par}", "ソ表 ソ"),
        (rb"{\rtf1\ansicpg932{\fonttbl{\f0\fcharset0 H;}{\f1\fcharset128 M;}}\f0 \'93\f1 \'82\'a0\f0 \'94}", "“あ”"),
        (rb"{\rtf1\ansi\uc1\u12354 ?\u-10179?\u-8704?b\par}", "あ😀b"),
        (rb"{\rtf1\ansi\uc2\u12354\'82\'a0i\par}", "あi"),
        (rb"{\rtf1\ansi{\fonttbl{\f0\fcharset204 A;}}\f0 \'cf\'f0\par}", "Пр"),
        (rb"{\rtf1\ansi a{\*\unknown b}{\info{\author c}}{\v d}\par e\line f\par}", "a\n\ne\nf"),
        (rb"{\rtf1\ansi\trowd\pard\intbl Plan\cell Price\cell\row\pard\intbl Plus\cell 300\cell\row\pard After\par}",
         "Plan | Price\nPlus | 300\n\nAfter"),
        (rb"{\rtf1\ansi{\stylesheet{\s1\outlinelevel0 heading 1;}}\pard\s1 Head\par\pard Body\par}", "## Head\n\nBody"),
        (rb"{\rtf1\ansi Fees{\footnote net} apply.{\header Top}\par}", "Fees (net) apply."),
    ],
)  # fmt: skip
def test_rich_text_is_read_in_its_code_pages_with_tables_and_headings(rtf: bytes, text: str) -> None:
    assert text_in(found(rtf, "x.rtf")) == text


def test_bold_questions_of_rich_text_are_entries() -> None:
    rtf = rb"{\rtf1\ansi {\b Is it free?}\par Yes, it is.\par {\b Can I share it?}\par With two others.\par}"
    assert entries(found(rtf, "x.rtf")) == [("Is it free?", "Yes, it is."), ("Can I share it?", "With two others.")]


def test_what_rich_text_holds_beside_text_is_counted() -> None:
    rtf = rb"{\rtf1\ansi{\header H}text{\pict 00}{\*\shppict{\pict 00}}{\nonshppict{\pict 00}}{\object o}\par}"
    said = [what for what, _why in left_out_of(found(rtf, "x.rtf"))]
    assert said == ["Page headers and footers: 1", "Pictures: 2", "Embedded objects: 1"]


def test_rich_text_of_endless_groups_is_refused() -> None:
    with pytest.raises(BadInput, match="nested too deeply"):
        found(b"{\\rtf1" + b"{" * 100_000, "x.rtf")


# Slides


def shape(text: str, kind: str = "") -> str:
    holder = f'<p:ph type="{kind}"/>' if kind else ""
    lines = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in text.split("\n"))
    return f"<p:sp><p:nvSpPr><p:nvPr>{holder}</p:nvPr></p:nvSpPr><p:txBody>{lines}</p:txBody></p:sp>"


def pptx(*slides: str, hidden: tuple[int, ...] = ()) -> bytes:
    numbers = range(len(slides))
    ids = "".join(f'<p:sldId id="{n}" r:id="r{n}"/>' for n in numbers)
    links = "".join(f'<Relationship Id="r{n}" Type="x/slide" Target="slides/s{n}.xml"/>' for n in numbers)
    return zipped(
        {
            "ppt/presentation.xml": f'<p:presentation xmlns:p="{P}" xmlns:r="{R}"><p:sldIdLst>{ids}</p:sldIdLst>'
            "</p:presentation>",
            "ppt/_rels/presentation.xml.rels": f'<Relationships xmlns="{RELATIONS}">{links}</Relationships>',
            **{
                f"ppt/slides/s{n}.xml": f'<p:sld xmlns:p="{P}" xmlns:a="{A}" show="{int(n not in hidden)}"><p:cSld>'
                f"<p:spTree>{slide}</p:spTree></p:cSld></p:sld>"
                for n, slide in enumerate(slides)
            },
        }
    )


def test_each_slide_is_a_heading_with_what_stands_on_it() -> None:
    cell = "<a:tc {1}><a:txBody><a:p><a:r><a:t>{0}</a:t></a:r></a:p></a:txBody></a:tc>".format
    merged = 'hMerge="1"'
    table = (
        f"<p:graphicFrame><a:graphic><a:tbl><a:tr>{cell('項目', '')}{cell('値', '')}</a:tr>"
        f"<a:tr>{cell('重さ', '')}{cell('重さ', merged)}</a:tr></a:tbl></a:graphic></p:graphicFrame>"
    )
    first = (
        shape("3", "sldNum")
        + "<p:grpSp>"
        + shape("開く\n押す")
        + "</p:grpSp>"
        + shape("使いかた", "title")
        + "<p:pic/>"
    )
    result = found(pptx(first, shape("仕様", "ctrTitle") + table, shape("秘密"), hidden=(2,)), "x.pptx")
    assert text_in(result) == "## 使いかた\n\n開く\n押す\n\n## 仕様\n\n項目 | 値\n重さ"
    assert [what for what, _why in left_out_of(result)] == [
        "Page headers and footers: 1",
        "Pictures: 1",
        "Hidden slides: 1",
    ]


def test_slides_that_ask_are_entries() -> None:
    pairs = {"予約は必要ですか？": "いりません。", "駐車場はありますか？": "3台分あります。"}
    slides = [shape(question, "title") + shape(answer, "body") for question, answer in pairs.items()]
    assert entries(found(pptx(*slides), "x.pptx")) == list(pairs.items())


# ZIPs of documents


def test_a_zip_gives_what_is_in_its_files_and_names_what_is_not() -> None:
    data = zipped(
        {
            "folder/faq.csv": "質問,回答\n無料ですか,はい。\n",
            "folder/about.txt": "三人で作っています。",
            "folder/photo.jpg": b"\xff\xd8\xff",
            "folder/old.doc": b"\xd0\xcf\x11\xe0" + bytes(600),
            "__MACOSX/folder/._about.txt": b"\0\5\26\7",
            "more.zip": zipped({"a.txt": "x"}),
        }
    )
    result = found(data, "x.zip")
    assert entries(result) == [("無料ですか", "はい。")]
    assert (titles(result), text_in(result)) == (["about"], "三人で作っています。")
    said = left_out_of(result, "ja")
    assert [what for what, _why in said] == ["画像：1点", "ファイル「folder/old.doc」", "ファイル「more.zip」"]
    assert said[-1][1] == "ZIPの中のZIPは読み込めません。展開して、中身を送ってください。"


def test_documents_of_a_zip_that_are_called_alike_are_told_apart() -> None:
    data = zipped({"fees/index.txt": "月額300円。", "hours/index.txt": "10時から。", "about.txt": "三人です。"})
    assert titles(found(data, "x.zip")) == ["fees / index", "hours / index", "about"]


def test_every_kind_of_file_that_is_read_is_offered_where_files_are_chosen() -> None:
    assert {
        ".pdf",
        ".docx",
        ".xlsx",
        ".pptx",
        ".odt",
        ".ods",
        ".odp",
        ".rtf",
        ".epub",
        ".zip",
        ".csv",
        ".html",
        ".md",
        ".txt",
    } <= {*SENT}
    assert ".xml" not in SENT


def test_what_was_left_out_of_several_files_is_counted_together() -> None:
    page = "<html><body><nav><a href=/>Home</a></nav><p>{}</p></body></html>".format
    result = found(zipped({"a.html": page("We open at nine."), "b.html": page("We close at six.")}), "x.zip")
    assert [what for what, _why in left_out_of(result)] == ["Menus, headers and footers of the page: 2"]


def test_the_names_of_files_packed_in_japan_are_read() -> None:
    locked = zipped({"YY.doc": b"\xd0\xcf\x11\xe0" + bytes(600), "a.txt": "本文"}).replace(b"YY", "表".encode("cp932"))
    assert [what for what, _why in left_out_of(found(locked, "x.zip"))] == ["The file “表.doc”"]


def test_a_notion_export_is_taken_once_and_without_its_numbers() -> None:
    table = "Name,Status\nPlan,Done\n"
    data = zipped(
        {
            f"Home {NUMBER}.md": f"# Home\n\nSee [Plan](Tasks/Plan%20{NUMBER}.md), [us](https://x.example).\n\n![](a.png)",
            f"Tasks {NUMBER}.csv": "Name\nPlan\n",
            f"Tasks {NUMBER}_all.csv": table,
            f"Tasks/Plan {NUMBER}.md": f"# Plan\n\nStatus: Done (State/Done%20{NUMBER}.md)\n\nWrite it.",
        }
    )
    result = found(data, "Export.zip")
    assert titles(result) == ["Home", "Plan"]
    assert "See Plan, [us](https://x.example)." in text_in(result)
    assert NUMBER not in text_in(result)
    assert [why for _what, why in left_out_of(result)] == [
        "The complete table is there as well.",
        "The pages of its rows have the same content.",
    ]


def test_the_parts_in_which_notion_packs_an_export_are_opened() -> None:
    part = zipped({f"Home {NUMBER}.md": "# Home\n\nThree of us."})
    name = "Export-0aa0aaaa-1bb1-2cc2-3dd3-4ee4eeeeeeee-Part-{}.zip".format
    other = zipped({"Fees.md": "# Fees\n\n300 yen."})
    assert titles(found(zipped({name(1): part, name(2): other}), "x.zip")) == ["Home", "Fees"]
    with pytest.raises(BadInput, match="a ZIP inside a ZIP"):
        found(zipped({name(1): zipped({name(1): part})}), "x.zip")
    with pytest.raises(BadInput, match="far too large"):
        found(zipped({name(n): zipped({"a.txt": b"x y" * 6_000_000}) for n in range(3)}), "x.zip")


@pytest.mark.parametrize("answer", ["A partir de 12 anos.", "a week later", "A 14-day trial comes first."])
def test_an_answer_that_begins_with_a_word_like_a_mark_keeps_it(answer: str) -> None:
    data = f"Q: From when?\nA: {answer}\n\nQ: How long?\nA: One day.\n"
    assert entries(found(data, "x.txt"))[0] == ("From when?", answer)
    table = f"<table><tr><th>質問<th>回答<tr><td>いつから?<td>{answer}</table>"
    assert entries(found(f"<html><body>{table}</body></html>", "x.html")) == [("いつから?", answer)]


def test_a_notion_table_of_questions_gives_its_entries_once() -> None:
    data = zipped(
        {
            f"FAQ {NUMBER}.csv": "Question,Answer\nIs it free?,Yes.\n",
            f"FAQ {NUMBER}_all.csv": "Question,Answer\nIs it free?,Yes.\nCan I share it?,With two.\n",
            f"FAQ/Is it free {NUMBER}.md": "# Is it free?\n\nAnswer: Yes.",
        }
    )
    result = found(data, "Export.zip")
    assert entries(result) == [("Is it free?", "Yes."), ("Can I share it?", "With two.")]
    assert titles(result) == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (zipped({"inner.zip": zipped({"a.txt": "x"})}), "I cannot read a ZIP inside a ZIP."),
        (zipped({"inner": zipped({"a.txt": "x"})}), "I cannot read a ZIP inside a ZIP."),
        (zipped({"a.txt": b" " * 30_000_000}), "far too large"),
        (zipped({"../a.txt": "x"}), "contains other files"),
        (zipped({"a.png": b"\x89PNG"}), "no file in this ZIP"),
        (
            zipped({"a.txt": "", "b.txt": ""}),
            "I cannot read any of the files in this ZIP. “a.txt”: This file is empty.",
        ),
        (zipped({f"{n}.txt": "x" for n in range(2_001)}), "far too large"),
    ],
)
def test_a_zip_of_which_nothing_is_read_says_why(data: bytes, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        found(data, "x.zip")
    assert said in refused.value.phrase.say("en")


# Workbooks


@pytest.mark.parametrize(
    ("stored", "number", "code", "shown"),
    [
        ("46113", "14", "", "2026-04-01"),
        ("46113.39583333333", "22", "", "2026-04-01 09:30"),
        ("0.39583333333333331", "20", "", "09:30"),
        ("1.5", "46", "", "36:00"),
        ("0.08", "9", "", "8%"),
        ("46113", "164", 'yyyy"年"m"月"d"日"', "2026-04-01"),
        ("46113", "164", 'm"月"d"日"', "4月1日"),
        ("46113", "164", "[$-411]ggge.m.d", "2026-04-01"),
        ("0.5", "164", "[h]:mm", "12:00"),
        ("0.125", "164", "0.0%", "12.5%"),
        ("300", "164", '#,##0"円";[Red]-#,##0"円 days"', "300"),
        ("300", "0", "", "300"),
        ("300", "164", '"days" 0', "300"),
    ],
)
def test_a_workbooks_dates_times_and_shares_are_told_as_such(stored: str, number: str, code: str, shown: str) -> None:
    quoted = code.replace('"', "&quot;")
    data = zipped(
        {
            "xl/workbook.xml": f'<workbook xmlns="{M}" xmlns:r="{R}"><sheets><sheet name="予定" r:id="r0"/></sheets>'
            "</workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">'
            '<Relationship Id="r0" Type="x/worksheet" Target="s.xml"/></Relationships>',
            "xl/styles.xml": f'<styleSheet xmlns="{M}"><numFmts><numFmt numFmtId="164" formatCode="{quoted}"/>'
            f'</numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="{number}"/></cellXfs></styleSheet>',
            "xl/s.xml": f'<worksheet xmlns="{M}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>開店</t></is></c>'
            f'<c r="B1" s="1"><v>{stored}</v></c></row></sheetData></worksheet>',
        }
    )
    assert text_in(found(data, "x.xlsx")).split("\n")[-1] == f"開店 | {shown}"


def test_slides_headed_frequently_asked_questions_give_entries_by_their_marks() -> None:
    slides = [
        shape("Frequently asked questions", "title"),
        shape("First steps", "title") + shape("Question 1: Is it free?", "body") + shape("Yes, it is.", "body"),
        shape("Later", "title") + shape("Question 2: Can I cancel?", "body") + shape("At any time.", "body"),
    ]
    assert entries(found(pptx(*slides), "x.pptx")) == [
        ("Is it free?", "Yes, it is."),
        ("Can I cancel?", "At any time."),
    ]
