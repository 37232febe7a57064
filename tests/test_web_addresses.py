"""Web addresses as people write them, wherever one is asked for."""

import pytest

from handlers.apps.apps import web_address
from handlers.apps.lists import link_address
from handlers.apps.origins import origin_of
from handlers.web_addresses import whole_address
from knowledge.errors import BadInput

WRITTEN = [
    ("example.com", "https://example.com"),
    (" www.example.com/a?b=c#d ", "https://www.example.com/a?b=c#d"),
    ("http://example.com", "http://example.com"),
    ("HTTPS://Example.com/A", "https://Example.com/A"),
    ("//example.com/a", "https://example.com/a"),
    ("https:/example.com/a", "https://example.com/a"),
    ("https:example.com", "https://example.com"),
    ("https//example.com", "https://example.com"),
    ("example.com:8443/a", "https://example.com:8443/a"),
    ("ｈｔｔｐｓ：／／ｅｘａｍｐｌｅ．ｃｏｍ／ａ", "https://example.com/a"),
    ("https：／／example.com", "https://example.com"),
    ("example。com", "https://example.com"),
    ("「example.com/help」", "https://example.com/help"),
    ("example.com です", "https://example.com"),
    ("https://example.com/faq　を読んでください。", "https://example.com/faq"),
    ("example.comです", "https://example.com"),
    ("https://example.co.jpです。", "https://example.co.jp"),
    ("日本語.jp/使い方", "https://日本語.jp/使い方"),
    ("https://日本語.みんな", "https://日本語.みんな"),
    ("xn--wgv71a119e.jp", "https://xn--wgv71a119e.jp"),
    ("https://ja.wikipedia.org/wiki/けいおん！", "https://ja.wikipedia.org/wiki/けいおん！"),
    ("https://en.wikipedia.org/wiki/Mimi_(song)", "https://en.wikipedia.org/wiki/Mimi_(song)"),
    ("my-app.notion.site", "https://my-app.notion.site"),
    ("apps.apple.com/jp/app/id123", "https://apps.apple.com/jp/app/id123"),
]
NONE = [
    *("", "com", "1.2", "v1.2.3", "ことり日記", "javascript:alert(1)", "mailto:a@example.com", "ftp://example.com"),
    *(
        "file:///etc/passwd",
        "a b.com",
        "example..com",
        "-a.com",
        "user@example.com",
        "https://a.example 'self'",
        "data:,x",
    ),
]


@pytest.mark.parametrize(("typed", "kept"), WRITTEN)
def test_what_is_typed_becomes_an_address_that_can_be_opened(typed: str, kept: str) -> None:
    assert whole_address(typed) == kept
    assert whole_address(kept) == kept
    assert web_address(typed) == kept
    assert link_address(typed) == kept
    assert origin_of(typed.replace("http://", "https://")).startswith("https://")


@pytest.mark.parametrize("typed", NONE)
def test_what_is_no_address_stays_as_it_is_and_is_refused(typed: str) -> None:
    assert whole_address(typed) == typed
    with pytest.raises(BadInput):
        web_address(typed)
