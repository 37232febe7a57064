"""Sites whose pages may show an app's page in a frame: origins, as `frame-ancestors` has them (CSP 3, 6.4.2)."""

import ipaddress
import re
import unicodedata
from urllib.parse import urlsplit

from handlers.web_addresses import whole_address
from handlers.written import written_line
from knowledge.errors import BadInput
from knowledge.phrases import _

LONGEST = 253
ONE_SELF = frozenset({"localhost", "127.0.0.1"})  # a developer's own machine, where nobody is between
NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+\Z")


def origin_of(typed: str) -> str:
    """The origin of an address as it is typed or pasted: `Example.com/shop` is `https://example.com`.

    Raises BadInput for what is no site, and for one that anybody on the way could write into.
    """
    text = unicodedata.normalize("NFKC", whole_address(written_line(typed, LONGEST)))
    found = "://" in text
    try:
        parts = urlsplit(text if found else f"//{text}", scheme="" if found else "https")
        # A name in Japanese as browsers send it.
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError as error:
        raise _no_site() from error
    if not (NAME.match(host) or host in ONE_SELF) or parts.username is not None or _is_strange_number(host):
        raise _no_site()
    scheme = parts.scheme if found or host not in ONE_SELF else "http"
    if scheme != "https" and not (scheme == "http" and host in ONE_SELF):
        raise BadInput(_("The widget needs a site that begins with https://. Only localhost can do without."))
    usual = {"https": 443, "http": 80}[scheme]
    return f"{scheme}://{host}" + (f":{port}" if port not in {None, usual} else "")


def _is_strange_number(host: str) -> bool:
    """Whether a browser would read it as a number, and then as another one (WHATWG URL, 3.5)."""
    if not re.fullmatch(r"0x[0-9a-f]*|\d+", host.rpartition(".")[2]):
        return False
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return True
    return False


def _no_site() -> BadInput:
    return BadInput(_("That is not the address of one site. Write it like https://example.com, without *."))
