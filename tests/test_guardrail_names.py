"""Persons in Japanese and English, class by class, and what only looks like them."""

import pytest
from grounds import real_pii

from guardrail.findings import PiiKind
from guardrail.pii import Pii


@pytest.fixture(scope="module")
def pii() -> Pii:
    return real_pii()


def persons(pii: Pii, text: str) -> list[str]:
    return [text[f.start : f.end] for f in pii.find_now(text) if f.kind is PiiKind.PERSON]


POSTS = [
    ("村上市長は否定した", ["村上"]),
    ("辻容疑者を逮捕", ["辻"]),
    ("和泉容疑者を逮捕", ["和泉"]),
    ("昨日、三宅元首相が訪れた", ["三宅"]),
    ("榎本武揚海軍卿の書簡", ["榎本武揚"]),
    ("クリントン米大統領が署名した", ["クリントン"]),
    ("カール14世の時代", ["カール14世"]),
    ("店長古賀が承ります", ["古賀"]),
]
FULL_NAMES = [
    ("会長の大槻文平をはじめ", ["大槻文平"]),
    ("水瀬いのりが歌う", ["水瀬いのり"]),
    ("八神 純様のご予約", ["八神 純"]),
    ("王建国さんからのお問い合わせ", ["王建国"]),
    ("西村さくら、久保田 健、ワタベリョウの3名様", ["西村さくら", "久保田 健", "ワタベリョウ"]),
]
ADDRESSED = [
    ("伊集院様邸の工事は来週です", ["伊集院"]),
    ("講師はおかだ先生です", ["おかだ"]),
    ("yamada taro さんのアカウント", ["yamada taro"]),
]
SMALL = [
    ("katie thompson wrote to us", ["katie thompson"]),
    ("my name is sarah", ["sarah"]),
    ("Speak with Mr. van der Berg.", ["van der Berg"]),
    ("Nguyen Van An approved the refund.", ["Nguyen Van An"]),
    ("ask tanaka about the keys", ["tanaka"]),
    ("thanks, john harris", ["john harris"]),
    ("please ask dmitri, or priya if he is out", ["dmitri", "priya"]),
    ("休みの日は okabe が見てるよ。", ["okabe"]),
    ("サポートのmisaki kondo（info@example.jp）が担当です", ["misaki kondo"]),
]
ODD = [
    ("はい、[松本]様。", ["松本"]),
    ("妹のもえと、いとこのケンタです。", ["もえ", "ケンタ"]),
    ("清野ひかるが出ます", ["清野ひかる"]),
    ('Code: Bartholomew "Bart" Quigley', ['Bartholomew "Bart" Quigley']),
    ("The music is by Mei-Hua.", ["Mei-Hua"]),
    ("Nobody but Zsófia knows how it works.", ["Zsófia"]),
    ("my username is pixel_hatter", ["pixel_hatter"]),
    ("ニックネーム「もちもち侍」の人", ["もちもち侍"]),
]
FOREIGN = [
    ("俳優のマーク・ハミルが来日", ["マーク・ハミル"]),
    ("ジョージ・R・R・マーティンの小説", ["ジョージ・R・R・マーティン"]),
    ("作曲家のルートヴィヒ・ファン・ベートーヴェン", ["ルートヴィヒ・ファン・ベートーヴェン"]),
    ("友人のトルステニャクに聞いた", ["トルステニャク"]),
    ("ソフィア・ロドリゲス様のご予約", ["ソフィア・ロドリゲス"]),
]
ENGLISH = [
    ("The invoice was sent to Mateusz Kowalczyk.", ["Mateusz Kowalczyk"]),
    ("Ingrid Sørensen requested a refund.", ["Ingrid Sørensen"]),
    ("They invited Anna, Blanka and Joshua.", ["Anna", "Blanka", "Joshua"]),
    ("Liam O'Connor opened this ticket.", ["Liam O'Connor"]),
    ("Your agent, Reeves, Heather, has moved.", ["Reeves, Heather"]),
    ("Passenger: KIM JISOO", ["KIM JISOO"]),
    ("This is Thandiwe from support.", ["Thandiwe"]),
    ("I want my brother Trivo on the account", ["Trivo"]),
    ("Mehrudin shouted at the door", ["Mehrudin"]),
    ("Laura Hall and Peter Park", ["Laura Hall", "Peter Park"]),
]


@pytest.mark.parametrize(("text", "names"), [*POSTS, *FULL_NAMES, *FOREIGN, *ENGLISH, *ADDRESSED, *SMALL, *ODD])
def test_finds_every_person(pii: Pii, text: str, names: list[str]) -> None:
    assert persons(pii, text) == names


NOBODY = [
    # small words, code and handles that are nobody's
    "how long does chicken last in the freezer",
    "Assets/Baku/ の draw.io を開く",
    "ユーザー名は英数字で入力します",
    "your username is shown on your profile",
    "TODO: fix later",
    # clubs, firms, departments and tools
    "ワシントン・ポストの記事",
    "メルセデス・ベンツの部品",
    "カルバン・クラインの時計",
    "クロス・プラットフォーム対応",
    "ディー・エヌ・エーのアプリ",
    "ロンドン・オフィスの住所",
    "デザイン部長に任命",
    "タヒチ代表の試合",
    "アジア選手権の日程",
    "フレミングの法則を学ぶ",
    "ゴッホ風のフィルター",
    "葛飾北斎風のデザイン",
    "ACミランが優勝",
    "21世紀の技術",
    "マイページからお手続きください",
    "開発チームさん",
    "王子様と馬主様",
    "東京、大阪の2店舗",
    "Calvin Klein and Hugo Boss are excluded.",
    "A tool called Grafana shows metrics.",
    "Trello works with Slack. Ask Jira too.",
    "Chrome, Firefox and Safari",
    "Mercury, Venus and Mars",
    "Springfield, Virginia",
    "Santa Monica Pier",
    "Name: API KEY",
    "Pick-up is available on Sunday.",
    "- Manual control\n- Deprecated: use Tags",
    "A Star Wars Story",
    "See Tables for more.",
    '"ブロック"',
    "今出川通を東へ",
    # what is called after someone
    "坂本龍馬記念館の休館日は月曜です",
    "徳川家康ゆかりの寺を巡る",
    "夏目漱石の『こころ』を読み上げます",
    "佐藤錦は6月中旬から出荷します",
    "大阪・梅田エリアの配送は翌日です",
    "北海道から沖縄まで送料は一律です",
    "おとうさんへの贈り物",
    "Dr. Martens boots run large.",
    "ダイソンの掃除機に対応",
    "Johnson & Johnson shampoo",
    "Lake Charles pickup is closed.",
    "The King James Bible is here.",
    "Drag Helvetica Neue into the folder.",
]


@pytest.mark.parametrize("text", NOBODY)
def test_makes_no_person_of_a_thing(pii: Pii, text: str) -> None:
    assert persons(pii, text) == []


def test_a_line_reads_the_same_wherever_it_stands(pii: Pii) -> None:
    line = "担当の三浦大知さんは外出中です。\n"
    found = {f.start % len(line) for f in pii.find_now(line * 5)}
    assert found == {3}


SAID = [
    ("Hello all, Brannok here. The heating is off again.", ["Brannok"]),
    ("the door is stuck again lol - Zedka", ["Zedka"]),
    ("yo jonno, did it arrive?", ["jonno"]),
    ("if it leaks text mozzy on 07700 900123", ["mozzy"]),
    ("Love from Wrenna and the boys", ["Wrenna"]),
    ("月見里(やまなし)と申します。", ["月見里(やまなし)"]),
    ("大豆生田様からご連絡がありました。", ["大豆生田"]),
    ("脚本　はるの つばさ", ["はるの つばさ"]),
    ("祖母のきよの写真が消えました。", ["きよ"]),
    ("名字が一文字の堤です", ["堤"]),
    ("出品者は mori_haru99 です", ["mori_haru99"]),
]


@pytest.mark.parametrize(("text", "names"), SAID)
def test_finds_whoever_is_said_to_be_called_so(pii: Pii, text: str, names: list[str]) -> None:
    assert persons(pii, text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Han Solo costumes run small.",
        "Achievement unlocked: Robin Hood.",
        'Press play on the song "Layla" first.',
        "Ophelia and Hamlet are two rooms.",
        "Marks & Spencer and John Lewis vouchers can be stored.",
        "ルパン三世風の変装",
        "エルサのドレスに似た衣装",
        "Press save here, then click here.",
        "call support on the spot",
        "本屋さんへ行く",
        "会計　合計 金額",
    ],
)
def test_figures_titles_shops_and_ordinary_words_are_no_persons(pii: Pii, text: str) -> None:
    assert persons(pii, text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Mario called about the invoice.", ["Mario"]),
        ("エルサさんに荷物を渡してください", ["エルサ"]),
        ("Message from Juliet: please call.", ["Juliet"]),
    ],
)
def test_whoever_shares_a_name_with_a_figure_is_a_person(pii: Pii, text: str, names: list[str]) -> None:
    assert persons(pii, text) == names
