"""Which column holds what, what a file is, and in which characters: each by itself, without a process to read it."""

import json

import pytest

from knowledge.errors import BadInput
from knowledge.importing.columns import by_name, by_parts, chosen, guess, has_pair, letters
from knowledge.importing.encodings import decode, looks_written
from knowledge.importing.json_lists import read
from knowledge.importing.kinds import OTHERS, binary_kind, ending_of, stem_of, text_kind
from knowledge.importing.read_results import Columns, FileKind, FoundDocument, FoundFaq, Unusable
from knowledge.phrases import Phrase


def refused(problem: BadInput) -> str:
    assert isinstance(problem.phrase, Phrase)
    assert problem.phrase.say("ja") != problem.phrase.say("en")
    return problem.phrase.say("en")


@pytest.mark.parametrize(
    ("header", "roles"),
    [
        (["Question", "Answer"], {"question": 0, "answer": 1}),
        (["No.", "質問", "回答", "言い換え"], {"question": 1, "answer": 2, "phrasings": 3}),
        (["Ａｎｓｗｅｒ", " QUESTION "], {"answer": 0, "question": 1}),
        (["question", "question", "answer"], {"question": 0, "answer": 2}),
        (["q", "a", "url"], {"question": 0, "answer": 1}),  # a link is a document's
        (["Title", "Text", "URL"], {"title": 0, "text": 1, "url": 2}),
        (["タイトル", "本文"], {"title": 0, "text": 1}),
        (["question", "title", "text"], {"title": 1, "text": 2}),
        (["Name", "Price"], {}),
        ([], {}),
    ],
)
def test_columns_are_known_by_name(header: list[str], roles: dict[str, int]) -> None:
    assert by_name(header) == roles
    assert has_pair(roles) is (len(roles) > 1)


@pytest.mark.parametrize(
    ("header", "roles"),
    [
        (["Customer question", "Our answer"], {"question": 0, "answer": 1}),
        (["質問（日本語）", "回答（日本語）"], {"question": 0, "answer": 1}),
        (["お問い合わせ内容", "答え方"], {"question": 0, "answer": 1}),
        (["What was the question that you were asked?", "answer"], {"answer": 1}),  # a sentence is no name
    ],
)
def test_a_short_name_that_holds_a_telling_word_is_enough(header: list[str], roles: dict[str, int]) -> None:
    assert by_parts(header) == roles


@pytest.mark.parametrize(
    ("rows", "roles"),
    [
        ([["Is it free?", "Yes, all of it is."], ["Is it new?", "It is from 2024."]], (0, 1)),
        ([["Yes, all of it is.", "Is it free?"], ["It is.", "Is it new?"]], (1, 0)),
        ([["1", "無料ですか", "はい、無料です。"], ["2", "解約できますか", "いつでもできます。"]], (1, 2)),
        ([["short", "a much longer text"], ["other", "another longer text"]], (0, 1)),
    ],
)
def test_without_names_the_column_that_asks_is_the_question(rows: list[list[str]], roles: tuple[int, int]) -> None:
    found = guess(rows)
    assert (found.roles["question"], found.roles["answer"]) == roles
    assert (found.sure, found.header) == (False, False)
    assert found.names == letters(len(rows[0]))


def test_names_in_the_first_row_are_no_entry() -> None:
    found = guess([["質問", "回答"], ["無料ですか", "はい"]])
    assert (found.sure, found.header, found.names) == (True, True, ("質問", "回答"))


@pytest.mark.parametrize("rows", [[["Is it free?"], ["Is it new?"]], [[]], []])
def test_a_single_column_is_no_table_of_questions(rows: list[list[str]]) -> None:
    with pytest.raises(BadInput) as problem:
        guess(rows)
    assert "single column" in refused(problem.value)


def test_columns_without_a_name_are_called_as_in_spreadsheets() -> None:
    assert letters(3) == ("A", "B", "C")
    assert letters(28)[24:] == ("Y", "Z", "AA", "AB")


TABLE = Columns(("A", "B", "C"), {"question": 0, "answer": 1, "phrasings": 2}, sure=False, header=False)


def test_the_owners_word_on_columns_counts_and_leaves_what_it_does_not_touch() -> None:
    said = chosen(TABLE, {"question": 1, "answer": 0})
    assert (dict(said.roles), said.sure, said.header) == ({"question": 1, "answer": 0, "phrasings": 2}, True, False)
    assert "phrasings" not in chosen(TABLE, {"question": 2, "answer": 0}).roles


@pytest.mark.parametrize("roles", [{"question": 0}, {"question": 1, "answer": 1}, {"question": 0, "answer": 3}, {}])
def test_two_different_columns_have_to_be_chosen(roles: dict[str, int]) -> None:
    with pytest.raises(BadInput) as problem:
        chosen(TABLE, roles)
    assert "two different columns" in refused(problem.value)


FREE = FoundFaq("Is it free?", "Yes.", row=1)


@pytest.mark.parametrize(
    "value",
    [
        [{"question": "Is it free?", "answer": "Yes."}],
        {"faqs": [{"question": "Is it free?", "answer": "Yes."}], "version": 1},
        {"anything": [{"質問": "Is it free?", "回答": "Yes."}]},
        {"Is it free?": "Yes."},
        [["Is it free?", "Yes."]],
        {"q": "Is it free?", "a": "Yes."},
    ],
)
def test_questions_and_answers_are_found_in_json_however_they_lie(value: object) -> None:
    assert read(json.dumps(value), FileKind.JSON, {}).items == (FREE,)


def test_an_export_of_ours_has_both_its_lists() -> None:
    ours = {
        "faqs": [{"question": "Is it free?", "answer": "Yes.", "phrasings": ["Cost?", "Price?"], "exact": True}],
        "documents": [{"title": "Guide", "text": "Long.", "url": "https://kotori.example"}],
    }
    faq, document = read(json.dumps(ours), FileKind.JSON, {}).items
    assert faq == FoundFaq("Is it free?", "Yes.", ("Cost?", "Price?"), True, 1)
    assert document == FoundDocument("Guide", "Long.", "https://kotori.example", 1)


def test_what_is_no_entry_is_named_by_its_line_and_keeps_nobody_else_out() -> None:
    lines = '{"question": "Is it free?", "answer": "Yes."}\n\n{"question": {"en": "Q"}, "answer": "A"}'
    good, bad = read(lines, FileKind.JSONL, {}).items
    assert good == FREE
    assert isinstance(bad, Unusable)
    assert bad.why.say("en") == "Some of its values are not texts."


@pytest.mark.parametrize(
    ("text", "kind", "why"),
    [
        ('{"a": 1,\n"b" 2}', FileKind.JSON, "broken at line 2"),
        ('{"question": "Q", "answer": "A"}\n{', FileKind.JSONL, "broken at line 2"),
        ("[" * 100_000, FileKind.JSON, "nested too deeply"),
        ('[{"name": "Kotori"}]', FileKind.JSON, "no “question” and “answer”"),
        ("3", FileKind.JSON, "not a list of questions"),
        ('["Is it free?"]', FileKind.JSON, "not a list of questions"),
    ],
)
def test_json_that_cannot_be_used_says_why(text: str, kind: FileKind, why: str) -> None:
    with pytest.raises(BadInput) as problem:
        read(text, kind, {})
    assert why in refused(problem.value)


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("question,answer\n", "faq.csv", FileKind.CSV),
        ("<!doctype html><p>Hello", "faq.csv", FileKind.HTML),  # what is there decides
        ("<!-- saved -->\n<html>", "page.txt", FileKind.HTML),
        ('<?xml version="1.0"?><urlset xmlns="x">', "a.xml", FileKind.SITEMAP),
        ('[{"question": "Q"}]', "data.txt", FileKind.JSON),
        ('{"question": "Q"}\n{"question": "R"}', "", FileKind.JSONL),
        ("{not json at all", "", FileKind.JSON),
        ("a\tb\nc\td", "", FileKind.TSV),
        ("# One\n\n- two\n- three", "notes.txt", FileKind.MARKDOWN),
        ("# One", "notes.md", FileKind.MARKDOWN),
        ("Just a text.\nAnd more.", "notes.txt", FileKind.TEXT),
        ("", "", FileKind.TEXT),
    ],
)
def test_a_text_is_told_by_what_stands_in_it_and_by_its_name_where_that_is_open(
    text: str, name: str, kind: FileKind
) -> None:
    assert text_kind(text, name) is kind


def test_xml_that_is_neither_a_page_nor_a_sitemap_is_refused() -> None:
    with pytest.raises(BadInput) as problem:
        text_kind('<?xml version="1.0"?><opml>', "feeds.xml")
    assert "an XML file" in refused(problem.value)


@pytest.mark.parametrize(("start", "phrase"), OTHERS)
def test_files_that_cannot_be_read_are_called_by_what_they_are(start: bytes, phrase: Phrase) -> None:
    with pytest.raises(BadInput) as problem:
        binary_kind(start + bytes(range(256)), "faq.txt")
    assert phrase.say("en") in refused(problem.value)


@pytest.mark.parametrize(("name", "data"), [("faq.pdf", b"question,answer"), ("faq.docx", b"Hello")])
def test_a_name_that_promises_something_else_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(BadInput) as problem:
        binary_kind(data, name)
    assert f"“{name}” is not" in refused(problem.value)


def test_a_pdf_is_one_behind_some_rubbish_and_not_under_another_name() -> None:
    assert binary_kind(b"\n\nHTTP\n%PDF-1.7", "manual") is FileKind.PDF
    with pytest.raises(BadInput) as problem:
        binary_kind(b"%PDF-1.7", "manual.csv")
    assert "is a PDF" in refused(problem.value)


@pytest.mark.parametrize(
    ("name", "kind", "stem"),
    [("faq.CSV", FileKind.CSV, "faq"), ("v1.2", None, "v1.2"), ("a.b.md", FileKind.MARKDOWN, "a.b"), ("", None, "")],
)
def test_a_files_name_promises_a_kind_and_gives_a_title(name: str, kind: FileKind | None, stem: str) -> None:
    assert (ending_of(name), stem_of(name)) == (kind, stem)


TEXT = "質問,回答\n返金できますか？,はい、ストアの画面からどうぞ。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp932", "euc_jp"])
@pytest.mark.parametrize("declared", ["", "utf-8", "shift_jis", "no such one"])
def test_japanese_is_read_in_whatever_it_was_saved_whatever_is_declared(encoding: str, declared: str) -> None:
    assert decode(TEXT.encode(encoding), declared) == TEXT


def test_a_letter_in_jis_is_read_by_its_signs() -> None:
    assert decode(TEXT.encode("iso2022_jp")) == TEXT


@pytest.mark.parametrize("text", ["はい", "返金できますか", "いいえ、できません。"])
@pytest.mark.parametrize("encoding", ["cp932", "euc_jp"])
def test_where_two_encodings_read_the_same_bytes_text_of_half_width_kana_is_the_wrong_one(
    text: str, encoding: str
) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Hello\t\r\n", True),
        ("絵文字 👩‍👩‍👧", True),
        ("", True),
        ("a\0b", False),
        ("\x1b[0m", False),
        ("�" * 10, False),
    ],
)
def test_which_characters_people_write(text: str, written: bool) -> None:
    assert looks_written(text) is written


def test_what_no_encoding_makes_sense_of_is_refused() -> None:
    with pytest.raises(BadInput) as problem:
        decode(b"\x00\x01\x02\x03" * 50)
    assert "could not tell which encoding" in refused(problem.value)
