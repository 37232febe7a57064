"""The privacy policy by version: those that came with the program, and those that whoever runs it has published."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.clock import JAPAN
from handlers.ports import Clock
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import LANGS, _
from knowledge.store.notices.policies import PolicyRepository, PolicyVersion

VERSION = re.compile(r"[0-9a-z][0-9a-z.-]{0,19}")
# What the program writes into a policy, on a line of its own; none may be left out of a version.
PARTS = ("who", "kept", "recipients", "transmission")


def mark(part: str) -> str:
    """How a text says where a part stands: `{{kept}}`."""
    return "{{" + part + "}}"


@dataclass(frozen=True)
class Versions:
    """All of them, the earliest first, and which is in force today; `twice` stand in files and in the store."""

    all: Sequence[PolicyVersion]
    today: date
    twice: Sequence[str] = ()

    @property
    def current(self) -> PolicyVersion:
        return [each for each in self.all if each.since <= self.today][-1]

    def is_coming(self, policy: PolicyVersion) -> bool:
        """Whether it is not in force yet."""
        return policy.since > self.today

    def get(self, version: str) -> PolicyVersion:
        """Raises NotFound."""
        found = next((each for each in self.all if each.version == version), None)
        if found is None:
            raise NotFound(_("There is no version {version} of the policy.", version=version))
        return found


class Policies:
    """Reads and publishes them. `shipped` are the program's own."""

    def __init__(self, repository: PolicyRepository, shipped: Mapping[str, PolicyVersion], clock: Clock) -> None:
        self._repository = repository
        self._shipped = shipped
        self._clock = clock

    async def versions(self) -> Versions:
        """All there are. One that was published here stays, should a newer program bring another of its name."""
        published = {each.version: each for each in await self._repository.list_all()}
        every = sorted({**self._shipped, **published}.values(), key=lambda each: each.since)
        return Versions(every, self._today(), sorted(published.keys() & self._shipped.keys()))

    async def publish(self, policy: PolicyVersion) -> None:
        """Keep a new version, for good. Raises BadInput saying what is wrong with it."""
        there = (await self.versions()).all
        _check(policy, there)
        if policy.since < self._today():
            raise BadInput(_("A version cannot come into force before today, because another one was in force then."))
        if not await self._repository.add(policy):
            raise _is_there(policy.version)

    def _today(self) -> date:
        return self._clock.now().astimezone(JAPAN).date()


def _check(policy: PolicyVersion, there: Sequence[PolicyVersion]) -> None:
    if not VERSION.fullmatch(policy.version):
        raise BadInput(_("A version's name is made of digits, small letters, dots and hyphens: 3, or 2027-04"))
    if any(each.version == policy.version for each in there):
        raise _is_there(policy.version)
    if same := [each.version for each in there if each.since == policy.since]:
        raise BadInput(_("Version {version} already comes into force on that day.", version=same[0]))
    for lang in LANGS:
        if not policy.text.get(lang, "").strip() or not policy.changes.get(lang, "").strip():
            raise BadInput(_("The text and the list of changes are both needed in both languages."))
        lines = policy.text[lang].splitlines()
        if missing := [mark(part) for part in PARTS if mark(part) not in lines]:
            raise BadInput(
                _(
                    "The text in {lang} must have a line {part}. mimi fills in there what is kept, for how long, "
                    "and who receives it.",
                    lang=lang,
                    part=missing[0],
                )
            )


def _is_there(version: str) -> BadInput:
    return BadInput(
        _(
            "There is already a version {version}, and a published one is never changed. Choose a new name.",
            version=version,
        )
    )
