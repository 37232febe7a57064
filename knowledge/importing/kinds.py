"""What a file is: told by its content, and refused where its name says something else (S34)."""

import json
import re
from pathlib import PurePath

from knowledge.errors import BadInput
from knowledge.importing.read_results import FileKind
from knowledge.importing.zips import mimetype_in, names_in
from knowledge.phrases import Phrase, _

# The names under which each kind goes. Texts of any kind may be called .txt.
ENDINGS: dict[str, FileKind] = {
    "csv": FileKind.CSV, "tsv": FileKind.TSV, "tab": FileKind.TSV,
    "json": FileKind.JSON, "jsonl": FileKind.JSONL, "ndjson": FileKind.JSONL,
    "md": FileKind.MARKDOWN, "markdown": FileKind.MARKDOWN, "txt": FileKind.TEXT, "text": FileKind.TEXT,
    "html": FileKind.HTML, "htm": FileKind.HTML, "xhtml": FileKind.HTML, "xml": FileKind.SITEMAP,
    "pdf": FileKind.PDF, "docx": FileKind.DOCX, "xlsx": FileKind.XLSX, "xlsm": FileKind.XLSX,
    "odt": FileKind.ODT, "ods": FileKind.ODS, "odp": FileKind.ODP, "rtf": FileKind.RTF, "pptx": FileKind.PPTX,
    "epub": FileKind.EPUB, "zip": FileKind.ZIP,
}  # fmt: skip
# What may be sent as a file: a sitemap is read by its address.
SENT = tuple(f".{ending}" for ending, kind in ENDINGS.items() if kind is not FileKind.SITEMAP)
BINARY = frozenset(
    {
        *(FileKind.PDF, FileKind.DOCX, FileKind.XLSX, FileKind.PPTX, FileKind.RTF, FileKind.EPUB, FileKind.ZIP),
        *(FileKind.ODT, FileKind.ODS, FileKind.ODP),
    }
)

NAMES: dict[FileKind, Phrase] = {
    FileKind.CSV: _("a CSV table"),
    FileKind.TSV: _("a TSV table"),
    FileKind.JSON: _("JSON"),
    FileKind.JSONL: _("JSON Lines"),
    FileKind.MARKDOWN: _("Markdown"),
    FileKind.TEXT: _("plain text"),
    FileKind.PDF: _("a PDF"),
    FileKind.HTML: _("a web page"),
    FileKind.DOCX: _("a Word document"),
    FileKind.XLSX: _("an Excel workbook"),
    FileKind.SITEMAP: _("a sitemap"),
    FileKind.FEED: _("a feed"),
    FileKind.ODT: _("an OpenDocument text"),
    FileKind.RTF: _("a rich text file"),
    FileKind.PPTX: _("a PowerPoint file"),
    FileKind.ODS: _("an OpenDocument spreadsheet"),
    FileKind.ODP: _("OpenDocument slides"),
    FileKind.EPUB: _("an e-book"),
    FileKind.ZIP: _("a ZIP file"),
}
OLE = b"\xd0\xcf\x11\xe0"  # the container of .doc, .xls and .ppt, and of newer files that are encrypted
RTF = b"{\\rtf"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# How files begin that cannot be read here, and what to call them.
OTHERS: tuple[tuple[bytes, Phrase], ...] = (
    (b"\x89PNG", _("a picture, and text in pictures is not read")),
    (b"\xff\xd8\xff", _("a picture, and text in pictures is not read")),
    (b"GIF8", _("a picture, and text in pictures is not read")),
    (b"RIFF", _("a picture, sound or film")),
    (b"\x00\x00\x00", _("a picture, sound or film")),
    (b"ID3", _("a sound")),
    (b"OggS", _("a sound")),
    (OLE, _("a file of an old Office version")),
    (b"%!PS", _("a PostScript file")),
    (b"\x1f\x8b", _("a compressed archive")),
    (b"7z\xbc\xaf", _("a compressed archive")),
    (b"Rar!", _("a compressed archive")),
    (b"MZ", _("a program")),
    (b"\x7fELF", _("a program")),
)
ZIPPED: tuple[tuple[str, Phrase], ...] = (
    ("xl/", _("an Excel workbook of a form that is not read; please save it as xlsx or CSV")),
    ("ppt/", _("a kind of PowerPoint file I cannot read; please save it as PDF")),
    ("content.xml", _("a kind of OpenDocument file I cannot read; please save it as PDF")),
)
# The part that makes a ZIP a file of its kind.
MAINS: tuple[tuple[str, FileKind], ...] = (
    ("word/document.xml", FileKind.DOCX),
    ("xl/workbook.xml", FileKind.XLSX),
    ("ppt/presentation.xml", FileKind.PPTX),
    ("META-INF/container.xml", FileKind.EPUB),
)
# What OpenDocument files call themselves, their templates too.
OPEN: tuple[tuple[bytes, FileKind], ...] = (
    (b"application/vnd.oasis.opendocument.text", FileKind.ODT),
    (b"application/vnd.oasis.opendocument.spreadsheet", FileKind.ODS),
    (b"application/vnd.oasis.opendocument.presentation", FileKind.ODP),
)
# What an owner took along goes back where it was taken (handlers/exports), all of it.
EXPORT = _("everything you have in mimi; restore it on the web, on the page “Export your data” (/web)")
OF_EXPORT = frozenset({"apps.json", "owners.json"})

# Behind an XML declaration and comments, as XHTML and generators put them first.
_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_SITEMAP = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:\w+:)?(?:urlset|sitemapindex)\b", re.I | re.S)
_FEED = re.compile(r"\s*(?:<\?xml[^>]*>\s*)*(?:<!--.*?-->\s*)*<(?:\w+:)?(?:feed|rss|rdf)\b", re.I | re.S)
_TAG = re.compile(r"</?[a-z][a-z0-9]*\b[^<>]{0,300}>", re.I)  # pages are cut out of their frames, too
_XML = re.compile(r"\s*<\?xml\b", re.I)
_MARKDOWN = re.compile(r"^(?:#{1,6} \S|[-*] \S|```|\|.*\|$|\[[^\]]+\]\()", re.M)


def binary_kind(data: bytes, name: str) -> FileKind | None:
    """The kind of what is no text, None for text. Raises BadInput for what cannot be read, or is called wrongly."""
    if b"%PDF-" in data[:1024]:
        return _as_named(FileKind.PDF, name)
    if data[:4] == b"PK\x03\x04":
        return _as_named(_zipped(data), name)
    if data.startswith(OLE) and ENCRYPTED in data:
        raise BadInput(_("This file is locked by a password. Please send it without one."))
    if data.startswith(RTF):
        return _as_named(FileKind.RTF, name)
    for start, phrase in OTHERS:
        if data.startswith(start) and not _is_plain(data):
            raise _unreadable(phrase)
    if ending_of(name) in BINARY:
        raise BadInput(_("Despite its name, “{name}” is not {kind}.", name=name, kind=NAMES[ENDINGS[_ending(name)]]))
    return None


def text_kind(text: str, name: str) -> FileKind:
    """What a text is. Its name decides between kinds that look alike. Raises BadInput for unknown markup."""
    named = ending_of(name)
    if _SITEMAP.match(text):
        return FileKind.SITEMAP
    if _FEED.match(text):
        return FileKind.FEED
    if _HTML.match(text) or (named is FileKind.HTML and _TAG.search(text)):
        return FileKind.HTML
    if _XML.match(text):
        raise _unreadable(_("an XML file"))
    if named in {FileKind.CSV, FileKind.TSV, FileKind.JSON, FileKind.JSONL, FileKind.MARKDOWN}:
        return named
    return _looks_like(text)


def ending_of(name: str) -> FileKind | None:
    """The kind a file's name promises, if it promises one."""
    return ENDINGS.get(_ending(name))


def stem_of(name: str) -> str:
    """A file's name without its ending, to be used as a title."""
    path = PurePath(name)
    return path.stem if ending_of(name) else path.name


def _ending(name: str) -> str:
    return PurePath(name).suffix.removeprefix(".").lower()


def _zipped(data: bytes) -> FileKind:
    names = names_in(data)
    for name, kind in MAINS:
        if name in names:
            return kind
    called = mimetype_in(data) if "content.xml" in names else b""
    if kinds := [kind for start, kind in OPEN if called.startswith(start)]:
        return kinds[0]
    if OF_EXPORT.issubset(name.rpartition("/")[2] for name in names):
        raise _unreadable(EXPORT)
    for start, what in ZIPPED:
        if any(name.startswith(start) for name in names):
            raise _unreadable(what)
    return FileKind.ZIP


def _as_named(kind: FileKind, name: str) -> FileKind:
    named = ending_of(name)
    if named not in {None, kind}:
        raise BadInput(_("Despite its name, “{name}” is {kind}. Please check the file.", name=name, kind=NAMES[kind]))
    return kind


def _looks_like(text: str) -> FileKind:
    start = text.lstrip()[:1]
    if start in {"{", "["} and (kind := _json_kind(text)):
        return kind
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    if len(lines) > 1 and all("\t" in line for line in lines):
        return FileKind.TSV
    return FileKind.MARKDOWN if len(_MARKDOWN.findall(text[:20_000])) > 1 else FileKind.TEXT


def _json_kind(text: str) -> FileKind | None:
    first, _newline, more = text.lstrip().partition("\n")
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return FileKind.JSON
    return FileKind.JSONL if more.strip() else FileKind.JSON


def _is_plain(data: bytes) -> bool:
    """A text may begin with letters that are another kind's mark."""
    return not data.startswith(b"\x00") and all(byte in b"\t\n\r\f" or byte >= 32 for byte in data[:512])


def _unreadable(what: Phrase) -> BadInput:
    return BadInput(
        _(
            "This is {what}. I can read CSV, TSV, JSON, Markdown, text, PDF, Word (docx), Excel (xlsx), PowerPoint "
            "(pptx), OpenDocument (odt, ods, odp), rtf, epub, web pages, and a ZIP of these.",
            what=what,
        )
    )
