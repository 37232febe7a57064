"""Help pages of many makes: their folds become entries, and what stands on every page of a site is left out."""

import pytest
from read_files import entries, found, left_out, text_in

from knowledge.importing.read_results import ReadResult

PAIRS = [
    ("返品できますか", "7日以内なら承ります。"),
    ("送料はいくらですか", "全国一律500円です。"),
    ("修理の受付", "店頭だけです。"),
]


def page(body: str) -> ReadResult:
    return found(f"<html><body>{body}</body></html>", "よくある質問.html")


@pytest.mark.parametrize(
    "fold",
    [
        '<button aria-controls="p{n}" aria-expanded="false">{q}</button><div id="p{n}" hidden><p>{a}</p></div>',
        '<h3><button aria-expanded="false">{q}<svg></svg></button></h3><div role="region"><p>{a}</p></div>',
        '<div class="card"><div class="card-header"><button data-toggle="collapse" data-target="#c{n}">'
        '<div><h4>{q}</h4></div><i></i></button></div><div id="c{n}" class="collapse">{a}</div></div>',
        '<h2 class="accordion-header"><a data-bs-toggle="collapse" href="#c{n}">{q}</a></h2><div id="c{n}">{a}</div>',
        "<details><summary><h3>{q}</h3></summary><p>{a}</p></details>",
        "<dl class=faq><dt>{q}</dt><dd>{a}</dd></dl>",
        '<div class="faq-item"><div class="faq-question"><span>Q</span><h4>{q}</h4></div>'
        '<div class="faq-answer">{a}</div></div>',
        '<div class="s"><strong class="schema-faq-question">{q}</strong><p class="schema-faq-answer">{a}</p></div>',
        '<div role="button" tabindex="0" aria-expanded="false"><div>{q}</div></div><div aria-hidden="true">{a}</div>',
        '<input type="checkbox" id="x{n}"><label for="x{n}">{q}</label><div class="body"><p>{a}</p></div>',
        '<div class="elementor-toggle-item"><div class="elementor-tab-title" role="button" aria-controls="t{n}">'
        '<a class="elementor-toggle-title">{q}</a></div><div id="t{n}"><p>{a}</p></div></div>',
    ],
)
def test_folds_of_any_make_are_entries(fold: str) -> None:
    folds = "".join(fold.format(q=q, a=a, n=n) for n, (q, a) in enumerate(PAIRS))
    assert entries(page(f"<h1>よくある質問</h1>{folds}")) == PAIRS


def test_folds_of_two_makes_on_a_page_are_all_entries() -> None:
    (q1, a1), (q2, a2), (q3, a3) = PAIRS
    result = page(
        f'<div class="faq-title"><h4>{q1}</h4></div><p>{a1}</p>'
        f'<button aria-expanded="true">{q2}</button><p>{a2}</p><details><summary>{q3}</summary>{a3}</details>'
    )
    assert sorted(entries(result)) == sorted(PAIRS)


@pytest.mark.parametrize(
    "furniture",
    [
        "<p><a href=#top>▲ ページトップへ戻る</a></p>",
        "<div><a href=#>Back to top</a></div>",
        "<p>最終更新日：2026年3月1日</p>",
        "<div>Last updated on March 1, 2026</div>",
        "<p>この記事は役に立ちましたか？</p>",
        "<form><h4>Was this article helpful?</h4><button>Yes</button></form>",
        '<div class="cookie-consent"><p>We put cookies on your machine.</p><button>Fine</button></div>',
        '<div role="dialog"><h2>Cookies</h2><p>Take one.</p></div>',
        "<h3>関連記事</h3><ul><li><a href=/a>休業のお知らせ</a></li></ul>",
        "<section><h2>Related articles</h2><div><a href=/a>Changing a role</a></div></section>",
        "<p><a href=/1>1</a> <a href=/2>2</a> <a href=/3>3</a> <a href=/2>次へ</a></p>",
        "<p><a href=/>ホーム</a> &gt; <a href=/a>ご利用案内</a> &gt; <a href=/b>料金のこと</a></p>",
        '<div class="share-buttons"><a href=/x>X</a><a href=/f>Facebook</a></div>',
        '<ul class="x"><li><a href=/x>撮影</a></li><li><a href=/y>作品</a></li><li><a href=/z>案内</a></li></ul>',
        '<div class="article-votes"><span>Useful?</span><button>Yes</button></div>',
        '<div id="colophon" class="site-footer">〒251-0000 藤沢</div>',
        "<small>© 2026 空</small>",
        "<p>Link copied to clipboard</p>",
        "<div>コピーしました！</div>",
        "<p>Home › Help › Billing</p>",
        "<h4>Subscribe to our newsletter</h4>",
        "<p>コメントを残す</p>",
        '<p>Share: <a href="https://twitter.com/intent/tweet?u=1">X</a> <a href="mailto:?subject=x">Mail</a></p>',
        '<div><a href="https://b.hatena.ne.jp/entry/x">B!</a><a href="//line.me/R/msg/text/?x">送る</a></div>',
        '<div><a rel="prev" href=/a>« 料金の前に</a><a rel="next" href=/b>支払いの方法 »</a></div>',
        '<div class="b7"><p>We use cookies to see what is read.</p><button>Accept all</button></div>',
        '<div><span>このサイトはクッキーを使います。</span><a href="#">同意する</a></div>',
        "<h3>関連記事</h3><div><div><a href=/a>休業</a><p>年末は休みます。夏も休みます。</p></div>"
        "<div><a href=/b>移転</a><p>藤沢に移りました。</p></div></div>",
    ],
)
def test_what_stands_on_every_page_is_left_out_and_counted(furniture: str) -> None:
    said = "月額は300円で、初めの月は無料です。二か月目からは、毎月一日にお支払いいただきます。日割りはありません。" * 2
    result = page(f"<div><h2>料金</h2><p>{said}</p>{furniture}</div>")
    assert text_in(result) == f"## 料金\n\n{said}"
    assert left_out(result)[0].startswith("Menus, headers and footers of the page: ")


@pytest.mark.parametrize(
    "said",
    [
        "<p>お支払いは<a href=/pay>こちら</a>からどうぞ。</p>",
        "<ul><li><a href=/a>Appの使いかた</a>：開いて押すだけです。</li><li>終わり</li></ul>",
        "<h3>関連記事</h3><p>記事どうしを結ぶ機能です。設定から入れられます。</p>",
        "<p>トップに戻るボタンは、右下にあります。</p>",
        "<p>Was this page translated by a person? Yes, by two.</p>",
        "<p>更新日の表示を消すには、設定を開きます。</p>",
        "<h3>印刷するには</h3><p>右上の印刷を押します。</p>",
        "<p>Shared boards are free.</p>",
        "<p>The text is copied to the clipboard when you tap it.</p>",
        "<p>Cookies stay for a year. <a href=/agree>Accept</a> is what we ask new members to tap in the app. "
        + "x" * 800,
        '<p>Post it on <a href="https://x.com/kotori">our account</a> to win.</p>',
        "<p>Subscribe monthly or by the year; both end at the end of a month.</p>",
        "<h3>関連記事</h3><div><p>設定から入れます。</p><div><a href=/a>設定</a>を開きます。</div></div>",
    ],
)
def test_words_that_only_resemble_them_stay(said: str) -> None:
    result = page(f"<main><p>はじめに読んでください。</p>{said}</main>")
    assert left_out(result) == []
