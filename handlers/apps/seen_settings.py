"""What a form has shown of an app's settings, so that it changes what somebody changed in it and nothing else."""

from collections.abc import Mapping

from handlers.apps.settings import NOTHING, SETTINGS
from knowledge.errors import BadInput
from knowledge.phrases import _
from knowledge.store.apps.apps import App
from knowledge.store.stored import digest

LENGTH = 8


class SetElsewhere(BadInput):
    """What was `typed` for some of them was set to something else meanwhile: `keys`; `now` is the app as it is."""

    def __init__(self, now: App, typed: Mapping[str, str], keys: frozenset[str]) -> None:
        super().__init__(
            _("This was changed elsewhere while you were editing. Compare the two, then save again to keep yours.")
        )
        self.now, self.typed, self.keys = now, typed, keys


def mark_of(app: App) -> str:
    """By what a form knows what it has shown of each setting."""
    return " ".join(f"{each.key}:{_mark(each.typed(app))}" for each in SETTINGS)


def meant(app: App, typed: Mapping[str, str], mark: str) -> Mapping[str, str]:
    """What of `typed` was changed in the form with this mark; all of it where there is none. Raises SetElsewhere."""
    pairs = (part.partition(":") for part in mark.split())
    seen = {key: shown for key, _colon, shown in pairs}
    changed = {key: text for key, text in typed.items() if _mark(text) != seen.get(key)}
    now = {each.key: _mark(each.typed(app)) for each in SETTINGS}
    both = {key for key in changed if key in seen and now.get(key) not in {seen[key], _mark(changed[key])}}
    if both:
        raise SetElsewhere(app, changed, frozenset(both))
    return changed


def _mark(text: str) -> str:
    """A browser sends other line ends than it was given."""
    said = " ".join(text.split())
    return digest("" if said == NOTHING else said)[:LENGTH]
