"""What an answer begins with leaves at once where nothing that follows can make it part of a finding."""

import pytest
from grounds import real_pii
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bench.guardrail import DATA
from bench.pii.scoring import records
from guardrail.findings import PiiKind
from guardrail.known.known_values import NOTHING_KNOWN, KnownValues, Together
from guardrail.openings import LOOKS, free_end, free_opening
from guardrail.public_contacts import PublicContacts
from guardrail.stream import StreamFilter

PII = real_pii()
KNOWN = KnownValues.of(
    [(PiiKind.PHONE, "080-6142-3975"), (PiiKind.PERSON, "Rowena Birchfield"), (PiiKind.PERSON, "青葉 希望")]
)
NAMES = ("Kotori Notes", "ことり", "Kotori")
WORDS = (
    *("お支払い方法は", "サーバー", "ユーザー", "アプリ", "プラン", "サイト", "の", "は", "が", "、", "。", "を", "に"),
    *(
        "14日",
        "3",
        "以内に",
        "10:00",
        "から",
        "¥1,200",
        "検索時",
        "成功した",
        "ご希望",
        "次の",
        "皆様",
        "一覧",
        "また、",
    ),
    *(
        "京都の抹茶を",
        "小林製薬の",
        "東京リージョンでの",
        "RTX 4090の",
        "場合は、",
        "GROWI",
        "GROWI.cloud",
        "API",
        "v6.0",
    ),
    *(
        "S3",
        " ",
        "\n",
        "「",
        "」",
        "マーク",
        "エンドウ",
        "ミキ",
        "光",
        "森",
        "希望",
        "中",
        "Mercedes and ",
        "Gaussian blur ",
    ),
    *("Uploads are ", "Backups ", "Grace period ", "Open ", "Please ", "the ", "and ", "to ", "6 GB ", "2 days "),
    *("`FILE_SIZE` ", "1. ", "[x] ", "| ", "- ", ": ", "Kafka ", "Frank ", "Will ", "Hand ", "Page "),
)
PRIVATE = (
    *("田中太郎", "様", "さん", "担当:", "と申します", "マーク・ウィルソン", "ミキ様", "小川", "03-1234-5678", "090"),
    *("0467ー77ー2923", "1234", "5678", "東京都港区芝公園4-2-8", "港区", "4-2-8", "(03) ", "info@example.com", "info"),
    *(" at example dot com", "@example.com", "[at]example.com", "Mr. ", "John Smith", "Smith, ", "John", "Mary"),
    *("Dear ", "12 Main Street", "Street", "Suite 402, ", "rue ", "4111 1111 1111 1111", "内線12"),
    *("名", "氏", "ら", "世", "十三世", "-", "ー", "・", "@", " @ "),
)
TEXTS = st.lists(st.sampled_from(WORDS + WORDS + PRIVATE), min_size=2, max_size=9).map("".join)


def opening(text: str, known: KnownValues | Together = NOTHING_KNOWN) -> str:
    return text[: free_opening(text, lambda begun: free_end(begun, PII.find_now, known, NAMES))]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(text=TEXTS)
@example("マーク・ウィルソン様")
@example("エンドウミキ、それから")
@example("番号0467ー77ー2923")
@example("ノンビリキング十三世")
@example("マークら")
@example("・サーバー十三世")
@example("サーバーKafka と申します")
@example("- @example.com")
@example("サーバーKafka 小川")
@example("森森ミキ")
@example("中成功した")
@example("全角次の ")
@example("フェア春香")
@example("東口Grace")
@example("Kafka と申します")
@example("かない様 ")
@example("やまもと やすひろ")
@example("9千葉県柏市高柳7-25-22")
@example("0- at example dot com")
@example("0| @example.com")
@example("A. Thornton")
@example("見 さん")
@example("Studio 35e, Mohammad Via, North Jodie, CT3V 1PF")
@example("Explorer Populierenstraat 374")
@example("Unit 7194 Box 5854\nDPO AE 73472")
@example("ACCOUNTみらい銀行 中央支店 普通 9204339")
@example("お支払いは地方銀行 中央支店 普通 9204339")
@example("info @ example.com にどうぞ")
@example("info (at) example.com is it")
@example("hikari.nagai+shop [at] sub [dot] example [dot] jp")
@example("robinsonと申しますので、よろしく")
@example("Sunniva is very reliable. You can")
@example("Szabina J Gelencsér is here")
@example("Cooper was born in 1980, and")
@example("Walker and Mary are here today")
@example("Willow Park 12, 1011 AB Amsterdam")
@example("(0980) 79-5496の番号です")
@example("すべてのみらい銀行 中央支店 普通 5209292")
@example("Chiclana de la Frontera\nSpain")
@example("Orderは uploadingら6108 Friedhofstrasse 33")
def test_what_leaves_early_is_in_no_finding(text: str) -> None:
    first = min((finding.start for finding in PII.find_now(text)), default=len(text))
    assert len(opening(text)) <= first


@settings(max_examples=100, deadline=None, derandomize=True)
@given(text=TEXTS, more=TEXTS)
def test_what_follows_never_takes_it_back(text: str, more: str) -> None:
    early = opening(text)
    assert not early or opening(text + more) == early


def test_no_annotated_value_leaves_early() -> None:
    """Of support answers whose personal information is marked, from the beginning and from any mark on."""
    for record in [each for each in records(DATA / "dev.jsonl") if each["source"] == "synthetic-support"][::6]:
        text = record["text"]
        for start in (0, *(at + 1 for at, char in enumerate(text[:120]) if char in "。、:\n")):
            end = start + len(opening(text[start:]))
            for span in record["spans"]:
                overlap = text[max(span["start"], start) : min(span["end"], end)]
                assert not overlap.strip(), (record["id"], overlap)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("To reset your password, open Settings", "To "),
        ("Yes. You can do this: go to the menu", "Yes. "),
        ("The Madison desk lamp uses a bulb", "The "),
        ("- Open the app now", "- "),
        ("お問い合わせは緑川までお願いします", "お問い合わせは"),
        ("京都の抹茶を使った限定フレーバーです。", "京都の"),
        ("サーバーの再起動は次の手順で行ってください。", "サーバーの"),
        ("v5.0 では、全ページの階層構造を表示できます", "v5.0"),
        ("また、古いシステムとの互換性のために維持", "また、"),
        ("小林製薬の対象商品は回収を開始しました。", "小林製薬の"),
        ("Kotori Notes can do this.", "Kotori "),
        ("ことりは便利です。それから", "ことりは"),
        ("田中太郎の予約は次のとおりです。", ""),
        ("080-6142-3975の番号です。それ", ""),
        ("https://example.com の設定です", ""),
    ],
)
def test_an_answer_begins_to_show_within_a_few_words(text: str, shown: str) -> None:
    assert opening(text).startswith(shown)
    assert bool(opening(text)) == bool(shown)


@pytest.mark.parametrize(
    "text",
    [
        "田中太郎様がお答えします。",
        "みどりさんに聞いてください。",
        "光さんは元気です。それから",
        "森様のご予約です。",
        "〇八〇六一四二です。",
        "ぜろはちぜろです。",
        "Will Smith is here",
        "Tanaka will call",
        "john is here now",
        "zero eight zero six",
        "you.name@example.com is",
        "r o w e n a b i r c h",
        "TK Smith is here",
        "&#48; is it",
        "Kotorian is a person.",
        "14 Main Street is",
        "1234 5678 9012 の",
        "マーク ウィルソンです",
        "サクラさんは",
        "TANAKA様からの",
        "4丁目の店です",
    ],
)
def test_what_may_yet_become_a_name_or_number_waits(text: str) -> None:
    assert opening(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "青葉の希望を使った限定フレーバーです。",
        "希望はあります。それから",
        "rowena blur can be applied to it.",
        "Evif blur can be applied to it.",
        "ゼロの抹茶を使った限定フレーバーです。",
        "61円で買えます。ありがとう",
    ],
)
def test_what_may_begin_a_known_value_waits(text: str) -> None:
    assert opening(text, KNOWN) == ""


async def test_the_rest_of_the_sentence_is_shown_once_it_is_read() -> None:
    """S51: and it is the same answer however it arrives."""
    text = "京都の抹茶を使った限定フレーバーです。担当は田中太郎です。"
    answer = StreamFilter(PII, "ja")
    assert await answer.feed(text[: LOOKS[0]]) == "京都の抹茶"
    rest = [await answer.feed(char) for char in text[LOOKS[0] :]]
    whole = StreamFilter(PII, "ja")
    assert "".join(["京都の抹茶", *rest, await answer.close()]) == await whole.feed(text) + await whole.close()


async def test_the_name_of_the_app_is_nobodys() -> None:
    answer = StreamFilter(PII, "en", PublicContacts.of(names=["Kotori"]), known=KNOWN)
    assert await answer.feed("Kotori can do this. Ask Rowena Birch") == "Kotori "
    assert await answer.feed("field now.") + await answer.close() == "can do this. Ask [hidden for privacy] now."
