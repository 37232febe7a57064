"""An answer that states something else is told from one in other words."""

import pytest

from knowledge.checks.facts import at_odds, says_otherwise


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("購入から7日以内であれば返金いたします。", "返金は一切お受けしておりません。"),
        ("月額300円です。", "月額350円です。"),
        ("v3.0.0で対応しました。", "v3.1.0で対応しました。"),
        ("Windowsのみで使えます。", "WindowsとMacで使えます。"),
        ("「設定」から消せます。", "「ホーム」から消せます。"),
        ("Sync cannot be disabled.", "Sync can be disabled."),
        ("It works on up to five devices.", "It works on up to 3 devices."),
        ("You can pay with PayPal.", "You can pay with Stripe."),
        ("It is free.", "It costs $5."),
        ("Write to help@kotori.example.", "Write to pay@kotori.example."),
    ],
)
def test_another_number_name_or_a_no_is_another_answer(old: str, new: str) -> None:
    assert says_otherwise(old, new)
    assert says_otherwise(new, old)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("購入から7日以内であれば返金いたします。", "ご購入後1週間以内のご返金を承ります。"),
        ("月額1,000円です。", "月額は千円です。"),
        ("2026年11月10日に始めます。", "2026/11/10からです。"),
        ("無料です。", "料金は0円です。"),
        ("送料は無料です。", "送料はかかりません。"),
        ("Points are valid for a year.", "Points are valid for one year."),
        ("同じApple IDでサインインしてください。", "サインインには同じApple IDを使っていただければ大丈夫です。"),
        ("It works on up to 5 devices.", "At most five devices can use it."),
        ("Chromecast is not in the F-Droid version.", "The F-Droid version doesn't come with Chromecast."),
        ("一万二千円です。", "12,000円です。"),
    ],
)
def test_the_same_in_other_words_is_the_same_answer(old: str, new: str) -> None:
    assert not says_otherwise(old, new)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1回3,800円（税込）です。", "1回4,500円です。"),
        ("10時から19時までです。火曜日は休みです。", "9時から17時までです。"),
        ("生後2週間から撮れます。", "生後1か月から撮影できます。"),
        ("現金は使えません。", "はい、現金でもお支払いいただけます。"),
        ("It works on Alexa. Google speakers are not supported.", "Yes, Alexa and Google are both supported."),
    ],
)
def test_answers_that_cannot_both_be_true_are_at_odds(one: str, other: str) -> None:
    assert at_odds(one, other)
    assert at_odds(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1回3,800円（税込）です。土日祝も同じ料金です。", "税込3,800円です。"),
        ("撮影から5日後に、アプリの「写真」に届きます。", "撮影して5日後にアプリへ届きます。"),
        ("6人まで同じ料金です。7人目から1人500円です。", "7人目からお一人500円いただきます。"),
        ("Up to 30 stories fit.", "Download them first. Up to 30 stories fit, for 5 days."),
    ],
)
def test_an_answer_that_only_says_more_differs_but_is_not_at_odds(one: str, other: str) -> None:
    assert says_otherwise(one, other)
    assert not at_odds(one, other)
