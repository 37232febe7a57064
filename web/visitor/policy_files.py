"""The versions of the privacy policy that come with the program. A published one never changes."""

from datetime import date
from pathlib import Path
from typing import Final

from knowledge.phrases import LANGS
from knowledge.store.notices.policies import PolicyVersion

FOLDER = Path(__file__).parent.parent / "policies"
_IN_FORCE = {"1": date(2026, 11, 23), "2": date(2026, 12, 1)}


def _read(version: str, name: str = "") -> dict[str, str]:
    return {lang: (FOLDER / f"{version}{name}.{lang}.md").read_text(encoding="utf-8") for lang in LANGS}


SHIPPED: Final = {
    version: PolicyVersion(version, since, _read(version), _read(version, ".changes"))
    for version, since in _IN_FORCE.items()
}
