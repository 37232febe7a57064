"""Sentences for people: written once in English, put into another language where they are shown.

The catalogues are gettext PO files, `locale/<lang>/<area>.po`, one for each area that speaks. Owners read Japanese or
English; what visitors read is all in `visitor.po`, which is there in every language of theirs.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from babel.messages.pofile import read_po

Lang = Literal["ja", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)
VisitorLang = Literal["ja", "en", "zh-Hans", "zh-Hant", "ko", "es", "pt", "fr", "de", "id", "vi", "th"]
VISITOR_LANGS: tuple[VisitorLang, ...] = get_args(VisitorLang)
# Any language that somebody may write in, as a BCP 47 tag. Where it has no catalogue, mimi's own words are English.
Tag = str
LOCALE = Path(__file__).parent / "locale"
# What the last release said otherwise -> how it is said now: rows that it left are said in today's words.
FORMER = Path(__file__).parent / "former_sentences.json"
_TRADITIONAL = {"tw", "hk", "mo"}
_FORMER = {"in": "id"}  # as Android and Java still call it


@dataclass(frozen=True)
class Phrase:
    """An English sentence with named places, and what stands in them (str, number or another phrase)."""

    text: str
    params: Mapping[str, "str | int | Phrase"] = field(default_factory=dict)

    def say(self, lang: Tag) -> str:
        """The sentence in `lang`, its places filled in."""
        sentence = translations(lang).get(self.text, self.text)
        return sentence.format(**{name: spoken(value, lang) for name, value in self.params.items()})


def _(text: str, /, **params: "str | int | Phrase") -> Phrase:
    """Mark a sentence for translation: `_("Learned: {question}", question=entry.question)`."""
    return Phrase(text, params)


def to_plain(phrase: Phrase) -> dict[str, Any]:
    """A phrase as JSON and the store keep it, to be put into words where it is shown: its key in the catalogues."""
    values = {name: to_plain(value) if isinstance(value, Phrase) else value for name, value in phrase.params.items()}
    return {"key": phrase.text, "values": values}


def is_plain(value: object) -> bool:
    """Whether this is what `to_plain` wrote down."""
    return isinstance(value, Mapping) and value.keys() == {"key", "values"}


def from_plain(plain: Mapping[str, Any]) -> Phrase:
    """The phrase that `to_plain` wrote down, today or (`text`, `params`) before it was called so."""
    key, values = (plain["key"], plain["values"]) if is_plain(plain) else (plain["text"], plain["params"])
    params = {name: from_plain(value) if isinstance(value, Mapping) else value for name, value in values.items()}
    return Phrase(_former_sentences().get(str(key), str(key)), params)


@cache
def _former_sentences() -> Mapping[str, str]:
    former: dict[str, str] = json.loads(FORMER.read_text(encoding="utf-8"))
    return former


def spoken(value: "str | int | Phrase", lang: Tag) -> str:
    """A value as text in `lang`; only phrases differ between languages."""
    return value.say(lang) if isinstance(value, Phrase) else str(value)


def to_visitor_lang(tag: str) -> VisitorLang | None:
    """The visitors' language that a BCP 47 tag names, whatever its region: `pt-BR` -> pt, `zh-TW` -> zh-Hant."""
    language, *rest = tag.lower().replace("_", "-").split("-")
    if language == "zh":
        # A tag that says nothing of the script says it by its region.
        return "zh-Hant" if "hant" in rest or (_TRADITIONAL & {*rest} and "hans" not in rest) else "zh-Hans"
    return next((lang for lang in VISITOR_LANGS if lang == _FORMER.get(language, language)), None)


def to_lang(tag: str | None, default: Lang = "ja") -> Lang:
    """The language we speak that is nearest to a BCP 47 tag: `ja-JP` -> ja, `fr` -> en, none -> `default`."""
    if not tag:
        return default
    return "ja" if tag.lower().split("-")[0] == "ja" else "en"


def translations(lang: Tag) -> Mapping[str, str]:
    """English sentence -> its translation; empty for English, in which they are written, and without a catalogue."""
    return _catalogue(lang) if lang in VISITOR_LANGS else {}


@cache
def _catalogue(lang: Tag) -> Mapping[str, str]:
    table: dict[str, str] = {}
    for path in sorted((LOCALE / lang).glob("*.po")):
        with path.open("rb") as source:
            table.update(
                {str(message.id): str(message.string) for message in read_po(source) if message.id and message.string}
            )
    return table
