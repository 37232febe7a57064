"""What a newcomer reads names files, functions and commands that exist, and a release is called the same everywhere."""

import re
from pathlib import Path

import pytest

from bot.version import VERSION
from deploy.notices import locked

ROOT = Path(__file__).parent.parent
PAGES = tuple(str(path.relative_to(ROOT)) for path in sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))))
FOLDERS = "bot|handlers|knowledge|guardrail|web|tests|docs|deploy|bench"
LONGEST_ENTRY = 160


def text_of(page: str) -> str:
    return (ROOT / page).read_text()


def paths_in(page: str) -> set[str]:
    """The files and folders it names, those aside whose names the reader is to choose (in capitals, or `<area>`)."""
    quoted = re.findall(rf"`(?:PYTHONPATH=\S+ )?((?:{FOLDERS})/[^`\s]*)", text_of(page))
    bare = re.findall(r"(?<![`\w/])(docs/[\w/-]+\.md)", text_of(page))
    return {path for path in (*quoted, *bare) if not re.search(r"[A-Z]{3}|<", path)}


@pytest.mark.parametrize("page", PAGES)
def test_every_path_a_page_names_is_there(page: str) -> None:
    assert sorted(path for path in paths_in(page) if not list(ROOT.glob(path.rstrip("/")))) == []


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_every_function_named_beside_its_file_stands_in_it(page: str) -> None:
    named = re.findall(r"`([\w/]+\.py)`,? `(\w+)`", text_of(page))
    missing = [(path, name) for path, name in named if not re.search(rf"\bdef {name}\(", (ROOT / path).read_text())]
    assert missing == []


def test_the_walks_of_the_architecture_name_functions() -> None:
    assert len(re.findall(r"`([\w/]+\.py)` `(\w+)`", text_of("docs/architecture.md"))) >= 4


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_that_is_named_is_there(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+(?: [a-z-]+)*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    there = {target for line in targets for target in line.split()}
    assert set(re.findall(r"(?:`|^)make ([a-z-]+)", text_of(page), re.MULTILINE)) <= there


def test_workflows_call_make_and_nothing_else_of_ours() -> None:
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        for command in re.findall(r"- run: (.*)", path.read_text()):
            assert re.fullmatch(r"(sudo )?make [a-z-]+", command), f"{path.name}: {command}"


@pytest.mark.parametrize("page", ["deploy/kubernetes/web.yaml", "deploy/kubernetes/worker.yaml", "docs/deploy.md"])
def test_images_are_tagged_with_the_version(page: str) -> None:
    assert set(re.findall(r"\bmimi:(\d[\w.]*)", text_of(page))) == {VERSION}


def test_the_newest_release_of_the_changelog_is_this_one() -> None:
    assert re.findall(r"^## (\d+\.\d+\.\d+) \(\d{4}-\d\d-\d\d\)$", text_of("CHANGELOG.md"), re.MULTILINE)[0] == VERSION


def test_entries_of_the_changelog_are_one_line_each() -> None:
    entries = text_of("CHANGELOG.md").partition("\n## ")[2].splitlines()
    assert [line for line in entries if len(line) > LONGEST_ENTRY or line.startswith("  ")] == []


def test_every_package_that_is_installed_has_its_licence_named() -> None:
    rows = set(re.findall(r"^\| ([\w.-]+) \| [^|\s][^|]* \|", text_of("THIRD-PARTY-NOTICES.md"), re.MULTILINE))
    assert [name for name in locked("requirements-run.lock") if name not in rows] == [], "run `make notices`"
