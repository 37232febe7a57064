"""Addresses of a site: what is one page, what belongs to it, what leads on for ever, what is a translation."""

import pytest

from knowledge.importing.site.addresses import (
    SiteBounds,
    is_dated,
    is_endless,
    is_login,
    is_translated,
    same_as,
    tidied,
    without_locale,
)

AT = "https://example.com"


@pytest.mark.parametrize(
    ("given", "folder", "inside", "outside"),
    [
        ("", "/", ["/a", "/a/b"], []),
        ("/hc/ja", "/hc/ja/", ["/hc/ja", "/hc/ja/a", "/hc/ja?page=2"], ["/hc/japan", "/hc/en-us/a", "/"]),
        ("/docs/", "/docs/", ["/docs", "/docs/a"], ["/docs2"]),
        ("/docs/start.html", "/docs/", ["/docs/b.html"], ["/a.html"]),
        ("/docs/index.php", "/docs/", ["/docs/b"], ["/a"]),
    ],
)
def test_a_site_is_what_stands_below_the_address(
    given: str, folder: str, inside: list[str], outside: list[str]
) -> None:
    bounds = SiteBounds.of(f"{AT}{given}")
    assert bounds.folder == folder
    assert all(bounds.hold(f"{AT}{path}") for path in inside)
    assert not any(bounds.hold(f"{AT}{path}") for path in outside)
    assert not bounds.hold(f"https://other.example{folder}")
    assert not bounds.hold(f"https://example.com:8443{folder}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/a", "/a/"),
        ("/a/", "/a/index.html"),
        ("/a?b=1&c=2", "/a?c=2&b=1"),
        ("/a", "/a?utm_source=x&gclid=1"),
        ("/a", "/a;jsessionid=4F#part"),
        ("/a?id=3", "/a?PHPSESSID=00&id=3"),
    ],
)
def test_addresses_of_one_page_are_the_same(one: str, other: str) -> None:
    assert same_as(tidied(f"{AT}{one}")) == same_as(tidied(f"{AT}{other}"))


@pytest.mark.parametrize(("one", "other"), [("/a", "/b"), ("/a?id=1", "/a?id=2"), ("/a", "/A"), ("/a/b", "/a-b")])
def test_addresses_of_two_pages_are_not(one: str, other: str) -> None:
    assert same_as(tidied(f"{AT}{one}")) != same_as(tidied(f"{AT}{other}"))


@pytest.mark.parametrize(
    "url",
    [
        "/a.png",
        "/a.css?v=1",
        "/logout",
        "/wp-admin/x",
        "/a?replytocom=3",
        "/feed/",
        "mailto:a@b.c",
        "javascript:x()",
        "",
    ],
)
def test_what_is_no_page_has_no_address(url: str) -> None:
    assert tidied(f"{AT}{url}" if url.startswith("/") else url) == ""


@pytest.mark.parametrize("url", ["/v2.0", "/a.pdf", "/how-to-log-in", "/search-tips", "/faq.php?id=3"])
def test_what_only_looks_like_it_is_a_page(url: str) -> None:
    assert tidied(f"{AT}{url}") == f"{AT}{url}"


def test_calendars_logins_and_links_that_grow_are_known() -> None:
    assert is_dated(f"{AT}/2026/11/")
    assert is_dated(f"{AT}/events?month=2026-11")
    assert not is_dated(f"{AT}/2026/11/29/how-it-began")
    assert is_endless(f"{AT}/a/b/a/b/a/b")
    assert not is_endless(f"{AT}/docs/api/v2/docs/list")
    assert is_login(f"{AT}/users/sign_in") or is_login(f"{AT}/users/sign-in")
    assert not is_login(f"{AT}/signing-documents")


@pytest.mark.parametrize(
    ("url", "twin", "yes"),
    [
        ("/en/a", "/ja/a", True),
        ("/en/a", "/a", True),
        ("/hc/en-us/articles/3600123-Refunds", "/hc/ja/articles/3600123-%E8%BF%94%E9%87%91", True),
        ("/it/a", "/ja/b", False),
        ("/a", "/en/a", False),
    ],
)
def test_a_translation_is_known_by_the_page_it_stands_beside(url: str, twin: str, yes: bool) -> None:
    assert is_translated(f"{AT}{url}", "ja", {without_locale(f"{AT}{twin}")}) is yes
