"""`make audit`: known vulnerabilities of the packages in these lock files, as pip-audit finds them.

Exits 0 when all packages were looked up and nothing is known, 1 when something is, and 2 when they could not be looked
up: pip-audit itself calls a package it knows nothing about free of faults.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

# uv brings pip-audit for the moment: it is no part of what mimi is run or tested with.
PIP_AUDIT = ("tool", "run", "pip-audit", "--disable-pip", "--require-hashes", "--progress-spinner", "off", "-f", "json")


def main(uv: str, locks: Sequence[str]) -> int:
    """Audit each and print what is known; the exit code."""
    worst = 0
    for lock in locks:
        done = subprocess.run([uv, *PIP_AUDIT, "-r", lock], capture_output=True, text=True, check=False)  # noqa: S603
        code, lines = verdict(done.stdout, done.stderr)
        sys.stdout.write("".join(f"{lock}: {line}\n" for line in lines))
        worst = max(worst, code)
    return worst


def verdict(output: str, problem: str) -> tuple[int, list[str]]:
    """What pip-audit's output means: an exit code, and a line for each thing to know."""
    try:
        packages: list[dict[str, Any]] = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        last = (problem.strip().splitlines() or ["it said nothing"])[-1]
        return 2, [f"not audited; the service with the advisories could not be asked: {last[:300]}"]
    skipped = [each["name"] for each in packages if "skip_reason" in each]
    faults = [
        f"{each['name']} {each['version']}: {fault['id']}, fixed in {', '.join(fault['fix_versions']) or 'nothing yet'}"
        for each in packages
        for fault in each.get("vulns", ())
    ]
    unknown = [f"{len(skipped)} of {len(packages)} not audited; the service does not know {', '.join(skipped[:3])} ..."]
    if faults:
        return 1, faults + unknown * bool(skipped)
    return (2, unknown) if skipped else (0, [f"{len(packages)} packages, nothing known"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
