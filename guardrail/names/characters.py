"""Who is nobody to hide: figures of films, novels and games, and what is called as they are.

Some are called as nobody else is (Darth Vader, ルパン三世). Others share their name with many (Mario, エルサ): these,
and any title in quotation marks, need what stands around them: a song, a costume, a map.
"""

import re
from collections.abc import Iterable, Iterator

from guardrail.findings import PiiKind
from guardrail.names.english_names import GREETED, LABELLED
from guardrail.names.name_signs import has_label, is_addressed
from guardrail.names.word_tables import listed
from guardrail.text.reading import Span

NOBODY_ELSE = frozenset(
    """Luke Skywalker|Darth Vader|Han Solo|Princess Leia|Robin Hood|Lady Macbeth|Macbeth|Friar Tuck|Maid Marian
Mickey Mouse|Minnie Mouse|Donald Duck|Bugs Bunny|Harry Potter|Hermione Granger|Ron Weasley|Sherlock Holmes
James Bond|Indiana Jones|Lara Croft|Peter Pan|Captain Hook|Mary Poppins|Willy Wonka|Santa Claus|King Arthur
Bilbo Baggins|Frodo Baggins|Gandalf|Homer Simpson|Bart Simpson|Don Quixote|Peter Rabbit|Captain Nemo|Captain Ahab
Captain Kirk|Dorian Gray|Ebenezer Scrooge|Robinson Crusoe|Huckleberry Finn|Hercule Poirot|Miss Marple|Mr. Robot
Mr. Bean|Mr. Darcy|Buzz Lightyear|Tinker Bell|Saint Nicholas|Hey Jude
ルパン三世|ルパン|サザエさん|ドラえもん|のび太くん|ノビタ|ちびまる子ちゃん|ルーク・スカイウォーカー|ダース・ベイダー
ロビン・フッド|ロビンフッド|ハリー・ポッター|シャーロック・ホームズ|ピーター・パン|ドン・キホーテ|ビートルズ
ローリング・ストーンズ|カーペンターズ|フランケンシュタイン|ドラキュラ|マクベス|ハムレット|スパイダーマン|バットマン""".replace(
        "\n", "|"
    ).split("|")
)
SHARED = listed(
    """
    mario luigi zelda kirby sonic link romeo juliet ophelia hamlet othello desdemona prospero elsa anna ariel belle
    mulan moana jasmine simba nemo dory woody buzz fiona shrek yoda leia frodo merlin lancelot guinevere alice dorothy
    matilda pinocchio aladdin elmo oscar cassandra calypso odysseus achilles apollo athena hermes ganesha thor loki
    マリオ ルイージ ソニック カービィ リンク ゼルダ エルサ アナ アリエル ベル ラプンツェル ニモ シンバ ウッディ アリス
    ハイジ ロミオ ジュリエット オフィーリア カルメン サザエ カツオ ワカメ ルフィ ナルト クラウド
    """
)
# What says of any name that it is a figure's, a work's or a thing's.
_AHEAD = re.compile(
    r"(?:\b(?:achievement unlocked|quest|boss|map|level|chapter|character|skin|costume|song|track|album|film|movie"
    r"|novel|musical|opera)s?\s?[:：]\s?|\b(?:the characters?|default map|final boss|dressed as"
    r"|(?:a|the|my|your|our) (?:figure|doll|statue|costume|skin) of|the (?:river|lake|island|isle)(?: of)?|saint) "
    r"|(?:キャラクター|キャラ|主人公|曲名|題名)(?:の|は|、)?[「『]?|(?:アプリ|ゲーム|商品|機能|犬|猫|ロボット)の名前は[「『])\Z",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r" (?:costumes?|cosplay|skins?|stickers?|plush(?:ies)?|figurines?|cartridges?|mode\b|fan ?art|emojis?|themed?\b)"
    r"|,? (?:is|are) (?:an? |the )?(?:fonts?|typefaces?|colou?rs?(?: scheme)?|(?:hardest|final) boss|playable|fictional"
    r"|names? of (?:our|the|a|an|my)\b (?!(?:\w+ )?(?:son|daughter|wife|husband|kid|child|sister|brother|friend|boss)))"
    r"|[」』]?(?:という(?:曲|映画|キャラ|小説|漫画|アニメ|ゲーム)|の主人公|が主人公)"
)
# And of a name that figures share, or of any in katakana.
_SHARED_AHEAD = re.compile(r"\b(?:warnings?|errors?|logs?|nodes?|clusters?) (?:from|of|in) \Z", re.IGNORECASE)
_SHARED_BEHIND = re.compile(
    r"[」』]?(?:の(?:衣装|ドレス|ぬいぐるみ|スタンプ)|みたい[にな]|風の| (?:dress|plush|poster|quest)\b)"
)
_KATAKANA, _COSTUME = re.compile(r"[ァ-ヺー・]+"), re.compile(r"の(?:コスプレ|フィギュア|着ぐるみ|主題歌|グッズ)")
# A title: what stands in quotation marks where songs and films are spoken of.
_OPENED, _CLOSED = re.compile(r"(?<!by )[\"“「『](?:[A-Z][a-z]{1,8} )?\Z"), re.compile(r"[\"”」』]")
_TITLE = re.compile(r"[A-Z][\w' -]+|[ぁ-んァ-ヺー]+")
_WORKS = re.compile(
    r"\b(?:songs?|tracks?|tunes?|albums?|films?|movies?|novels?|musicals?|operas?|press play|playlists?|lyrics"
    r"|covers? of|practice pieces?|soundtrack)\b|(?<![作編])曲|映画|小説|漫画|アニメ|楽譜|主題歌",
    re.IGNORECASE,
)
# Firms joined by &, and what is theirs: Marks & Spencer, John Lewis and Lloyds vouchers.
_FIRM = r"[A-Z][a-z]+(?: [A-Z][a-z]+)?"
_SHOPS = re.compile(
    rf"{_FIRM} & {_FIRM}(?:(?:,|,? and|,? or) {_FIRM}){{0,6}} "
    r"(?:vouchers?|gift cards?|stores?|shops?|branch(?:es)?|outlets?|receipts?|loyalty)\b"
)
# What makes a place of a name before it and is nobody's surname.
_PLACE = re.compile(r" (?:Docks?|Harbou?r|Wharf|Quay|Marina|Canyon|Arena|Cathedral|Peninsula|Pier|Refinery|Outpost)\Z")
# The end of a row of answers: 4 D, 5 B. Bonus question.
_ROW, _LETTER = re.compile(r"\d [A-Z], \d{1,3} \Z"), re.compile(r"[A-Z]\. ")
_JOINT = r"(?:,? and |,? & |,? or |, |と|、|・)"
_PARTS = re.compile(_JOINT)
_NEXT = re.compile(rf"{_JOINT}([A-Z][a-z]+|[ァ-ヶー]+)")
_LAST = re.compile(rf"([A-Z][a-z]+|[ァ-ヶー]+){_JOINT}\Z")
REACH, TITLE_REACH = 40, 80


def without_characters(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """The spans but for persons that are a figure's, a title's, a shop's or a place's names."""
    shops = [match.span() for match in _SHOPS.finditer(text)] if " & " in text else []
    for span in spans:
        if span.kind is PiiKind.PERSON:
            in_shop = any(start <= span.start and span.end <= end for start, end in shops)
            if in_shop or _is_nobody(text, span):
                continue
        yield span


def _is_nobody(text: str, span: Span) -> bool:
    name = text[span.start : span.end]
    before = text[max(0, span.start - REACH) : span.start]
    if _is_title(text, span, before):
        return True
    if GREETED.search(before) or LABELLED.search(before) or has_label(text, span.start):
        return _AHEAD.search(before) is not None
    if _is_of_nobody_else(text, span) or _PLACE.search(name):
        return True
    if is_addressed(text, span.end):
        return False
    if (_ROW.search(before) and _LETTER.match(name)) or _AHEAD.search(before) or _BEHIND.match(text, span.end):
        return True
    if _KATAKANA.fullmatch(name) and _COSTUME.match(text, span.end):
        return True
    return _is_figure(text, span, before)


def _is_of_nobody_else(text: str, span: Span) -> bool:
    """Whether it is a famous figure's name, or the part of one that a rule saw."""
    name = text[span.start : span.end]
    return any(
        text.startswith(famous, span.start - at)
        for famous in NOBODY_ELSE
        if (at := famous.find(name)) >= 0 and span.start >= at
    )


def _is_title(text: str, span: Span, before: str) -> bool:
    """Whether it stands in quotation marks, and a song, a film or a book is spoken of near it."""
    if not (_OPENED.search(before) and _CLOSED.match(text, span.end)):
        return False
    if not _TITLE.fullmatch(text, span.start, span.end):
        return False
    return _WORKS.search(text, max(0, span.start - TITLE_REACH), span.end + REACH) is not None


def _is_figure(text: str, span: Span, before: str) -> bool:
    """Whether figures are called so, and something says so or two of them stand together: Romeo and Juliet."""
    names = [part.lower() for part in _PARTS.split(text[span.start : span.end])]
    if not SHARED.issuperset(names):
        return False
    if len(names) > 1 or _SHARED_AHEAD.search(before) or _SHARED_BEHIND.match(text, span.end):
        return True
    near = (_NEXT.match(text, span.end), _LAST.search(before))
    return any(match is not None and match[1].lower() in SHARED for match in near)
