"""E-mail addresses, also spelled with (at), あっと or spaces, found outward from the at sign."""

import re
from collections.abc import Iterator

from guardrail.findings import PiiKind
from guardrail.names.word_tables import listed
from guardrail.text.reading import ReadText, Span

# Bare, as a star or circle in its place, in brackets, between underscores, or as a word where a domain follows.
# A word alone is not enough: "look at example" is no address, "info at example dot com" is.
AT = re.compile(
    r" ?@ ?|(?<=[A-Za-z0-9])[★☆◎●](?=[A-Za-z0-9])"
    r"|\s?[\[({<【「] ?(?:a|at|AT|At|@|アット(?:マーク)?|あっと(?:まーく)?) ?[\])}>】」]\s?"
    r"|(?<=[A-Za-z0-9])[_#*~](?:AT|at)[_#*~](?=[A-Za-z0-9])"
    r"|\s?(?:アットマーク|あっとまーく|あっと|アット)\s?| at (?=[A-Za-z0-9-]{1,63}(?: dot |\.[a-z]))"
    r"| AT (?=[A-Za-z0-9-]{1,63} DOT )"
)
# A quick no for texts without @: what else an at sign may look like.
SPELLED = re.compile(r"[★☆◎●]|[アあ][ッっ][トと]|[\[({<【「_#*~] ?[aA]")
# Only a top-level domain makes the Japanese full stop a dot: what an input method writes for "example。com".
DOT = (
    r"(?:\.| ?[\[({<] ?(?:dot|DOT|\.) ?[\])}>] ?| dot "
    r"| ?(?:ドット|どっと) ?| \. ?|[_#*~](?:dot|DOT)[_#*~]|。(?=[a-z]{2,6}(?![a-z])))"
)
# 63 octets, no hyphen first (RFC 1035, 2.3.1). Labels in kana and kanji only with a dot in ASCII behind them:
# a sentence goes on behind 。 all the time.
LABEL = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})|[ぁ-んァ-ヶー一-龥]{1,20}(?=\.[A-Za-z]))"
# Or an address literal, user@[192.0.2.1] (RFC 5321, 4.1.3).
DOMAIN = re.compile(rf"{LABEL}(?:{DOT}{LABEL}){{1,5}}|\[\d{{1,3}}(?:\.\d{{1,3}}){{3}}\]", re.IGNORECASE)
LOCAL_DOT = re.compile(r" ?(?:[\[({<] ?dot ?[\])}>]|ドット|どっと) ?\Z|(?<=[A-Za-z0-9]) dot \Z", re.IGNORECASE)
# The atext of RFC 5322, 3.2.3, and the dots between.
LOCAL = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-'!#&*/=?^`{|}~")
QUOTES = ('"', "“", "”")  # "info" (at) example (dot) com
# Allowed in a local part, but at its beginning the Markdown or punctuation around it.
EDGES = ".'`|*/{}!?#=&~^"
# What somebody says who is about to give an address: then " at " needs nothing else.
SPOKEN_OF = re.compile(r"mail|メール|write to|contact", re.IGNORECASE)
TOP_LEVEL = re.compile(r"\.(?:com|net|org|info|biz|edu|gov|io|dev|app|[a-z]{2})\Z", re.IGNORECASE)
# Of domains read out; any word could stand there.
SPOKEN_ENDS = listed(
    "com net org info biz edu gov io dev app co jp uk de fr us ca au eu me tv ai ne ac or go example test"
)
# Octets of a local part (RFC 5321, 4.5.3.1.1).
LONGEST_LOCAL = 64
# The @2x of a picture and the files of a build: logo@2x.png, app@1.0.js.
NO_TOP_LEVEL = listed("png jpg jpeg gif svg webp js ts css json html md py zip local")


def find_mails(reading: ReadText) -> Iterator[Span]:
    """Every address; each at sign is looked at once, and at most a local part's length backwards."""
    text = reading.text
    if not ("@" in text or " at " in text or " AT " in text or SPELLED.search(text)):
        return
    for at in AT.finditer(text):
        domain = DOMAIN.match(text, at.end())
        if domain is None:
            continue
        end = _domain_end(text, domain)
        quoted = text[at.start() - 1 : at.start()] in QUOTES if at.start() else False
        start = _local_start(text, at.start() - quoted)
        if start == at.start() - quoted or end is None or not _is_local(text, start, at, end):
            continue
        if quoted and start and text[start - 1] in QUOTES:
            start -= 1
        if start and text[start - 1] == "<" and text[end : end + 1] == ">":
            start, end = start - 1, end + 1
        yield Span(start, end, PiiKind.EMAIL)


def _domain_end(text: str, domain: re.Match[str]) -> int | None:
    """Where the domain ends, its last label being letters; a sentence that goes on behind it is left out."""
    if domain.group().startswith("["):
        return domain.end()
    # "info@example.com. Then": a dot with a blank behind it is a full stop unless blanks stood before it.
    plain = re.split(r"(?<! )\. ", domain.group(), maxsplit=1)[0].rstrip("-")
    last = re.split(r"[^A-Za-z0-9-]", plain)[-1]
    if plain == last or not last.isalpha() or len(last) < 2 or last.lower() in NO_TOP_LEVEL:
        return None
    return domain.start() + len(plain)


def _is_local(text: str, start: int, at: re.Match[str], end: int) -> bool:
    """Whether this is a local part; a bare " at " needs " dot " or a look that words do not have."""
    local = text[start : at.start()]
    if at.group().lower() == " at " and " dot " in text[at.end() : end].lower():
        return text[at.end() : end].lower().rpartition(" dot ")[2] in SPOKEN_ENDS
    if at.group() == " at ":
        return bool(re.search(r"[0-9._+-]", local) or SPOKEN_OF.search(text, max(0, start - 24), start))
    if at.group() == " @" and not TOP_LEVEL.search(text, at.end(), end):  # a decorator or someone's handle
        return bool(re.search(r"[0-9._+-]", local))
    # git@github.com:owner/name is an account that everybody has.
    return local != "git"


def _local_start(text: str, end: int) -> int:
    start, floor = end, max(0, end - LONGEST_LOCAL)
    while True:
        while start > floor and text[start - 1] in LOCAL:
            start -= 1
        dot = LOCAL_DOT.search(text, max(floor, start - 10), start)
        if dot is None or dot.start() == 0:
            break
        start = dot.start()
    while start < end and text[start] in EDGES:
        start += 1
    return start
