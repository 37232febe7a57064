"""E-mail addresses, also spelled with (at), あっと or spaces: a grammar, read outward from the at sign."""

import re
from collections.abc import Iterator
from functools import cache

import phonenumbers

from guardrail.findings import PiiKind
from guardrail.names.word_tables import listed
from guardrail.text.reading import ReadText, Span

OPENS, CLOSES = r"[\[({<【「〔『《〈«‹“]", r"[\])}>】」〕』》〉»›”]"
INSIDE = r"[^\s\[\](){}<>【】「」〔〕『』《》〈〉«»‹›“”]"
SAID = rf"{INSIDE}{{1,14}}"
# What stands on both sides of a word that is put for a sign: taro_at_example, maria /at/ sunhill.
MARKS = r"[_#*~|/=+:;\"'.-]"
AT_SAID = r"(?:[aä]|[aä]t|at[ _-]?(?:mark|sign)|@|アット(?:マーク)?|あっと(?:まーく)?|arobase|arroba)"
DOT_SAID = r"(?:d|dot|\.|ドット|どっと|period|point|punkt|punto|ponto|点|テン)"
# A star, a circle or a square that is put for the sign.
SHAPES = r"[■-◿★☆♪※]"
# Bare, as a shape in its place, in brackets, between marks, or as a word where a domain follows.
# A word alone is not enough: "look at example" is no address, "info at example dot com" is.
AT = re.compile(
    rf"[ \n]?@{{1,2}}[ \n]{{0,2}}|(?<=[A-Za-z0-9])(?P<shape>{SHAPES})(?=[A-Za-z0-9])"
    rf"|\s?{OPENS} ?{AT_SAID} ?{CLOSES}\s?"
    rf"|(?<=[A-Za-z0-9]){OPENS}(?P<any>{SAID}){CLOSES}(?=[A-Za-z0-9])"
    rf"|\s?(?P<mark>{MARKS})(?:at|atmark|アット) ?(?P=mark)\s?(?=[A-Za-z0-9])"
    r"|\s?(?:アットマーク|あっとまーく|あっと|アット)\s?"
    r"|(?P<word>(?-i: at (?=[A-Za-z0-9-]{1,63}(?: dot |\.[a-z]))| AT (?=[A-Za-z0-9-]{1,63} DOT )))",
    re.IGNORECASE,
)
# A quick no for texts without @: what else an at sign may look like.
SPELLED = re.compile(
    rf"(?<=[A-Za-z0-9]){SHAPES}[A-Za-z0-9]|[アあ][ッっ][トと]|{MARKS}(?i:at|atmark) ?{MARKS}"
    rf"|[A-Za-z0-9]\s?{OPENS} ?(?:{SAID}|at (?:mark|sign)) ?{CLOSES}\s?[A-Za-z0-9]|を(?:半角)?@|に(?:@|アット)"
)
# "# を @ に変えてください", "replace # with @": the sign that stands for the other one.
STANDS_FOR = re.compile(
    r"(?i)([^\w\s「」『』（）()\"'])[」』）)\"']?(?:記号)?[をは](?:半角の?)?[「『（(\"']?@"
    r"|(?:replace|change|swap) (?:the )?([^\w\s]) (?:with|to|by|into|for) (?:an? )?@"
    r"|\b(?:put|use|write|type|with) (?:an? )?@ (?:for|instead of|in place of) (?:the )?([^\w\s])"
    r"|([^\w\s]) ?(?:→|->|=>|=) ?@|@ ?(?:←|<-) ?([^\w\s])"
    r"|([^\w\s]) (?:is|means|stands for) (?:an? )?@"
)
# Only a top-level domain makes the Japanese full stop a dot: what an input method writes for "example。com".
DOT = (
    rf"(?:\.|\s?{OPENS} ?{DOT_SAID} ?{CLOSES}\s?| dot |\s?[_#*~|/=+:;\"'-]dot[_#*~|/=+:;\"'-]\s?|\.dot\."
    r"| ?(?:ドット|どっと) ?| \. ?|。(?=(?:[a-z0-9-]{2,30}。)?[a-z]{2,6}(?![a-z])))"
)
# 63 octets, no hyphen first (RFC 1035, 2.3.1). Labels in kana and kanji only with a dot in ASCII behind them:
# a sentence goes on behind 。 all the time. A line may break off behind a hyphen, too.
LATIN = r"A-Za-z0-9À-ÖØ-öø-ɏ"
LABEL = (
    rf"(?:[{LATIN}](?:[{LATIN}-]{{0,62}})(?:(?<=-)\n[a-z0-9-]{{2,30}}(?=\.[a-z]))?"
    r"|[ぁ-んァ-ヶー一-龥]{1,20}(?=\.[A-Za-z]))"
)
# Or an address literal, user@[192.0.2.1] (RFC 5321, 4.1.3).
# A line may break off behind a dot or a hyphen where the rest of a domain goes on.
BREAK = r"(?:(?<=[.-])\n(?=(?:[a-z0-9-]{2,30}\.)+[a-z]{2,6}(?![A-Za-z])|[a-z]{2,6}(?![A-Za-z ])))?"
DOMAIN = re.compile(rf"{LABEL}(?:{DOT}{BREAK}{LABEL}){{1,5}}|\[\d{{1,3}}(?:\.\d{{1,3}}){{3}}\]", re.IGNORECASE)
# The first label and the word or shape in brackets behind it, which every dot is then.
OTHER_DOT = re.compile(rf"[A-Za-z0-9-]{{1,63}}({OPENS}{SAID}{CLOSES}|{SHAPES})")
LOCAL_DOT = re.compile(
    rf"(?:\s?{OPENS} ?(?:dot|ドット|どっと|\.) ?{CLOSES}\s?| ?(?:ドット|どっと) ?"
    r"|(?<=[A-Za-z0-9])(?: dot |[_#*~]dot[_#*~]))\Z",
    re.IGNORECASE,
)
# The atext of RFC 5322, 3.2.3, the dots between, and letters with accents (RFC 6531).
LOCAL = re.compile(r"[A-Za-z0-9._%+\-'!#&*/=?^`{|}~À-ÖØ-öø-ɏ’]")
QUOTED_LOCAL = re.compile(r"\"[^\"\n@]{1,40}\"\Z")
QUOTES = ('"', "“", "”")  # "info" (at) example (dot) com
# Allowed in a local part, but at its beginning the Markdown or punctuation around it.
EDGES = ".'’`|*/{}!?#=&~^"
# What somebody says who is about to give an address: then " at " needs nothing else.
SPOKEN_OF = re.compile(r"mail|メール|write to|contact", re.IGNORECASE)
GENERAL = listed("com net org info biz edu gov io dev app jp uk eu test example")
# Top-level domains that are words, too: only a sign makes them the end of a domain.
WORDS = listed("am an as at be by do eh in is it la me mm my no pm so to us")
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
    for at in (*AT.finditer(text), *_replaced(text)):
        end = _end(text, at)
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


@cache
def top_levels() -> frozenset[str]:
    """What ends a domain that is not written with a plain @: the countries, and what is in use beside them."""
    return GENERAL | {region.lower() for region in phonenumbers.SUPPORTED_REGIONS}


def _replaced(text: str) -> Iterator[re.Match[str]]:
    """The signs of which the text itself says that they stand for an @."""
    for said in STANDS_FOR.finditer(text):
        sign = re.escape(next(filter(None, said.groups())))
        yield from re.finditer(rf"(?<=[A-Za-z0-9])(?P<shape>{sign})(?P<any>)(?P<mark>)(?P<word>)(?=[A-Za-z0-9])", text)


def _end(text: str, at: re.Match[str]) -> int | None:
    """Where the domain behind an at sign ends."""
    # "(any)" or ★ may be a dot as well; a plain domain behind it must end in what domains end in.
    if (at["any"] and not at["any"].isdigit()) or at["shape"]:
        if (end := _other_end(text, at)) is not None:
            return end
    elif at["any"]:
        return None
    domain = DOMAIN.match(text, at.end())
    end = _domain_end(text, domain) if domain else None
    if end is None or "@" in at.group():
        return end
    rest = text[at.end() : end].lower()
    last = re.split(r"[^a-z0-9-]", rest)[-1]
    if (
        last not in top_levels()
        or (last in WORDS and "." not in rest)
        or (at["mark"] in ("/", "-", ".", "'", '"') and "dot" not in rest)
    ):
        return None
    return end


def _other_end(text: str, at: re.Match[str]) -> int | None:
    """Where a domain ends whose dots are words in brackets, the same one each time, before a top-level domain."""
    first = OTHER_DOT.match(text, at.end())
    if first is None or (at["any"] and first[1][1:-1] == at["any"]):
        return None
    dot = re.escape(first[1])
    rest = re.compile(rf"(?:[A-Za-z0-9-]{{1,63}}{dot}){{1,4}}([A-Za-z]{{2,7}})(?![A-Za-z])").match(text, at.end())
    return rest.end() if rest and rest[1].lower() in top_levels() - WORDS else None


def _domain_end(text: str, domain: re.Match[str]) -> int | None:
    """Where the domain ends, its last label being letters; a sentence that goes on behind it is left out."""
    if domain.group().startswith("["):
        return domain.end()
    # "info@example.com. Then": a dot with a blank behind it is a full stop unless blanks stood before it.
    plain = re.split(r"(?<! )\. ", domain.group(), maxsplit=1)[0].rstrip("-")
    # "info@example.com.\nSee": a line's end behind a top-level domain ends it, too.
    if (broken := re.search(r"\.(?:com|net|org|jp|io|uk|de|fr)\.\n", plain)) is not None:
        plain = plain[: broken.end() - 2]
    last = re.split(rf"[^{LATIN}-]", plain)[-1]
    if plain == last or not last.isalpha() or len(last) < 2 or last.lower() in NO_TOP_LEVEL:
        return None
    return domain.start() + len(plain)


def _is_local(text: str, start: int, at: re.Match[str], end: int) -> bool:
    """Whether this is a local part; a bare " at " needs " dot " or a look that words do not have."""
    local, domain = text[start : at.start()], text[at.end() : end].lower()
    if at["word"] and " dot " in domain:
        return domain.rpartition(" dot ")[2] not in WORDS
    if at["word"]:
        return bool(re.search(r"[0-9._+-]", local) or SPOKEN_OF.search(text, max(0, start - 24), start))
    # A decorator or someone's handle.
    if at.group() == " @" and domain.rpartition(".")[2] not in top_levels():
        return bool(re.search(r"[0-9._+-]", local))
    # git@github.com:owner/name is an account that everybody has.
    return local != "git"


def _local_start(text: str, end: int) -> int:
    start, floor = end, max(0, end - LONGEST_LOCAL)
    if quoted := QUOTED_LOCAL.search(text, floor, end):
        return quoted.start()
    while True:
        while start > floor and LOCAL.match(text, start - 1):
            start -= 1
        dot = LOCAL_DOT.search(text, max(floor, start - 10), start)
        if dot is None or dot.start() == 0:
            break
        start = dot.start()
    while start < end and text[start] in EDGES:
        start += 1
    begun = BEGUN.search(text, floor, start)
    return begun.start(1 if begun[1] else 2) if begun else start
