"""Every setting of an app that is one value: what it is called, what it may be, and how it is shown at both doors."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from handlers.apps.apps import LONGEST_BIO, LONGEST_GREETING, LONGEST_NAME, handle_of, web_address
from handlers.conversations.silence import AT_ONCE
from handlers.messages import Words
from handlers.written import written, written_line
from knowledge.errors import BadInput
from knowledge.phrases import Lang, Phrase, _
from knowledge.store.apps.apps import COLOUR, KEPT_DAYS, MASKED_DAYS, App, Look, Theme, Tone
from knowledge.store.conversations.visitor_limits import PER_DAY, PER_MINUTE, VisitorLimits

NOTHING = "-"  # typed for what is to be left empty: a chat cannot send an empty line
DAYS_KEPT = range(1, 731)
DAYS_MASKED = range(1, 366)
AT_ONCE_WORDS = frozenset({"0", "now", "at once", "すぐ", "すぐに", "終わったらすぐ"})

LANGS: Mapping[str, Lang] = {
    "ja": "ja", "japanese": "ja", "日本語": "ja", "en": "en", "english": "en", "英語": "en",
}  # fmt: skip
LANG_NAMES: Mapping[Lang, str] = {"ja": "日本語", "en": "English"}
TONES: Mapping[Tone, Phrase] = {Tone.POLITE: _("Polite"), Tone.FRIENDLY: _("Friendly"), Tone.BRIEF: _("Brief")}
LOOKS: Mapping[Look, Phrase] = {
    Look.AUTO: _("Match the device"),
    Look.LIGHT: _("Always light"),
    Look.DARK: _("Always dark"),
}
COLOURS: Mapping[str, Phrase] = {
    "": _("mimi's terracotta"),
    "#1f6feb": _("Blue"),
    "#00796b": _("Green"),
    "#7c4dbd": _("Purple"),
    "#c2185b": _("Pink"),
    "#b7791f": _("Amber"),
    "#455a64": _("Slate"),
}
# What a chat can show of a colour before it is chosen.
SWATCHES: Mapping[str, str] = {
    "": "🟫", "#1f6feb": "🟦", "#00796b": "🟩", "#7c4dbd": "🟪", "#c2185b": "🌸", "#b7791f": "🟧", "#455a64": "⬛",
}  # fmt: skip
YES, NO = "yes", "no"
LISTED: Mapping[str, Phrase] = {YES: _("Show it"), NO: _("Do not show it")}
PERSON_FIRST: Mapping[str, Phrase] = {YES: _("From the start"), NO: _("After a first question")}
STRICT, USUAL, GENEROUS = VisitorLimits(4, 40), VisitorLimits(), VisitorLimits(20, 300)
E = TypeVar("E", bound=StrEnum)
Fields = dict[str, Any]
Offered = tuple[tuple[Words, str], ...]  # a label, and what is typed for it
EMPTY: Offered = ((_("Leave it empty"), NOTHING),)


@dataclass(frozen=True)
class Setting:
    """One setting. `read` makes the app's fields of what was typed, or raises BadInput; `typed` is its inverse."""

    key: str  # part of commands, buttons and form fields: it never changes
    japanese: str
    title: Phrase
    summary: Phrase
    ask: Phrase
    read: Callable[[App, str], Fields]
    typed: Callable[[App], str]
    shown: Callable[[App], Words] | None = None
    offered: Offered = ()

    def __str__(self) -> str:
        """As buttons name it; `setting_called` finds it again."""
        return self.key

    def show(self, app: App) -> Words:
        """Its present value as a person reads it."""
        return self.shown(app) if self.shown else self.typed(app) or _("(empty)")


def _name(app: App, text: str) -> Fields:
    return {"name": written_line(text, LONGEST_NAME)}


def _handle(app: App, text: str) -> Fields:
    return {"handle": handle_of(text)}  # whether it may be had only the store knows: see AppSettings


def _url(app: App, text: str) -> Fields:
    return {"url": web_address(text) if _something(text) else ""}


def _bio(app: App, text: str) -> Fields:
    return {"bio": written(text, LONGEST_BIO) if _something(text) else ""}


def _greeting(app: App, text: str) -> Fields:
    return {"greeting": written(text, LONGEST_GREETING) if _something(text) else ""}


def _other_bio(app: App, text: str) -> Fields:
    return {"other_bio": _bio(app, text)["bio"]}


def _other_greeting(app: App, text: str) -> Fields:
    return {"other_greeting": _greeting(app, text)["greeting"]}


def _lang(app: App, text: str) -> Fields:
    if (lang := LANGS.get(_plain(text))) is None:
        raise BadInput(_("I speak Japanese and English. Please choose one of them."))
    # What was written in the other language is then the page's own, and the other way round.
    bio, greeting = app.bio_in(lang), app.greeting_in(lang)
    swapped: Fields = {}
    if bio.lang != app.lang:
        swapped |= {"bio": bio.text, "other_bio": app.bio}
    if greeting.lang != app.lang:
        swapped |= {"greeting": greeting.text, "other_greeting": app.greeting}
    return {"lang": lang} | swapped


def _is_yes(text: str, names: Mapping[str, Phrase]) -> bool:
    """Of YES and NO, each called by its name in either language. Raises BadInput."""
    plain = _plain(text)
    by_name = {_plain(name.say(lang)): value for value, name in names.items() for lang in LANG_NAMES}
    if (value := by_name.get(plain, plain)) not in names:
        raise BadInput(_("Please choose one of the buttons."))
    return value == YES


def _listed(app: App, text: str) -> Fields:
    return {"listed": _is_yes(text, LISTED)}


def _person_first(app: App, text: str) -> Fields:
    return {"person_first": _is_yes(text, PERSON_FIRST)}


def _tone(app: App, text: str) -> Fields:
    return {"tone": _chosen(text, TONES)}


def _look(app: App, text: str) -> Fields:
    return {"theme": Theme(app.theme.accent, _chosen(text, LOOKS))}


def _accent(app: App, text: str) -> Fields:
    plain = "" if not _something(text) else _plain(text)
    by_name = {_plain(name.say(lang)): colour for colour, name in COLOURS.items() for lang in LANG_NAMES}
    short = re.sub(r"\A#?([0-9a-f])([0-9a-f])([0-9a-f])\Z", r"#\1\1\2\2\3\3", plain)
    colour = by_name.get(plain, short if short.startswith("#") or not short else f"#{short}")
    if colour and not COLOUR.match(colour):
        raise BadInput(_("That is not a colour. Choose one, or write it like #1f6feb."))
    return {"theme": Theme(colour, app.theme.look)}


def _limits(app: App, text: str) -> Fields:
    numbers = [int(number) for number in re.findall(r"\d{1,6}", unicodedata.normalize("NFKC", text))]
    if len(numbers) != 2 or numbers[0] not in PER_MINUTE or numbers[1] not in PER_DAY:
        raise BadInput(
            _(
                "Write two numbers: questions per minute ({a}-{b}) and per day ({c}-{d}), like 8 100.",
                a=PER_MINUTE[0], b=PER_MINUTE[-1], c=PER_DAY[0], d=PER_DAY[-1],
            )
        )  # fmt: skip
    return {"visitor_limits": VisitorLimits(*numbers)}


def _kept(app: App, text: str) -> Fields:
    match = re.fullmatch(r"(\d{1,4})\s*(days?|日)?", _plain(text))
    if match is None or int(match[1]) not in DAYS_KEPT:
        raise BadInput(_("Write a number of days, from {least} to {most}.", least=DAYS_KEPT[0], most=DAYS_KEPT[-1]))
    return {"kept_days": int(match[1])}


def _masked(app: App, text: str) -> Fields:
    plain = _plain(text)
    match = re.fullmatch(r"(\d{1,4})\s*(days?|日)?", plain)
    if plain in AT_ONCE_WORDS:
        return {"masked_days": AT_ONCE}
    if match is None or int(match[1]) not in DAYS_MASKED:
        raise BadInput(
            _(
                "Write a number of days, from {least} to {most}, or 0 for as soon as a conversation is over.",
                least=DAYS_MASKED[0], most=DAYS_MASKED[-1],
            )
        )  # fmt: skip
    return {"masked_days": int(match[1])}


def _show_masked(app: App) -> Words:
    return _days(app.masked_days) if app.masked_days != AT_ONCE else SOON_AFTER


def _show_limits(app: App) -> Words:
    limits = app.visitor_limits
    return _("{minute} per minute, {day} per day", minute=limits.per_minute, day=limits.per_day)


def _show_accent(app: App) -> Words:
    return COLOURS.get(app.theme.accent, app.theme.accent)


def _typed_limits(limits: VisitorLimits) -> str:
    return f"{limits.per_minute} {limits.per_day}"


def _days(days: int) -> Phrase:
    return _("{days} days", days=days)


SOON_AFTER: Phrase = _("As soon as it is over")

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "name", "名前", _("Name"), _("Change the app's name"), _("What is the app called?"),
        _name, lambda app: app.name,
    ),
    Setting(
        "handle", "ハンドル", _("Handle"), _("Change the page's address"),
        _("Which handle should the page have (a-z, 0-9, - and _)? The old address will still open the page."),
        _handle, lambda app: app.handle, lambda app: f"@{app.handle}",
    ),
    Setting(
        "url", "サイト", _("Website"), _("Set the app's website"), _("What is the address of the app's website?"),
        _url, lambda app: app.url, offered=EMPTY,
    ),
    Setting(
        "bio", "紹介", _("About"), _("Set the text about the app"),
        _("What should the page say about the app? Up to {most} characters.", most=LONGEST_BIO),
        _bio, lambda app: app.bio, offered=EMPTY,
    ),
    Setting(
        "greeting", "あいさつ", _("Greeting"), _("Set how I greet visitors"),
        _("How should I greet visitors? Up to {most} characters.", most=LONGEST_GREETING),
        _greeting, lambda app: app.greeting, offered=EMPTY,
    ),
    Setting(
        "bio2", "紹介2", _("About, other language"), _("Set the text about the app in the other language"),
        _(
            "What should the page say about the app to visitors who read the other language: English on a Japanese "
            "page, Japanese on an English one? Up to {most} characters.", most=LONGEST_BIO,
        ),
        _other_bio, lambda app: app.other_bio, offered=EMPTY,
    ),
    Setting(
        "greeting2", "あいさつ2", _("Greeting, other language"), _("Set how I greet visitors in the other language"),
        _(
            "How should I greet visitors who read the other language: English on a Japanese page, Japanese on an "
            "English one? Up to {most} characters.", most=LONGEST_GREETING,
        ),
        _other_greeting, lambda app: app.other_greeting, offered=EMPTY,
    ),
    Setting(
        "lang", "言語", _("Language"), _("Choose the page's language"),
        _("Which language should the page use if the visitor's browser does not say?"),
        _lang, lambda app: app.lang, lambda app: LANG_NAMES[app.lang],
        tuple((name, lang) for lang, name in LANG_NAMES.items()),
    ),
    Setting(
        "tone", "話し方", _("Tone"), _("Choose how I speak"), _("How should I speak with visitors?"),
        _tone, lambda app: app.tone, lambda app: TONES[app.tone],
        tuple((name, tone.value) for tone, name in TONES.items()),
    ),
    Setting(
        "color", "色", _("Colour"), _("Choose the page's colour"),
        _("Which colour should the page have? Choose one, or write it like #1f6feb."),
        _accent, lambda app: app.theme.accent, _show_accent,
        tuple(
            (_("{swatch} {name}", swatch=SWATCHES[each], name=name), each or NOTHING) for each, name in COLOURS.items()
        ),
    ),
    Setting(
        "look", "明るさ", _("Light or dark"), _("Choose light or dark"), _("Should the page be light or dark?"),
        _look, lambda app: app.theme.look, lambda app: LOOKS[app.theme.look],
        tuple((name, look.value) for look, name in LOOKS.items()),
    ),
    Setting(
        "listed", "検索", _("Search engines"), _("Choose whether search engines show the page"),
        _(
            "May search engines show the page? Your FAQ entries then get a public page of their own. Entries with "
            "something hidden in them are left out."
        ),
        _listed, lambda app: YES if app.listed else NO, lambda app: LISTED[YES if app.listed else NO],
        tuple((name, value) for value, name in LISTED.items()),
    ),
    Setting(
        "person", "人に相談", _("Asking a person"), _("Choose whether visitors may write to you first"),
        _(
            "May visitors write to you from the start, by a button beside the message field? "
            "Otherwise they can once they have asked me something."
        ),
        _person_first, lambda app: YES if app.person_first else NO,
        lambda app: PERSON_FIRST[YES if app.person_first else NO],
        tuple((name, value) for value, name in PERSON_FIRST.items()),
    ),
    Setting(
        "limits", "制限", _("Limits"), _("Set how much one visitor may ask"),
        _("How many questions may one visitor ask? Choose, or write questions per minute and per day, like 8 100."),
        _limits, lambda app: _typed_limits(app.visitor_limits), _show_limits,
        ((_("Few (4, 40)"), _typed_limits(STRICT)), (_("Normal (8, 100)"), _typed_limits(USUAL)),
         (_("Many (20, 300)"), _typed_limits(GENEROUS))),
    ),
    Setting(
        "keep", "保存期間", _("Retention"), _("Set how long conversations are kept"),
        _("How many days after its last message should a conversation be kept? Older ones are deleted at once."),
        _kept, lambda app: str(app.kept_days), lambda app: _days(app.kept_days),
        tuple((_days(days), str(days)) for days in (30, 90, KEPT_DAYS, 365)),
    ),
    Setting(
        "mask", "個人情報", _("Details masked after"), _("Set when visitors' details are masked"),
        _(
            "How many days after a conversation's last message should the names, addresses and numbers that "
            "visitors wrote about themselves be masked? This cannot be undone. 0: after 30 minutes without a "
            "message."
        ),
        _masked, lambda app: str(app.masked_days), _show_masked,
        ((SOON_AFTER, str(AT_ONCE)), *((_days(days), str(days)) for days in (7, MASKED_DAYS, 90))),
    ),
)  # fmt: skip
BY_KEY: Mapping[str, Setting] = {setting.key: setting for setting in SETTINGS}


def _something(text: str) -> bool:
    return text.strip() not in {"", NOTHING}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _chosen(text: str, names: Mapping[E, Phrase]) -> E:
    """The one called so, in either language or by its own word. Raises BadInput."""
    wanted = _plain(text)
    for each, called in names.items():
        if wanted in {each.value, *(_plain(called.say(lang)) for lang in LANG_NAMES)}:
            return each
    raise BadInput(_("Please choose one of the buttons."))
