"""Who may import whom: read from the sources, so that a short cut shows at once."""

import ast
from functools import cache
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
    "mcp": ("web/programs/mcp_server.py",),
    "mcp_types": ("web/programs/mcp_server.py",),
}


def sources(*packages: str) -> list[Path]:
    return [path for package in packages or MAY_IMPORT for path in sorted((ROOT / package).rglob("*.py"))]


def place(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    """Parsed once for all rules."""
    return ast.parse(path.read_text())


@cache
def every_import() -> dict[str, set[str]]:
    """A file of ours -> the modules it imports, anywhere in it."""
    found: dict[str, set[str]] = {}
    for path in sources():
        names = found.setdefault(place(path), set())
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module)
    return found


def test_imports_point_down_only() -> None:
    short_cuts = [
        f"{path} imports {name}"
        for path, names in every_import().items()
        for name in names
        if name.split(".")[0] in MAY_IMPORT and name.split(".")[0] not in MAY_IMPORT[path.split("/")[0]]
    ]
    assert short_cuts == []


def test_a_library_is_used_where_it_belongs() -> None:
    elsewhere = [
        f"{path} imports {name}"
        for path, names in every_import().items()
        for name in names
        if not path.startswith(ONLY_IN.get(name.split(".")[0], ""))
    ]
    assert elsewhere == []


def test_the_store_knows_nothing_above_it() -> None:
    beside = ("knowledge.store", "knowledge.errors", "knowledge.phrases")
    above = [
        f"{path} imports {name}"
        for path, names in every_import().items()
        for name in names
        if path.startswith("knowledge/store/") and name.startswith("knowledge.") and not name.startswith(beside)
    ]
    assert above == []


def test_pages_speak_to_handlers_not_to_repositories() -> None:
    repositories = [
        f"{place(path)} imports {alias.name}"
        for path in sources("web")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("knowledge.store")
        for alias in node.names
        if alias.name.endswith("Repository")
    ]
    assert repositories == []


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def rooms_of(package: str, depth: int) -> dict[str, set[str]]:
    """room -> the rooms of the same package that it imports. A file beside the rooms is a room of its own."""
    modules = {module_of(path) for path in sources()}
    found: dict[str, set[str]] = {}
    for path in (ROOT / package).rglob("*.py"):
        here = _room(module_of(path), depth)
        for node in ast.walk(tree(path)):
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


def test_the_line_doors_words_are_nobodys_library() -> None:
    """What both doors share stands in an area: neither an area nor a page imports handlers/chat."""
    readers = [
        f"{path} imports {name}"
        for path, names in every_import().items()
        for name in names
        if name.startswith("handlers.chat") and not path.startswith(("handlers/chat/", "bot/"))
    ]
    assert readers == []


def test_a_class_name_stands_for_one_thing() -> None:
    """Whoever looks up a public class finds one. The simulator is LINE's and speaks LINE's words."""
    places: dict[str, list[str]] = {}
    for path in sources():
        if "line_simulator" not in path.parts:
            for node in tree(path).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    places.setdefault(node.name, []).append(place(path))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
