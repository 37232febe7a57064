"""Links in an answer lead where the owner's own words lead, and carry nothing there (S23, S47)."""

import pytest
from grounds import real_pii

from guardrail.findings import PiiKind
from guardrail.known.known_values import KnownValues
from guardrail.links import Hosts, addresses_in
from guardrail.stream import StreamFilter

PII = real_pii()
HIDDEN = "（個人情報のため非表示）"
KNOWN = KnownValues.of([(PiiKind.PHONE, "080-6142-3975")])


async def shown_of(chunks: list[str], *hosts: str) -> str:
    answer = StreamFilter(PII, "ja", known=KNOWN, hosts=Hosts.of(hosts))
    return "".join([*[await answer.feed(chunk) for chunk in chunks], await answer.close()])


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[案内](https://evil.example/p)です", "案内です"),
        ("![図](https://evil.example/p.png)です", "図です"),
        ('![図](https://evil.example/p?d=1 "t")です', "図です"),
        ("[![図](https://evil.example/p.png)](https://evil.example)です", "図です"),
        ("[案内](//evil.example/p)です", "案内です"),
        ("[案内](https://help.example.jp@evil.example/)です", "案内です"),
        ("[案内](https://help.example.jp.evil.example/)です", "案内です"),
        ("[案内](&#104;ttps://evil.example/)です", "案内です"),
        ("[案内](java&#115;cript:alert(1))です", "案内です"),
        ("[案内](<https://evil.example/a b>)です", "案内です"),
        ("https://evil.example/p?d=abc です", "（リンクのため非表示） です"),
        ("<https://evil.example/p> です", "（リンクのため非表示） です"),
        ('<img src="https://evil.example/p.png">です', "です"),
        ("www.evil.example/p です", "（リンクのため非表示） です"),
        ("[案内](https://help.example.jp/?q=080-6142-3975)です", "案内です"),
        ("[案内](https://help.example.jp/?q=MDgwLTYxNDItMzk3NQ)です", "案内です"),
        ("https://help.example.jp/?q=080%2D6142%2D3975 です", f"https://help.example.jp/?q={HIDDEN} です"),
        ("[案内](https://help.example.jp/a_(b)?c=1#d)です", None),
        ("[案内](http://www.help.example.jp)と https://HELP.example.jp/a。です", None),
        ("http://localhost:3000 と mongodb://db:27017/x と docs/readme.md です", None),
        ("[章](#chapter)と[前](../a)です", None),
    ],
)
async def test_links_lead_to_named_hosts_only_and_carry_nothing(written: str, shown: str | None) -> None:
    assert await shown_of([written], "help.example.jp") == (written if shown is None else shown)
    assert await shown_of(list(written), "help.example.jp") == (written if shown is None else shown)


KNOWLEDGE = """返品は https://help.example.jp/returns?lang=ja をご覧ください。手順はhttps://help.example.jp/guideにあります。
[仮名](https://en.example.org/wiki/Kana_(script))、https://help.example.jp/使い方、www.shop.example/cart"""
LEFT = "（リンクのため非表示）"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[返品](https://help.example.jp/returns?lang=ja)です", None),
        ("[返品](http://www.HELP.example.jp/returns/?lang=ja)です", None),
        ("https://help.example.jp/guide です。https://help.example.jp/guide/ も。", None),
        ("<https://help.example.jp/guide>です", None),
        ("[仮名](https://en.example.org/wiki/Kana_(script))と https://en.example.org/wiki/Kana_(script) です", None),
        ("[使い方](https://help.example.jp/使い方)です", None),
        ("[使い方](https://help.example.jp/%E4%BD%BF%E3%81%84%E6%96%B9)です", None),
        ("https://help.example.jp/%E4%BD%BF%E3%81%84%E6%96%B9 です", None),
        ("[返品](https://help.example.jp/returns?lang=ja&amp;q=1)です", "返品です"),
        ("[カート](https://shop.example/cart)と www.shop.example/cart です", None),
        ("[返品](https://help.example.jp/returns)です", "返品です"),
        ("[返品](https://help.example.jp/returns?lang=%E7%A7%98%E5%AF%86)です", "返品です"),
        ("[返品](https://help.example.jp/RETURNS?lang=ja)です", "返品です"),
        ("[返品](https://help.example.jp/%72eturns?lang=ja)です", "返品です"),
        ("[手順](https://help.example.jp/guide#秘密)です", "手順です"),
        ("[手順](https://help.example.jp/guide/会話の内容)です", "手順です"),
        ("[手順](https://help.example.jp:8443/guide)です", "手順です"),
        ("[手順](https://a.help.example.jp/guide)です", "手順です"),
        ("https://help.example.jp/guide?q=secret です", f"{LEFT} です"),
        ("https://help.example.jp/guide//// です", f"{LEFT} です"),
        ("<https://help.example.jp/guide/会話の内容>です", f"{LEFT}です"),
        ("https://help.example.jp/returns?lang=会話 です", f"{LEFT} です"),
        ('<a href="https://help.example.jp/guide?会話">手順</a>です', "手順です"),
        ("![図](https://help.example.jp/guide)です", "図です"),
        ("![図][1]です", "図です"),
        (
            "[![図](https://help.example.jp/guide)](https://help.example.jp/guide)です",
            "[図](https://help.example.jp/guide)です",
        ),
        ('<img src="https://help.example.jp/guide">です', "です"),
        ('<svg><image href="/x"></svg>です', "</svg>です"),
    ],
)
async def test_only_addresses_that_stand_in_the_knowledge_are_links_and_nothing_loads(
    written: str, shown: str | None
) -> None:
    """S23, S47: a document that names a host lets nobody pass a conversation on to it by a path of their own."""
    allowed = list(addresses_in(KNOWLEDGE))
    assert await shown_of([written], *allowed) == (written if shown is None else shown)
    assert await shown_of(list(written), *allowed) == (written if shown is None else shown)


async def test_without_a_list_of_hosts_links_stay() -> None:
    answer = StreamFilter(PII, "ja")
    assert await answer.feed("[案内](https://other.example)です。") + await answer.close() == (
        "[案内](https://other.example)です。"
    )
