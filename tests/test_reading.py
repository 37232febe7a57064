"""Files and pages -> entries: every form, every encoding, and what a hostile one can do to its reader."""

import io
import sys
import zipfile
from collections.abc import Mapping

import pytest
from docx import Document

from knowledge.errors import BadInput
from knowledge.importing.process import read
from knowledge.importing.read_results import FileKind, FoundDocument, FoundFaq, ReadRequest, ReadResult, Unusable
from knowledge.importing.reading import Reading
from knowledge.importing.tables import guarded, unguarded

TABLE = "質問,回答\n返金はできますか？,14日以内なら可能です。\n無料ですか？,はい。\n"
ENTRIES = [("返金はできますか？", "14日以内なら可能です。"), ("無料ですか？", "はい。")]
WORD = "word/document.xml"
NEST = b"<a>" * 50_000 + b"</a>" * 50_000
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'


def found(data: bytes | str, name: str = "", *, url: str = "", charset: str = "") -> ReadResult:
    return read(data.encode() if isinstance(data, str) else data, ReadRequest(name=name, url=url, charset=charset))


def pairs(read: ReadResult) -> list[tuple[str, str]]:
    return [(item.question, item.answer) for item in read.items if isinstance(item, FoundFaq)]


def refusal(data: bytes | str, name: str = "") -> str:
    with pytest.raises(BadInput) as refused:
        found(data, name)
    return refused.value.phrase.say("en")


def zipped(entries: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target.getvalue()


def pdf(pages: int) -> bytes:
    """An honest PDF with so many empty pages, written by hand since a library takes seconds for thousands."""
    kids = " ".join(f"{n} 0 R" for n in range(3, pages + 3))
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {pages}/Kids[{kids}]>>"]
    objects += ["<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"] * pages
    parts, places = ["%PDF-1.4\n"], []
    length = len(parts[0])
    for n, each in enumerate(objects, 1):
        places.append(length)
        parts.append(f"{n} 0 obj{each}endobj\n")
        length += len(parts[-1])
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{length}\n%%EOF"
    return ("".join(parts) + end).encode()


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode(),
        TABLE.encode("utf-8-sig"),
        TABLE.encode("utf-16"),
        TABLE.encode("utf-16-be"),
        TABLE.encode("cp932"),
        TABLE.encode("euc_jp"),
        TABLE.encode("iso2022_jp"),
        b"\xff\xfe" + TABLE.encode(),  # a mark that lies
        b"\xef\xbb\xbf" + TABLE.encode("cp932"),
        TABLE.replace("\n", "\r\n").encode(),
        TABLE.replace(",", "\t").encode(),
        TABLE.replace(",", ";").encode(),
    ],
)
def test_a_table_is_read_in_whatever_encoding_and_with_whatever_separator(data: bytes) -> None:
    assert pairs(found(data, "faq.csv")) == ENTRIES


@pytest.mark.parametrize("data", [bytes(range(128, 256)) * 8, b"\x00\x01\x02\x03" * 99, b"\x81\x00\xff" * 99])
def test_bytes_that_are_no_text_in_any_encoding_are_refused(data: bytes) -> None:
    assert "could not tell which encoding" in refusal(data) or "This is" in refusal(data)


@pytest.mark.parametrize(
    ("header", "roles"),
    [
        ("Question,Answer", {"question": 0, "answer": 1}),
        ("id,Q,A", {"question": 1, "answer": 2}),
        ("回答,質問", {"question": 1, "answer": 0}),
        ("カテゴリ,ご質問（必須）,回答（本文）", {"question": 1, "answer": 2}),
        ("質問,回答,言い換え,そのまま", {"question": 0, "answer": 1, "phrasings": 2, "exact": 3}),
        ("Title,Body,URL", {"title": 0, "text": 1, "url": 2}),
    ],
)
def test_columns_are_known_by_their_names(header: str, roles: dict[str, int]) -> None:
    columns = found(f"{header}\n{','.join('abcd'[: header.count(',') + 1])}\n", "x.csv").columns
    assert columns is not None
    assert (columns.roles, columns.sure, columns.header) == (roles, True, True)


def test_a_table_without_names_is_guessed_by_what_asks_and_says_so() -> None:
    read = found("1,It costs nothing at all.,Is it free?\n2,Within 14 days of buying.,Refunds?\n", "x.csv")
    assert pairs(read)[0] == ("Is it free?", "It costs nothing at all.")
    assert read.columns is not None
    assert not read.columns.sure


def test_the_owners_choice_of_columns_wins() -> None:
    table = b"question,answer\na,b\n"
    assert pairs(read(table, ReadRequest(name="x.csv", roles={"question": 1, "answer": 0}))) == [("b", "a")]
    with pytest.raises(BadInput, match="two different columns"):
        read(table, ReadRequest(name="x.csv", roles={"question": 1, "answer": 1}))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('q,a\n1,2\n3,"4\n5,6\n', 'line 3 a quotation mark (") is opened and never closed'),
        ('q,a\n1,2\n3,"4"5\n', 'line 3 a quotation mark (") is in the wrong place'),
        ('q,a\n"1\n1","2"\n3,"4"x\n', "line 4 a quotation mark"),
        ("", "empty"),
        ("\n , \n", "empty"),
        ("one\ntwo\n", "single column"),
    ],
)
def test_a_broken_table_is_told_with_its_row(text: str, said: str) -> None:
    assert said in refusal(text or " ", "x.csv")


def test_rows_with_a_part_missing_are_told_apart_from_the_others() -> None:
    items = found("question,answer\nIs it free?,\n,Yes\n\nRefunds?,No\n", "x.csv").items
    assert [(item.row, item.why.text) for item in items if isinstance(item, Unusable)] == [
        (2, "It has no answer."),
        (3, "It has no question."),
    ]
    assert [item.row for item in items if isinstance(item, FoundFaq)] == [5]


@pytest.mark.parametrize("text", ["=1+1", "'=1", "''=x", "+81", "-1", "@a", "plain", "'quoted'", "＝全角", "\ttab", ""])
def test_cells_that_a_spreadsheet_would_run_are_made_harmless_and_come_back(text: str) -> None:
    """S28"""
    assert not guarded(text).startswith(tuple("=+-@＝＋－＠\t\r"))
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('[{"question": "a", "answer": "b"}]', "x.json"),
        ('[{"Q": "a", "A": "b", "id": 3}]', ""),
        ('{"items": [{"質問": "a", "回答": "b"}]}', "x.json"),
        ('{"a": "b"}', "x.json"),
        ('[["a", "b"]]', "x.json"),
        ('{"question": "a", "answer": "b"}\n', "x.jsonl"),
        ('{"question": "a", "answer": "b"}\n\n', ""),
    ],
)
def test_json_is_read_in_the_shapes_people_have(text: str, name: str) -> None:
    assert pairs(found(text, name)) == [("a", "b")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"question": "a",\n "answer" }]', "broken at line 2"),
        ("[" * 100_000, "nested too deeply"),
        ("[1, 2]", "not a list of questions"),
        ('[{"colour": "red", "size": "1"}]', "no “question” and “answer”"),
    ],
)
def test_broken_json_is_told(text: str, said: str) -> None:
    assert said in refusal(text, "x.json")


def test_markdown_takes_its_title_from_its_heading_or_front_matter() -> None:
    assert found("Intro\n# Terms #\nNo refunds.", "a.md").items[0] == FoundDocument(
        "Terms", "Intro\n# Terms #\nNo refunds."
    )
    assert found("---\ntitle: 'Terms'\n---\nNo refunds.", "a.md").items[0] == FoundDocument("Terms", "No refunds.")
    assert found("No refunds.", "利用規約.txt").items[0] == FoundDocument("利用規約", "No refunds.")


def test_a_page_gives_its_main_text_and_its_address() -> None:
    words = "<p>The plan is free for one person. It costs three euros a month for a team of five.</p>" * 5
    page = f"<html><head><title>Plans &amp; prices</title></head><body><nav>Menu</nav><article>{words}</article></body>"
    document = found(page, url="https://example.com/plans").items[0]
    assert isinstance(document, FoundDocument)
    assert (document.title, document.url) == ("Plans & prices", "https://example.com/plans")
    assert "three euros" in document.text
    assert "Menu" not in document.text


def test_a_page_that_declares_its_questions_gives_entries() -> None:
    data = """<script type="application/ld+json">{"@type": "FAQPage", "mainEntity": [{"@type": "Question",
      "name": "Is it free?", "acceptedAnswer": {"@type": "Answer", "text": "<p>Yes.</p><p>For ever &amp; a day.</p>"}}]}
      </script>"""
    assert pairs(found(f"<html><body>{data}</body></html>")) == [("Is it free?", "Yes.\nFor ever & a day.")]


def test_a_page_that_a_script_fills_is_told() -> None:
    assert "no readable text" in refusal("<!doctype html><html><body><div id=app></div></body></html>")


def test_a_pages_lying_charset_does_not_matter() -> None:
    page = (
        '<html><head><meta charset="euc-jp"></head><body><p>'
        + "このアプリは無料で使えます。" * 20
        + "</p></body></html>"
    )
    item = found(page.encode("cp932")).items[0]
    assert isinstance(item, FoundDocument)
    assert "このアプリは無料で使えます。" in item.text


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp", "utf-8"])
def test_a_page_with_a_letter_cut_in_two_is_read_whatever_it_says_of_itself(encoding: str) -> None:
    said = "このアプリは無料で使えます。" * 30
    page = f'<html><head><meta charset="utf-8"><title>無料</title></head><body><p>{said}</p><p>@</p></body></html>'
    data = page.encode(encoding).replace(b"@", "続".encode(encoding)[:1])
    (item,) = found(data).items
    assert isinstance(item, FoundDocument)
    assert said in item.text


def test_a_word_document_gives_headings_paragraphs_and_tables() -> None:
    document, target = Document(), io.BytesIO()
    document.add_heading("Refunds")
    document.add_paragraph("Within 14 days.")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Plan", "Free"
    document.save(target)
    assert found(target.getvalue(), "terms.docx").items == (
        FoundDocument("terms", "## Refunds\n\nWithin 14 days.\n\nPlan | Free"),
    )


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({WORD: b"0" * 40_000_000}, "far too large"),  # one that grows
        ({WORD: b"<a/>", **{f"word/{n}.xml": b"" for n in range(3000)}}, "far too large"),
        ({WORD: b"<a/>", "word/in.zip": b"PK"}, "other files"),
        ({WORD: b"<a/>", "../../etc/x.xml": b"<a/>"}, "other files"),
        ({WORD: NEST}, "nested too deeply"),
        ({WORD: LAUGHS}, "XML entities"),
        ({WORD: b"<a>"}, "XML in this file is broken"),
        ({WORD: b"<a/>"}, "broken"),
    ],
)
def test_a_word_document_that_attacks_is_refused(entries: dict[str, bytes], said: str) -> None:
    """S35, S36"""
    assert said in refusal(zipped(entries), "x.docx")


def test_a_link_in_a_zip_is_refused() -> None:
    """S35"""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        link = zipfile.ZipInfo("word/media/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr(WORD, "<a/>")
    assert "other files" in refusal(target.getvalue(), "x.docx")


@pytest.mark.long
def test_a_pdf_of_ten_thousand_pages_is_told_its_number() -> None:
    assert "has 10000 pages; I can read at most 300" in refusal(pdf(10_000), "x.pdf")


def test_a_pdf_without_text_or_broken_is_told() -> None:
    assert "only pictures" in refusal(pdf(1), "x.pdf")
    assert "PDF is broken" in refusal(b"%PDF-1.7\n" + b"garbage" * 50, "x.pdf")


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (pdf(1), "faq.csv", "Despite its name, “faq.csv” is a PDF"),
        (b"question,answer\na,b\n", "faq.pdf", "“faq.pdf” is not a PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "faq.csv", "This is a picture"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 99, "old.doc", "old Office version"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "new.docx", "locked by a password"),
        (b"{\\rtf1\\ansi Is it free?}", "faq.docx", "a rich text file"),
        (zipped({"xl/workbook.xml": b"<a/>"}), "faq.csv", "an Excel workbook"),
        (zipped({"a.txt": b"x"}), "a.docx", "a ZIP file"),
        (b"Rar!" + b"\0" * 20, "a.zip", "compressed archive"),
        (zipped({"apps.json": b"[]", "owners.json": b"[]"}), "mimi-export.zip", "restore it on the web"),
        (b"<?xml version='1.0'?><opml/>", "feed", "an XML file"),
        (b"\0" * 100, "x.csv", "file is empty"),
    ],
)
def test_a_file_is_what_it_holds_not_what_it_is_called(data: bytes, name: str, said: str) -> None:
    """S34"""
    assert said in refusal(data, name)


def test_a_sitemap_gives_each_of_its_pages_once() -> None:
    places = "".join(f"<url><loc>https://example.com/{n}</loc></url>" for n in [0, *range(60)])
    read = found(f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>')
    assert (read.kind, len(read.pages), read.left_out) == (FileKind.SITEMAP, 60, 0)
    assert "lists no pages" in refusal("<urlset></urlset>")
    assert "XML in this file is broken" in refusal("<urlset><url>")


async def test_a_file_is_read_in_a_process_of_its_own() -> None:
    assert pairs(await Reading().read(TABLE.encode(), ReadRequest(name="faq.csv"))) == ENTRIES
    with pytest.raises(BadInput, match="single column"):
        await Reading().read(b"a\nb\n", ReadRequest(name="x.csv"))


@pytest.mark.parametrize(
    "attack",
    [
        "bytearray(4 * 1024 ** 3)",  # memory
        "exec('while True: pass')",  # processor time
        "__import__('os').kill(__import__('os').getpid(), 9)",
        "sys.stdout.write('x' * 80_000_000)",
        "__import__('os').fork()\nsys.stdout.write('x' * 80_000_000)",  # and what it has started holds its pipes
        "print('nonsense')",
        "print('{}')",
    ],
)
async def test_whatever_happens_to_the_process_only_this_file_fails(attack: str) -> None:
    """S37"""
    program = (
        "import resource, sys\nfrom knowledge.importing import process\nprocess.CPU_SECONDS = 1\nprocess.limit()\n"
        f"sys.stdin.buffer.read()\n{attack}\n"
    )
    reading = Reading((sys.executable, "-c", program))
    with pytest.raises(BadInput, match="too much time or memory"):
        await reading.read(b"x" * 1_000_000, ReadRequest())


async def test_a_process_that_does_nothing_for_too_long_is_ended() -> None:
    """S37"""
    with pytest.raises(BadInput, match="too much time or memory"):
        await Reading((sys.executable, "-c", "import time; time.sleep(600)"), limit=0.2).read(
            b"x" * 1_000_000, ReadRequest()
        )
