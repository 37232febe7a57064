"""E-mail addresses, also spelled with (at), あっと or spaces, found outward from the at sign."""

import re
from collections.abc import Iterator

from guardrail.findings import PiiKind
from guardrail.names.word_tables import listed
from guardrail.text.reading import ReadText, Span

OPENS, CLOSES = r"[\[({<【「〔『]", r"[\])}>】」〕』]"
SAID = r"[^\s\[\](){}<>【】「」〔〕『』]{1,8}"
# Bare, as a star or circle in its place, in brackets, between underscores, or as a word where a domain follows.
# A word alone is not enough: "look at example" is no address, "info at example dot com" is.
AT = re.compile(
    r"[ \n]?@[ \n]{0,2}|(?<=[A-Za-z0-9])[★☆◎●](?=[A-Za-z0-9])"
    rf"|\s?{OPENS} ?(?:a|at|@|アット(?:マーク)?|あっと(?:まーく)?) ?{CLOSES}\s?"
    rf"|(?<=[A-Za-z0-9])\s?{OPENS} ?(?P<any>{SAID}) ?{CLOSES}\s?(?=[A-Za-z0-9])"
    r"|(?<=[A-Za-z0-9])[_#*~]at[_#*~](?=[A-Za-z0-9])"
    r"|\s?(?:アットマーク|あっとまーく|あっと|アット)\s?|(?-i: at (?=[A-Za-z0-9-]{1,63}(?: dot |\.[a-z])))"
    r"|(?-i: AT (?=[A-Za-z0-9-]{1,63} DOT ))",
    re.IGNORECASE,
)
# A quick no for texts without @: what else an at sign may look like.
SPELLED = re.compile(rf"[★☆◎●]|[アあ][ッっ][トと]|[_#*~] ?[aA]|[A-Za-z0-9]\s?{OPENS} ?{SAID} ?{CLOSES}\s?[A-Za-z0-9]")
# Only a top-level domain makes the Japanese full stop a dot: what an input method writes for "example。com".
DOT = (
    rf"(?:\.|\s?{OPENS} ?(?:dot|DOT|ドット|どっと|\.) ?{CLOSES}\s?| dot "
    r"| ?(?:ドット|どっと) ?| \. ?|[_#*~](?:dot|DOT)[_#*~]|。(?=[a-z]{2,6}(?![a-z])))"
)
# 63 octets, no hyphen first (RFC 1035, 2.3.1). Labels in kana and kanji only with a dot in ASCII behind them:
# a sentence goes on behind 。 all the time.
LABEL = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})|[ぁ-んァ-ヶー一-龥]{1,20}(?=\.[A-Za-z]))"
# Or an address literal, user@[192.0.2.1] (RFC 5321, 4.1.3).
# A line may break off behind a dot or a hyphen where the rest of a domain goes on.
BREAK = r"(?:(?<=[.-])\n(?=(?:[a-z0-9-]{2,30}\.)+[a-z]{2,6}(?![A-Za-z])|[a-z]{2,6}(?![A-Za-z ])))?"
DOMAIN = re.compile(rf"{LABEL}(?:{DOT}{BREAK}{LABEL}){{1,5}}|\[\d{{1,3}}(?:\.\d{{1,3}}){{3}}\]", re.IGNORECASE)
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
# The half of a local part that stands at the end of the line before: it begins where a value does, or ends in a joint.
BEGUN = re.compile(
    r"(?:(?:\A|[\n:：|(（<「ぁ-ヿ一-龥] ?|\b(?:is|to|at|from|by|with|mail|address) )"
    r"([A-Za-z0-9]+(?:[.+_-][A-Za-z0-9]+){0,3}\.)|(?<![A-Za-z0-9._+-])([A-Za-z0-9][A-Za-z0-9.+]*[_+-]))\n\Z"
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
        if at["any"]:
            end = _secret_end(text, at)
        else:
            domain = DOMAIN.match(text, at.end())
            end = _domain_end(text, domain) if domain else None
        if end is None:
            continue
        quoted = text[at.start() - 1 : at.start()] in QUOTES if at.start() else False
        start = _local_start(text, at.start() - quoted)
        if start == at.start() - quoted or not _is_local(text, start, at, end):
            continue
        if quoted and start and text[start - 1] in QUOTES:
            start -= 1
        if start and text[start - 1] == "<" and text[end : end + 1] == ">":
            start, end = start - 1, end + 1
        yield Span(start, end, PiiKind.EMAIL)


def _secret_end(text: str, at: re.Match[str]) -> int | None:
    """Where a domain ends whose dots are words in brackets, the same one each time, before a top-level domain."""
    first = re.compile(rf"[A-Za-z0-9-]{{1,63}}\s?({OPENS} ?{SAID} ?{CLOSES})\s?").match(text, at.end())
    if first is None:
        return None
    rest = re.compile(
        rf"(?:[A-Za-z0-9-]{{1,63}}\s?{re.escape(first[1])}\s?){{1,4}}([A-Za-z]{{2,6}})(?![A-Za-z])"
    ).match(text, at.end())
    return rest.end() if rest and (len(rest[1]) == 2 or rest[1].lower() in SPOKEN_ENDS) else None


def _domain_end(text: str, domain: re.Match[str]) -> int | None:
    """Where the domain ends, its last label being letters; a sentence that goes on behind it is left out."""
    if domain.group().startswith("["):
        return domain.end()
    # "info@example.com. Then": a dot with a blank behind it is a full stop unless blanks stood before it.
    plain = re.split(r"(?<! )\. ", domain.group(), maxsplit=1)[0].rstrip("-")
    # "info@example.com.\nSee": a line's end behind a top-level domain ends it, too.
    if (broken := re.search(r"\.(?:com|net|org|jp|io|uk|de|fr)\.\n", plain)) is not None:
        plain = plain[: broken.end() - 2]
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
    begun = BEGUN.search(text, floor, start)
    return begun.start(1 if begun[1] else 2) if begun else start
