"""What stands around a Japanese name and says that it is one: honorifics, posts, labels, introductions."""

import re

TITLES = (
    "様|さま|さん|氏|君|くん|ちゃん|殿|先生|先輩|社長|副社長|部長|課長|係長|主任|専務|常務|会長|室長|店長|支店長"
    "|教授|准教授|博士|監督|選手"
    "|議員|衆議院議員|参議院議員|市議|県議|都議|区議|町議|弁護士|医師|院長|園長|校長|教諭|記者|アナウンサー|夫妻|夫人|女史|画伯|師匠|ご夫妻|マネージャー|リーダー"
    "|カメラマン|コーチ|シェフ|トレーナー|スタイリスト|ディレクター|プロデューサー|インストラクター|カウンセラー"
    "|オペレーター"
)
HONORIFIC = re.compile(rf" ?(?:{TITLES}|(?=と申します|ともうします))")
# 様々, 氏名 and the like are no honorifics.
NO_HONORIFIC = re.compile(
    r" ?(?:様[々式子相]|さま[ァ-ヺざ]|さん[ざ橋]|氏[名族]|くんせい|君主|殿[下堂]|[会部]長[職杯]|[社部店]長[室会]"
    r"|ちゃんと(?![^、。]{1,6}(?:くん|ちゃん|さん))"
    r"|選手[権団村会]|記者[会団]"
    r"|議員[会連立]|[市県都区町]議[会場]|監督[官署省]|教授[会法]|先生方)"
)
# Said to a person and to nothing else; a department or a club has a 部長, a 監督, a 選手 too.
PERSONAL = re.compile(r" ?(?:様|さま|さん|氏|くん|ちゃん|先生|殿|君)")
# What someone is, said behind the name. Places and companies have mayors and directors too, so these only
# confirm what already looks like a name.
POST = re.compile(
    r" ?(?:[前元現新故米英仏独伊露韓副]{0,2})?(?:首相|総理|大統領|大臣|外相|知事|[都府県市区町村]長|党首"
    r"|代表(?![取番権電的作例団])"
    r"|委員|議長|総裁|総長|所長|局長|次官|大使|書記長|理事|頭取|編集長|将軍|提督|総督|元帥|[大中少][将佐尉]|参謀"
    r"|艦長|船長|機長"
    r"|容疑者|被告|受刑者|被害者|女王|国王|王妃|皇帝|天皇|法皇|教皇|親王|王子|王女|[公侯伯子男]爵|卿|公(?![園式開共正])"
    r"|少年|少女|兄弟|姉妹|夫婦|一家|親子|自身|主演|騎手|投手|捕手|棋士|名人|親方|関(?![西東係連数税門心])|捜査官|警部"
    r"|刑事|巡査"
    r"|看護師|薬剤師|税理士|司法書士|行政書士|美容師|講師|助教|学長|牧師|神父|司教|和尚|住職|両氏"
    r"|ら(?=[\d二三四五六七八九十]+人))"
)
# Of these, what no place or company has.
OWN_POST = re.compile(
    r"[前元現新故]?(?:容疑者|被告|受刑者|首相|総理|大統領|党首|兄弟|姉妹|夫婦|一家|自身|騎手|投手|捕手|棋士|名人|親方|女王|国王|看護師|税理士|宅(?=[のへにまは、。]))"
)
ROLE = (
    "担当者?|サポート|窓口|営業|チーム|責任者|秘書|(?<!一)部|課|店長|スタッフ|講師|代表|オーナー|開発者|作者|著者"
    "|マネージャー|サクセス|エンジニア|デザイナー"
)
FIELD = (
    "氏名|お名前|名前|担当者?|受取人|名義人?|宛名|宛先|差出人|代表者?|代表取締役|責任者|依頼主|契約者|申込者"
    "|予約者|連絡先"
    "|保護者|フリガナ|ふりがな|著者|作者|講師|送付先|お届け先|記入者|利用者|参加者|受付者|対応者|配達員|発送元"
    "|署名|文責|紹介者|同伴者|会員名"
)
LABEL = re.compile(
    rf"(?:{FIELD})(?:様|名)?\s?[|:： は」]{{1,3}}\s?[「*]{{0,2}}$|(?:{ROLE})[のは:] ?$|(?:口座名義|代表取締役) ?$"
    rf"|(?:氏名|名前|宛名|名義) $"
)
LABEL_ENDS = frozenset("|:： は」「*の義役\n")
LABEL_REACH = 12
# Who someone is to somebody, said in front of the name.
KIN = re.compile(
    r"(?:選手|監督|首相|大統領|社長|画家|作家|歌手|俳優|女優|教授|哲学者|学者|詩人|作曲家|指揮者|投手|弟|妹|兄|姉"
    r"|妻|夫|娘|息子|父|母|友人|同僚"
    r"|上司|部下|先輩|後輩|恋人|婚約者|祖父|祖母|叔父|叔母|甥|姪|[長次三四][男女]|弟子|秘書|宿敵|相棒|いとこ|従兄|従妹|孫"
    r"|主人|旦那|嫁|彼女|彼氏|友達|友だち|親友|隣人|担任|相方|後任|前任|店長|店主)の$"
)
INTRODUCED = re.compile(
    r" ?(?:と申し|ともうし|と(?:いい|言い)ます|が(?:対応|担当|折|お|ご|まいり|参り|承|伺|うかが|回答)|より、?(?:本日"
    r"|ご|お|後|折)|から(?:ご|お|折)|宛|行(?:\s|$)"
    r"|[（(][^（()）]{0,40}@|[（(][ぁ-んァ-ヺー ]{2,16}[)）] ?様"
    r"|(?:[、と][^、。\n]{2,12}){0,5}(?:の[0-9二三四五六]{1,2}名|の各氏|の両名|両氏))"
)
INTRODUCTIONS = frozenset(" とがよか宛行（(の、両")
NAMESAKE = re.compile(
    r"(?:文化|歴史|郷土)?(?:記念|美術館|文学館|資料館|博物館|空港|大橋|通り|神社|館(?![長主内])|像|展|賞|杯)|ゆかり|生誕|の[『「]"
    r"|風[のなにデ]"
)
COMPANY = re.compile(r"(?:株式会社|有限会社|合同会社|㈱|\(株\)|学校法人|財団法人) ?$")


def has_honorific(text: str, at: int) -> bool:
    """Whether 様, さん, 先生 and the like stand at a place."""
    return HONORIFIC.match(text, at) is not None and NO_HONORIFIC.match(text, at) is None


def is_addressed(text: str, at: int) -> bool:
    """Whether an honorific stands at a place that only persons have."""
    return PERSONAL.match(text, at) is not None and NO_HONORIFIC.match(text, at) is None


def has_post(text: str, at: int) -> bool:
    """Whether 首相, 容疑者, 兄弟 and the like stand at a place."""
    return POST.match(text, at) is not None


def is_signed(text: str, at: int) -> bool:
    """Whether an honorific or a post stands at a place."""
    return has_honorific(text, at) or has_post(text, at)


def has_own_post(text: str, at: int) -> bool:
    """Whether one of the posts stands at a place that only persons hold."""
    return OWN_POST.match(text, at) is not None


def has_label(text: str, at: int) -> bool:
    """Whether 担当:, お名前は and the like lead up to a place."""
    return text[at - 1 : at] in LABEL_ENDS and LABEL.search(text, max(0, at - LABEL_REACH), at) is not None


def is_introduced(text: str, at: int) -> bool:
    """Whether と申します, がご案内 and the like go on from a place."""
    return text[at : at + 1] in INTRODUCTIONS and INTRODUCED.match(text, at) is not None


def is_someones(text: str, at: int) -> bool:
    """Whether 妻の, 監督の and the like lead up to a place."""
    return text[at - 1 : at] == "の" and KIN.search(text, max(0, at - 6), at) is not None


def is_named(text: str, start: int, end: int) -> bool:
    """Whether an honorific, a label or an introduction says that this is a person."""
    return has_honorific(text, end) or has_label(text, start) or is_introduced(text, end)


def is_namesake(text: str, at: int) -> bool:
    """Whether a museum, an airport, a prize or a book of the one who ends there goes on from a place."""
    return NAMESAKE.match(text, at) is not None


def follows_company(text: str, at: int) -> bool:
    """Whether 株式会社 and the like stand right before a place."""
    return COMPANY.search(text, max(0, at - 6), at) is not None
