"""Links in an answer lead to hosts that the owner named, and carry nothing there."""

import pytest
from grounds import real_pii

from guardrail.findings import PiiKind
from guardrail.known.known_values import KnownValues
from guardrail.links import Hosts
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
    assert await shown_of(list(written), "https://help.example.jp/") == (written if shown is None else shown)


async def test_without_a_list_of_hosts_links_stay() -> None:
    answer = StreamFilter(PII, "ja")
    assert await answer.feed("[案内](https://other.example)です。") + await answer.close() == (
        "[案内](https://other.example)です。"
    )
