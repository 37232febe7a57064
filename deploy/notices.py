"""`make notices`: the table of packages in THIRD-PARTY-NOTICES.md, from what the installed ones say of themselves."""

import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTICES = ROOT / "THIRD-PARTY-NOTICES.md"
BEGIN = "<!-- packages: written by `make notices`; tests/test_docs.py compares them with the lock files -->\n"
# What packages call the same licence.
SHORT = {
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "SIL Open Font License 1.1 (OFL-1.1)": "OFL-1.1",
}


def locked(lock: str) -> list[str]:
    """The packages of a lock file that Linux installs; the one that only macOS has, a MongoDB, is named by hand."""
    lines = re.findall(r"^([A-Za-z0-9_.-]+)==\S+(.*)$", (ROOT / lock).read_text(), re.MULTILINE)
    elsewhere = ("sys_platform == 'win32'", "sys_platform == 'emscripten'", "sys_platform == 'darwin'")
    return sorted({name for name, marker in lines if not marker.strip(" ;\\").endswith(elsewhere)})


def rows() -> Iterator[str]:
    """A line of the table for each package that is installed here."""
    production = set(locked("requirements.lock"))
    for name in locked("requirements-run.lock"):
        try:
            said = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue  # of another Python
        home = _home(said)
        yield f"| {name} | {_licence(said)} | {home} | {'' if name in production else '`run` alone'} |"


def _home(said: metadata.PackageMetadata) -> str:
    """Where its sources are, or else its own page."""
    pairs = [each.partition(", ") for each in said.get_all("Project-URL") or ()]
    pages: dict[str, str] = {label.lower(): url for label, _comma, url in pairs} | {
        "home-page": _first(said, "Home-page")
    }
    labels = ("source", "source code", "repository", "github", "homepage", "home-page")
    return next((pages[label] for label in labels if pages.get(label)), next(iter(pages.values())))


def _licence(said: metadata.PackageMetadata) -> str:
    if expression := _first(said, "License-Expression"):
        return expression
    classified = [each.rpartition(" :: ")[2] for each in said.get_all("Classifier") or () if each.startswith("License")]
    named = [SHORT.get(each, each) for each in classified if each != "OSI Approved"]
    return " or ".join(named) or _first(said, "License").partition("\n")[0]


def _first(said: metadata.PackageMetadata, field: str) -> str:
    return str(next(iter(said.get_all(field) or ()), ""))


def main() -> None:
    before, mark, _old = NOTICES.read_text().partition(BEGIN)
    if not mark:
        sys.exit(f"{NOTICES.name} has lost the line that the table stands below")
    table = ["| package | licence | where | |", "| --- | --- | --- | --- |", *rows()]
    NOTICES.write_text(before + mark + "\n" + "\n".join(table) + "\n")


if __name__ == "__main__":
    main()
