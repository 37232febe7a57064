"""Links bear the sign of where they lead, by their host alone."""

import pytest

from handlers.apps.lists import link_address
from knowledge.errors import BadInput
from web.visitor.link_icons import HOSTS, SHAPES, icon_of


@pytest.mark.parametrize(
    ("url", "icon"),
    [
        ("https://apps.apple.com/jp/app/id123", "app_store"),
        ("https://play.google.com/store/apps/details?id=a.b", "google_play"),
        ("https://X.com/kotori", "x"),
        ("https://mobile.twitter.com/kotori", "x"),
        ("https://github.com/a/b", "github"),
        ("https://discord.gg/abc", "discord"),
        ("https://www.youtube.com/@kotori", "youtube"),
        ("https://youtu.be/a", "youtube"),
        ("https://note.com/kotori", "note"),
        ("https://zenn.dev/kotori", "zenn"),
        ("https://www.instagram.com/kotori/", "instagram"),
        ("mailto:hi@example.com", "mail"),
        ("https://kotori.example/", "web"),
        # Near misses: the host decides, and the whole of it.
        ("https://netflix.com/", "web"),
        ("https://x.com.evil.example/", "web"),
        ("https://evil.example/x.com", "web"),
        ("https://x.com@evil.example/", "web"),
        ("https://kotori.github.io/", "web"),
        ("https://google.com/", "web"),
        ("https://[broken", "web"),
    ],
)
def test_a_link_shows_where_it_leads(url: str, icon: str) -> None:
    assert icon_of(url) == icon


def test_every_host_has_a_shape() -> None:
    assert set(HOSTS.values()) | {"web", "mail"} == set(SHAPES)


@pytest.mark.parametrize("typed", ["hi@kotori.example", "mailto:hi@kotori.example", " MAILTO: hi@kotori.example"])
def test_a_link_may_be_a_mail_address(typed: str) -> None:
    assert link_address(typed) == "mailto:hi@kotori.example"


@pytest.mark.parametrize("typed", ["www.kotori.example", "kotori.example/a?b=c", "https://kotori.example"])
def test_an_address_may_leave_out_how_it_begins(typed: str) -> None:
    assert link_address(typed) == (typed if "//" in typed else f"https://{typed}")


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "mailto:",
        "mailto:a@b.example?bcc=x@y.example",
        "hi@",
        "tel:1",
        "kotori",
        "kotori example.com",
    ],
)
def test_other_links_are_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        link_address(typed)
