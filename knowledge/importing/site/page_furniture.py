"""What stands on every page of a site and says nothing of its own: menus, ways through it, votes, shares, feet.

Told by its element, its role, its name, by being hardly more than links, or by its words.
"""

import re
from typing import Any


def _set(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


_BESIDE = _set("nav footer aside menu")
_ROLES = _set("navigation banner contentinfo search menu menubar dialog alertdialog tablist")
_NAMES = _set(
    "nav navbar navi navigation gnav gnavi globalnav menu submenu sidebar sidenav breadcrumb breadcrumbs pankuzu",
    "topicpath footer cookie cookies consent gdpr share sharing sns social pagination pager skip skiplink related",
    "relatedposts headerlink copyright toctree toc banner ads advertisement announcement-bar feedback vote votes",
    "voting comments comment newsletter byline last-updated edit-this-page widget-area post-meta entry-meta",
    "entry-footer back-to-top backtotop page-top pagetop totop scroll-top scrolltop",
)
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_HEADS = frozenset(f"h{n}" for n in range(1, 7))
_LISTS = frozenset({"ul", "ol", "dl", "div", "table", "section", "p"})
MOST_OF_PAGE = 0.5  # what is larger is what the page is about, whatever it is called
LONGEST_LINE = 120

# Lists of links below one of these lead elsewhere.
_ELSEWHERE = re.compile(
    r"(?:(?:related|recommended|popular|similar|recent(?:ly viewed)?|latest|more|other|quick|further|featured)\s?"
    r"(?:articles?|posts?|pages?|links?|topics?|content|questions?|guides?|entries|news|reading|faqs?)"
    r"|see also|read next|you (?:might|may) also (?:like|be interested in)|categories|archives|tags|contents"
    r"|table of contents|on this page|in this article|in this section|articles in this section"
    r"|関連(?:する)?(?:記事|ページ|リンク|情報|質問|faq|コンテンツ|項目|トピック)|関連するよくある質問"
    r"|最近(?:の|表示した|見た)(?:投稿|記事|コメント|ページ)|(?:おすすめ|人気)(?:の)?(?:記事|ページ|コンテンツ|質問|faq)"
    r"|こちらもおすすめ|[あ合]わせて読みたい|(?:こちらも)?あわせてご覧ください|新着(?:記事|情報)|カテゴリー?(?:一覧)?|(?:月別)?アーカイブ"
    r"|タグ|目次|このページの内容|このセクションの記事|その他の(?:記事|質問|ページ))[:：]?",
    re.I,
)
# Lines that are the same on every page, but for a name or a date.
_LINES = re.compile(
    r"(?:(?:(?:go |jump )?back |return |go |jump )to (?:the )?top(?: of (?:the )?page)?|(?:to )?(?:the )?(?:top|bottom)"
    r" of (?:the )?page|scroll to top|skip to (?:main |the )?(?:content|navigation)"
    r"|edit (?:this|the) page(?: on \w{2,20})?"
    r"|(?:was|is) this (?:page|article|answer|information|content|faq|post)?\s?(?:helpful|useful|what you needed)"
    r".{0,30}"
    r"|(?:did|does) (?:this|we|that|the) .{0,20}?(?:answer|solve|resolve|help) .{0,30}\?|still need help\?.{0,40}"
    r"|(?:last )?(?:updated?|modified|reviewed)(?: on|:)?\s(?=.{0,30}(?:[0-9]|ago|yesterday|today)).{2,40}"
    r"|written by .{1,60}|[0-9]+ out of [0-9]+ found this helpful|have more questions\?.{0,40}|powered by .{1,40}"
    r"|share(?: this)?(?: (?:page|article|post))?|tweet|copy link|print(?: this page)?|follow us(?: on .{1,30})?"
    r"|(?:©|copyright\b|\(c\)) .{1,100}|all rights reserved|we use cookies .{1,100}"
    r"|(?:accept|reject)(?: all)? cookies"
    r"|(?:(?:link|content|code|url|text|address) )?copied(?: to (?:the )?clipboard)?!?"
    r"|toggle (?:navigation|menu|theme|sidebar|dark mode)|subscribe(?: to (?:our|the) .{1,40})?"
    r"|(?:sign up|subscribe) (?:for|to) (?:our |the )?(?:newsletter|updates).{0,40}"
    r"|(?:leave|post|add) a (?:comment|reply)"
    r"|(?:home|top)\s?[>›»/＞→]\s?.{1,100}"
    r"|(?:この)?(?:ページ)?の?(?:トップ|top|先頭|一番上|最上部|上部)[へに](?:戻る|もどる|移動)?|(?:目次|一覧)[へに](?:戻る|もどる)|page\s?top"
    r"|(?:メインコンテンツ|本文|コンテンツ)[へに](?:スキップ|移動|ジャンプ)(?:する)?"
    r"|(?:この(?:記事|ページ|回答|情報|faq|内容)[はで、]?)?.{0,10}(?:お?役に立ちましたか|参考になりましたか|解決しましたか|解決できましたか).{0,3}"
    r"|[0-9]+人中[0-9]+人が.{1,40}|(?:この(?:記事|ページ)を)?(?:シェア|共有|ツイート|ポスト|印刷)(?:する)?|lineで送る|はてブ|リンクをコピー"
    r"|(?:最終)?(?:更新|公開|作成)日(?:時)?[:：\s]?.{0,3}[0-9]{4}.{2,20}|.{0,30}クッキー(?:（cookie）)?を使用して.{1,60}"
    r"|(?:リンク|url|コード|アドレス)?を?コピーしました[。!！]?|(?:ホーム|トップ(?:ページ)?|home|top)\s?[>›»/＞→]\s?.{1,100}"
    r"|コメントを(?:残す|投稿する?|書く)|(?:メールマガジン|メルマガ|ニュースレター)(?:に|を|の)?(?:登録|購読)(?:する)?"
    r"|(?:すべて|全て)(?:の(?:cookie|クッキー)を)?(?:許可|同意|拒否)(?:する)?|コメントを書く)",
    re.I,
)
# Where a page is handed on to others.
_SHARE = re.compile(
    r"(?:https?:)?//(?:www\.)?(?:twitter\.com/(?:intent|share)|x\.com/(?:intent|share)|facebook\.com/(?:sharer|share)"
    r"|linkedin\.com/(?:share|sharing)|social-plugins\.line\.me|line\.me/R/(?:msg|share)"
    r"|b\.hatena\.ne\.jp/(?:add|entry)"
    r"|getpocket\.com/(?:edit|save)|reddit\.com/submit|t\.me/share|(?:api\.)?whatsapp\.com/send"
    r"|pinterest\.[a-z.]+/pin/create"
    r"|news\.ycombinator\.com/submitlink|threads\.net/intent|bsky\.app/intent|note\.com/intent)|mailto:\?",
    re.I,
)
_COOKIES = re.compile(r"cookie|クッキー", re.I)
_AGREES = re.compile(
    r"(?:i )?(?:accept|agree|allow|got it|ok(?:ay)?|reject|decline|deny)(?: all)?(?: cookies)?[.!]?"
    r"|(?:すべて|全て)?(?:に|を)?(?:同意|許可|承諾|拒否)(?:する|します|しない)?|了解|わかりました|閉じる",
    re.I,
)
LONGEST_BANNER = 800
LONGEST_CARD = 250
LONGEST_LABEL = 20  # letters beside the buttons of a row: "Share:"
_ARROWS = " \t↑▲△⇧⬆︎↩»«›‹>＞→←・|｜…🔝"


def is_beside(element: Any, tag: str, weight: int, *, inside: bool) -> bool:
    """Whether an element of a page of `weight` letters stands on every page of its site."""
    if tag in _BESIDE or element.get("role") in _ROLES or (tag == "a" and _SHARE.match(element.get("href", ""))):
        return True
    if tag in {"", "a", "html", "body", "main", "article", *_HEADS}:
        return (tag == "a" and "headerlink" in element.get("class", "")) or (
            tag in _HEADS and _leads_elsewhere(element)
        )
    if tag == "header" and not inside:
        return element.find(".//h1") is None
    if len(element.text_content()) >= weight * MOST_OF_PAGE:
        return False
    if tag != "p" and _NAMES.intersection(names(element)):
        return True
    if tag in _LISTS and (_only_leads(element) or _is_banner(element)):
        return True
    return tag in _LISTS and (is_links(element) or _is_list_elsewhere(element) or _leads_elsewhere(element))


def is_line(text: str) -> bool:
    """Whether a line says what stands on every page: back to the top, was this helpful, last updated."""
    plain = text.strip(_ARROWS)
    return len(plain) <= LONGEST_LINE and bool(_LINES.fullmatch(plain))


def names(element: Any) -> set[str]:
    """What an element is called, whole and by its words."""
    words = f"{element.get('class', '')} {element.get('id', '')}"
    return {word.lower() for word in _WORDS.findall(words)} | set(words.lower().split())


def is_links(element: Any) -> bool:
    """Whether it is little more than links, as menus are."""
    links = element.findall(".//a")
    size = _size(element)
    return len(links) >= 3 and size > 0 and sum(map(_size, links)) > size * 0.8


def _only_leads(element: Any) -> bool:
    """Whether it is a row of buttons that hand the page on, or lead to the one before and behind it."""
    links = element.findall(".//a")
    if not links or any(len(each.text_content()) > LONGEST_LINE for each in links):
        return False
    away = [_SHARE.match(each.get("href", "")) or {"prev", "next"} & {*each.get("rel", "").split()} for each in links]
    return all(away) and _size(element) - sum(map(_size, links)) <= LONGEST_LABEL


def _is_banner(element: Any) -> bool:
    """Whether it asks for cookies: it speaks of them, and has a button to agree."""
    text = element.text_content()
    if len(text) > LONGEST_BANNER or not _COOKIES.search(text):
        return False
    return any(_AGREES.fullmatch(" ".join(each.text_content().split())) for each in element.iter("button", "a"))


def _size(element: Any) -> int:
    return len("".join(element.text_content().split()))


def _leads_elsewhere(element: Any) -> bool:
    """A head over a list of links to other pages."""
    text = " ".join(element.text_content().split())
    behind = element.getnext()
    return bool(_ELSEWHERE.fullmatch(text)) and behind is not None and _holds_links(behind, 0)


def _is_list_elsewhere(element: Any) -> bool:
    """Such a list: its head stands in it, or before it."""
    before = element.getprevious()
    if before is not None and _ELSEWHERE.fullmatch(" ".join(before.text_content().split())):
        return _holds_links(element, 0)
    first = next(
        (each for each in element.iterdescendants() if isinstance(each.tag, str) and (each.text or "").strip()), None
    )
    if first is None or (element.text or "").strip():
        return False
    head = " ".join(first.text_content().split())
    return bool(_ELSEWHERE.fullmatch(head)) and _holds_links(element, _size(first))


def _holds_links(element: Any, head: int) -> bool:
    """Whether what stands there beside its head is links."""
    size = _size(element) - head
    if size > 0 and sum(map(_size, element.findall(".//a"))) > size * 0.7:
        return True
    return size > 0 and _is_cards(element)


def _is_cards(element: Any) -> bool:
    """Whether all that stands in it leads on, each with a line or two about where."""
    cards = [each for each in element if isinstance(each.tag, str) and _size(each)]
    while len(cards) == 1 and cards[0].tag != "a":
        cards = [each for each in cards[0] if isinstance(each.tag, str) and _size(each)]
    return len(cards) >= 2 and all(_is_card(each) for each in cards)


def _is_card(element: Any) -> bool:
    leads = [element] if element.tag == "a" else element.findall(".//a")
    return len({each.get("href") for each in leads}) == 1 and _size(element) <= LONGEST_CARD
