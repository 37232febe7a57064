"""Which sites may be listed for the widget, and as what they are kept; what is kept goes into a policy as it stands."""

import pytest

from handlers.apps.origins import origin_of
from knowledge.errors import BadInput


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("example.com", "https://example.com"),
        (" https://Example.com/shop?x=1#y ", "https://example.com"),
        ("https://example.com:443", "https://example.com"),
        ("https://example.com:8443", "https://example.com:8443"),
        ("ｅxample.com", "https://example.com"),
        ("https://日本語.jp/", "https://xn--wgv71a119e.jp"),
        ("https://192.0.2.1", "https://192.0.2.1"),
        ("localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("https://localhost", "https://localhost"),
    ],
)
def test_what_is_typed_becomes_one_origin(typed: str, kept: str) -> None:
    assert origin_of(typed) == kept
    assert origin_of(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("*", "https://*", "https://*.example.com", "null", "'self'", "https:", "com", "https://com"),
        *("https://a.example; script-src *", "https://a.example 'self'", "https://a.example,https://b.example"),
        *("javascript:alert(1)", "data:,x", "file:///x", "capacitor://localhost", "https://user@a.example"),
        *("http://example.com", "ftp://example.com", "http://localhost.example.com", "http://127.0.0.1.example"),
        *("https://0x7f.1", "https://127.1", "https://1.2.3.256", "https://example.com.", "https://[::1]"),
        *("https://a_b.example", "https://-a.example", "https://a.example:99999", "https://a.example:x"),
        *("", " ", "https://" + "a" * 260 + ".example", "https://a..example", "//[", "https://ａ。"),
    ],
)
def test_what_is_no_site_or_not_safe_on_the_way_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        origin_of(typed)
