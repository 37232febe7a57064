"""Word tables: what titles, greetings, namesakes, places and street lines are made of."""


def listed(text: str) -> frozenset[str]:
    """The words of a table."""
    return frozenset(text.split())


TITLE = listed(
    """
    doctor dr frau herr judge madam miss mme monsieur mr mrs ms mx prof professor rev senator señor señora sir
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
    airport api app avenue beach pier square valley award bank bridge center centre church city club co college
    company corp corporation county cup day edition editor effect festival foundation group hospital hotel house
    inc institute island lake law league library llc ltd machine max mini model motors mountain museum news plus
    post press prize pro records river road scale school series server stadium station store street test theater
    theatre theorem times town university week bible gothic neue garden gardens memorial palace square tower
    """
)
# First names that are also ordinary words, months, places or brands; alone they need a greeting.
AMBIGUOUS = listed(
    """
    ada africa alexa alexandria amber america an angel angeles antonio apache apollo april archer art asia atlas
    august austin autumn baron basil bay beau ben benz bill bishop black blossom bo bob brook brooklyn brooks
    brown buck bud buddy campbell candy carol carolina carter case cash chad chance charlotte chase chelsea
    cherish cherry china chip christian clay cliff clover cody cole columbus cooper cortana crystal cuba daisy
    dakota dale dallas daniels dawn dean dell delta denver dick diego doc dollie don dot drew duke dusty dyson
    earl early echo edge eiffel else era evan eve faith felix fern ferris florence ford forest francisco frank
    gail gale gene genesis georgia gillette ginger glen go gold golden grace grant gray green guy happy harley
    harmony haskell hazel heath heather heaven hershey hilton holly honey hope houston hunter in india ira iris
    israel ivy jack jackson jade jasmine jasper java jean jenkins jerry jim joan johnny jordan jose joy julia
    july june justice kellogg kelly kenya kia king kit kitty kotlin lady lane lee leo levi lexus lily lincoln
    little london long love lovely luna lynx mac macy madison major man many marina mark marsh marshall mason
    max may melody memphis mercedes merry mike miles mira miss morton my nelson nevada newton noble norm nova
    olive opera oracle orion orlando page paris parker pascal pat pearl penny perl phoenix pick pierce pope
    porsche port porter prince queen rain ray reed rich river rob robin rod roman rose rosemary royal ruby
    russell rusty safari saffron sage sandy santiago savannah sawyer scala sea season see sheraton sierra silver
    siri sky so son song sparkle stanley star sterling stone stormy summer sunny swift sydney tanner taylor
    terra tesla the tiffany travis trinity tulsa turner ty tyler valencia van vegas vernon victor victoria
    violet virginia vivaldi wade walker ward watson weber webster wells wendy wesley west weston white will
    wilson winston young sunday france german princess karma salvador santana berkshire claude easter len
    manual meta rich mercury venus mars january february
    jupiter saturn neptune kelvin celsius fahrenheit gauss euler
    """
)
# On the census list of given names, and no name in any text.
NO_GIVEN_NAME = listed("an in love my see so the")
# Products and firms on the census lists or on no list of words: they are not called, reached and asked as persons are.
PRODUCTS = listed(
    """
    adidas adobe airbnb airtable android angular ansible asana asus atlassian audi bitbucket bluetooth bootstrap
    canon chromium cisco citrix cloudflare confluence datadog debian discord django docker dropbox ebay
    elasticsearch evernote excel facebook fastly figma firebase firefox fujitsu garmin github gitlab gmail
    golang google grafana hadoop heroku hitachi honda hubspot huawei hyundai instagram intel intercom jenkins
    jira joomla jquery kafka keycloak kibana kubernetes laravel lenovo linkedin linux logitech lyft magento
    mailchimp mariadb mastercard mattermost mazda mediawiki memcached microsoft miro mongo mongodb netflix
    netlify nginx nikon nintendo nissan node notion npm okta openai outlook panasonic pandoc paypal philips
    pinterest playstation podman postgres postman prometheus puppet pytest python qualcomm quora rails react
    reddit redis redmine rust salesforce samsung sap sentry shopify siemens skype slack snapchat snowflake sony
    splunk spotify spring stripe subaru suzuki swarm tableau telegram tensorflow terraform tiktok tinder toshiba
    toyota travis trello tumblr twilio twitter typo uber ubuntu unity vagrant vercel vimeo vue webpack wechat
    whatsapp wikipedia wordpress xbox xiaomi xero yahoo yamaha youtube zapier zendesk zoho zoom
    """
)
# Given names the US census of 1990 does not have: newer ones, and those of other countries.
GIVEN_ELSEWHERE = listed(
    """
    aarav aditi aditya agnieszka ahmed aidan aiden aisha aleksander alessandra alessandro alexei alisha amara
    amelie amina amir amit ananya anastasia andrzej aneta anjali ankit antoine anton arjun arun aryan asif
    astrid ayesha ayla bartosz beatriz benoit bjorn bogdan boris brayden bronwyn caitlin callum carlo catarina
    cedric celine chiara chloe ciaran claudio clement connor cristian damian daria deepak deepika denis dieter
    dimitri dinesh divya dmitri dmitry domenico eamon ebony eduardo ekaterina elif elodie emiliano emre enrico
    erik esra fabian fabio fatima federico finn fiona florian franz freja friedrich gabriele gaurav georgios
    gerd giorgio giovanna giovanni giulia giuseppe goran grzegorz guillaume gunnar gunther gustav hamza hannes
    hans harish harpreet hassan heike helmut henrik hiroshi hristo hussein ibrahim igor ilaria imran ines ingrid
    isabela isla ismail ivan jakob jakub jan janek jasper javier jayden jens joao johan johannes jonas jorg
    josef jun jurgen kamal karin karthik katarzyna kavita keira khalid khaled kiran klaus krishna krzysztof
    lakshmi lars laurent leila liam ling lorenzo luca lucia luisa lukas luke maciej madhu magdalena magnus malik
    manish manoj marcin marco marek mariam marius markus mateus mateusz mathieu matteo mehmet meera mei mia
    michal miguel mikhail milan mila ming miroslav mohamed mohammad mohammed mohit muhammad murat mustafa nadia
    naomi natalia natasha neha niamh nikhil nikita niklas nikolai nikos niko noah noor oksana oleg olga omar
    osman oskar pablo padraig paola pavel pawel pedro petra philippe pierre pietro piotr pooja pradeep pranav
    prashant priya rafael rahul raj rajesh rakesh ramesh rashid ravi reza riccardo ritu roberta rohan rohit
    roisin ruth sachin samir sandeep sanjay santosh saoirse sara saskia sean sebastian sergei sergey seung
    shankar shreya silvia simone sinead siobhan slavica snezana sofia sofie soren stanislav stefan stefano
    stephane sunil suresh sven svetlana tahir tamara tariq tatiana thiago thomas thorsten tobias tomasz ulrich
    umar uwe vanja vera vijay vikram viktor vinay vladimir wei wojciech wolfgang xavier xiao yasmin yosef
    youssef yuri yusuf yvonne zainab zara zoe zofia
    agus andi ayu bambang budi dewi dian eko fitri hendra indah putri rahmat rina siti sri
    wahyu wayan yanti
    aart femke joost maarten pieter sanne thijs wouter anneke birgit
    dieter heinz jurgen katrin matthias sabine ulrike uwe
    afonso caio duarte goncalo ines larissa rafaela thiago xavi alejandra andres begona inigo nuria rocio
    """
)
# Given names that are states or provinces too: Springfield, Virginia.
STATES = listed(
    """
    alberta california carolina dakota delaware florida georgia indiana israel jordan kansas kentucky louisiana
    maryland michigan missouri montana nevada ontario oregon tennessee texas victoria virginia washington
    wyoming
    """
)
# The last word of a street line, as the US Postal Service lists them; a plural s is understood.
SUFFIXES = listed(
    """
    Alley Ave Avenue Blvd Boulevard Bridge Brook Burg Bypass Canyon Cape Causeway Center Circle Cliff Close Club
    Common Corner Course Court Cove Creek Crescent Crest Crossing Ct Dale Dam Divide Dr Drive Estate Expressway
    Extension Fall Ferry Field Flat Ford Forest Forge Fork Fort Freeway Garden Gateway Glen Green Grove Harbor
    Haven Heights Highway Hill Hollow Hwy Inlet Island Isle Junction Key Knoll Lake Land Landing Lane Light Ln
    Loaf Lock Lodge Loop Mall Manor Meadow Mews Mill Mission Motorway Mount Mountain Neck Orchard Oval Overpass
    Park Parkway Pass Passage Path Pike Pine Pkwy Pl Place Plain Plaza Point Port Prairie Radial Ramp Ranch
    Rapid Rd Rest Ridge River Road Route Row Rue Run Shoal Shore Skyway Spring Spur Square St Station Stravenue
    Stream Street Summit Terrace Throughway Trace Track Trafficway Trail Tunnel Turnpike Underpass Union Valley
    Via Viaduct View Village Ville Vista Walk Wall Way Well
    """
)
# Those of them that are little else, so that a town may follow without a comma.
SURE_SUFFIXES = listed(
    "Ave Avenue Blvd Boulevard Circle Court Ct Dr Highway Hwy Lane Ln Parkway Pkwy Rd St Street Terrace"
)
# What a name in two words begins with when it is a town's: Santa Monica, Los Altos.
TOWN_OPENING = listed(
    "fort la las los mount new north port saint san santa são sao sainte south east west puerto rio villa"
)
# Who stands before an honorific without being anyone in particular.
NOBODY = listed(
    """
    皆 皆々 お客 客 神 王 殿 仏 奥 誰 何 各位 担当 利用者 ユーザー 弊社 御社 業者 医者 患者 娘 嬢 お子 子 店
    店員 社員 会社 会員 本人 相手 先 同 両 各 姫 若 前 元 現 新 副 名誉 代表 次 他 上 下 一 二 三 宮 御 本 拝 長
    大家 チーム ペット 開発者 作者 オーナー ゲスト メンバー スタッフ ドクター メーカー パートナー ビジター
    サポーター 佐藤錦
    """
)
# Surnames that a text without any sign of a person means as places.
PLACES = listed(
    """
    福島 長野 石川 宮崎 千葉 山口 香川 福井 富山 岡山 広島 山形 秋田 青森 岩手 宮城 長崎 熊本 大分 松山 高松
    横浜 川崎 大阪 神戸 奈良 三重 静岡 岐阜 滋賀 徳島 高知 佐賀 茨城 栃木 埼玉 新潟 島根 鳥取 東京 京都 名古屋
    仙台 渋谷 目黒 品川 豊田 浜松 姫路 大津 長岡 上野 日本橋 銀座 新宿 池袋 原宿 恵比寿 中野 立川 町田 大宮 船橋
    柏 松戸 藤沢 平塚 小田原
    """
)
# Particles of foreign names in katakana: ルートヴィヒ・ファン・ベートーヴェン.
PARTICLES = listed(
    """
    ド デ ダ ディ デル デラ デッラ ドゥ ドス ラ ル レ ファン ヴァン フォン ツー テン デン デア ビン ビント
    イブン アブ アル エル ウル ベン マク サン
    """
)
# Articles and the like, with which titles, clubs and bands begin.
NO_FIRST_NAME = listed(
    "ザ ジ ラス ロス イル レス コパ リーグ クラブ ホテル ツール スタンダード オール ビッグ スーパー プロ"
)
# ディー・エヌ・エー spells a firm.
LETTERS = listed(
    """
    エー エイ ビー シー ディー イー エフ ジー エッチ エイチ アイ ジェー ジェイ ケー ケイ エル エム エヌ オー
    ピー キュー アール エス ティー ユー ブイ ダブリュー エックス ワイ ゼット アンド
    """
)
# What ends a product, a firm or a club in katakana that begins like a name: ワシントン・ポスト, マーク・シート.
NO_LAST_NAME = listed(
    """
    アカデミー アプリ アワード インク エディション エンジン オーケストラ オープン カード カップ カレッジ
    カンパニー キー ギャラリー クラブ グループ ケース コーポレーション コレクション サービス サイト シート
    システム シティ シリーズ スクール スタイル スタジアム スタジオ ストア ストリート ストーリー センター ソフト
    タイムズ タワー ツアー テスト デザイン デパート トーナメント ドリンク ニュース ノート ハウス パーク ファイル
    ファンド ブック ブックス プラン プロジェクト ペン ホール ホテル ホーム ポイント ポスト マーケット マシン
    ミュージアム メーカー メール モーターズ モデル ユニバーシティ ライン リーグ レース レコード レストラン
    ワイン バー バンド ボックス ツリー フィルム ハーバー エア
    """
)
# Makers called like the person who founded them; the person is seldom meant.
BRANDS = listed(
    """
    ルイヴィトン マイケルコース ラルフローレン カルバンクライン トミーヒルフィガー クリスチャンディオール
    ジョルジオアルマーニ イヴサンローラン ケイトスペード ポールスミス ヴィヴィアンウエストウッド
    マークジェイコブス ジミーチュウ ハーレーダビッドソン ロールスロイス アストンマーティン
    ジョンソンエンドジョンソン ヒューレットパッカード ジャックダニエル ジョニーウォーカー ヒューゴボス
    ジルスチュアート トリーバーチ ダニエルウェリントン フランクミュラー エスティローダー エリザベスアーデン
    ralphlauren calvinklein tommyhilfiger michaelkors marcjacobs louisvuitton harleydavidson jackdaniels
    johnniewalker bettycrocker marykay estéelauder esteelauder elizabetharden katespade toryburch paulsmith
    johndeere charlesschwab morganstanley merrilllynch elililly hugoboss jimbeam jackwolfskin hellyhansen
    eddiebauer charlottetilbury bobbibrown christiandior giorgioarmani jimmychoo danielwellington franckmuller
    astonmartin harrypotter jamesbond santaclaus sherlockholmes peterpan marypoppins mickeymouse charliebrown
    rosettastone
    ダイソン シャネル ディオール グッチ プラダ フェンディ アルマーニ ヴェルサーチ ティファニー エルメス カルティエ
    フェラーリ ポルシェ ランボルギーニ ベントレー クライスラー ダイムラー ボッシュ ミシュラン フィリップス シーメンス
    ヒルトン マリオット シェラトン ケロッグ ジレット ダンヒル バーバリー モンブラン サムソナイト モンクレール
    """
)
