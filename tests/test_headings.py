"""A passage knows the heading it stands under, and a visitor sees it beside the document's title."""

import pytest
from claude_standin import ClaudeStandIn
from visitors import VisitorSide

from knowledge.search.headings import headings_of

LONG = "返金は、購入から14日以内であれば、購入したストアの画面から申し込めます。" * 8
MARKDOWN = f"# 利用ガイド\n\nこのアプリの使い方です。\n\n## 返金\n\n{LONG}\n\n## 料金\n\n月額480円です。{LONG}"


@pytest.mark.parametrize(
    ("passages", "headings"),
    [
        (["## 返金\n\n14日以内です。"], ["返金"]),
        (["## 返金\n\n14日以内です。", "続きです。"], ["返金", "返金"]),
        (["■ 料金\n月額480円です。"], ["料金"]),
        (["【解約の方法】\n設定から。"], ["解約の方法"]),
        (["前の文がここまで続いています。\n\n## 返金"], [""]),
        (["前の文がここまで続いています。\n\n## 返金", "14日以内です。"], ["", "返金"]),
        (["# 利用ガイド\n\n使い方です。"], [""]),
        (["### **重要** な点\n\nです。"], ["重要 な点"]),
        (["## " + "長" * 61 + "\nです。"], [""]),
        (["#hashtag は見出しではありません。"], [""]),
        ([], []),
    ],
)
def test_a_passage_stands_under_the_heading_of_most_of_it(passages: list[str], headings: list[str]) -> None:
    assert headings_of("利用ガイド", passages) == headings


async def test_a_document_is_shown_by_its_title_and_the_passages_heading(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app()
    documents = visitors.areas.entries.documents
    await documents.add(app.scope, "利用ガイド", MARKDOWN)
    app = await visitors.again(app)
    claude.will_say("返金は14日以内です。", cites=[0])
    _, told = await visitors.ask(app, "返金できますか")
    assert claude.requests[0].search_results[0]["title"] == "利用ガイド › 返金"
    assert told.sources == ["利用ガイド › 返金"]
