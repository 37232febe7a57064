"""What stands around an English name and says that it is one: greetings, labels, what persons do."""

import re

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
