"""What a question asks: nothing at all, the same as another, or something that only its conversation says. Pure.

Greetings and thanks ask nothing. Apart from how politely they ask, two questions in nearly the same words have the
same gist: words that carry meaning are compared as the index compares them, or as they are read (送料, そうりょう);
what they ask of it has to agree as well: when, where, why; how much; what if; whether something happened, or did not.
And "how much is it?" is about what was talked about before.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sudachipy import Morpheme

from knowledge.items import Turn
from knowledge.words.words import EMPTY_EN, EMPTY_JA, clean, is_japanese, latin_words, morphemes, stem, words_of

LONGEST = 300  # characters: nobody words a long message the same way twice

# "教えてもらえませんか" asks politely and denies nothing.
_POLITE = re.compile(r"(?:もらえ|いただけ|頂け|くれ|ください|下さい)(?:ません|ない)(?:でしょう)?か?")
_DENIES = re.compile(
    r"ない|ません|なく|なけれ|ず[にと]|ぬ\b|不|未|非|無[しい]|以外|やめ|できな"
    r"|\b(?:not?|never|without|except|cannot|unable)\b|n't\b",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"\d+")
_ASKS = {
    "when": r"いつ(?!も(?!ら))|何時|何日|何月|\bwhen\b",
    "where": r"どこ|どちら|\bwhere\b",
    "why": r"なぜ|何故|なんで|どうして|\bwhy\b",
    "who": r"誰|だれ|\bwho(?:m|se)?\b",
    "how much": r"いくら|幾ら|\bhow much\b",
    "how many": r"いくつ|何(?:個|件|回|人|枚|分|台|冊|本|名)|\bhow (?:many|often|long|far)\b|どのくらい|どれくらい",
    "which": r"何(?:が|を|は|に|か|で[すし])|なに|どんな|どの(?!くらい)|どれ(?!くらい)|\b(?:which|what)\b",
    "if": r"たら|だら|場合|[いうくすつぬむるだ]とどう|[えけげせてねべめれ]ば.*どう|\bif\b|\bhappens?\b",
    "until": r"まで",
    "happened": r"(?:(?<!か)た|だ)(?:の|ん)?(?:です|だ)?(?:が|けど|か|よ)?[。．.？?！!\s]*\Z|\b(?:was|were|did|had)\b",
}
_ASKED = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _ASKS.items()}
# What only says that something can be done, or is there, in words the index keeps.
_EMPTY = frozenset(
    (
        "こと",
        "可能",
        "大丈夫",
        "御座る",
        "御座",
        "御出で",
        "宜しい",
        "オーケー",
        "御願い",
        "願う",
        "願",
        "為さる",
        "致す",
        "困る",
        "困",
    )
)
_EMPTY_EN = EMPTY_EN | frozenset(("possible", "like", "would", "way", "able", "wish", "wonder", "there", "d"))
_WAY_OF = re.compile(r"(?<=[\u3400-\u9fff])[\u3040-\u309f](?:方|かた)\Z")  # 使い方
_INSIDE = re.compile(r"(?<=[\u3400-\u9fff])[\u3040-\u309f]+(?=[\u3400-\u9fff])")  # 書き出す, 書出す
_SILENT = ("助詞", "助動詞", "補助記号", "記号", "空白", "接続詞", "感動詞")
# Japanese sentences end in hiragana: in a verb, an adjective or a particle.
_PREDICATE = re.compile(r"[ぁ-んー][。．.？?！!\s]*\Z")
# 料金は: what is asked of it is left to the reader.
_ENDS_OPEN = re.compile(r"(?:は|も|って|なら)[。．.？?！!\s]*\Z")


@dataclass(frozen=True)
class Gist:
    """`words` carry the meaning, in any order; `written` and `sound` are those of a Japanese text as one word.

    `asks` names what is asked of them. `whole`: it says enough to be understood by itself, as 「返金」 does not.
    """

    words: frozenset[str]
    written: str
    sound: str
    asks: frozenset[str]
    denials: int
    numbers: tuple[str, ...]
    whole: bool

    def same_as(self, other: "Gist") -> bool:
        """Whether both ask the same in nearly the same words."""
        # The same words in another order, words parted otherwise, or other kanji with the same sound.
        alike = self.words == other.words or (self.written == other.written != "") or (self.sound == other.sound != "")
        exactly = (self.denials, self.numbers) == (other.denials, other.numbers)
        # An entry that names a trouble answers why it is so.
        troubled = bool(other.denials) or "happened" in other.asks
        asks_like = self.asks == other.asks or (troubled and self.asks - {"why"} == other.asks)
        return alike and exactly and asks_like and bool(self.words) and self.whole


def gist_of(text: str) -> Gist:
    """Of a question or of an entry's wording."""
    plain = _POLITE.sub("", clean(text, LONGEST))
    japanese = is_japanese(plain)
    words, written, sound = _japanese(plain) if japanese else (_english(plain), "", "")
    asks = frozenset(name for name, pattern in _ASKED.items() if pattern.search(plain))
    denials = len(_DENIES.findall(plain))
    # One word says enough where something is asked about it: it ends as a sentence does.
    sentence = bool(_PREDICATE.search(plain)) and not _ENDS_OPEN.search(plain)
    whole = len(words) > 1 or (sentence if japanese else len(latin_words(plain)) > 1)
    return Gist(words, written, sound, asks, denials, tuple(_NUMBERS.findall(plain)), whole)


def _japanese(plain: str) -> tuple[frozenset[str], str, str]:
    """The words, the words as one, and how they are read."""
    words = [_WAY_OF.sub("", word) for word in words_of(plain) if word not in _EMPTY]
    heard = "".join(str(each.reading_form()) for each in morphemes(plain) if _is_heard(each))
    return frozenset(words), _INSIDE.sub("", "".join(words)), heard


def _is_heard(morpheme: Morpheme) -> bool:
    """Not what only bends a sentence: 「してもらえますか」."""
    kind, form = morpheme.part_of_speech()[0], morpheme.normalized_form()
    return kind not in _SILENT and form not in _EMPTY and not (kind == "動詞" and form in EMPTY_JA)


def _english(plain: str) -> frozenset[str]:
    return frozenset(stem(word) for word in latin_words(plain) if word not in _EMPTY_EN)


_SAID = re.compile(
    r"(?:こんにち[はわ]|こんばん[はわ]|おはよ(?:う(?:ございます)?)?|はじめまして|初めまして|どうも|もしもし|やあ"
    r"|(?:本当に|ほんとに)?(?:ありがとう|有難う|有り難う)(?:ございます|ございました)?|助かりました|助かります|感謝します"
    r"|よろしく(?:お願いします|お願いいたします|お願い致します)?|了解(?:です|しました)?|わかりました|分かりました|承知しました"
    r"|さようなら|失礼します|おやすみ(?:なさい)?|お疲れ様(?:です)?|すごい(?:です)?|なるほど"
    r"|hi|hello|hey|good (?:morning|afternoon|evening|night)|thanks?(?: you)?(?: so much| very much| a lot)?"
    r"|thx|ty|cheers|great|nice|perfect|ok(?:ay)?|got it|bye|goodbye|see you|there|mimi|ミミ"
    r"|[你您]好|早上好|晚上好|早安|晚安|哈[啰囉]|谢谢[你您]?|謝謝[你您]?|多[谢謝]|再[见見]"
    r"|안녕(?:하세요|하십니까)?|감사합니다|감사해요|고마워요?|고맙습니다|네"
    r"|hola|buen(?:os|as) (?:días|dias|tardes|noches)|(?:muchas )?gracias|adiós"
    r"|olá|oi|bo[ma] (?:dia|tarde|noite)|(?:muito )?obrigad[oa]|tchau"
    r"|bonjour|bonsoir|salut|merci(?: beaucoup)?|au revoir"
    r"|hallo|moin|guten (?:tag|morgen|abend)|danke(?: schön| sehr)?|vielen dank|tschüss"
    r"|halo|hai|selamat (?:pagi|siang|sore|malam)|terima ?kasih|makasih"
    r"|(?:xin )?chào(?: bạn)?|cảm ơn(?: bạn)?|(?:สวัสดี|ขอบคุณ)(?:ค่ะ|ครับ|คะ|มาก)*)",
    re.IGNORECASE,
)
# Marks and emoji, with what varies them; what belongs to letters (Thai's vowels, ー) stays.
_BETWEEN = re.compile(r"[^\w\u0300-\u036f\u0e31-\u0e4e]|[_\ufe0e\ufe0f]|ー+(?=\W|\Z)")


def is_small_talk(text: str) -> bool:
    """Whether the text is made of such words alone, or of emoji; 「？」 asks."""
    written = clean(text).strip()
    rest = re.sub(rf"(?<![a-z]){_SAID.pattern}(?![a-z])", " ", _BETWEEN.sub(" ", written), flags=re.IGNORECASE)
    says = any(each.isalnum() or unicodedata.category(each) == "So" for each in written)
    return says and not rest.strip()


MOST_BACK = 3  # questions of before that one may lean on, each on the next
_FEW_WORDS = 2  # with so few words of its own, one that begins like a follow-up leans on the conversation
_ALONE = 1  # with so few, and no more than that in characters, any message does
_BARE = 9

_POINTS = re.compile(
    r"それ|これ|あれ|そちら|そっち|その|この|あの|そこ|同じ|さっき|先ほど|前の"
    r"|\b(?:it|its|that|this|they|them|those|these|there|one|ones|same)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\A\s*(?:じゃあ?|では|でも|あと|なら|他|ほか|続き|続け|もっと|もう少し)"
    r"|\A\s*(?:and|but|or|so|then|also|what about|how about)\b"
    r"|(?:は|なら|だと|の場合は|でも|も)\s*[？?。]?\s*\Z",
    re.IGNORECASE,
)
_LONGEST_JAPANESE, _LONGEST_ENGLISH = 30, 80  # characters: what is longer says itself what it is about


def in_context(question: str, history: Sequence[Turn]) -> str:
    """The question as it can be searched for: with the visitor's words that it leans on before it, where it does."""
    asked = [turn.text for turn in history if turn.role == "visitor"]
    parts = [question]
    while asked and len(parts) <= MOST_BACK and leans(parts[0]):
        parts.insert(0, asked.pop())
    return "\n".join(parts)


def leans(question: str) -> bool:
    """Whether a message cannot be understood without the one before it."""
    plain = clean(question).strip()
    if len(plain) > (_LONGEST_JAPANESE if is_japanese(plain) else _LONGEST_ENGLISH):
        return False
    words = len(set(words_of(plain)))
    bare = words <= _ALONE and len(plain) <= _BARE
    return bare or points_back(plain) or (words <= _FEW_WORDS and bool(_GOES_ON.search(plain)))


def points_back(plain: str) -> bool:
    """Whether it names something only by pointing at it: "it", 「それ」."""
    return bool(_POINTS.search(plain))
