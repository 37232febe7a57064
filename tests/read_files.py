"""What the reader of files finds in one, by kind, for tests of what is read how."""

import io
import zipfile
from collections.abc import Mapping

from knowledge.importing.process import read
from knowledge.importing.read_results import FoundDocument, FoundFaq, LeftOut, ReadRequest, ReadResult


def found(data: bytes | str, name: str) -> ReadResult:
    return read(data.encode() if isinstance(data, str) else data, ReadRequest(name=name))


def entries(result: ReadResult) -> list[tuple[str, str]]:
    return [(item.question, item.answer) for item in result.items if isinstance(item, FoundFaq)]


def text_in(result: ReadResult) -> str:
    return "\n\n".join(item.text for item in result.items if isinstance(item, FoundDocument))


def left_out(result: ReadResult) -> list[str]:
    return [item.what.say("en") for item in result.items if isinstance(item, LeftOut)]


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()
