"""A process that reads one file and ends. What hostile files do to their readers happens here, within limits (S37).

In, on stdin: a line of JSON with what is asked (`ReadRequest`), then the bytes. Out, on stdout, in lines of JSON: what
was found (`found_to_plain`) or `{"problem"}`, a phrase for the owner, and then each item, so that none takes long to
read.
"""

import json
import os
import resource
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

from knowledge.errors import BadInput
from knowledge.importing import archive, documents, encodings, json_lists, kinds, prose, tables
from knowledge.importing.parts import TextPart
from knowledge.importing.read_results import FileKind, LeftOut, ReadRequest, ReadResult, found_to_plain
from knowledge.importing.site import feed, sitemap, web_page
from knowledge.memory_limit import limit_memory
from knowledge.phrases import _, to_plain

MEMORY = 512 * 1024 * 1024  # address space, of which the libraries themselves take a tenth
CPU_SECONDS = 20
FILES = 64
NICE = 5


def main() -> None:
    """Read what is asked for."""
    limit()
    asked = ReadRequest(**json.loads(sys.stdin.buffer.readline()))
    data = sys.stdin.buffer.read()
    answer = _answer(data, asked)
    for line in (answer, *answer.pop("items", ())):
        sys.stdout.buffer.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")


def read(data: bytes, asked: ReadRequest) -> ReadResult:
    """What is in these bytes. Raises BadInput."""
    if not data.strip(b"\0 \t\r\n"):
        raise BadInput(_("This file is empty."))
    title = kinds.stem_of(asked.name)
    if asked.url and data.startswith(sitemap.PACKED):
        data = sitemap.unpacked(data)
    match kinds.binary_kind(data, asked.name):
        case FileKind.PDF:
            from knowledge.importing.pdf import pdf

            return ReadResult(FileKind.PDF, pdf.read(data, title, whole=asked.whole))
        case FileKind.DOCX | FileKind.ODT | FileKind.ODP | FileKind.RTF | FileKind.PPTX as kind:
            named, parts, left_out = _document_reader(kind)(data)
            return ReadResult(kind, documents.items(parts, named, title, left_out, whole=asked.whole))
        case FileKind.EPUB:
            from knowledge.importing import epub

            named, parts, marked_up, left_out = epub.read(data)
            items = documents.items(parts, named, title, left_out, marked_up=marked_up, whole=asked.whole)
            return ReadResult(FileKind.EPUB, items)
        case FileKind.XLSX | FileKind.ODS as kind:
            return _read_workbook(data, kind, title, asked)
        case FileKind.ZIP:
            return ReadResult(FileKind.ZIP, archive.read(data, partial(_read_inside, whole=asked.whole)))
    text = encodings.decode(data, asked.charset or web_page.charset_in(data))
    return _read_text(text, kinds.text_kind(text, asked.name), title, asked)


def _document_reader(kind: FileKind) -> Callable[[bytes], tuple[str, list[TextPart], list[LeftOut]]]:
    """What reads a written document: its own title, its parts, what it leaves out."""
    match kind:
        case FileKind.ODT:
            from knowledge.importing.office import odt

            return odt.read
        case FileKind.ODP:
            from knowledge.importing.office import odp

            return odp.read
        case FileKind.RTF:
            from knowledge.importing.office import rtf

            return rtf.read
        case FileKind.PPTX:
            from knowledge.importing.office import pptx

            return pptx.read
        case _:
            from knowledge.importing.office import docx

            return docx.read


def _read_inside(data: bytes, name: str, *, whole: bool) -> ReadResult:
    """A file of a ZIP. Another ZIP in it is not opened."""
    if not data.strip(b"\0 \t\r\n") or kinds.binary_kind(data, name) is not FileKind.ZIP:
        return read(data, ReadRequest(name=name, whole=whole))
    return ReadResult(FileKind.ZIP)


def _read_workbook(data: bytes, kind: FileKind, title: str, asked: ReadRequest) -> ReadResult:
    """Each sheet of questions gives entries, any other is a table in the document of the rest."""
    from knowledge.importing.office import ods, xlsx

    sheets, left_out = (xlsx if kind is FileKind.XLSX else ods).read(data)
    if not any(rows for _name, rows in sheets):
        raise BadInput(_("This table is empty."))
    found, rest = list[ReadResult](), list[TextPart]()
    for name, rows in sheets:
        try:
            read = tables.read_rows(rows, kind, asked.roles)
        except BadInput:
            rest += xlsx.parts_of(name, rows)
            continue
        if read.columns and (read.columns.sure and read.columns.header):
            found.append(read)
        else:
            rest += xlsx.parts_of(name, rows)
    items = [item for read in found for item in read.items]
    more = documents.items(rest, "", title) if rest else ()
    columns = found[0].columns if len(found) == 1 and not rest else None
    return ReadResult(kind, (*items, *more, *left_out), columns)


def _read_text(text: str, kind: FileKind, title: str, asked: ReadRequest) -> ReadResult:
    match kind:
        case FileKind.CSV | FileKind.TSV:
            return tables.read(text, kind, asked.roles)
        case FileKind.JSON | FileKind.JSONL:
            return json_lists.read(text, kind, asked.roles)
        case FileKind.SITEMAP:
            return sitemap.read(text.encode())
        case FileKind.FEED:
            return feed.read(text, title)
        case FileKind.HTML:
            return web_page.read(text, title, asked)
        case FileKind.MARKDOWN:
            named, body = prose.markdown(text)
            return ReadResult(kind, documents.of_text(body, named, title, whole=asked.whole))
        case _:
            items = documents.of_text(prose.plain_text(text), "", title, whole=asked.whole)
            return ReadResult(FileKind.TEXT, items)


def _answer(data: bytes, asked: ReadRequest) -> dict[str, Any]:
    try:
        return found_to_plain(read(data, asked))
    except BadInput as problem:
        return {"problem": to_plain(problem.phrase)}


def limit() -> None:
    """Before anything of the file is looked at, and for good: no more memory, time or files than these.

    And the machine's other work goes first: whoever waits for a file waits longer than who waits for an answer.
    """
    os.nice(NICE)
    limit_memory(MEMORY)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))
    # It writes to its pipe only.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def header_of(asked: ReadRequest) -> bytes:
    """The first line of what the process is given."""
    return json.dumps(asdict(asked)).encode() + b"\n"


if __name__ == "__main__":
    main()
