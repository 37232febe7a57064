"""Wares, money, contacts and pitches: a message that sells. Patterns are read in lower case, NFKC."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from guardrail.spam.message import Message, letters
from guardrail.spam.verdicts import Sign, Why

MOST_OF_A_FAMILY = 2  # of the same kind count


@dataclass(frozen=True)
class Family:
    """A kind of words that advertising has; each different one counts `points`."""

    points: int
    pattern: re.Pattern[str]


def _family(points: int, *patterns: str) -> Family:
    return Family(points, re.compile("|".join(patterns)))


# Nobody asks an app's concierge for these.
BLATANT = _family(
    3,
    r"\bviagra\b|\bbeautiful (?:women|girls|ladies)\b|\bhacker for hire\b|\brecover (?:lost|your lost)\b|\bpayday loans?\b|\bbad credit\b|\bcounterfeit\b|\b(?:real|fake) (?:passports?|ids?|documents|driving licen[cs]es?)|\bunlimited (?:coins|gems|money|diamonds)|\bairdrop\b|\bpresale\b|\btrading signals\b|\bget laid\b|\bfilthy\b|\bsteroids\b|\bcialis\b|\bno prescription\b|without (?:a )?prescription|\breplica (?:watch|bag)\w*|\bescorts?\b|\bporn\w*|\bxxx\b|\bhot (?:singles?|girls?|chicks?)\b",
    r"\bno credit check\b|\bnigerian\b|\bprince \w+|\bbacklinks?\b|\bguest post\w*|\bsend \d[\d.]* ?(?:btc|eth|bitcoin)",
    r"スーパーコピー|相互リンク|サイト運営者様|億り人|コイン(?:を)?無限|チートツール|コピー品|n級|セフレ|無修正|人妻|出会い系で|エロ動画|アダルト動画|裏dvd|援助?交|パパ活|ブラック(?:でも)?(?:ok|借|融資)|審査なし|現金化|闇金|必勝法|バイナリーオプション|被リンク|大麻|口座売買",
    r"加微信|兼职|赌场|博彩|彩金|代开发票|заработ\w*|казино|жми сюда|кредит без",
)
# Wares that honest people may speak of, too.
WARES = _family(
    1,
    r"\bcasino\b|\bfree spins?\b|\bforex\b|\bcrypto\w*|\bbitcoins?\b|\bbtc\b|\beth\b|\bloans?\b|\bdating\b|\bdiet\b|\bpills?\b|\bseo\b|\bcannabis\b|\bcbd\b|\bgift cards?\b|\bonlyfans\b|\bringtones?\b|\blottery\b|\bsunglasses\b|\brolex\b|\bvuitton\b|\bessay service\b|\b\d[\d,.]*k? (?:instagram |tiktok |real )?followers\b|\bhack\b|\bcheats?\b|\bmassage\b",
    r"副業|副収入|お仕事です|在宅ワーク|仮想通貨|自動売買|fx\b|投資|カジノ|パチンコ|サプリ|ダイエット|出会い|融資|キャッシング|ローン|占い|鑑定|霊視|フォロワー|いいね増|seo対策|集客|ブランド|激安|脱毛|育毛|情報商材|競馬|バイト|財布|時計|ギフト券|ノウハウ",
)
MONEY = _family(
    2,
    r"(?:earn|make|made|making|win|won|receive|get paid|profit)\b[^.?!\n]{0,30}(?:[$£€¥]|\d+ ?(?:usd|dollars|euros?|btc|pounds|per (?:day|week|month)))|[$£€] ?\d[\d,.]*k? ?(?:/|a|per|every|each) ?(?:day|week|hour)",
    r"\bwork(?:ing)? from home\b|\bmake (?:easy |fast |quick |real )?money\b|\beasy money\b|\bonline income\b|\binvestment (?:opportunity|plan|platform)\b|\bpassive income\b|\bextra (?:cash|income)\b|\bdouble your\b|\bget rich\b|\bfinancial freedom\b|\bmillion (?:usd|dollars|pounds)|\$\d+ million|\brecover\w* (?:all )?my\b[^.\n]{0,20}(?:bitcoin|funds|money)|\b(?:cash|prize) (?:prize|award|reward)|\bguaranteed (?:profit|income|returns?)",
    r"会うだけで|\d+万円(?:を)?援助|当せん|【当選】|月収\d|月に?\d+万円?(?:を|も|以上)?(?:稼|達成|の収入|の不労)|月\d+万(?:円)?(?:を|も)?(?:稼|達成)|日給\d|日[収当]\d|年収\d+万|毎日\d+(?:万|千)?円|\d+万円(?:を)?(?:達成|稼|プレゼント|もらえる|受け取)|稼[ぐげごい]|儲[かけ]|不労所得|高収入|高額報酬|資産\d+倍|勝率\d|元本保証",
)
GIVEAWAY = _family(
    2,
    r"\bcongratulations?\b[^.\n]{0,40}\b(?:won|winner|selected|chosen|awarded)|\byou(?:'ve| have)? (?:been (?:selected|chosen)|won\b)|\bwin a free\b|\bfree (?:iphone|ipad|gift|entry|money|download|spins|vacation)\b|\bclaim (?:your|now|code|it)\b|\bgiveaway\b|\bwelcome bonus\b|\bdeposit bonus\b|\bbonus \d+ ?%|\d+ ?% (?:welcome |deposit )?bonus",
    r"当選(?:おめでとう|しました|されました)|当たりました|登録ボーナス|入金ボーナス|無料(?:で)?(?:プレゼント|配布|公開)|配布中|配って(?:ます|います)|プレゼント(?:中|しています)",
)
ACT_NOW = _family(
    1,
    r"\bclick (?:here|the link|below|now)\b|\bsign up\b|\bjoin (?:us|free|now|my|our)\b|\border (?:now|today)\b|\bapply now\b|\bbuy (?:now|cheap)\b|\bcall now\b|\bact now\b|\btry it now\b|\blimited (?:time|offer)\b|\btoday only\b|\bvisit (?:us|our|my)\b|\breply (?:for|stop|yes|to)\b|\bcheck (?:out|this)\b|\btext \w+ to \d+|\bhurry\b|\bno experience\b",
    r"(?:詳細|詳しく|登録|受け取り|お問い合わせ|追加|申し?込み|ご相談|チェック|購入)は(?:こちら|こちらから|プロフ|dm)|こちら(?:から)?(?:→|➡|▶|↓|http)|今すぐ|今だけ|先着|限定|無料登録|登録するだけ|プロフ(?:ィール)?の(?:リンク|url)|dm(?:ください|下さい|お待ち|まで)|未経験|興味(?:が|の)?ある(?:方|人)|ご確認(?:ください|下さい)|更新してください|登録してください|→ ?http|グループに参加|ご相談を|誰でも|スマホ(?:だけ|1台)|飲むだけ|来店不要|電話(?:一|1)本|最短\d",
)
EXCESS = _family(
    1,
    r"\bfree\b[^.\n]{0,12}!|!!!|\b100 ?% (?:free|guaranteed|plagiarism)|\bbest (?:price|online|quality)\b|\bcheap(?:est)?\b|\b\d\d ?% off\b|\bdiscount\b|\bguaranteed\b|\bmiracle\b|\bsecret\b|\bfast shipping\b|\binstant(?:ly)?\b|\bflash sale\b|\$\d+ ?\b",
    r"完全無料|送料無料|\d\d ?%off|特別価格|最高品質|最安|保証(?:付き|します)?|激安|業界最高|初回(?:無料|\d+円)|返金保証|簡単に|♡|代引き|女の子|かわいい子|今夜|いっぱい♡|会お[うっ]|\d+円から|\d+円[~〜]",
)
CONTACT = _family(
    2,
    r"\b(?:whats ?app|telegram|viber|wechat|kik)\b[^\n]{0,20}(?:\+?\d{3}|@)|\bcontact (?:him|her|me|us) (?:on|at|via|through)\b|\b(?:add me on|dm me|inbox me)\b|\b(?:telegram|whatsapp|discord) (?:group|channel)\b|\bcontact:? \S+@\S+|\bvx\d+|\b(?:t\.me|wa\.me|lin\.ee)/",
    r"line(?:登録|追加|友だち追加|友達追加|で友)|微信",
)
PITCH = _family(
    2,
    r"\bwe (?:offer (?!your)|provide|are a (?:leading (?!school|university|hospital)|professional)|specialize)|\bi am a (?:professional|freelance|certified|expert)\b|\b(?:redesign|design|improve|promote) your (?:website|site|business|logo)\b|\b(?:low|affordable|reasonable) prices?\b|\bweb design\w*\b|\bour (?:services|company offers|agency|seo)\b|\bleading [\w ]{0,30}(?:company|agency)\b|\bdear (?:webmaster|sir|website owner|business owner)\b|\bhello sir\b|\byour (?:business|website) (?:rank|needs|could)|\bfirst page of google\b|\brank \S+ on google\b|\bdiscuss your requirements\b|\bprice list\b|\bboost your (?:business|traffic|sales|website)|\bincrease your (?:followers|traffic|sales|rank)",
    r"弊社(?:では|の|は)[^。]{0,40}(?:支援|代行|サービス|ご提案|ご紹介)|営業のご案内|貴社の(?:ホームページ|サイト)|御社の(?:サイト|ホームページ|売上)|ご提案(?:がございます|させて|です)?[^。]{0,12}(?:貴社|御社|弊社)|(?:ホームページ|web|サイト)制作の(?:ご提案|ご案内)|ご提案(?:がございます|させて)|売上(?:アップ|を\d倍|向上)[^。]{0,12}お?手伝い|ご紹介したく|ご興味が(?:ございましたら|ありましたら)|運用代行|集客(?:支援|代行)|検索順位\d位|増やします|貸します",
)
CHANNEL = _family(
    3,
    r"\bsub(?:scribe)? (?:to|2|for) (?:my|me|our)\b|\bcheck out my\b|\b(?:my|new) (?:youtube )?chann?el\b[^.\n]{0,20}\bsub|\bfollow me\b|\bplease subscribe\b|\bsub4sub\b|\blike and subscribe\b",
    r"チャンネル登録(?:よろしく|お願い|おねがい|して)|フォローお願い|フォロバ|高評価お願い",
)
PHISHING = _family(
    3,
    r"(?<!my )\baccount (?:is|has been|was|will be) (?:suspended|locked|limited|disabled|closed)(?! for no| why|, (?:help|why))|\bcould not be delivered\b|\bupdate your (?:payment|billing|shipping)? ?(?:address|details|information|method) (?:here|now)|\bverify (?:your (?:account|identity)|immediately|now)\b|\bunusual (?:sign-?in )?activity\b|\bconfirm your (?:bank|card|identity)",
    r"(?:あなた|お客様|ご利用)の?アカウント(?:が|は)(?:停止|ロック|制限|凍結)され|本人確認を(?:行|お願い|完了)|\d+時間以内に|不在の?(?:為|ため)持ち帰|お支払い方法に問題が",
)
# Texts that live of the call or the message they ask for.
TELEPHONE = _family(
    2,
    r"\b(?:call|txt|text|ring|dial|reply|send)\b[^\n]{0,40}?\b(?:0[89]\d{6,}|07\d{6,}|\+\d{9,})|\b(?:txt|text|send) [^\n]{1,20} to \d{5}\b|\b(?:txt|text) \w+ (?:to|2)\b|\bstop\b ?(?:to|2|txt)\b|\b2 ?stop\b|\bopt ?out\b|\bsend stop\b",
    r"\d+ ?p(?:pm| ?/ ?min| per (?:min|msg|week)|/msg|/day|/week)|\bper (?:min|msg|text)\b|\bt ?(?:s|&) ?(?:and)? ?(?:c|cs|&cs)\b|\b(?:po ?box|sae)\b|\btxt\b[^\n]{0,40}\d{4,}|\bfreephone\b|\blandline\b",
    r"\b(?:awarded|prize|voucher holder|bonus caller|winner|secret admirer|fancies? (?:you|a)|unredeemed|un-redeemed|lucky day|await collection|free (?:msg|message|minutes|mins|text\w*|camera|tones?|ring ?tone\w*|1st)|to claim|2 claim|toclaim|claim ur|urgent!|dating service|ring ?tones?|sexy|invit\w+ you to be)\b",
)
FAMILIES = (TELEPHONE, BLATANT, WARES, MONEY, GIVEAWAY, ACT_NOW, EXCESS, CONTACT, PHISHING)
SELLING_TO_OWNERS = (PITCH, CHANNEL)  # no question makes these anything else
SELLS = 2  # below, a link adds nothing
QUESTION = 3  # points that a question about the service takes off, or a complaint


SAYS_SOMETHING = 10  # letters beside a link
# Who speaks of the page itself is a reader of it.
_POINTS = re.compile(r"これ|ここ|この|こちらの|上記|読ん|見た|見て(?:も|い)|\b(?:this|here is|these|i (?:followed|read|saw|tried|looked)|see|page|docs?)\b")
_WISH = re.compile(r"\bi (?:want|need|love|like|would|was|am|have)\b|\bi'[dm]\b|したい|欲しい|ほしい|でした|ました")


def advertising(message: Message) -> Sign | None:
    """What speaks for a message being an advertisement."""
    words = message.own_words
    points = _points(FAMILIES, words)
    if message.links and not (message.of_service or message.asks or message.complains or _POINTS.search(words)):
        points += 1 if len(letters(words)) >= SAYS_SOMETHING else 0
    if points >= SELLS and message.links:
        points += 2
    if points and message.of_service and (message.asks or (message.complains and not message.links)):
        points -= QUESTION
    if points == SELLS and not (message.of_service or message.asks or message.complains or _WISH.search(words)):
        points += 1  # it only tells
    points = max(0, points) + _points(SELLING_TO_OWNERS[: 1 if message.asks else 2], words)
    return Sign(Why.ADVERTISING, points) if points > 0 else None


def _points(families: Iterable[Family], words: str) -> int:
    return sum(min(MOST_OF_A_FAMILY, len(set(family.pattern.findall(words)))) * family.points for family in families)
