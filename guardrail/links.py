"""Links in an answer lead only where the owner's own words lead; of all others, and of every image, the words are left.

Whoever can write into a document can have a model say any address: with what a visitor wrote as its path or query, a
link would carry that out. So an address is let through as a whole, not for its host.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote, urlsplit

from guardrail.findings import Edit, Finding
from guardrail.text.markup import DEEPEST, LINK, decoded, rewritten, shown
from guardrail.text.normalise import Normalised
from knowledge.phrases import Tag, _

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
# Tags that fetch something by themselves (HTML Living Standard, "embedded content" and links to resources).
LOADS = re.compile(
    r"(?i)<(?:img|image|svg|picture|source|video|audio|track|iframe|embed|object|link|meta|base|script)\b"
)
IN_TAG = re.compile(r"(?i)(?:(?:https?|ftp):[/\\]{2}|www\.|(?<=[\"'=])//)[^\s\"'<>]+")
# In knowledge and settings; a bracket belongs to it where it is closed again: /wiki/Kana_(script)
WRITTEN = re.compile(r"(?i)(?:https?://|www\.(?=[a-z0-9]))(?:[^\s<>()\[\]「」『』（）【】、。\"'`]|\([^\s<>()]*\))+")
# Where an address breaks off at one of these, other letters behind it are no new word: ?q=会話
OPEN = ("=", "&", "#", "?", "%")
GOING_ON = re.compile(r"[^\s<>()\[\]「」『』（）【】、。]+")
# Marks of the sentence around it, which Markdown and mail programs leave out of a link as well.
AFTER_ADDRESS = ".,;:!?)]}'*_~|`"
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_AS_IT_IS = "".join(map(chr, range(0x21, 0x7F)))
SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):")


def addresses_in(text: str) -> Iterator[str]:
    """The web addresses that stand in a text: as whole as they are written, and as far as Latin letters go."""
    return (match[0] for pattern in (WRITTEN, BARE) for match in pattern.finditer(text))


@dataclass(frozen=True)
class Hosts:
    """Where links may lead: to these `addresses` as they are, and anywhere at the hosts in `names`."""

    names: frozenset[str]
    addresses: frozenset[str] = frozenset()

    @classmethod
    def of(cls, allowed: Iterable[str]) -> "Hosts":
        """From whole addresses, and names of hosts that are trusted altogether."""
        names, whole = [], []
        for each in allowed:
            if "//" in each or each.lower().startswith("www."):
                # A sentence's marks behind an address are not part of it, though some may be.
                whole += [_same(_plain(each)), _same(_plain(each.rstrip(AFTER_ADDRESS)))]
            else:
                names.append(_host(f"//{each}"))
        return cls(frozenset(filter(None, names)), frozenset(filter(None, whole)))

    def allow(self, address: str) -> bool:
        """Whether a link may lead there: inside this page, where the owner leads, to a telephone or mail program."""
        plain = _plain(address)
        scheme = SCHEME.match(plain.lower())
        if scheme and scheme[1] not in WEB:
            return scheme[1] in NOT_FETCHED
        if not (scheme or plain.startswith("//")):
            return True
        return _host(plain) in {*self.names, *HERE} or _same(plain) in self.addresses

    def edits(self, text: str, found: Sequence[Finding], lang: Tag) -> Iterator[Edit]:
        """What has to be taken out of `text`; a link whose address holds a finding goes too."""
        if "[" in text:
            yield from self._unwrapped(text, found)
        if "<" in text:
            yield from self._untagged(text, lang)
        written = Normalised(text, range(len(text)), range(1, len(text) + 1))
        yield from self._bare(written, lang)
        if "&" in text or "%" in text:
            # What is decoded of an address that was let through as it stands is the same address.
            good = [read for *read, allowed in self._addresses(written) if allowed]
            for edit in self._bare(decoded(text), lang):
                if not any(start <= edit.start and edit.end <= end for start, end in good):
                    yield edit

    def _unwrapped(self, text: str, found: Sequence[Finding]) -> Iterator[Edit]:
        """Links and images reduced to their words, those within others too."""
        read = Normalised(text, range(len(text)), range(1, len(text) + 1))
        for _depth in range(DEEPEST):
            for match in LINK.finditer(read.text):
                opening = read.original(match.start(), match.start("shown"))
                ending = read.original(match.end("shown"), match.end())
                tells = any(f.start < ending[1] and ending[0] < f.end for f in found)
                if tells or match[0].startswith("!") or not self.allow(_destination(match)):
                    yield from (Edit(*opening), Edit(*ending))
            read = rewritten(read, LINK, shown)

    def _untagged(self, text: str, lang: Tag) -> Iterator[Edit]:
        for match in TAG.finditer(text):
            address = IN_TAG.search(match[0])
            loads = LOADS.match(match[0]) or match[0].startswith("</")
            if loads or (address and not self.allow(address[0])):
                yield Edit(*match.span(), REMOVED.say(lang) if address and address.start() == 1 else "")

    def _bare(self, read: Normalised, lang: Tag) -> Iterator[Edit]:
        for start, end, allowed in self._addresses(read):
            if not allowed:
                yield Edit(start, end, REMOVED.say(lang))

    def _addresses(self, read: Normalised) -> Iterator[tuple[int, int, bool]]:
        """Addresses that stand in the text: from where to where, and whether a link may lead there."""
        for match in BARE.finditer(read.text):
            going_on = GOING_ON.match(read.text, match.end()) if match[0].endswith(OPEN) else None
            address = (match[0] + (going_on[0] if going_on else "")).rstrip(AFTER_ADDRESS)
            yield *read.original(match.start(), match.start() + len(address)), self.allow(address)


def _destination(match: re.Match[str]) -> str:
    """Where an inline link leads; a reference's definition is read as a bare address."""
    written = match.string[match.end("shown") + 1 : match.end()]
    if not written.startswith("("):
        return ""
    inside = written[1:-1].strip(" \n")
    return inside[1 : inside.find(">")] if inside.startswith("<") else re.split(r"[ \n]", inside, maxsplit=1)[0]


def _plain(address: str) -> str:
    """As a browser reads it: without what Markdown and HTML wrap around its characters."""
    plain = re.sub(r"[\x00-\x20]", "", ESCAPED.sub(r"\1", unescape(address))).replace("\\", "/")
    return f"//{plain}" if plain.lower().startswith("www.") else plain


def _same(plain: str) -> str:
    """What is the same for all spellings of one address: only its scheme, host and last slash may be told otherwise.

    The case of a path, or which of its letters are percent-encoded, would be room for a message.
    """
    try:
        parts = urlsplit(plain)
        if "@" in parts.netloc or not parts.hostname:
            return ""
    except ValueError:
        return ""
    port = re.sub(r"\A.*?(:\d+)?\Z", r"\1", parts.netloc)
    rest = parts._replace(scheme="", netloc="", path=parts.path.removesuffix("/")).geturl()
    return parts.hostname.removeprefix("www.") + port + quote(rest, safe=_AS_IT_IS)


def host_of(address: str) -> str:
    """The host of an address or the name of one, without www; empty where there is none."""
    return _host(address if "//" in address else f"//{address}")


def _host(address: str) -> str:
    try:
        parts = urlsplit(address.lower())
        # user@host: what stands before the @ is made to look like the host.
        return "" if "@" in parts.netloc else (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
