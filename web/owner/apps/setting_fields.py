"""How the settings of an app stand on their page: in which order, what each does, and what is asked for in parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.apps.apps import LONGEST_BIO, LONGEST_GREETING
from handlers.apps.settings import BY_KEY, DAYS_KEPT, DAYS_MASKED, SETTINGS, Setting
from handlers.messages import Words
from knowledge.phrases import Phrase, _
from knowledge.store.conversations.visitor_limits import PER_DAY, PER_MINUTE


@dataclass(frozen=True)
class NumberField:
    """One number of a setting: `name` of its field, the words before and behind it, and what it may be."""

    name: str
    label: Phrase
    unit: Phrase
    least: int
    most: int


DAYS = _("days")
# A setting of numbers -> its fields, in the order in which they are typed in LINE.
NUMBERS: Mapping[str, Sequence[NumberField]] = {
    "limits": (
        NumberField("per_minute", _("Per minute"), _("questions"), PER_MINUTE[0], PER_MINUTE[-1]),
        NumberField("per_day", _("Per day"), _("questions"), PER_DAY[0], PER_DAY[-1]),
    ),
    "keep": (NumberField("keep", BY_KEY["keep"].title, DAYS, DAYS_KEPT[0], DAYS_KEPT[-1]),),
    "mask": (NumberField("mask", BY_KEY["mask"].title, DAYS, 0, DAYS_MASKED[-1]),),
}
_GROUPS: Sequence[tuple[Phrase, Sequence[str]]] = (
    (_("The page"), ("name", "handle", "url", "bio", "bio2")),
    (_("Appearance"), ("color", "look")),
    (_("What mimi says"), ("greeting", "greeting2", "lang", "tone")),
    (_("Visitors"), ("person", "listed", "limits", "keep", "mask")),
)
# What each does; LINE asks for it instead.
DOES: Mapping[str, Words] = {
    "name": _("Shown at the top of the page, in browser tabs, and where the page is shared."),
    "handle": _(
        "The end of the page's address: a-z, 0-9, - and _. After a change, the old address still opens the page."
    ),
    "url": _("Adds a “Website” link to the page."),
    "bio": _(
        "Shown below the name, and where the page is shared. Up to {most} characters; one or two lines read best.",
        most=LONGEST_BIO,
    ),
    "bio2": _(
        "Visitors who read the other language see this one: English if the page is in Japanese, Japanese if it is "
        "in English. If this is empty, everyone sees the text above."
    ),
    "greeting": _(
        "The first words in every chat. Left empty, mimi introduces itself. Up to {most} characters.",
        most=LONGEST_GREETING,
    ),
    "greeting2": _(
        "The same for visitors who read the other language. If this is empty, everyone sees the greeting above."
    ),
    "lang": _("Each visitor's browser chooses the page's language; this one is used if the browser does not say."),
    "tone": _("How mimi words its answers."),
    "color": _(
        "The colour of the icon, buttons, links and what visitors write. Your colour stays as it is: text on it "
        "turns dark or white, and text that would be hard to read in it uses the page's own text colour."
    ),
    "look": _("Match the device: light or dark, as each visitor has set it."),
    "listed": _(
        "Lets search engines show the page, and a public page with your FAQ entries. Entries with something hidden "
        "in them are left out."
    ),
    "person": _(
        "Shows a button beside the message field from the start. Otherwise visitors can write to you once they have "
        "asked mimi something."
    ),
    "limits": _(
        "How many questions one visitor may ask. Whoever asks more is told to wait, so nobody uses up everything."
    ),
    "keep": _(
        "How long after its last message a conversation is erased. If you shorten this, older ones are erased at once."
    ),
    "mask": _(
        "How long after the last message names, addresses and numbers that visitors wrote are masked. This cannot "
        "be undone. 0: after 30 minutes without a message."
    ),
}


def grouped() -> Sequence[tuple[Phrase, Sequence[Setting]]]:
    """All settings below their headings; one that has no place yet stands with the last."""
    placed = {key for _title, keys in _GROUPS for key in keys}
    rest = [each for each in SETTINGS if each.key not in placed]
    groups = [(title, [BY_KEY[key] for key in keys]) for title, keys in _GROUPS]
    groups[-1][1].extend(rest)
    return groups


def does(setting: Setting) -> Words:
    """What a setting does, in words for its page."""
    return DOES.get(setting.key, setting.ask)


def number_values(typed: Mapping[str, str]) -> Mapping[str, str]:
    """What stands in the fields of NUMBERS: what was sent in them, else the parts of each setting as it is typed."""
    values: dict[str, str] = {}
    for key, fields in NUMBERS.items():
        parts = typed[key].split()
        values |= {
            field.name: typed.get(field.name, parts[at] if at < len(parts) else "") for at, field in enumerate(fields)
        }
    return values


def joined(form: Mapping[str, str]) -> Mapping[str, str]:
    """A form with its numbers put together as they are typed in LINE."""
    whole = {
        key: " ".join(form[field.name].strip() for field in fields)
        for key, fields in NUMBERS.items()
        if all(field.name in form for field in fields)
    }
    return {**form, **whole}
