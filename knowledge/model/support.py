"""Whether a sentence of an answer holds what the knowledge it points at says: numbers, yes or no, names. Pure.

A pointer alone proves nothing: "60日以内" may point at the entry that says 14. What is compared is what does harm when
it is wrong and can be read off the words; whether a sentence means the same otherwise is left to the model.
"""

import re
import unicodedata
from calendar import day_abbr, day_name, month_abbr, month_name
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from knowledge.items import KnowledgeItem
from knowledge.language import language_of
from knowledge.model.courtesies import ANSWERS
from knowledge.model.quantities import Quantity, quantities_of, single_units_of
from knowledge.phrases import Tag
from knowledge.words.words import EMPTY_EN, POSSIBLE, clean, is_japanese, latin_words, words_of

Contradiction = Literal["", "number", "name", "denial", "words"]

_SENTENCE = re.compile(r"(?<=[。！？!?\n])|(?<=[.])(?=\s)")
_CLAUSE = re.compile(r"[、，()（）]|,\s|\b(?:because|but|and|since|so)\b|(?<=が)(?=、)")
_DENIES = re.compile(
    r"ない(?!と|でしょうか|か(?!ら))|ません(?!か)|なく(?=て|、|な|\Z)|(?<![はりで])なし(?=[でにのと。、]|\Z)|ずに|[きし]かね|不可|未対応|非対応"
    r"|対象外|無効|禁止|いいえ|\b(?:no|not|never|none|nobody|no one|cannot|unable|unavailable|unsupported)\b|n['’]t\b",
    re.IGNORECASE,
)
# What denies in its words only: a regret, a condition ("if it does not open, ..."), what is said of a noun
# (電波のない場所でも使えます), and that nothing is charged.
_NO_DENIAL = re.compile(
    r"申し訳(?:あり|ござい)ません(?:が)?|すみません(?:が)?|(?:では|じゃ)ないか|かもしれません|(?:なければ|ないと)(?:なり|いけ)ません"
    r"|(?:ない|なかった)(?=[おご]?[一-鿿ァ-ヺ])"
    r"|かか(?:りません|らない|らず)|\bno (?:extra |additional )?(?:charge|cost|problem|worries)\b|\bnot only\b"
    r"|\b(?:if|when|in case|until|once)\b[^,.;!?]*(?=[,.;!?]|\Z)"
    r"|[^、。]*(?:場合|とき|時|際|たら|だら|なら|れば)(?:[はにも]{0,2})(?=、)",
    re.IGNORECASE,
)
# Two statements in one sentence.
_JOINTS = re.compile(
    r"(?<=ので|ため|けど)、|(?<=ものの|けれど|ですが|ますが|ですし|ますし)、|(?<=ますから|ですから|ないから|ませんが)、"
    r"|[,;]?\s(?:but|and|so|because|since|while|however)\s|;\s|,\s(?=(?:only|not)\b)"
)
# Where one of two sentences has the one and the other the other, one denies what the other states.
_OPPOSITES = [
    (re.compile(one, re.IGNORECASE), re.compile(other, re.IGNORECASE))
    for one, other in (
        (r"以内|まで(?!も)|\bwithin\b|\buntil\b", r"過ぎ|超え|以降|\bafter\b|\bmore than\b"),
        (r"前(?:に|は|の)|\bbefore\b", r"後(?:に|は|の)|\bafter\b"),
        (r"月額|月払い|毎月|\bmonthly\b", r"年額|年払い|毎年|\b(?:yearly|annual(?:ly)?)\b"),
        (r"以上|\bat least\b", r"以下|未満|\bat most\b|\bup to\b"),
        (r"無料|\bfree\b", r"有料|\bpaid\b"),
        (r"有効|オン(?![ァ-ヺ])|\benabled?\b", r"無効|オフ(?![ァ-ヺ])|\bdisabled?\b"),
        (r"必須|\bmandatory\b|\brequired\b", r"任意|\boptional\b"),
        (r"開始|始ま|\bstarts?\b", r"終了|終わ|停止|\b(?:ends?|stops?)\b"),
        (r"増え|\bincreases?\b", r"減|\bdecreases?\b"),
        (r"先に|\bearlier\b", r"同時|\bat the same time\b"),
        (r"続[けいきく]|\b(?:continues?|go(?:es)? on)\b", r"停止|中止|終了|\b(?:stops?|blocked)\b"),
        (r"残[りるっ]|保持|\b(?:remains?|kept|stays?)\b", r"削除|消去|消え|\b(?:deleted|removed|erased)\b"),
        (r"厳し|\bstrict", r"緩[いくめ]|\bloose"),
    )
]
# Where these stand in one of two sentences and not in the other, one may deny what the other states and both be true.
_TURNS = re.compile(
    r"以外|のみ|(?<!いた)だけ|しか(?!ね)|場合|たら|れば|なら|ただし|ものの|限り|必要|なくても|ても|方が|違い"
    r"|\b(?:only|except|unless|without|if|when|over|under|need|but|however|instead|other|once|while|though|although"
    r"|avoid|lose|lost|as long as|provided)\b",
    re.IGNORECASE,
)
# Of these, what sets a condition: two sentences with the same limit ("within 14 days") are about the same condition.
_CONDITIONS = frozenset(("場合", "たら", "れば", "なら", "ても", "if", "when", "once"))
_ALIKE = 0.6  # of the words of the shorter of two sentences, those that both have
_QUOTED = re.compile(r"[「『“\"]([^」』”\"\n]{2,40})[」』”\"]")
# A name: with a capital, but for what begins a sentence in English.
_NAME = re.compile(r"(?<![A-Za-z0-9])(?:[A-Z][A-Za-z0-9+]+|[a-z]+[A-Z][A-Za-z0-9]*)(?![A-Za-z0-9])")
_BEGINS = re.compile(r"(?:\A|[.!?:]\s|\n)[\s\d.)*_-]*([A-Za-z]\w*)")
_DATES = (*month_name, *month_abbr, *day_name, *day_abbr)
_NO_NAMES = frozenset(
    ("ok", "faq", "url", "web", "app", "apps", "wi", "fi", "id", "ai", "mimi", *map(str.lower, _DATES))
)
# Where another script is usual, a name in Latin letters is copied from what is cited.
_COPYING = frozenset(("ja", "zh-Hans", "zh-Hant", "ko", "th"))
_TAKEN_OUT = re.compile(r"\[[A-Z_]{4,}\]")  # [PHONE]
_NO_NAMES_IN = frozenset(("[PHONE]",))  # what was there is digits, maybe in words
_KANA = re.compile("[\u3040-\u30ff]")  # without any, a sentence is hardly Japanese
# The languages in which it is known how something is denied.
_DENYING = frozenset(("ja", "en"))
_SOME = 0.4  # of the words of a sentence, those that what it points at must have
_MARK = re.compile(r"\A\s*(?:\d{1,3}[.)]|[-*+])\s+")  # of a list's item
_FEWEST, _ALL = 3, 0.85  # words of a sentence that points at nothing, and the share of them that has to be there


@dataclass(frozen=True)
class Claim:
    """One sentence: its words, whether it says that something is not so, and what may turn that round."""

    words: frozenset[str]
    denies: bool
    turns: frozenset[str]
    text: str


@dataclass(frozen=True)
class Facts:
    """What a text holds that can be compared; `folded` is all of it without blanks and marks."""

    folded: str
    lang: Tag
    quantities: tuple[Quantity, ...]
    claims: tuple[Claim, ...]
    clauses: tuple[Claim, ...]

    @property
    def words(self) -> frozenset[str]:
        return frozenset[str]().union(*(claim.words for claim in self.claims))


@lru_cache(maxsize=2_000)
def facts_of(text: str) -> Facts:
    """Of an item's text or of a sentence; kept, since entries are pointed at again and again."""
    plain = clean(text)
    lang = language_of(plain, "ja" if _KANA.search(plain) else "zh-Hant" if is_japanese(plain) else "en")
    sentences = [each for each in _SENTENCE.split(plain) if each and each.strip()]
    clauses = [part for each in sentences for part in _CLAUSE.split(each) if part.strip() and part != each]
    return Facts(
        _folded(plain),
        lang,
        tuple(quantities_of(plain, lang)),
        tuple(map(_claim, sentences)),
        tuple(map(_claim, clauses)),
    )


def denies(sentence: str) -> bool:
    """Whether it says that something is not so; denied twice it is."""
    # "No, it does not" denies once.
    answer = ANSWERS.match(sentence)
    said = sentence[answer.end() :] if answer and sentence[answer.end() :].strip() else sentence
    return len(_DENIES.findall(_NO_DENIAL.sub("", said))) % 2 == 1


def contradicts(sentence: str, items: Sequence[KnowledgeItem], own: Iterable[str] = ()) -> Contradiction:
    """What of a sentence the items do not bear out; "" where all of it holds.

    `own` are names that need no proof: the app's.
    """
    sentence = _MARK.sub("", sentence)
    said, known = facts_of(sentence), [facts_of(_words(item)) for item in items]
    taken_out = {found for item in items for found in _TAKEN_OUT.findall(item.text)}
    names_gone = not taken_out <= _NO_NAMES_IN
    quantities = [each for item in items for each in _quantities(item)]
    # What was taken out may have had digits, but none that count something; what may be said of it the guardrail knows.
    compared = [each for each in said.quantities if each.kind or not taken_out]
    if any(not _is_among(quantities, each, said.quantities) for each in compared):
        return "number"
    whole = "".join(facts.folded for facts in known)
    if not names_gone and any(_folded(name) not in whole for name in _names(sentence, said, known, own)):
        return "name"
    if _denied(said, items) or _answers_otherwise(sentence, items):
        return "denial"
    # Of words in another language nothing can be said; and where the numbers are right, 34グラム is 34g.
    comparable = not (said.quantities or taken_out) and all(facts.lang == said.lang for facts in known)
    return "words" if comparable and _hardly_any(said, known) else ""


def _quantities(item: KnowledgeItem) -> list[Quantity]:
    return [*facts_of(_words(item)).quantities, *single_units_of(item.text)]


def _is_among(known: Sequence[Quantity], each: Quantity, said: Sequence[Quantity]) -> bool:
    """Whether the items have it; 月額480円 has the month of 1か月480円, but none of "one month free"."""
    is_interval = any(other.every is each for other in said)
    return any(each.same_as(other) or (is_interval and other.every and each.same_as(other.every)) for other in known)


def holds(sentence: str, item: KnowledgeItem) -> bool:
    """Whether an item says all of a sentence that points at nothing, in nearly the same words."""
    words, said = facts_of(_MARK.sub("", sentence)).words, facts_of(_words(item)).words
    return len(words) >= _FEWEST and len(words & said) >= _ALL * len(words) and not contradicts(sentence, [item])


def _denied(said: Facts, items: Sequence[KnowledgeItem]) -> bool:
    """Whether some of it denies what the items state, or states what they deny."""
    # What a title says it asks.
    known = [facts_of(item.text) for item in items]
    if not _DENYING.issuperset((said.lang, *(facts.lang for facts in known))):
        return False
    parts = [each for facts in known for each in (*facts.claims, *facts.clauses)]
    return any(_turned_by(one, parts) and not _holds_in_parts(one, parts) for one in said.claims)


def _turned_by(one: Claim, parts: Sequence[Claim]) -> bool:
    return any(_turned(one, other) for other in parts) and not any(_agrees(one, other) for other in parts)


def _holds_in_parts(one: Claim, parts: Sequence[Claim]) -> bool:
    """Of two statements in one sentence each may have a sentence of its own in the items."""
    own = [claim for part in _JOINTS.split(one.text) if (claim := _claim(part)).words]
    return len(own) > 1 and all(
        not _turned_by(each, parts)
        # A single word is in many sentences: only what is denied as well says enough.
        and (len(each.words) > 1 or (each.denies and any(_agrees(each, other) for other in parts)))
        for each in own
    )


def _answers_otherwise(sentence: str, items: Sequence[KnowledgeItem]) -> bool:
    """Whether it begins with yes where each item that answers so begins with no, or the other way round."""
    said = ANSWERS.match(clean(sentence))
    known = [match for item in items if (match := ANSWERS.match(clean(item.text)))]
    return said is not None and known != [] and all((said["no"] is None) != (match["no"] is None) for match in known)


def _hardly_any(said: Facts, known: Sequence[Facts]) -> bool:
    there = frozenset[str]().union(*(facts.words for facts in known))
    return len(said.words) >= _FEWEST and len(said.words & there) < _SOME * len(said.words)


def _claim(sentence: str) -> Claim:
    return Claim(_meant(sentence), denies(sentence), frozenset(_TURNS.findall(sentence.lower())), sentence)


def _words(item: KnowledgeItem) -> str:
    return "\n".join((item.full_title, *item.phrasings, item.text))


def _meant(text: str) -> frozenset[str]:
    return frozenset("可能" if word in POSSIBLE else word for word in words_of(text))


def _folded(plain: str) -> str:
    """Without blanks and marks, and with one case: how a name is compared."""
    return "".join(each for each in plain.casefold() if unicodedata.category(each)[0] in "LN" or each == "ー")


def _names(sentence: str, said: Facts, known: Sequence[Facts], own: Iterable[str]) -> list[str]:
    """Names and what is quoted, as far as the items' language writes them alike."""
    text = clean(sentence)
    alike = any(facts.lang == said.lang for facts in known)
    quoted = _QUOTED.findall(text) if alike else []
    # In English any word that begins a sentence has a capital.
    begins = {match.start(1) for match in _BEGINS.finditer(text)} if said.lang not in _COPYING else set()
    written = [match[0] for match in _NAME.finditer(text) if match.start() not in begins or not match[0].istitle()]
    if said.lang == "de" or not (alike or said.lang in _COPYING):
        # Otherwise written in another language may be a name; German nouns have capitals. PayPal is the same in all,
        # and what is all capitals (VAT) in English and Japanese.
        written = [
            each
            for each in written
            if (each.isupper() if said.lang == "en" else not (each.isupper() or each.istitle()))
        ]
    mine = {_folded(name) for name in own} | {word for name in own for word in latin_words(name)} | _NO_NAMES | EMPTY_EN
    return [each for each in (*quoted, *written) if _folded(each) not in mine]


def _turned(one: Claim, other: Claim) -> bool:
    """Whether one of two sentences about the same denies what the other states."""
    shared, fewer = len(one.words & other.words), min(len(one.words), len(other.words))
    return fewer > 0 and shared >= _ALIKE * fewer and _same_turns(one, other) and _differ(one, other)


def _same_turns(one: Claim, other: Claim) -> bool:
    between = one.turns ^ other.turns
    return not between or (between <= _CONDITIONS and _share_a_limit(one, other))


def _share_a_limit(one: Claim, other: Claim) -> bool:
    mine, others = (facts_of(each.text).quantities for each in (one, other))
    return any(each.kind and each.same_as(its) for each in mine for its in others)


def _differ(one: Claim, other: Claim) -> bool:
    """By a "not" in one of them, or by opposites: by both they say the same."""
    flips = sum(_has_other(pair, one.text, other.text) or _has_other(pair, other.text, one.text) for pair in _OPPOSITES)
    return (one.denies != other.denies) != (flips % 2 == 1)


def _has_other(pair: tuple[re.Pattern[str], re.Pattern[str]], one: str, other: str) -> bool:
    first, second = pair
    return bool(first.search(one) and second.search(other)) and not (second.search(one) or first.search(other))


def _agrees(one: Claim, other: Claim) -> bool:
    """Whether another sentence of the items says the same with the same yes or no."""
    return len(one.words & other.words) >= _ALIKE * len(one.words) and not _differ(one, other)
