"""The pages of an export, which a browser opens from the disk: no script, no address of ours, no page too large.

Written piece by piece into the archive; a page that has become large goes on in the next one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from handlers.exports.contents import HELD
from handlers.exports.zip_stream import ZipStream
from handlers.told_times import zone_words
from knowledge.phrases import Lang, Phrase, spoken
from knowledge.store.database import Document

INDEX: Final = "index.html"
FOLDER: Final = "pages"
STYLE: Final = f"{FOLDER}/style.css"
LARGEST_PAGE: Final = 512 * 1024  # bytes, after which the next piece begins another page


@dataclass(frozen=True)
class WrittenPage:
    """One page that stands in the archive. `stem` is its file's name without what numbers it."""

    path: str
    title: Phrase | str
    number: int


class ReadablePages:
    """Writes them in one owner's language. Nothing here waits for anything: it is called in a thread."""

    def __init__(self, archive: ZipStream, lang: Lang, zone: ZoneInfo, apps: Sequence[Document]) -> None:
        self._archive = archive
        self._lang = lang
        self._zone = zone
        self._names: Mapping[str, str] = {app["_id"]: app["name"] for app in apps}
        self._open: tuple[str, str] | None = None
        self._size = 0
        self.written: dict[str, list[WrittenPage]] = defaultdict(list)  # by folder

    def add(self, folder: str, stem: str, title: Phrase | str, template: str, **values: Any) -> None:
        """A piece of the page with this name, which may go on in another file."""
        if self._open != (folder, stem) or self._size > LARGEST_PAGE:
            self._begin(folder, stem, title)
        self._write(self._render(template, **values))

    def end(self) -> None:
        """The page that is being written is whole."""
        if self._open:
            self._write(self._render("foot.html"))
            self._archive.end()
            self._open = None

    def whole(self, path: str, template: str, **values: Any) -> None:
        """A page of one piece."""
        self.end()
        home = "../" * path.count("/")
        self._archive.put(path, self._render(template, home=home, **values).encode())

    def style(self) -> None:
        """What all of them look like."""
        self.end()
        self._archive.put(STYLE, (TEMPLATES / "style.css").read_bytes())

    def _begin(self, folder: str, stem: str, title: Phrase | str) -> None:
        self.end()
        before = [page for page in self.written[folder] if page.path.startswith(f"{FOLDER}/{folder}{stem}")]
        number = len(before) + 1
        path = f"{FOLDER}/{folder}{stem}{f'-{number}' if before else ''}.html"
        self.written[folder].append(WrittenPage(path, title, number))
        self._archive.begin(path)
        self._open, self._size = (folder, stem), 0
        back = before[-1].path.rpartition("/")[2] if before else ""
        home = "../" * path.count("/")
        self._write(self._render("head.html", title=title, number=number, back=back, home=home, in_app=bool(folder)))

    def _write(self, html: str) -> None:
        content = html.encode()
        self._size += len(content)
        self._archive.write(content)

    def _render(self, template: str, **values: Any) -> str:
        shown = {
            "lang": self._lang,
            "_": self._say,
            "said": self._said,
            "at": self._at,
            "clock": zone_words(self._zone, self._lang),
            "plainly": self._plainly,
            "held": HELD,
            "app_names": self._names,
        }
        return _environment.get_template(template).render(shown | values)

    def _at(self, time: datetime) -> str:
        """On the owner's clock, which the first page names."""
        return f"{time.astimezone(self._zone):%Y-%m-%d %H:%M}"

    def _say(self, text: str, /, **params: str | int | Phrase) -> str:
        return Phrase(text, params).say(self._lang)

    def _said(self, words: str | Phrase) -> str:
        """What an owner wrote stays as it is."""
        return spoken(words, self._lang)

    def _plainly(self, value: Any) -> str:
        """Whatever a field may hold, in one line or a few."""
        match value:
            case datetime():
                return self._at(value)
            case bool():
                return "✓" if value else "–"
            case list():
                return "\n".join(map(self._plainly, value))
            case dict():
                return ", ".join(f"{name}: {self._plainly(each)}" for name, each in value.items())
            case _:
                return str(value)


TEMPLATES: Final = Path(__file__).parent / "templates"
_environment: Final = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
