"""Who may import whom: read from the sources, so that a short cut shows at once."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "knowledge": {"knowledge"},
    "guardrail": {"guardrail", "knowledge"},
    "handlers": {"handlers", "knowledge", "guardrail"},
    "web": {"web", "handlers", "knowledge"},
    "bot": {"bot", "web", "handlers", "knowledge", "guardrail"},
}
# Which of our files may use a library at all.
ONLY_IN = {
    "linebot": ("bot/",),
    "motor": ("knowledge/store/",),
    "pymongo": ("knowledge/store/", "bot/"),  # bot/ only catches its errors
    "bson": ("knowledge/store/", "bot/backup_file.py"),  # a backup is a file of BSON
    "anthropic": ("knowledge/model/claude.py", "knowledge/model/claude_drafts.py"),
    "presidio_analyzer": ("guardrail/",),
    "aiohttp": ("bot/", "web/"),
    "jinja2": ("web/", "bot/embedded/", "handlers/exports/pages.py"),
    "limits": ("guardrail/limits.py",),
}


def sources() -> list[Path]:
    return [path for package in MAY_IMPORT for path in (ROOT / package).rglob("*.py")]


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down_only(path: Path) -> None:
    place = str(path.relative_to(ROOT))
    package = place.split("/")[0]
    for name in imported(path):
        top = name.split(".")[0]
        if top in MAY_IMPORT:
            assert top in MAY_IMPORT[package], f"{place} imports {name}"
        if top in ONLY_IN:
            assert place.startswith(ONLY_IN[top]), f"{place} imports {name}"


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_store_is_reached_by_its_own_and_by_handlers_only(path: Path) -> None:
    place = str(path.relative_to(ROOT))
    names = {name for name in imported(path) if name.startswith("knowledge.")}
    above = {
        name for name in names if not name.startswith(("knowledge.store", "knowledge.errors", "knowledge.phrases"))
    }
    if place.startswith("knowledge/store/"):
        assert not above, f"{place} knows what is above the store: {above}"


@pytest.mark.parametrize("path", sorted((ROOT / "web").rglob("*.py")), ids=lambda path: path.name)
def test_pages_speak_to_handlers_not_to_repositories(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("knowledge.store"):
            repositories = [alias.name for alias in node.names if alias.name.endswith("Repository")]
            assert not repositories, f"{path.name} imports {repositories}"


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def rooms_of(package: str, depth: int) -> dict[str, set[str]]:
    """room -> the rooms of the same package that it imports. A file beside the rooms is a room of its own."""
    modules = {module_of(path) for path in sources()}
    found: dict[str, set[str]] = {}
    for path in (ROOT / package).rglob("*.py"):
        here = _room(module_of(path), depth)
        for node in ast.walk(ast.parse(path.read_text())):
            names: list[str] = []
            if isinstance(node, ast.ImportFrom) and node.module:
                inside = [f"{node.module}.{alias.name}" for alias in node.names]
                names = [name if name in modules else node.module for name in inside]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            ours = {_room(name, depth) for name in names if name.startswith(f"{package.replace('/', '.')}.")}
            found.setdefault(here, set()).update(ours - {here})
    return found


def _room(module: str, depth: int) -> str:
    return ".".join(module.split(".")[: depth + 1])


@pytest.mark.parametrize("package", [*MAY_IMPORT, "knowledge/store"])
def test_rooms_point_one_way(package: str) -> None:
    """No room is reached from what it rests on, so that each can be read by itself."""
    rooms = rooms_of(package, package.count("/") + 1)
    while rests := [room for room, below in rooms.items() if not below & rooms.keys()]:
        for room in rests:
            del rooms[room]
    assert rooms == {}, "these rooms rest on each other"


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_line_doors_words_are_nobodys_library(path: Path) -> None:
    """What both doors share stands in an area: neither an area nor a page imports handlers/chat."""
    place = str(path.relative_to(ROOT))
    if not place.startswith(("handlers/chat/", "bot/")):
        assert not [name for name in imported(path) if name.startswith("handlers.chat")]


def test_a_class_name_stands_for_one_thing() -> None:
    """Whoever looks up a public class finds one. The simulator is LINE's and speaks LINE's words."""
    places: dict[str, list[str]] = {}
    for path in sources():
        if "line_simulator" not in path.parts:
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    places.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
