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
    r"|(?:この)?(?:ページ)?の?(?:トップ|top|先頭|一番上|最上部|上部)[へに](?:戻る|もどる|移動)?|(?:目次|一覧)[へに](?:戻る|もどる)|page\s?top"
    r"|(?:メインコンテンツ|本文|コンテンツ)[へに](?:スキップ|移動|ジャンプ)(?:する)?"
    r"|(?:この(?:記事|ページ|回答|情報|faq|内容)[はで、]?)?.{0,10}(?:お?役に立ちましたか|参考になりましたか|解決しましたか|解決できましたか).{0,3}"
    r"|[0-9]+人中[0-9]+人が.{1,40}|(?:この(?:記事|ページ)を)?(?:シェア|共有|ツイート|ポスト|印刷)(?:する)?|lineで送る|はてブ|リンクをコピー"
    r"|(?:最終)?(?:更新|公開|作成)日(?:時)?[:：\s]?.{0,3}[0-9]{4}.{2,20}|.{0,30}クッキー(?:（cookie）)?を使用して.{1,60}"
    r"|(?:すべて|全て)(?:の(?:cookie|クッキー)を)?(?:許可|同意|拒否)(?:する)?|コメントを書く)",
    re.I,
)
_ARROWS = " \t↑▲△⇧⬆︎↩»«›‹>＞→←・|｜…🔝"


def is_beside(element: Any, tag: str, weight: int, *, inside: bool) -> bool:
    """Whether an element of a page of `weight` letters stands on every page of its site."""
    if tag in _BESIDE or element.get("role") in _ROLES:
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
    return size > 0 and sum(map(_size, element.findall(".//a"))) > size * 0.7
