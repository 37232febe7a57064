"""Addresses, numbers and mail addresses in the formats of many countries, and near misses."""

import subprocess
import sys

import phonenumbers
import pytest
from grounds import real_pii

from guardrail.findings import PiiKind
from guardrail.pii import Pii
from guardrail.text.normalise import normalise


@pytest.fixture(scope="module")
def pii() -> Pii:
    return real_pii()


ADDRESSES = [
    # Japanese
    "さいたま市浦和区高砂三丁目15番1号",
    "茨城県ひたちなか市東石川2丁目10-1",
    "京都市中京区烏丸通御池上ル二条殿町552",
    "青森市長島1丁目3-6 コーポみどり205",
    "盛岡市内丸10番1号 Sakura Residence 502",
    "新宿区西新宿2丁目8番1号 第一本庁舎",
    "長野県北安曇郡白馬村大字北城4305",
    "京都市下京区四条通烏丸東入長刀鉾町8",
    "1-1 Marunouchi 2-chome, Chiyoda-ku, Tokyo 100-0005",
    "Av. Paulista, 1578, São Paulo",
    "15 Orchard Rd, #08-12, Singapore 238841",
    "Piazza del Duomo 1, 50122 Firenze",
    "4th Floor, 27 Dublin Street, Edinburgh EH3 6NL",
    "町田市森野2丁目2番22号 ハイツ森野Ⅱ-203",
    "1-2-3 Shibuya, Shibuya-ku, Tokyo 150-0002",
    "5 Chome-2-1 Ginza, Chuo City, Tokyo 104-0061",
    # English-speaking
    "Flat 3, 27 Kensington Gardens, Bristol BS6 7QT",
    "123 Queen St W, Toronto, ON M5H 2M9",
    "4821 NE 23rd Ave, Portland, OR 97211",
    "Level 4, 100 Harris Street, Pyrmont NSW 2009",
    "Flat 12, Lotus Apartments, 45 MG Road, Bengaluru 560001",
    # European
    "Friedrichstraße 43, 10117 Berlin",
    "12 rue de la Paix, 75002 Paris",
    "Calle de Alcalá 50, 28014 Madrid",
    "Keizersgracht 123, 1015 CJ Amsterdam",
    "ul. Marszałkowska 84, 00-514 Warszawa",
    # Asian
    "110 Sejong-daero, Jung-gu, Seoul 04524",
    "No. 7, Section 5, Xinyi Road, Xinyi District, Taipei 110",
    "北京市朝阳区建国路88号",
    "台北市信義區信義路五段7號",
    "서울특별시 중구 세종대로 110",
    # Towns without their city, plots of the country, boxes
    "諏訪栄町7丁目23-27",
    "富屋町775番地",
    "福島県南会津郡只見町大字黒谷字12番34",
    "高知県長岡郡本山町本山甲504",
    "練馬区石神井町3-30-23（グリーンコート201）",
    "港区南青山五丁目６番２０号青山ハイツ二〇三号室",
    "東京中央郵便局私書箱第123号",
    # In Latin letters, capitals and small ones
    "#402, 3-5-1 Jingumae, Shibuya City, Tokyo",
    "Kyoto-shi Nakagyo-ku Teramachi-dori Oike-agaru 488",
    "Tokyo-to, Shibuya-ku, Shibuya 1-2-3",
    "TOKYO-TO, MINATO-KU, ROPPONGI 6-10-1",
    "6-10-1 roppongi, minato-ku, tokyo",
    "72 old quarry rd",
    "48 OAKFIELD ROAD, BRISTOL BS8 2BG",
    # Known by their parts
    "Ballinderry, Mullingar, Co. Westmeath, N91 X2Y3",
    "The Old Rectory, Church Hill, Lower Slaughter, GL54 2HT",
    "Plot 27, Sector 18, Gurugram, Haryana",
    "No 14, 2nd Cross, Indiranagar 1st Stage, Bangalore 560038",
    "Shop 4/210 Pitt St, Sydney NSW 2000",
    "Königsallee 27-31\n40212 Düsseldorf",
    "Locked Bag 1797, Penrith NSW 2751",
    "PO BOX 88, HOBART TAS 7001",
    "Postfach 10 12 34, 50452 Köln",
    "301 Hamilton Avenue, Palo Alto, CA 94303, United States of America",
]
PHONES = [
    "0081-3-1234-5678",
    "03-6212-7890（内線123）",
    "+886 2 2720 8889",
    "Tel: +353 1 234 5678",
    "Handy: 0151 23456789",
    "电话 13800138000",
    "415/555-0132",
    "〇三の三五八一の四三二一",
    "零九零一二三四五六七八",
    "080・1234・5678",
    "001-415-555-0132",
    "010-81-3-5253-1111",
    "001-010-81-75-343-6655",
    "00852 2123 4567",
    "090~4412~8831",
    "TEL0274(52)3310",
    "five five five, oh one four eight",
    "ゼロハチゼロ、ニイナナサンゴ、ヨンヨンイチキュウ",
    "03-3217-6650（代）",
    "052-231-0098、内線4412",
    "内線3076",
]
MAILS = [
    "taro_AT_example.com",
    "taro#at#example.com",
    "taro_at_example_dot_com",
    "hana＠example。com",
    "me AT example DOT com",
    "info@サンプル.example.jp",
    '"info" (at) example (dot) com',
    "mika【アット】ringo【ドット】co【ドット】jp",
    "ren《アットマーク》umibe《ドット》com",
    "jane-doe[ät]posteo[punkt]de",
    "maria /at/ sunhill /dot/ com",
    "user.at.kumo.dot.jp",
    "taro[foo]example[bar]jp",
    "taro★example★jp",
    "sales#kumo.example.jp（#を@に変えてください）",
    "user (at sign) kumo (period) com",
    "first.last@north-\nwave.example.com",
    "zoë.o’neil@bücher.example",
]
IDS = [
    "記号10120 番号12345671",
    "基礎年金番号1234-567890",
    "健康保険の被保険者番号 12345678",
    "AB12345678CD",
    "ZIP 94105-1234",
    "Driver's license: D1234567",
    "NI number QQ 12 34 56 C",
    "sort code 20-00-00",
    "461-0011",
    "郵便番号 4610011",
    "My card 5412 7534 8890 1126",
    "account 000123456789",
    # Of somebody elsewhere
    "LINE ID: sakura_hana88",
    "LINEのIDはtanuki.2001",
    "彼女のTwitterは@rinrin_0423",
    "add me on Discord: nightowl#4821",
    "his Instagram is @dan.walks",
]
CASES = [(PiiKind.ADDRESS, ADDRESSES), (PiiKind.PHONE, PHONES), (PiiKind.EMAIL, MAILS), (PiiKind.OTHER_ID, IDS)]


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in CASES for value in values])
def test_the_whole_value_is_found(pii: Pii, kind: PiiKind, value: str) -> None:
    findings = [f for f in pii.find_now(value) if f.kind is kind]
    assert [f.end for f in findings] == [len(value.partition("（#")[0])]


# A tagger may see the rest of an address that begins in front of what it knows.
@pytest.mark.parametrize("value", ADDRESSES)
def test_nothing_of_an_address_is_left_in_front(pii: Pii, value: str) -> None:
    assert min(f.start for f in pii.find_now(value)) == 0


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_every_country_is_called_from_abroad(pii: Pii, region: str) -> None:
    number = phonenumbers.example_number(region)
    assert number is not None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    for prefix in ("+", "00", "010-"):
        text = f"番号は{prefix}{written[1:]}です"
        (found,) = [f for f in pii.find_now(text) if f.kind is PiiKind.PHONE]
        assert text[found.end :] == "です"


NOTHING = [
    "大阪府の2-3月の気温",
    "港区の区役所は3階です",
    "六本木一丁目駅直結",
    "Chapter 7 Network Drive Setup",
    "7 Day Free Trial Road Map",
    "追跡番号 4012-3456-7890",
    "型番 AB12345678",
    "foo_at_bar",
    "0.2 (2013-02-17)",
    "東京リージョンでの障害は1-2-3の順に",
    'say "hello" at example.com',
    "Add commands with @app.command here",
    "5-7営業日以内に発送",
    "港区に2-3店舗あります",
    "仙台市で3-4件の問い合わせ",
    "品番：045-66-12",
    "内線 50 台に対応",
    "郵便番号は123-4567の形式で",
    "いち、に、さん、し、ご、ろく、しち、はち、きゅう",
    "one two three four five six seven eight",
    "Call the function 100000000 times",
    "Press [a] then [d] to move",
    "list[i]name[j]to",
    "The 3 Main Street stores",
    "Osaka won 3-2-1 overall",
    "Version 3, 10000 Users",
    "Model A12 3BX is new",
    "PS5 4TB, S22 8GB",
    "LINE公式アカウントは @mimi-shop です",
    "Telegram handle is optional",
    "GitHub: mimi-bot/mimi",
]


@pytest.mark.parametrize("text", NOTHING)
def test_a_number_in_another_sense_is_left_alone(pii: Pii, text: str) -> None:
    assert pii.find_now(text) == []


@pytest.mark.parametrize("text", ["e\u0301", "ｶﾞ", "か\u3099", "각", "ก\u0e34", "ﬁ", "山\ufe00", "③"])
def test_every_character_still_knows_its_place(text: str) -> None:
    """The quick way and the careful one agree on where things stood."""
    alone, among = normalise(text), normalise("あ" + text + "い")
    assert among.text == "あ" + alone.text + "い"
    assert [start - 1 for start in among.starts[1:-1]] == list(alone.starts)
    assert among.ends[-1] == len(text) + 2


def test_the_guardrail_runs_without_spacy() -> None:
    """Presidio imports it for pipelines we do not run; afterwards it can be imported as ever."""
    program = "import sys, guardrail.engine; print([m for m in ('spacy', 'thinc', 'torch') if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_a_number_on_a_line_of_its_own_is_no_address(pii: Pii) -> None:
    text = "## お問い合わせ\n\n03-1234-5678 までお電話ください。"
    assert [(each.kind, text[each.start : each.end]) for each in pii.find_now(text)] == [
        (PiiKind.PHONE, "03-1234-5678")
    ]
