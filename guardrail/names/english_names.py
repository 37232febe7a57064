"""English names: runs of capitalised words, weighed by census lists and by what stands on either side."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from guardrail.findings import PiiKind
from guardrail.names.english_lists import EnglishLists
from guardrail.names.word_tables import AMBIGUOUS, BRANDS, GREETING, NAMESAKE, STATES, TITLE, TOWN_OPENING
from guardrail.text.reading import ReadText, Span

CAP = r"(?:(?:O|D|L|Mc|Mac)['’]?)?[A-ZÀ-ÖØ-ÞĀ-Ž][a-zà-öø-ÿā-ž]{1,24}(?:[-'’](?!s\b)[A-ZÀ-ÞĀ-Ž]?[a-zà-ÿā-ž]{1,24}){0,3}"
INITIAL = r"[A-Z]\.?(?![A-Za-z])"
JOINT = r"(?:van der|van den|van|von|de la|de|del|di|da|dos|bin|al|el|la)"
WORD = re.compile(rf"{CAP}|{INITIAL}")
RUN = re.compile(
    rf"(?<![A-Za-zÀ-ž0-9_@./#$\\-])(?:{CAP}|{INITIAL})(?: (?:{JOINT} )?(?:{CAP}"
    rf"|{INITIAL})){{0,4}}(?![A-Za-z0-9_@/])"
)
# Mary, Ann Lee and Bob; one of them known, the others are believed.
LISTED = re.compile(
    rf"(?<![A-Za-z]){CAP}(?: {CAP})?(?:, {CAP}(?: {CAP})?){{0,8}},? (?:and|or|&) {CAP}(?: {CAP})?(?! ?[A-Z]"
    rf"|[a-z0-9_@/])"
)
LIST_BREAK = re.compile(r",? (?:and|or|&) |, ")
# As on a ticket: Passenger: KIM JISOO.
SHOUTED = re.compile(r"[:|]\s?\**\s?([A-Z]{2,15}(?:,? [A-Z]{1,15}){1,3})(?![A-Za-z0-9_])")
SHOUTED_AFTER = re.compile(
    r"(?:name|passenger|guest|customer|cardholder|recipient|patient|attn|contact|名義|氏名)\**\s?$", re.IGNORECASE
)
TITLED = re.compile(r"(?:^|[^A-Za-z])(?:" + "|".join(sorted(TITLE)) + r")\.? $", re.IGNORECASE)
BRAND_TITLED = re.compile(r"(?:Dr\.? (?:Martens|Pepper|Scholl|Dre)|Mr\.? (?:Coffee|Clean|Muscle|Potato)|Mrs\.? Dash)\b")
PLACE_BEFORE = ("The ", "the ", "St. ", "Lake ", "Fort ", "Mount ", "Port ", "Cape ", "Camp ")
TURNED = re.compile(rf", ({CAP})(?: [A-Z]\.)?(?![A-Za-z0-9_@/])")
# As in a register: Smith, J.
REGISTERED = re.compile(rf"(?<![A-Za-z]){CAP}, [A-Z]\.(?! ?[A-Z]\.)(?![A-Za-z])")
TURNED_GOES_ON = re.compile(rf"(?:, (?:and |or )?| and | or | & ){CAP}")
# Endings that surnames have and English words hardly.
SURNAME_ENDING = re.compile(
    r".{2,}(?:sson|ssen|rsen|lsen|nsen|dsen|ksen|qvist|quist|ström|strom|gren|lund|borg|berg|dottir|dóttir|ov[aá]"
    r"|sk[iya]|ck[iya]|wicz|[vnk]i[ćc]"
    r"|escu|eanu|inen|onen|anen|poulos|idis|akis|yan|dze|vili|enko|czuk|chuk|czyk|ček|[aeo]v|yev|eira|inho|etti"
    r"|ucci|elli"
    r"|stein|mann|meier|meyer|maier|huber|bauer|hof|huis|stra|inck|moto|mura|yama|zawa|kawa|shima|guchi)"
)


class EnglishNames:
    """The rules over the lists."""

    @cached_property
    def lists(self) -> EnglishLists:
        """Loaded at first use."""
        return EnglishLists.load()

    def find(self, reading: ReadText) -> Iterator[Span]:
        """Every person a rule sees."""
        text = reading.text
        if not reading.has_latin:
            return
        yield from (Span(*match.span(1), PiiKind.PERSON) for match in PARTICLE_TITLED.finditer(text))
        yield from (Span(*match.span(), PiiKind.PERSON) for match in VIETNAMESE.finditer(text))
        for run in RUN.finditer(text):
            for start, end in self._persons(text, list(WORD.finditer(text, run.start(), run.end()))):
                yield Span(start, end, PiiKind.PERSON)
        if " and " in text or " or " in text or " & " in text:
            yield from (Span(start, end, PiiKind.PERSON) for start, end in self._listed(text))
        for match in REGISTERED.finditer(text):
            surname = match[0].partition(",")[0].lower()
            before = text[max(0, match.start() - LOOK_BACK) : match.start()]
            if surname in self.lists.last and (
                surname not in self.lists.ordinary or is_named(text, match.end(), before)
            ):
                yield Span(*match.span(), PiiKind.PERSON)
        for match in SHOUTED.finditer(text):
            if SHOUTED_AFTER.search(text, max(0, match.start() - 16), match.start()) and self._is_shouted(
                re.findall(r"[a-z]+", match[1].lower())
            ):
                yield Span(*match.span(1), PiiKind.PERSON)

    def _persons(self, text: str, words: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
        """The name in one run of capitalised words, once what is no part of a name is taken off its ends."""
        if len(words) > 1 and _low(words[-1]) in NAMESAKE:
            return
        while words and not self._stands_alone(text, words[0]) and self._opens_sentence(words):
            words = words[1:]
        if not words or "".join(_low(word) for word in words) in BRANDS:
            return
        start = words[0].start()
        before = text[max(0, start - LOOK_BACK) : start]
        if _is_titled(text, start):
            if not BRAND_TITLED.search(text, max(0, start - 5), words[0].end()):
                yield start, words[min(len(words), 3) - 1].end()
            return
        if len(words) == 1:
            yield from self._single(text, words[0], before)
        elif self._is_full_name(words, before, text):
            yield start, words[-1].end()

    def _listed(self, text: str) -> Iterator[tuple[int, int]]:
        """The members of a list in which one is surely a person and none is anything else."""
        for match in LISTED.finditer(text):
            at, members = match.start(), []
            for part in LIST_BREAK.split(match.group()):
                at = text.index(part, at)
                members.append((at, at + len(part)))
                at += len(part)
            single = [text[start:end].lower() for start, end in members if " " not in text[start:end]]
            if (
                len(members) - len(single) < 2
                and len(single) == len(set(single)) > 0
                and not any(name in self.lists.ordinary for name in single)
                and self._has_person(single)
            ):
                yield from members

    def _is_shouted(self, words: Sequence[str]) -> bool:
        lists = self.lists
        if any(word in lists.first and word not in AMBIGUOUS for word in words):
            return True
        return any(word in lists.last for word in words) and lists.frequent.isdisjoint(words)

    def _has_person(self, members: Sequence[str]) -> bool:
        sure = sum(name in self.lists.first for name in members)
        family = sum(name in self.lists.last and name not in self.lists.frequent for name in members)
        return sure > 0 or family > 1

    def _stands_alone(self, text: str, word: re.Match[str]) -> bool:
        """Whether an ordinary word is a surname all the same: Mr. Brown; Brown, Linda."""
        return _is_titled(text, word.start()) or self._turned(text, word) is not None

    def _turned(self, text: str, word: re.Match[str]) -> re.Match[str] | None:
        turned = TURNED.match(text, word.end())
        if turned is None or turned[1].lower() not in self.lists.first:
            return None
        if _low(word) not in self.lists.last and _low(word) in self.lists.used:
            return None
        if turned[1].lower() not in AMBIGUOUS:
            return turned
        # Both could be something else: only two names, and no list of towns.
        places = turned[1].lower() in STATES or TURNED_GOES_ON.match(text, turned.end())
        return None if places or _low(word) in self.lists.ordinary else turned

    def _opens_sentence(self, words: Sequence[re.Match[str]]) -> bool:
        """Whether the first word is an ordinary one that is only capitalised, as at a sentence's start."""
        word = _low(words[0])
        if word in GREETING or word in TITLE:
            return True
        if len(word.rstrip(".")) == 1:
            return len(words) == 1 or words[0][0] in ("A", "I")
        if "-" in word and self.lists.used.issuperset(word.split("-")):
            return self.lists.first.isdisjoint(word.split("-"))
        return word in self.lists.ordinary and not (word in AMBIGUOUS and word in self.lists.first)

    def _is_full_name(self, words: Sequence[re.Match[str]], before: str, text: str) -> bool:
        lists = self.lists
        one, last = _low(words[0]), _low(words[-1])
        named = is_named(text, words[-1].end(), before)
        clear = one in lists.first and one not in AMBIGUOUS
        if one in TOWN_OPENING and not named:
            return False
        if last in lists.ordinary and last not in lists.last and last not in lists.first:
            return False
        if clear:
            return last in lists.last or last in lists.first or last not in lists.ordinary
        if len(one.rstrip(".")) == 1:
            return last in lists.last or (named and last not in lists.ordinary)
        if one in lists.first:
            return last in lists.last and (named or last not in lists.ordinary) and text[words[-1].end() :][:2] != "'s"
        if named or not text[words[0].start() : words[-1].end()].isascii():
            return one not in lists.ordinary
        if one in lists.last and last in lists.last and last not in lists.ordinary and one not in lists.used:
            return True
        if one in lists.last and last in lists.last and not {one, last} & lists.frequent:
            return last not in lists.ordinary
        return self._is_foreign(one, last)

    def _is_foreign(self, one: str, last: str) -> bool:
        """Whether two words nobody uses, or one of them with a surname's ending, are a name from elsewhere."""
        lists = self.lists
        if one in lists.ordinary or last in lists.frequent or NAMES_MADE_OF.search(one + " " + last):
            return False
        if SURNAME_ENDING.fullmatch(last):
            return True
        return one not in lists.used and (last in lists.last or last in lists.first or last not in lists.used)

    def _single(self, text: str, word: re.Match[str], before: str) -> Iterator[tuple[int, int]]:
        name, end = _low(word), word.end()
        turned = self._turned(text, word)
        if turned:
            yield word.start(), turned.end()
        elif self._is_single_name(name, text, end, before):
            yield word.span()

    def _is_single_name(self, name: str, text: str, end: int, before: str) -> bool:
        lists = self.lists
        if len(name) < 3 or name.endswith("."):
            return False
        named = is_named(text, end, before)
        if text.startswith(f" & {text[end - len(name) : end]}", end) or before.endswith(
            f"{text[end - len(name) : end]} & "
        ):
            return False  # Johnson & Johnson
        if name in AMBIGUOUS:
            return named and name in lists.first and (GREETED.search(before) or ASKED.search(before)) is not None
        if name in lists.first:
            return named or not (before.endswith(PLACE_BEFORE) or text[end + 1 : end + 2].isdigit())
        if not named or name in lists.ordinary:
            return False
        if name in lists.last or not name.isascii():
            return True
        return lists.used.isdisjoint(name.split("-")) and is_surely_named(text, end, before)


def _is_titled(text: str, start: int) -> bool:
    return TITLED.search(text, max(0, start - 12), start) is not None


def _low(word: re.Match[str]) -> str:
    """As the lists have it: oconnor."""
    return word[0].lower().replace("'", "").replace("’", "")


PARTICLE_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? ((?:van der|van den|van|von|de la|de|del|di|da|bin|al|el) "
    r"[A-ZÀ-Þ][a-zà-þ]{1,20})(?![A-Za-z])"
)
VIETNAMESE = re.compile(
    r"\b(?:Nguyen|Tran|Le|Pham|Hoang|Huynh|Phan|Vu|Vo|Dang|Bui|Do|Ngo|Duong|Ly)"
    r" (?:Van|Thi|Minh|Duc|Quang|Ngoc|Thanh|Huu|Xuan|Hong|Kim|Anh|Quoc|Dinh|Phuong|Thu)"
    r"(?: [A-Z][a-z]{1,8}){1,2}(?![A-Za-z])"
)


GREETED = re.compile(
    r"(?:\b(?:hi|hello|hey|dear|hiya|thanks|thank you|regards|sincerely|cheers|welcome(?: back)?"
    r"|sorry|morning|afternoon|evening"
    r"|yours truly|reaching out|best|note),?\s{1,2}|^(?:[–—]|--) ?)$",
    re.IGNORECASE | re.MULTILINE,
)
KIN = (
    r"kid|son|daughter|wife|husband|brother|sister|mother|father|mom|mum|dad|uncle|aunt|cousin|niece|nephew|boss|friend"
    r"|neighbou?r|roommate|landlord|tenant|doctor|dentist|lawyer|assistant|colleague|coworker|teammate"
    r"|fianc[ée]e?|girlfriend"
    r"|boyfriend|grandson|granddaughter|grandmother|grandfather|stepson|nanny|tutor|coach|therapist"
)
LABELLED = re.compile(
    r"(?:\b(?:name|owner|contact|recipient|attn|cc|from|signed|author|cardholder|passenger|guest"
    r"|patient|customer|client|agent|manager|attendee|beneficiary|tenant|applicant|candidate|sender|consignee"
    r"|account holder"
    r"|driver|user|employee|ship to|bill to|billing address|shipping address)\**(?: is)?\s?[:|,]\s?\**"
    r"|\b(?:my name is|name is|i am"
    r"|i'm|this is|it was|call me|named(?: him| her| them)?|called|name of|people call me|name\?|name to"
    r"|contact|ask for|reach|speak (?:to|with)|spoke (?:to|with)|talk(?:ed)? (?:to|with)|shouted at|tribute to"
    r"|interview with"
    r"|(?:written|opened|signed|reviewed|approved|handled|directed|composed|painted|sung|performed|founded|killed"
    r"|hired) by"
    r"|(?:assigned|belongs|registered|issued|addressed|married|related|introduced) to|owner is|behalf of|manager|agent"
    r"|representative|specialist|driver|technician|producer|singer|actor|actress|inspector|starring|featuring"
    rf"|(?:my|his|her|our|their|your) (?:{KIN})|founder|ceo|partner's name"
    r"|(?:said|says|replied|asked|added|explained|remarked)),? )$",
    re.IGNORECASE,
)
DOING = re.compile(
    r",? (?:mentioned|said|says|asked|told|wrote|called|replied|lives|lived|works|worked|is (?:out"
    r"|away|our|your|on|very|from|so (?:kind|nice))|was born|has (?:moved|left|joined|been|asked|called)"
    r"|will (?:call|be|contact|reach|join)|can help|reported|thinks|wants|joined|left|and I|shouted|spent (?:a"
    r"|the|his|her)"
    r"|began|smiled|laughed|sighed|nodded|married|graduated|resigned|retired|died|explained|added that|herself|himself"
    r"|can I|could you|can you|would you|speak|as a beneficiary)\b"
    r"|,? (?:says|said) |: ?[\"“]|['’]s (?:kid|son|daughter|wife|husband|mother|father|brother|sister|birthday"
    r"|killers?|house"
    r"|phone|email|number|address)\b"
)
LOOK_BACK = 32
ASKED = re.compile(
    r"\b(?:ask for|call|my name is|name is|call me|(?:speak|spoke|talk|talked) (?:to|with)|i'm"
    rf"|named (?:him|her)|(?:my|his|her|our|their|your) (?:{KIN})) $",
    re.IGNORECASE,
)
# Tools are called, contacted and work as well: for a word on no list of names only these count.
SURELY_BEFORE = re.compile(
    r"(?:\b(?:hi|hello|hey|dear|hiya|thanks|thank you|regards|sincerely|cheers|yours truly),?\s{1,2}"
    r"|\b(?:name is|name\?|call me|people call me|i am|i'm|named (?:him|her)|shouted at|(?:speak|spoke"
    r"|talk(?:ed)?) (?:to|with)"
    rf"|(?:my|his|her|our|their|your) (?:{KIN})|(?:said|says|asked|replied|explained)"
    r"|(?:patient|passenger|guest|attendee|cardholder|recipient|owner|name|attn)\**\s?[:|]\s?\**),? ?)$",
    re.IGNORECASE,
)
SURELY_BEHIND = re.compile(
    r",? (?:said|says|asked|told|replied|lives|lived|was born|shouted|spent (?:a|the|his|her)|began writing"
    r"|smiled|laughed|sighed"
    r"|nodded|married|graduated|resigned|retired|herself|himself|can I|could you|can you|would you"
    r"|is very (?:reliable|kind|nice"
    r"|friendly|helpful)|from (?:support|sales|billing|customer)|speaking|here from)\b|: ?[\"“]|['’]s (?:kid|son"
    r"|daughter|wife|husband|mother|father|brother|sister|birthday|killers?)\b"
)
# Parts of words that products and firms are called by.
NAMES_MADE_OF = re.compile(
    r"soft|tech|ware|cloud|data|base|book|box|hub|lab|net|web|app\b|script|flow|sync|chat|pay|auth|code|docs?\b"
    r"|graph|search|mark"
    r"|server|mail|works?\b|media|systems?|logic|metric|byte|pixel|drive|desk|craft|stack|ship|craft|cast|zilla"
    r"|ify\b|ly\b"
)


def is_named(text: str, end: int, before: str) -> bool:
    """Whether a greeting or label leads up to a name, or what follows is what persons do."""
    return bool(GREETED.search(before) or LABELLED.search(before) or DOING.match(text, end))


def is_surely_named(text: str, end: int, before: str) -> bool:
    """The same, of signs that only persons have."""
    return bool(SURELY_BEFORE.search(before) or SURELY_BEHIND.match(text, end))
