"""`make audit` never calls what it could not look up free of faults."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from deploy.audit import verdict

ROOT = Path(__file__).parent.parent
CLEAN = {"name": "a", "version": "1", "vulns": []}
FAULTY = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}]}
OPEN = {"name": "c", "version": "2", "vulns": [{"id": "PYSEC-2", "fix_versions": []}]}
SKIPPED = {"name": "d", "skip_reason": "Dependency not found and could not be audited: d (1)"}


@pytest.mark.parametrize(
    ("packages", "code", "says"),
    [
        ([CLEAN], 0, "1 packages, nothing known"),
        ([CLEAN, FAULTY], 1, "b 2: PYSEC-1, fixed in 3"),
        ([OPEN], 1, "c 2: PYSEC-2, fixed in nothing yet"),
        ([SKIPPED], 2, "1 of 1 not audited"),
        ([CLEAN, SKIPPED], 2, "1 of 2 not audited"),
        ([FAULTY, SKIPPED], 1, "1 of 2 not audited"),
    ],
)
def test_the_verdict_says_what_is_known_and_what_was_not_looked_up(
    packages: list[dict[str, Any]], code: int, says: str
) -> None:
    got, lines = verdict(json.dumps({"dependencies": packages}), "")
    assert got == code
    assert says in "\n".join(lines)


@pytest.mark.parametrize("output", ["", "{}", "not JSON"])
def test_a_service_that_cannot_be_asked_is_no_clean_bill(output: str) -> None:
    code, [line] = verdict(output, "Traceback ...\nConnectionError: no such host")
    assert code == 2
    assert "no such host" in line


@pytest.mark.parametrize("lock", sorted(ROOT.glob("requirements*.lock")), ids=lambda path: path.name)
def test_every_package_is_pinned_with_its_hashes_and_installed_only_so(lock: Path) -> None:
    """S62: what is installed is what was looked at, byte for byte."""
    packages = re.split(r"\n(?=[a-zA-Z0-9])", lock.read_text())[1:]
    assert packages
    assert [each.splitlines()[0] for each in packages if not re.match(r"[\w.\[\],-]+==\S+ ", each)] == []
    assert [each.splitlines()[0] for each in packages if "--hash=sha256:" not in each] == []
    installs = re.findall(r"pip .*install .*-r .*", (ROOT / "Makefile").read_text())
    assert installs
    assert [each for each in installs if "--require-hashes" not in each] == []
