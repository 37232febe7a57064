"""Links and images in an answer: only to hosts the owner named; of the others their words are left."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from guardrail.findings import Edit, Finding
from guardrail.text.markup import DEEPEST, LINK, decoded, rewritten, shown
from guardrail.text.normalise import Normalised
from knowledge.phrases import Lang, _

REMOVED = _("[link removed]")
WEB = ("http", "https")
HERE = ("localhost", "127.0.0.1", "::1")  # the reader's own machine, in instructions
NOT_FETCHED = ("mailto", "tel")  # what they say is looked at like any other text

_ASCII = r"[!#-'*-;=?-Z\\^_a-z|~]"  # no quotes, brackets or backticks
# With or without a scheme; behind a bracket or quote also //host, which browsers read with the page's scheme.
# Outside ASCII anything up to a blank, since browsers take those characters, too.
BARE = re.compile(
    rf"(?i)(?<![a-z0-9])(?:(?:https?|ftp):[/\\]{{2}}|www\.(?=[a-z0-9]))(?:{_ASCII}+|[^\s<>()]+)"
    rf"|(?<=[(\s\"'=])//[a-z0-9\-]+\.{_ASCII}+"
)
TAG = re.compile(r"<(?:[A-Za-z][^<>]*|/[aA]\s*)>")
# Marks of the sentence around it, which Markdown and mail programs leave out of a link as well.
AFTER_ADDRESS = ".,;:!?)]}'*_~|`"
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):")


@dataclass(frozen=True)
class Hosts:
    """The hosts an owner's page and knowledge name."""

    names: frozenset[str]

    @classmethod
    def of(cls, hosts: Iterable[str]) -> "Hosts":
        """From host names or whole addresses."""
        return cls(frozenset(name for host in hosts if (name := _host(host if "//" in host else f"//{host}"))))

    def allow(self, address: str) -> bool:
        """Whether a link may lead there: inside this page, to a named host, or to a telephone or mail program."""
        # As browsers read an address (WHATWG URL, 4.4): tabs and line breaks dropped, \ as /.
        plain = re.sub(r"[\x00-\x20]", "", ESCAPED.sub(r"\1", unescape(address))).replace("\\", "/").lower()
        if plain.startswith("www."):
            plain = f"//{plain}"
        scheme = SCHEME.match(plain)
        if scheme and scheme[1] not in WEB:
            return scheme[1] in NOT_FETCHED
        return not (scheme or plain.startswith("//")) or _host(plain) in {*self.names, *HERE}

    def edits(self, text: str, found: Sequence[Finding], lang: Lang) -> Iterator[Edit]:
        """What has to be taken out of `text`; a link whose address holds a finding goes too."""
        if "[" in text:
            yield from self._unwrapped(text, found)
        if "<" in text:
            yield from self._untagged(text, lang)
        yield from self._bare(Normalised(text, range(len(text)), range(1, len(text) + 1)), lang)
        if "&" in text or "%" in text:
            yield from self._bare(decoded(text), lang)

    def _unwrapped(self, text: str, found: Sequence[Finding]) -> Iterator[Edit]:
        """Links and images reduced to their words, those within others too."""
        read = Normalised(text, range(len(text)), range(1, len(text) + 1))
        for _depth in range(DEEPEST):
            for match in LINK.finditer(read.text):
                opening = read.original(match.start(), match.start("shown"))
                ending = read.original(match.end("shown"), match.end())
                tells = any(f.start < ending[1] and ending[0] < f.end for f in found)
                if tells or not self.allow(_destination(match)):
                    yield from (Edit(*opening), Edit(*ending))
            read = rewritten(read, LINK, shown)

    def _untagged(self, text: str, lang: Lang) -> Iterator[Edit]:
        for match in TAG.finditer(text):
            address = BARE.search(match[0])
            if match[0].startswith("</") or (address and not self.allow(address[0])):
                yield Edit(*match.span(), REMOVED.say(lang) if address and address.start() == 1 else "")

    def _bare(self, read: Normalised, lang: Lang) -> Iterator[Edit]:
        for match in BARE.finditer(read.text):
            address = match[0].rstrip(AFTER_ADDRESS)
            if not self.allow(address):
                yield Edit(*read.original(match.start(), match.start() + len(address)), REMOVED.say(lang))


def _destination(match: re.Match[str]) -> str:
    """Where an inline link leads; a reference's definition is read as a bare address."""
    written = match.string[match.end("shown") + 1 : match.end()]
    if not written.startswith("("):
        return ""
    inside = written[1:-1].strip(" \n")
    return inside[1 : inside.find(">")] if inside.startswith("<") else re.split(r"[ \n]", inside, maxsplit=1)[0]


def _host(address: str) -> str:
    try:
        parts = urlsplit(address.lower())
        # user@host: what stands before the @ is made to look like the host.
        return "" if "@" in parts.netloc else (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
