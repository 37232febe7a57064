"""A ZIP of several documents, as folders are packed and Notion exports them -> what is in each.

Nothing is unpacked to a disk. Each file is read as if it had come alone; what cannot be read is named, and why.
"""

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from knowledge.errors import BadInput
from knowledge.importing import zips
from knowledge.importing.left_out import counted
from knowledge.importing.read_results import FileKind, FoundDocument, FoundFaq, Item, LeftOut, ReadResult
from knowledge.phrases import Phrase, _

Read = Callable[[bytes, str], ReadResult]  # one file's bytes and name

# What programs leave in folders, and nobody wrote.
_MADE = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".git"})
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".heic", ".bmp", ".ico", ".avif"})
_PART = re.compile(r"(?:Export|ExportBlock)-[0-9a-f-]{36}(?:-Part-[0-9]{1,3})?\.zip")
_ZIPS = frozenset({".zip"})
# Notion puts the page's number behind its name, and behind that, for a table without its filter, "_all".
_NUMBER = re.compile(r"[ _-]?(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(_all)?$")
# Links from page to page lead to files nobody has behind them any more; what they say stays.
_LINK = re.compile(
    r"(!?)\[([^\[\]]{0,500})\]\((?![a-zA-Z][a-zA-Z0-9+.-]{1,20}:|#)[^()\s]{0,1000}(?:\([^()]{0,200}\)[^()\s]{0,500})?\)"
)


# So Notion writes a property that is a page: Tags: Dessert (Tags/Dessert%20….md)
_RELATION = re.compile(r" ?\((?![a-z]{2,10}:)[^()\s]{0,500}[0-9a-f]{32}(?:\.md|\.html|\.csv|_all\.csv)?\)")


@dataclass
class _Found:
    """What the files gave."""

    taken: dict[str, ReadResult] = field(default_factory=dict)  # by the file's path
    problems: dict[str, Phrase] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)


def read(data: bytes, read_one: Read) -> tuple[Item, ...]:
    """All that is in its files, in their order. Raises BadInput for a bomb, or where nothing in it can be read."""
    found = _Found()
    with ExitStack() as stack:
        archives = [stack.enter_context(zips.opened(each)) for each in _parts(data)]
        entries = [(archive, entry) for archive in archives for entry in zips.honest_entries(archive)]
        # Each is honest by itself; so must they be together.
        zips.check_sizes([entry for _archive, entry in entries])
        for archive, entry in entries:
            path = zips.name_of(entry)
            if not entry.is_dir() and not _MADE.intersection(PurePosixPath(path).parts):
                _read_entry(archive, entry, path, read_one, found)
    _drop_doubles(found)
    if not found.taken:
        raise _nothing(found)
    items = _apart([(path, item) for path, result in found.taken.items() for item in _plain(result)])
    told = [LeftOut(_("The file “{name}”", name=path), why) for path, why in found.problems.items()]
    return (
        *(item for item in items if not isinstance(item, LeftOut)),
        *_summed(items),
        *counted(found.left_out),
        *told,
    )


def _parts(data: bytes) -> list[bytes]:
    """The ZIP itself, or the parts it is made of, as Notion packs every export."""
    with zips.opened(data) as archive:
        entries = [entry for entry in zips.honest_entries(archive) if not entry.is_dir()]
        if entries and all(_PART.fullmatch(PurePosixPath(entry.filename).name) for entry in entries):
            return [zips.content(archive, entry) for entry in entries]
    return [data]


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: str, read_one: Read, found: _Found) -> None:
    ending = PurePosixPath(path).suffix.lower()
    if ending in _PICTURES:
        found.left_out["pictures"] += 1
        return
    try:
        if ending in _ZIPS:
            raise BadInput(_("I cannot read a ZIP inside a ZIP. Please unpack it and send what is in it."))
        result = read_one(zips.content(archive, entry), PurePosixPath(path).name)
        if result.kind is FileKind.ZIP:
            raise BadInput(_("I cannot read a ZIP inside a ZIP. Please unpack it and send what is in it."))
        if result.pages:
            raise BadInput(_("To read a sitemap, send its address."))
        found.taken[path] = result
    except BadInput as problem:
        found.problems[path] = problem.phrase


def plain_name(name: str) -> str:
    """A file's name, or the path to it, without the number that Notion puts behind it."""
    return _NUMBER.sub("", name) or name


def _drop_doubles(found: _Found) -> None:
    """A Notion database comes as a table, as the same table whole, and as a page for each row: it is taken once."""
    for path in [*found.taken, *found.problems]:
        stem, ending = _split(path)
        if ending != ".csv" or not _NUMBER.search(stem):
            continue
        if f"{stem}_all.csv" in {*found.taken, *found.problems}:
            _drop(found, path, _("The complete table is there as well."))
            continue
        folders = (f"{stem.removesuffix('_all')}/", f"{plain_name(stem)}/")
        rows = [other for other in found.taken if other.startswith(folders) and _split(other)[1] in {".md", ".html"}]
        columns = found.taken[path].columns if path in found.taken else None
        if columns and columns.sure:
            for row in rows:
                _drop(found, row, _("Its table has the same content."))
        elif rows:
            _drop(found, path, _("The pages of its rows have the same content."))


def _drop(found: _Found, path: str, why: Phrase) -> None:
    found.taken.pop(path, None)
    found.problems[path] = why


def _split(path: str) -> tuple[str, str]:
    pure = PurePosixPath(path)
    return str(pure.with_suffix("")), pure.suffix.lower()


def _apart(items: Sequence[tuple[str, Item]]) -> list[Item]:
    """The items, of which documents that are called alike are told apart by their files' paths."""
    titles = Counter(item.title for _path, item in items if isinstance(item, FoundDocument))

    def named(path: str, item: Item) -> Item:
        if isinstance(item, FoundDocument) and titles[item.title] > 1:
            return replace(item, title=" / ".join(map(plain_name, PurePosixPath(_split(path)[0]).parts)))
        return item

    return [named(path, item) for path, item in items]


def _plain(result: ReadResult) -> Iterator[Item]:
    """Its items without Notion's numbers in titles, and without links into the ZIP."""
    for item in result.items:
        if isinstance(item, FoundDocument):
            yield replace(item, title=plain_name(item.title), text=_unlinked(item.text))
        elif isinstance(item, FoundFaq):
            yield replace(item, answer=_unlinked(item.answer))
        else:
            yield item


def _unlinked(text: str) -> str:
    return _RELATION.sub("", _LINK.sub(lambda link: "" if link[1] else link[2], text))


def _summed(items: Sequence[Item]) -> list[LeftOut]:
    """What was left out of all files, a line for each kind."""
    sums: dict[str, tuple[LeftOut, int]] = {}
    others = list[LeftOut]()
    for item in items:
        if not isinstance(item, LeftOut):
            continue
        count = item.what.params.get("count")
        if isinstance(count, int):
            before = sums.get(item.what.text)
            sums[item.what.text] = item, count + (before[1] if before else 0)
        else:
            others.append(item)
    return [*(LeftOut(Phrase(text, {"count": n}), item.why) for text, (item, n) in sums.items()), *others]


def _nothing(found: _Found) -> BadInput:
    problems: Mapping[str, Phrase] = found.problems
    if not problems:
        return BadInput(_("There is no file in this ZIP that I can read."))
    name, why = next(iter(problems.items()))
    if len(problems) == 1:
        return BadInput(why)
    return BadInput(_("I cannot read any of the files in this ZIP. “{name}”: {why}", name=name, why=why))
