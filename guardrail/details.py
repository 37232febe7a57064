"""What visitors write about themselves beyond what an answer may not say: looked for where stored words are masked.

The guardrail's recognizers keep to what must not be said of others, since every word they take wrongly is missing from
an answer. Here a word too many costs next to nothing: the conversation is over. So labels are believed: what stands
behind "password:", 会員番号 or "tracking no." goes, whatever it looks like.
"""

import re
from collections.abc import Iterator

from guardrail.findings import Finding, PiiKind, without_overlaps
from guardrail.numbers.handles import PLACE
from guardrail.pii import Pii
from guardrail.public_contacts import NOTHING_PUBLIC, PublicContacts
from guardrail.text.normalise import normalise
from guardrail.text.reading import GIVEN, PERSON, SURNAME, standing
from knowledge.words.dictionaries import dictionary

_IS = r"(?:番号|コード)?[ 　]{0,2}(?:(?:です|は|が|を|も|の|って|だと|:|=|-|#|is|was|are)[ 　]{0,2}){0,3}[「『\"'(]?"

# 暗証番号は 3390#, password: Tr0ub4dor&3
_LOCK = (
    r"パスワード|パスコード|パスフレーズ|暗証番号|暗証|合言葉|認証コード|認証番号|確認コード|セキュリティコード|ワンタイム\w{0,6}"
    r"|オートロック|キーボックス|ドアコード|解錠番号|開錠番号|部屋番号|ナンバーロック|PIN|CVC|CVV2?"
    r"|pass ?(?:word|code|phrase|wd)|pwd|room (?:no\.?|number)|recovery key|api[ _-]?key"
    r"|(?:door|gate|entry|access|alarm|security|verification|one-?time|lock ?box|two[ -]factor|2fa|sms) code"
)
_CODE = r"(?P<it>(?=[!-~]*[0-9!#$%&*+@^_~?])[!-~]{3,64}?(?=[\s、。」』)\"']|[ぁ-んァ-ヶ一-龥]|[.,]?(?:\s|$)|$))"
# 会員番号 AB-20931, tracking no. 4012-3345-9981
_THING = (
    r"(?:ユーザー?|会員|顧客|お客様|ログイン|アカウント|契約者?|患者|診察券|社員|職員|学籍|学生証?|注文|予約|受付|追跡|伝票|送り状"
    r"|お?問い?合わ?せ|荷物|配送|製造|シリアル|保険証?|被保険者|記号|口座|免許証?|旅券|パスポート|車両|ナンバー|ポイント|カード|端末"
    r"|Suica|PASMO|ICOCA|nanaco|WAON|フレンド|member(?:ship)?|customer|user|account|login|order|booking|reservation"
    r"|tracking|parcel|consignment|ticket|invoice|policy|patient|student|employee|staff|serial|licen[cs]e|registration"
    r"|insurance|medicare|nhs|tax|case|reference|loyalty|gift card)"
)
_NUMBER = r"(?:の?(?:記号・?)?(?:番号|ナンバー|コード|ID|No\.?)|[ -]{0,2}(?:numbers?|nos?\.?|num\.?|code|id|#))"
_LONG_ONE = (
    r"(?P<it>(?:[A-Za-z]{1,6}[-_/ ]?)?[A-Za-z0-9_]*[0-9][A-Za-z0-9_]*"
    r"(?:[-_・/. ]{1,2}[A-Za-z]{0,3}[0-9][A-Za-z0-9]*){0,8})"
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DATE = (
    r"(?P<it>(?:(?:明治|大正|昭和|平成|令和|[MTSHR])[ ]?)?(?:[0-9]{1,4}|元)[ ]?(?:年|[./-])"
    r"[ ]?[0-9]{1,2}[ ]?(?:月|[./-])[ ]?[0-9]{1,4}日?|[0-9]{1,2}月[0-9]{1,2}日|[12][0-9]{7}"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th)?[ ](?:of[ ])?{_MONTH},?(?:[ ][0-9]{{2,4}})?"
    rf"|{_MONTH}[ ][0-9]{{1,2}}(?:st|nd|rd|th)?(?:,?[ ][0-9]{{4}})?)"
)
_ZERO, _EIGHT = r"(?:ゼロ|れい|レイ|まる|マル|零|〇)", r"(?:ハチ|はち|キュー|キュウ|きゅう|ナナ|なな|八|九|七)"
_ILLNESS = (
    r"(?:[0-9一二I]{1,2}型)?糖尿病|うつ病|鬱病?|躁うつ病?|双極性障害|統合失調症|適応障害|パニック障害|不安障害|発達障害|摂食障害|強迫性障害"
    r"|睡眠障害|自閉(?:症|スペクトラム症?)|ADHD|ASD|PTSD|てんかん|認知症|アルツハイマー\w{0,3}|パーキンソン病?|白血病|リウマチ|膠原病"
    r"|(?:肝|腎)(?:炎|不全|硬変)|(?:心筋|脳)梗塞|脳出血|狭心症|心不全|高血圧症?|喘息|アトピー\w{0,4}|緑内障|潰瘍性大腸炎|クローン病|難病"
    r"|[一-龥]{0,3}(?:がん|癌|ガン)(?=の|で|に|が|を|と|患|治|検|手術|、|。|$)|梅毒|クラミジア|エイズ|不妊治療|流産|中絶|人工透析|透析"
    r"|妊娠(?:[0-9]{1,2}(?:週|か月|ヶ月|カ月)目?|中)|障害者手帳|要介護[0-9]?"
    r"|(?i:(?<![A-Za-z])(?:(?:type [12] )?diabet(?:es|ic)|bipolar(?: disorder)?|depression|schizophreni[ac]"
    r"|epilep(?:sy|tic)|asthma|HIV(?:[ -]positive)?"
    r"|AIDS|hepatitis(?: [A-E])?|COPD|chemo(?:therapy)?|leuk(?:a?emia)|multiple sclerosis|dementia"
    r"|(?:[a-z]{2,12} )?cancer|autis(?:m|tic)|ADHD|PTSD|anorexia|bulimia|OCD|dialysis|miscarriage|abortion|IVF"
    r"|\d{1,2} (?:weeks?|months?) pregnant|pregnant)(?![A-Za-z]))"
)


def _of(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# Each finds what is named `it`; the words around it stay.
PATTERNS: tuple[re.Pattern[str], ...] = (
    _of(rf"(?<![A-Za-z])(?:{_LOCK}){_IS}{_CODE}"),
    _of(rf"(?:{_LOCK})[ ]?(?:は|:|=|を)[ ]?(?P<it>[!-~]{{3,64}})(?=[ ]?(?:です|でした|だった|にし|に設定|で登録))"),
    _of(rf"(?:{_LOCK})(?:は|が|:|=)[ ]?[「『\"](?P<it>[^」』\"\n]{{2,40}})"),
    _of(r"\bpass ?(?:word|code|phrase)[ ]?[:=][ ]?(?P<it>\S{3,64})"),
    _of(rf"(?<![A-Za-z]){_THING}{_NUMBER}{_IS}{_LONG_ONE}"),
    _of(rf"(?<![A-Za-z]){_THING}[ ]?{_NUMBER}?[ ]?[:#][ ]?{_LONG_ONE}"),
    _of(
        rf"(?<![A-Za-z0-9]){PLACE}[ ]?(?:の?(?:ID|アカウント|ユーザー?名|ハンドル|名前)"
        rf"|[ ](?:id|handle|account|user ?name|name))?{_IS}[ ]?"
        r"(?P<it>@?(?=[A-Za-z0-9._-]*[0-9._#-])[A-Za-z0-9][A-Za-z0-9._-]{2,39}(?:#[0-9]{3,5})?)"
    ),
    _of(
        rf"(?<![A-Za-z0-9]){PLACE}[ ]?(?:の?(?:ID|アカウント名?|ユーザー?名)|[ ](?:id|handle|account|user ?name))"
        r"[ ]{0,2}(?:は|が|:|=|is)[ ]{0,2}(?P<it>@?[A-Za-z0-9._-]{3,40})"
    ),
    _of(r"(?<![A-Za-z0-9._@/:])(?P<it>@[A-Za-z0-9_][A-Za-z0-9_.]{2,30})"),
    _of(r"(?<![A-Za-z0-9._#])(?P<it>[A-Za-z0-9._]{2,32}#[0-9]{4})(?![0-9])"),
    _of(
        r"(?:生年月日|誕生日|お?生まれ|生れ|バースデー|birth ?(?:day|date)|date of birth|d\.?o\.?b\.?|born(?: on)?)"
        rf"[^0-9A-Za-z\n]{{0,8}}?(?:is |was |on |the ){{0,2}}{_DATE}"
    ),
    _of(rf"{_DATE}(?=[ ]?(?:日?[ ]?生まれ|生れ|生\b|が誕生日|\(?(?:birthday|dob)))"),
    _of(r"(?:\bIP|アドレス|address)[^0-9\n]{0,14}(?P<it>(?:[0-9]{1,3}\.){3}[0-9]{1,3})"),
    _of(r"(?<![0-9A-F:])(?P<it>(?:[0-9A-F]{2}[:-]){5}[0-9A-F]{2}|(?:[0-9A-F]{1,4}:){7}[0-9A-F]{1,4})(?![0-9A-F:])"),
    _of(rf"(?P<it>{_ZERO}{_EIGHT}{_ZERO}[、,・ -]{{0,2}}[0-9]{{4}}[、,・ -]{{0,2}}[0-9]{{4}})"),
    _of(r"(?<![0-9])(?P<it>0[5789]0[、,・./_ ]{1,2}[0-9]{4}[、,・./_ ]{1,2}[0-9]{4})(?![0-9])"),
    _of(r"(?P<it>[0-9]{2,4}号室)"),
    _of(r"支店[ ]?(?:普通|当座|普)?[ ]?(?P<it>[0-9]{7})(?![0-9])"),
    # What needs no "number" in its name: passport L8842117, licence MORGA657054SM9IJ; a car's (ISO 3779)
    _of(
        r"(?<![A-Za-z])(?:licen[cs]e|passport|visa|免許証?|旅券|パスポート|imei|vin)[ ]?(?:は|:|is)?[ ]?"
        r"(?P<it>(?=[A-Z]*[0-9])[A-Z0-9]{7,18})(?![A-Za-z0-9])"
    ),
    _of(r"(?<![A-Za-z0-9])(?P<it>(?=[A-HJ-NPR-Z]*[0-9])(?=[0-9]*[A-HJ-NPR-Z])[A-HJ-NPR-Z0-9]{17})(?![A-Za-z0-9])"),
    _of(
        r"(?:t\.me|line\.me/ti/p|(?:instagram|twitter|x|facebook|github|tiktok|linkedin)\.com(?:/in)?)/"
        r"(?P<it>[@~]?[A-Za-z0-9_.-]{3,40})"
    ),
    # Where somebody is: lat 51.5014, lon -0.1419
    _of(r"(?:\blat(?:itude)?|\blon(?:gitude)?|\blng|緯度|経度)[^0-9\n-]{0,6}(?P<it>-?[0-9]{1,3}\.[0-9]{3,})"),
    _of(r"(?<![0-9.])(?P<it>-?[0-9]{1,2}\.[0-9]{4,},[ ]?-?[0-9]{1,3}\.[0-9]{4,})(?![0-9.])"),
    # A contactless card's number: two letters and digits in groups (JE306 2281 4470 9912 5)
    _of(r"(?<![A-Za-z0-9])(?P<it>[A-Z]{2}[0-9]{2,4}(?:[ -][0-9]{4}){3}(?:[ -][0-9]{1,4})?)"),
    # A number plate: 品川 300 あ 12-34
    _of(r"(?P<it>[一-龥]{1,4}[ ]?[0-9]{2,3}[ ]?[ぁ-ん][ ]?[0-9・]{1,2}-?[0-9・]{2})(?![0-9])"),
    re.compile(rf"(?P<it>{_ILLNESS})"),
)
LEAST_LONG = 4  # characters of a number that only its label makes a person's

# Names that need what stands around them, each believed if the dictionary knows it as a name.
_KIN = (
    r"(?:娘|息子|長[男女]|次[男女]|三[男女]|夫|妻|主人|旦那|嫁|彼氏|彼女|父|母|パパ|ママ|祖父|祖母|おじいちゃん|おばあちゃん|兄|姉|弟|妹|孫|甥|姪"
    r"|友人|友達|友だち|親友|上司|同僚|先輩|後輩|先生|うちの子|子ども|子供)"
)
NAMES: tuple[re.Pattern[str], ...] = (
    re.compile(
        rf"{_KIN}の(?P<it>[ぁ-ん]{{2,4}}?|[ァ-ヶー]{{2,6}}|[一-龥々]{{1,4}})"
        r"(?=が|は|を|に|と|も|です|の[一-龥ァ-ヶ]|ちゃん|くん|君|さん|、|。|$)"
    ),
    # 株式会社ハルカゼ製作所の総務、鈴本です
    re.compile(
        r"(?:株式会社|有限会社|合同会社|総務|経理|人事|営業|広報|[部課係室店校院])[^。\n]{0,10}?"
        r"[、のり ](?P<it>[一-龥々]{1,4}|[ァ-ヶー]{2,6})(?=です|でございます|と申)"
    ),
    re.compile(r"旧姓[はが(: ]{0,2}(?P<it>[一-龥々]{1,4})"),
    re.compile(
        r"(?:^|[。、\n])(?:私|わたし|僕|俺|名前)は(?P<it>[一-龥々]{1,4}|[ぁ-ん]{2,4}|[ァ-ヶー]{2,6})(?=です|といい|と申)"
    ),
    # さっきの佐々木ですが
    re.compile(
        r"(?:^|[。\n、])(?:先ほど|さっき|昨日|以前)?の?(?P<it>[一-龥々]{2,4})(?=ですが|ですけど|です。|と申|と言い|といい)"
    ),
)
# Common words that are somebody's name, too.
NO_NAMES = frozenset(
    {"ため", "こと", "もの", "ほう", "よう", "おかげ", "とき", "ところ", "まま", "いえ", "うち", "まえ", "あと"}
    | {"分", "方", "家", "件", "都合", "学校", "会社", "部屋"}
)


class Details:
    """Finds in stored words all that is somebody's: what the guardrail finds, and the kinds of this file."""

    def __init__(self, pii: Pii) -> None:
        self._pii = pii

    async def find(self, text: str, allowed: PublicContacts = NOTHING_PUBLIC) -> list[Finding]:
        """Off the event loop. Raises GuardrailFailed: then it is not known what is in the text."""
        return await self._pii.safely(lambda: self.find_now(text, allowed))

    def find_now(self, text: str, allowed: PublicContacts = NOTHING_PUBLIC) -> list[Finding]:
        """What is in the text and not public: sorted, without overlaps. Blocks."""
        own = allowed.without_public(text, without_overlaps(_details(text)))
        return without_overlaps([*self._pii.find_now(text, allowed), *own])


def _details(text: str) -> Iterator[Finding]:
    read = normalise(text)
    for pattern in PATTERNS:
        for match in pattern.finditer(read.text):
            if _is_enough(match["it"]):
                yield Finding(*read.original(*match.span("it")), PiiKind.OTHER_ID)
    for pattern in NAMES:
        for match in pattern.finditer(read.text):
            if _is_name(match["it"]):
                yield Finding(*read.original(*match.span("it")), PiiKind.PERSON)


def _is_enough(found: str) -> bool:
    return len(found) >= (LEAST_LONG if found[-1].isascii() and found.isalnum() and found[-1].isdigit() else 2)


def _is_name(found: str) -> bool:
    if found in NO_NAMES:
        return False
    return any(standing(each.part_of_speech()) in (SURNAME, GIVEN, PERSON) for each in dictionary().lookup(found))
