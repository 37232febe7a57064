"""Word tables: what titles, greetings, namesakes, places and street lines are made of."""


def listed(text: str) -> frozenset[str]:
    """The words of a table."""
    return frozenset(text.split())


TITLE = listed(
    """
    doctor dr frau herr judge madam miss mme monsieur mr mrs ms mx prof professor rev senator señor señora
    sir
    """
)
GREETING = listed(
    """
    cheers congratulations dear hello hey hi hiya regards sincerely sorry thanks welcome
    """
)
# What a name lends itself to: Boston University, Hilton Hotel.
NAMESAKE = listed(
    """
    airport api app avenue award bank bridge center centre church city club co college company corp
    corporation county cup day edition editor effect festival foundation group hospital hotel house inc
    institute island lake law league library llc ltd machine max mini model motors mountain museum news plus
    post press prize pro records river road scale school series server stadium station store street test
    theater theatre theorem times town university week
    """
)
# First names that are also ordinary words, months, places or brands; alone they need a greeting.
AMBIGUOUS = listed(
    """
    ada africa alexa alexandria amber america an angel angeles antonio apache apollo april archer art asia
    atlas august austin autumn baron basil bay beau ben benz bill bishop black blossom bo bob brook brooklyn
    brooks brown buck bud buddy campbell candy carol carolina carter case cash chad chance charlotte chase
    chelsea cherish cherry china chip christian clay cliff clover cody cole columbus cooper cortana crystal
    cuba daisy dakota dale dallas daniels dawn dean dell delta denver dick diego doc dollie don dot drew
    duke dusty dyson earl early echo edge eiffel else era evan eve faith felix fern ferris florence ford
    forest francisco frank gail gale gene genesis georgia gillette ginger glen go gold golden grace grant
    gray green guy happy harley harmony haskell hazel heath heather heaven hershey hilton holly honey hope
    houston hunter in india ira iris israel ivy jack jackson jade jasmine jasper java jean jenkins jerry jim
    joan johnny jordan jose joy julia july june justice kellogg kelly kenya kia king kit kitty kotlin lady
    lane lee leo levi lexus lily lincoln little london long love lovely luna lynx mac macy madison major man
    many marina mark marsh marshall mason max may melody memphis mercedes merry mike miles mira miss morton
    my nelson nevada newton noble norm nova olive opera oracle orion orlando page paris parker pascal pat
    pearl penny perl phoenix pick pierce pope porsche port porter prince queen rain ray reed rich river rob
    robin rod roman rose rosemary royal ruby russell rusty safari saffron sage sandy santiago savannah
    sawyer scala sea season see sheraton sierra silver siri sky so son song sparkle stanley star sterling
    stone stormy summer sunny swift sydney tanner taylor terra tesla the tiffany travis trinity tulsa turner
    ty tyler valencia van vegas vernon victor victoria violet virginia vivaldi wade walker ward watson weber
    webster wells wendy wesley west weston white will wilson winston young
    """
)
# The last word of a street line, as the US Postal Service lists them; a plural s is understood.
SUFFIXES = listed(
    """
    Alley Ave Avenue Blvd Boulevard Bridge Brook Burg Bypass Canyon Cape Causeway Center Circle Cliff Close
    Club Common Corner Course Court Cove Creek Crescent Crest Crossing Ct Dale Dam Divide Dr Drive Estate
    Expressway Extension Fall Ferry Field Flat Ford Forest Forge Fork Fort Freeway Garden Gateway Glen Green
    Grove Harbor Haven Heights Highway Hill Hollow Hwy Inlet Island Isle Junction Key Knoll Lake Land
    Landing Lane Light Ln Loaf Lock Lodge Loop Mall Manor Meadow Mews Mill Mission Motorway Mount Mountain
    Neck Orchard Oval Overpass Park Parkway Pass Passage Path Pike Pine Pkwy Pl Place Plain Plaza Point Port
    Prairie Radial Ramp Ranch Rapid Rd Rest Ridge River Road Route Row Rue Run Shoal Shore Skyway Spring
    Spur Square St Station Stravenue Stream Street Summit Terrace Throughway Trace Track Trafficway Trail
    Tunnel Turnpike Underpass Union Valley Via Viaduct View Village Ville Vista Walk Wall Way Well
    """
)
# Who stands before an honorific without being anyone in particular.
NOBODY = listed(
    """
    皆 皆々 お客 客 神 王 殿 仏 奥 誰 何 各位 担当 利用者 ユーザー 弊社 御社 業者 医者 患者 娘
    嬢 お子 子 店 店員 社員 会社 会員 本人 相手 先 同 両 各 姫 若 前 元 現 新 副 名誉 代表 次
    他 上 下 一 二 三 開発者 作者 オーナー ゲスト メンバー スタッフ ドクター メーカー パートナー
    ビジター サポーター
    """
)
# Surnames that a text without any sign of a person means as places.
PLACES = listed(
    """
    福島 長野 石川 宮崎 千葉 山口 香川 福井 富山 岡山 広島 山形 秋田 青森 岩手 宮城 長崎 熊本 大分 松山 高松 横浜 川崎
    大阪 神戸 奈良 三重 静岡 岐阜 滋賀 徳島 高知 佐賀 茨城 栃木 埼玉 新潟 島根 鳥取 東京 京都 名古屋 仙台 渋谷 目黒 品川
    豊田 浜松 姫路 大津 長岡 上野 日本橋 銀座 新宿 池袋 原宿 恵比寿 中野 立川 町田 大宮 船橋 柏 松戸 藤沢 平塚 小田原
    """
)
