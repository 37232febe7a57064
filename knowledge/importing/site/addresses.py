"""Addresses of a site: which belong to it, which are one page, which lead on for ever, which are in other languages."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Self

from yarl import URL

LONGEST = 1_000
KNOWN = 20_000  # addresses of which it is known what they are: each page of a site is compared with all others
DEEPEST = 12  # folders
MOST_REPEATS = 2  # of one folder in an address; /a/b/a/b/a/b grows by a link that is relative to the wrong folder
# What a server adds to know a visitor, or where they come from; the page is the same without it.
_OF_VISITORS = re.compile(
    r"(?:utm_\w+|fbclid|gclid|yclid|msclkid|mc_[ce]id|_ga|_gl|ref|referrer|phpsessid|jsessionid|aspsessionid\w*|sid"
    r"|sess(?:ion)?(?:_?id)?|cfid|cftoken|zenid|oscsid)",
    re.I,
)
_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?]*", re.I)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)\Z", re.I)
_ENDING = re.compile(r"\.([a-z][a-z0-9]{1,9})\Z", re.I)
_FILE = re.compile(
    r"(?:jpe?g|png|gif|svg|webp|avif|ico|bmp|tiff?|mp[34]|m4[av]|mov|avi|webm|wav|ogg|woff2?|[to]tf|eot|css|m?js|map|json"
    r"|xml|rss|atom|zip|gz|tgz|tar|rar|7z|dmg|exe|msi|apk|ipa|iso|bin|deb|rpm|whl|jar|wasm|webmanifest)",
    re.I,
)
# What does something, or shows the same in another form.
_DOES = re.compile(
    r"/(?:log-?(?:in|out|on|off)|sign-?(?:in|out|up)|register|password|cart|checkout|wp-(?:admin|json|login\.php)|feed"
    r"|rss|xmlrpc\.php|cdn-cgi|search)(?:/|\Z)",
    re.I,
)
_DOES_BY_QUERY = re.compile(
    r"replytocom|share|print(?:able)?|action|do|add-to-cart|redirect(?:_to)?|return_?(?:to|url)?|oldid|diff|format|sort"
    r"|order(?:by)?|filter\w*|s|q|query|search",
    re.I,
)
_LOGIN = re.compile(r"/(?:log-?in|sign-?in|auth|sso|oauth2?|accounts?/login|wp-login\.php)(?:/|\.\w+|\Z)", re.I)
_BY_DATE = re.compile(r"/(?:19|20)[0-9]{2}(?:[/-][01]?[0-9]){0,2}/?\Z|/(?:calendar|month|week|day)/.*[0-9]{4}")
_DATE_PARAMETER = re.compile(
    r"(?:date|day|month|year|week|ym|ymd|yyyy\w*|cal\w*|from|start|end|tribe\w*|eventdisplay)", re.I
)
_LOCALE = re.compile(
    r"(?:ar|bg|ca|cs|da|de|el|en|es|et|fa|fi|fr|he|hi|hr|hu|id|it|ja|ko|lt|lv|ms|nb|nl|no|pl|pt|ro|ru|sk|sl|sr|sv|th|tr"
    r"|uk|vi|zh)(?:[-_](?:[a-z]{2}|[a-z]{4}|[0-9]{3}))?",
    re.I,
)
_NUMBERED = re.compile(r"([0-9]{5,})-.*")  # an article's number and its title, as Zendesk and Intercom have them


@dataclass(frozen=True)
class SiteBounds:
    """What belongs to a site: what stands on its host below its folder."""

    host: str
    folder: str

    @classmethod
    def of(cls, url: str) -> Self:
        """Of the address that its owner gave: the folder it names, or the one that the file it names stands in."""
        address = URL(url)
        path = _INDEX.sub("/", address.raw_path)
        if _ENDING.search(path):
            path = path[: path.rfind("/") + 1]
        return cls(_host(address), path if path.endswith("/") else f"{path}/")

    @property
    def around(self) -> "SiteBounds":
        """The folder around it: a page that has none of its own stands in that."""
        return SiteBounds(self.host, self.folder[: self.folder.rstrip("/").rfind("/") + 1] or "/")

    def hold(self, url: str) -> bool:
        """Whether a page is one of the site's."""
        address = _parsed(url)
        return address is not None and _host(address) == self.host and _in_folder(address.raw_path, self.folder)


def tidied(url: str) -> str:
    """An address as it is asked for: without what only knows its visitor; "" for what is none, or no page's."""
    address = _parsed(_IN_PATH.sub("", url.strip()))
    if address is None or len(url) > LONGEST or not _is_page(address):
        return ""
    kept = [(name, value) for name, value in address.query.items() if not _OF_VISITORS.fullmatch(name)]
    if len(kept) == len(address.query):
        return str(address.with_fragment(None))
    return str(address.with_fragment(None).with_query(kept))


@lru_cache(KNOWN)
def same_as(url: str) -> str:
    """What all addresses of one page have in common: with and without a slash at its end, http or https."""
    address = URL(url)
    path = _INDEX.sub("/", address.raw_path).rstrip("/")
    query = "&".join(sorted(f"{name}={value}" for name, value in address.query.items()))
    return f"{_host(address)}{path}?{query}" if query else f"{_host(address)}{path}"


def is_endless(url: str) -> bool:
    """Whether it looks as if links had made it longer and longer."""
    folders = [part for part in URL(url).raw_path.split("/") if part]
    return len(folders) > DEEPEST or any(folders.count(each) > MOST_REPEATS for each in folders)


@lru_cache(KNOWN)
def is_dated(url: str) -> bool:
    """Whether it is a page of a calendar or archive, of which there is one for every day there is."""
    address = URL(url)
    return bool(_BY_DATE.search(address.raw_path)) or any(map(_DATE_PARAMETER.fullmatch, address.query))


def is_login(url: str) -> bool:
    """Whether a page that asks who one is stands there."""
    return bool(_LOGIN.search(URL(url).raw_path))


@lru_cache(KNOWN)
def family_of(url: str) -> str:
    """Addresses that differ in the values of their query alone are one family's; "" without a query."""
    address = URL(url)
    return f"{_host(address)}{address.raw_path}?{'&'.join(sorted(set(address.query)))}" if address.query else ""


@lru_cache(KNOWN)
def locale_in(url: str) -> str:
    """The language that a folder of the address is named by, in lower case; "" if there is none."""
    return next((part.lower() for part in URL(url).raw_path.split("/")[1:4] if _LOCALE.fullmatch(part)), "")


def is_translated(url: str, locale: str, others: Collection[str]) -> bool:
    """Whether the same page stands in `locale`, or in none, among `others` (`without_locale` of each)."""
    own = locale_in(url)
    return bool(own) and own != locale and without_locale(url) in others


@lru_cache(KNOWN)
def without_locale(url: str) -> str:
    """What a page's address has in common with those of its translations."""
    locale, parts = locale_in(url), same_as(url).split("/")
    at = next((n for n, part in enumerate(parts) if n and part.lower() == locale), None)
    kept = [part for n, part in enumerate(parts) if n != at]
    return "/".join([*kept[:-1], _NUMBERED.sub(r"\1", kept[-1])])


def _parsed(url: str) -> URL | None:
    try:
        address = URL(url)
        return address if address.scheme in {"http", "https"} and address.raw_host and address.port else None
    except ValueError:
        return None


def _host(address: URL) -> str:
    host = (address.raw_host or "").lower()
    return host if address.is_default_port() else f"{host}:{address.port}"


def _in_folder(path: str, folder: str) -> bool:
    return path.startswith(folder) or f"{path}/" == folder


def _is_page(address: URL) -> bool:
    ending = _ENDING.search(PurePosixPath(address.raw_path).name)
    # A dot may stand in a page's name (/v2.ab); what is known as a file of another kind is none.
    if ending and _FILE.fullmatch(ending[1]):
        return False
    return not _DOES.search(address.raw_path) and not any(map(_DOES_BY_QUERY.fullmatch, address.query))
