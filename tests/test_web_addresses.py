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
    # Most machines without a name have no certificate either.
    ("8.8.8.8:8080", "http://8.8.8.8:8080"),
    ("8.8.8.8/app", "http://8.8.8.8/app"),
    ("８．８．８．８：８０８０／a", "http://8.8.8.8:8080/a"),
    ("http://8.8.8.8:8080", "http://8.8.8.8:8080"),
    ("https://8.8.8.8", "https://8.8.8.8"),
]
# A visitor elsewhere gets nowhere with these.
ONLY_HERE = [
    *("http://192.168.1.5", "192.168.1.5:8080", "http://10.0.0.1/app", "http://127.0.0.1:8080", "169.254.169.254"),
    *("http://100.64.0.1", "http://192.0.2.7:8080", "http://0.0.0.0", "http://[::1]:8080", "http://[fd00::7]"),
    *("http://localhost:3000", "http://nas.local", "https://shop.internal/a", "[fe80::1]:8080"),
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
    assert origin_of(kept.replace("http://", "https://")).startswith("https://")


@pytest.mark.parametrize("typed", ONLY_HERE)
def test_an_address_of_ones_own_network_is_refused_with_the_way_on(typed: str) -> None:
    for read in (web_address, link_address):
        with pytest.raises(BadInput) as refused:
            read(typed)
        assert "which one do they use" in refused.value.phrase.say("en").lower()


@pytest.mark.parametrize(
    "typed", ["http://0x7f.1", "http://2130706433/", "http://127.1", "http://1.2.3.4.5", "http://a.com:99999"]
)
def test_a_number_that_browsers_read_as_another_one_is_no_address(typed: str) -> None:
    with pytest.raises(BadInput):
        web_address(typed)


@pytest.mark.parametrize("typed", NONE)
def test_what_is_no_address_stays_as_it_is_and_is_refused(typed: str) -> None:
    assert whole_address(typed) == typed
    with pytest.raises(BadInput):
        web_address(typed)
