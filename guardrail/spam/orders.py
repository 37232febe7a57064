"""Orders to the model instead of questions to the app: prompt injection. Read in lower case, disguises undone."""

import re

from guardrail.spam.message import Message
from guardrail.spam.verdicts import Sign, Why

_RULES = r"(?:instructions?|prompts?|rules?|guidelines?|directions?|directives?|commands?|programming|restrictions?|constraints?|training|configuration)"
_TELL = r"(?:reveal|show|print|output|repeat|display|tell|dump|leak|give|list|share|disclose|write|return|recite|expose|what (?:is|are|was|were)|summari[sz]e|copy|translate|spell|echo|read)"
_UNDO = r"(?:(?:無視|破棄|解除|リセット|無効化|取り消|上書き)(?:して(?!い|も|しま|る)|し(?:ろ|なさい|、)|せよ|する。)|忘れ(?:て(?!し|い|ま|る)|ろ|なさい))"
_SHAPES = {
    "forget": (
        r"\b(?:ignore|disregard|forget|override|bypass|discard|overlook|neglect|erase)\b[^.?!\n]{0,30}\b(?:all|any|previous|prior|above|preceding|earlier|your|the|these|those|everything|last|initial)\b[^.?!\n]{0,40}\b" + _RULES + r"\b"
        r"|\b(?:ignore|disregard|forget)\b (?:all |everything )?(?:of )?(?:the |that (?:was|is) )?(?:above|before|previous(?:ly)?(?= and\b|[.,!:;]|$)|you (?:were|have been) told|i said before)\b|\b(?:disregard|forget|stop) everything\b|\boverride (?:safety|security)"
        r"|(?:指示|命令|ルール|プロンプト|制約|規則|ガイドライン|指令|規定)(?:を|は|など)?[^。\n]{0,12}" + _UNDO + r"|(?:これ|今)までの(?:設定|話|会話|役割)[^。\n]{0,8}" + _UNDO + r"|(?:ルール|指示|命令|倫理規定)は(?:すべて|全て)?(?:無効です|適用されない|適用されません)|ガイドラインに従わ"
        r"|無視してください[、。 ](?:今|これ)まで|(?:無視|破棄)して[^。\n]{0,10}(?:従|答え|回答|出力)|忽略[^。\n]{0,12}(?:指令|指示)"
        r"|이전[^.\n]{0,10}지시[^.\n]{0,8}무시|ignor\w+ (?:todas?|toutes|alle|tutte)\b|игнорируй"
    ),
    "reveal": (
        r"\b" + _TELL + r"\b[^.?!\n]{0,40}\b(?:system|initial|original|hidden|secret|internal|previous|prior|above|full|entire|exact|your|developer|base|pre-?)(?: \w+)?[ -]?prompts?\b"
        r"|\b" + _TELL + r"\b[^.?!\n]{0,40}\b(?:system|initial|original|hidden|secret|internal|previous|prior|developer|base)(?: \w+)?[ -](?:instructions?|directives?|context|rules|guidelines)\b"
        r"|\b(?:reveal|print|repeat|output|leak|dump|recite|disclose|expose)\b[^.?!\n]{0,30}\byour (?:\w+ )?(?:instructions?|rules|guidelines|directives|configuration|context)\b"
        r"|\brepeat (?:the (?:words|text)|everything) above\b|\b(?:text|contents?|wording) of your (?:\w+ )?(?:instructions|prompt|rules)\b|\b(?:print|show|list|dump|give)\b[^.?!\n]{0,30}\benv(?:ironment)? variables\b|\bhidden instructions\b|\b(?:system )?prompt\b[^.?!\n]{0,20}\b(?:verbatim|word for word)|\b(?:dump|reveal|leak|exfiltrate) (?:me )?(?:the |all |every |your )?(?:hidden |entire |whole |internal )?(?:context|knowledge ?base|database|secrets?|credentials?|passwords?)|\b(?:print|show|list) (?:me )?(?:the |all )?(?:hidden (?:context|rules|text)|owner emails?|user data)"
        r"|(?:システム|初期|内部|隠し?|最初の|元の)\s*(?:プロンプト|指示|設定の文|命令)(?:文)?[^。\n]{0,20}(?:表示|出力|教え|見せ|開示|公開|出し|書き出|繰り返|全文|そのまま)|system prompt\s*(?:を|の|は)|あなた(?:へ|に対する|が受けた|に与えられた)の?(?:指示|命令|初期設定|ルール)"
        r"|(?:与えられ|書かれ)た?[^。\n]{0,10}(?:指示|設定|プロンプト|文章)[^。\n]{0,20}(?:そのまま|全文|一字一句|出力|表示|教え)|内部の(?:指示|命令|ルール|設定|マニュアル|情報|資料)|あなたの(?:設定|ルール|指示|命令|制約)[^。\n]{0,12}(?:教え|見せ|出力|表示|列挙|箇条)|プロンプト(?:を|の全文を|を全文)(?:復唱|教え|見せ|表示|出力|開示)|一字一句|一語一句"
    ),
    "become": (
        r"\byou are (?:now|no longer)\b|\bfrom now on,? you\b|\b(?:act|behave|respond|roleplay|role-play) as (?:if you|a|an|dan|my|the|evil|\w*bot|if)\b|\bpretend (?:to be|you are|you're|that you)\b|\bsimulate (?:a|an|being)\b|\byou will (?:act|play|become)\b|\bimagine you(?:'re| are)\b|\bstay in character\b|\bi want you to act\b|\benter \w+ mode\b"
        r"|あなたは(?:もう|今から|これから|今後)|今から(?:あなた|お前|きみ|君)|今から\w+モード|(?:として|のように)(?:振る?舞|ふるま|話し|答え|行動)|になりき|ロールプレイ"
    ),
    "unbound": (
        r"\b(?:as|are|be|named|called|like|into|act|\") ?dan\b|\bdan(?: mode|,? (?:an|which|stands|who|will|would))\b|\[dan\]|\bdo anything now\b|\bjailb(?:reak|roken)\w*\b|\b(?:developer|debug|god|admin|sudo|dev|maintenance|unrestricted|root) mode\b[^.?!\n]{0,20}\b(?:on|enable\w*|activate\w*|and|engaged)|\b(?:enter|enable|activate|switch to|turn on) (?:developer|debug|god|admin|sudo|unrestricted|maintenance|dan)"
        r"|\b(?:no|without(?: any)?|free (?:of|from)) (?:\w+ )?(?:restrictions?|censorship|ethic\w*|morals?|guardrails?|filters)\b|\b(?:disable|remove|lift|turn off|bypass)(?: all)? (?:of )?(?:your |the |its )?(?:safety|content|ethical|moral)? ?(?:filters? and|restrictions? and|guidelines|safety|guardrails?|safeguards?)\b|\byou have no rules\b|\bsudo mode\b|\bunrestricted\b|\buncensored\b|\bunfiltered\b|\bevil ?bot\b|\brules don'?t apply\b|\bno ethical\b"
        r"|(?:developer|debug|dan|admin|god) ?モード|(?:developer|debug|admin) mode\s*(?:を|に)|制限のないai|制限なしで|(?:すべて|全て|あらゆる)の制限を解除|制限を解除して(?:何|自由|答)|フィルターなし|脱獄|ジェイルブレイク|(?:開発者|デバッグ|管理者?|dan)モード(?:を|に)(?:有効化?(?:。|し、|して(?!も|い)|せよ|$)|なっ(?:て(?!い|し))|なれ|入っ(?:て(?!い|し))|入れ|切り替えて|移行(?:して|し|せよ))|(?:制約|制限|ルール|検閲)(?:を|が|に)[^。\n]{0,6}(?:受けない|ない|縛られない)[^。\n]{0,8}(?:ai|アシスタント|として)|倫理(?:規定|観)?(?:を無視|は適用)|何でも答え(?:て(?!くれな|くれま|もら)|ろ|る)|どんな質問にも"
    ),
    "marked": (
        r"<\|[\w ]{2,20}\|>|\[/?(?:inst|system|sys|admin)\]|<</?sys>>|</?(?:system|assistant|instructions?|admin)\b[^>\n]{0,20}>|^\W{0,4}(?:system|assistant|admin|developer) (?:message|override|prompt|note)\s*:|\"role\"\s*:\s*\"(?:system|assistant|developer)\""
        r"|^#{2,} ?(?:instructions?|system|指示|命令|new task|override)|\bbegin (?:system|admin|new)\b|^\W{0,4}システム(?:メッセージ|命令|指示|より)?\s*[:】\]]|新しい命令|\bnew (?:instructions?|policy|rules?|system prompt)\s*[:\-—]"
    ),
    "claims": (
        r"\bi am (?:your|the) (?:developer|creator|admin\w*|owner|programmer|engineer|system administrator)\b|\bas (?:your|the) (?:developer|admin\w*|creator)\b|\b(?:this is|i'm) (?:the|your) (?:developer|admin\w*|creator)\b|\bopenai\b[^.\n]{0,30}\b(?:employee|here|policy)|\bauthori[sz]ed (?:by|user|to)\b"
        r"|(?:私|俺|わたし|僕|こちら)は[^。\n]{0,12}(?:管理者|開発者|運営者|エンジニア)(?:です|だ)|^管理者です|管理者(?:権限|命令)(?:で|により|です)|開発者からの"
    ),
    "takes": (
        r"\b(?:other|all|every|another) (?:users?|customers?|visitors?|people|owners?)'?s?'? ?(?:conversations?|chats?|messages|data|e-?mails?|names|info\w*|details|history|passwords?)|\badmin(?:istrator)?'?s? passwords?\b|\bapi[ _-]?keys?\b[^.?!\n]{0,20}\b(?:please|now|reveal)|\b(?:give|tell|show|reveal)[^.?!\n]{0,15} (?:the |your |me the )?(?:api[ _-]?key|secret key|credentials|database)\b|\bexfiltrat\w+|\brm -rf\b|\bdrop table\b|\binternal configuration\b|\ball (?:owner|user|customer) (?:e-?mails?|data|names)"
        r"|(?:他の|全ての?|すべての|全)(?:ユーザー|利用者|客|顧客|人)の?[^。\n]{0,10}(?:会話|履歴|情報|データ|メール|個人情報)|個人情報を(?:すべて|全て|全部|開示)|(?:api|秘密)\s*(?:キー|鍵)を?(?:教え|出力|表示|見せ)|管理者の?パスワード"
    ),
    "speaks": r"^\W{0,4}(?:system|assistant|admin|developer)\s*:",
    "says": r"\b(?:respond|reply|answer|say|output|print)\b,? (?:only|just) (?:with )?\"|\binstead,? (?:say|respond|reply|output|print)\b|代わりに「|とだけ(?:言|出力|答|返)|\b(?:just|only) (?:print|say|output|write|reply|respond|answer)\b[^\n]{0,20}\"|\b(?:print|say|output|respond with|repeat)\b[^\n]{0,20}\"[^\"\n]*(?:hacked|pwned|hate|kill|hijacked|owned|injection)",
    "recast": r"\b(?:you are|you're) now (?:an?|in|my|the|going to be)\b|\byou are (?:going to|gonna) (?:pretend|act|play|be)\b|\bpretend (?:you are|you're|to be) (?:un|evil|an? (?:un|evil))|(?:あなた|お前|きみ|君)は(?:今|これ|今日)から[^。\n]{1,30}(?:です|だ|になっ|として|。|$)|今から(?:あなた|お前|君)は[^。\n]{1,30}|人格を変|別の(?:人格|ai)に",
    "coded": r"\bbase64\b[^.\n]{0,30}\b(?:decode|follow|instructions?)|\bdecode (?:this|the following)\b[^\n]{0,40}\b(?:follow|execute|obey)|base64で?デコード|\brot13\b|その指示に従",
}
_READ = {name: re.compile(pattern, re.MULTILINE) for name, pattern in _SHAPES.items()}
# One of these alone means nothing: "can it act as a remote", "I am the owner".
_WEAK = {"become", "claims", "takes", "speaks"}
_SOFT = {"unbound", "recast", "marked", "says"}  # nor one of these, where it speaks of the service
_ABOUT_IT = re.compile(
    r"\b(?:resist|safe against|prompt injection|vulnerab\w+|protect\w*|is my data|concerned|worried|follow a)\b|安全性|心配|対策|されたら|言われたら|学習されたくない|ありますか|できますか|どこに"
)


def orders(message: Message) -> Sign | None:
    """What speaks for a message that gives the model orders."""
    text = message.undisguised
    found = {name for name, pattern in _READ.items() if pattern.search(text)}
    if not found:
        return None
    soft = _WEAK | _SOFT if message.of_service else _WEAK
    points = sum(1 if name in soft else 3 for name in found)
    if "marked" in found and message.pasted:
        points -= 2
    if message.asks and _ABOUT_IT.search(text):
        points -= 4
    if len(found) > 1 and points >= 2:
        points += 1
    return Sign(Why.INJECTION, points) if points > 0 else None
