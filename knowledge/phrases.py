"""Sentences for people: written once in English, put into Japanese or English where they are shown.

The catalogues are gettext PO files, `locale/ja/<area>.po`, one for each area that speaks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from babel.messages.pofile import read_po

Lang = Literal["ja", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)
LOCALE = Path(__file__).parent / "locale"


@dataclass(frozen=True)
class Phrase:
    """An English sentence with named places, and what stands in them (str, number or another phrase)."""

    text: str
    params: Mapping[str, "str | int | Phrase"] = field(default_factory=dict)

    def say(self, lang: Lang) -> str:
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
    return Phrase(str(key), params)


def spoken(value: "str | int | Phrase", lang: Lang) -> str:
    """A value as text in `lang`; only phrases differ between languages."""
    return value.say(lang) if isinstance(value, Phrase) else str(value)


def to_lang(tag: str | None, default: Lang = "ja") -> Lang:
    """The language we speak that is nearest to a BCP 47 tag: `ja-JP` -> ja, `fr` -> en, none -> `default`."""
    if not tag:
        return default
    return "ja" if tag.lower().split("-")[0] == "ja" else "en"


@cache
def translations(lang: Lang) -> Mapping[str, str]:
    """English sentence -> its translation; empty for English, the language the sources are written in."""
    table: dict[str, str] = {}
    for path in sorted((LOCALE / lang).glob("*.po")):
        with path.open("rb") as source:
            table.update(
                {str(message.id): str(message.string) for message in read_po(source) if message.id and message.string}
            )
    return table
