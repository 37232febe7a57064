"""Times as people read them in LINE, in letters and in what they take along: on the owner's clock, which is named."""

import unicodedata
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from babel.dates import format_date, format_datetime, get_timezone_location, get_timezone_name

from knowledge.phrases import LANGS, Lang

HOME = ZoneInfo("Asia/Tokyo")  # whose clock it is where no owner has chosen one
_SHAPES = {"ja": "y/M/d H:mm", "en": "MMM d, y, HH:mm"}
_NOWHERE = {"ZZ", "001"}  # CLDR's territories of zones that are no place: UTC, Etc/GMT+5
# What CLDR has no name for and people write.
_SPOKEN = {"jst": "Asia/Tokyo", "日本標準時": "Asia/Tokyo", "utc": "UTC", "gmt": "UTC", "hawaii": "Pacific/Honolulu"}
# Whose a name is that several have: アメリカ東部時間 is Cancún's too.
_BEST_KNOWN = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Europe/Berlin")


def time_words(at: datetime, zone: ZoneInfo, lang: Lang, *, seconds: bool = False) -> str:
    """`2026/11/26 19:30（日本時間）`, `Nov 26, 2026, 19:30 (Japan Time)`."""
    shape = _SHAPES[lang] + (":ss" if seconds else "")
    return with_zone(format_datetime(at.astimezone(zone), shape, locale=lang), zone, lang)


def day_words(at: datetime, zone: ZoneInfo, lang: Lang) -> str:
    """The day that a moment is in there: `2026/11/26`, `Nov 26, 2026`."""
    return format_date(at.astimezone(zone), "medium", locale=lang)


def with_zone(words: str, zone: ZoneInfo, lang: Lang) -> str:
    """A time of day with the name of the clock it is read from."""
    return f"{words}（{zone_words(zone, lang)}）" if lang == "ja" else f"{words} ({zone_words(zone, lang)})"


def zone_words(zone: ZoneInfo, lang: Lang) -> str:
    """What people call the time of a zone: 日本時間, Japan Time, UTC+05:00."""
    if not _is_place(zone.key):
        offset = datetime.now(zone).strftime("%z")
        return "UTC" if offset == "+0000" else f"UTC{offset[:3]}:{offset[3:]}"
    return get_timezone_name(zone, "long", zone_variant="generic", locale=lang)


def zone_called(text: str) -> str | None:
    """The zone that people mean by its key, its city, its country or what its time is called; None if none is."""
    said = " ".join(unicodedata.normalize("NFKC", text).replace("_", " ").split()).casefold()
    return _zones().get(said) or _zones().get(_bare(said))


@cache
def _zones() -> dict[str, str]:
    """What zones are called, in both languages and by their keys."""
    keys, former = sorted(available_timezones()), get_global("zone_aliases")
    # Japan and Singapore are former keys, Europe/Belfast is London's clock: what is called so is the one of today.
    named = {key.replace("_", " ").casefold(): key if "/" in key else former.get(key, key) for key in keys} | _SPOKEN
    places = (*_BEST_KNOWN, *(key for key in keys if key not in former and _is_place(key)))
    for name_of in (_city, _place, zone_words):  # 韓国 is Seoul, though 韓国時間 is Pyongyang's too
        for key in places:
            for lang in LANGS:
                name = name_of(ZoneInfo(key), lang).casefold()
                named.setdefault(name, key)
                named.setdefault(_bare(name), key)
    return named


def _city(zone: ZoneInfo, lang: Lang) -> str:
    return get_timezone_location(zone, locale=lang, return_city=True)


def _place(zone: ZoneInfo, lang: Lang) -> str:
    return get_timezone_location(zone, locale=lang)


def _bare(name: str) -> str:
    return name.removesuffix("時間").removesuffix(" time")


def _is_place(key: str) -> bool:
    known = get_global("zone_aliases").get(key, key)
    return get_global("zone_territories").get(known, "ZZ") not in _NOWHERE
