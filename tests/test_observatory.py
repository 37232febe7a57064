"""Every page at the most that Mozilla's HTTP Observatory gives, by its rules (github.com/mdn/mdn-http-observatory,
2026-11) as far as a response shows them. What else it counts is of where mimi runs: HTTPS, redirects, the preload list.
"""

import re
from collections.abc import Mapping
from http.cookies import SimpleCookie

import aiohttp
import pytest
from house import HANDLE, furnished, pages_of

from knowledge.store.database import Database

# 100, and for a policy that begins with nothing and allows nothing unsafe 10, for frames by that policy 5, for what
# is kept from other origins 10, for no referrer 5. Cookies, where there are any, and hashes of scripts bring 5 each.
MOST_WITHOUT_BOTH = 130
BROAD = {"*", "http:", "https:", "ftp:", "http://*", "https://*", "http://*.*", "https://*.*"}
UNSAFE = BROAD | {"'unsafe-inline'", "'unsafe-eval'", "data:"}
HALF_A_YEAR = 15_768_000
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
PENALTIES = {"policy": -25, "frames": -20, "HSTS": -20, "types": -5, "cookies": -20, "CORS": -50, "elsewhere": -50}


def score(response: aiohttp.ClientResponse, body: str) -> int:
    """What the page gets."""
    headers = response.headers
    directives = policy_in(headers.get("Content-Security-Policy", ""))
    points = {
        "policy": 10 if is_strict(directives) else PENALTIES["policy"],
        "frames": 5 if directives.get("frame-ancestors") else PENALTIES["frames"],
        "HSTS": 0 if lasting(headers.get("Strict-Transport-Security", "")) else PENALTIES["HSTS"],
        "types": 0 if headers.get("X-Content-Type-Options") == "nosniff" else PENALTIES["types"],
        "resources": 10 if headers.get("Cross-Origin-Resource-Policy") == "same-origin" else 0,
        "referrer": 5 if headers.get("Referrer-Policy") in PRIVATE else 0,
        "cookies": of_cookies(headers),
        "CORS": PENALTIES["CORS"] if "Access-Control-Allow-Origin" in headers else 0,
        "scripts": PENALTIES["elsewhere"] if re.search(r"<script[^>]* src=(?![\"']?/[^/])", body) else 0,
    }
    return 100 + sum(points.values())


def policy_in(header: str) -> dict[str, set[str]]:
    """Its directives, the first of each (CSP 3, 2.2.1)."""
    found: dict[str, set[str]] = {}
    for each in header.split(";"):
        name, *sources = each.split() or [""]
        found.setdefault(name.lower(), set(sources))
    return found


def is_strict(policy: Mapping[str, set[str]]) -> bool:
    """Begins with nothing, and allows nothing unsafe, broad or in the clear."""
    usual = policy.get("default-src", {"*"})
    active: set[str] = set().union(
        *(sources for name, sources in policy.items() if name not in {"img-src", "media-src"})
    )
    named = [policy.get(name, usual) for name in ("script-src", "style-src", "object-src")]
    # These two do not fall back to the first.
    named += [policy.get(name, {"*"}) for name in ("base-uri", "form-action")]
    in_the_clear = any(source.startswith(("http:", "ftp:")) for source in active | policy.get("img-src", usual))
    return usual == {"'none'"} and not in_the_clear and not any(sources & UNSAFE for sources in named)


def lasting(header: str) -> bool:
    """Half a year of HTTPS alone."""
    age = re.search(r"max-age=(\d+)", header)
    return age is not None and int(age[1]) >= HALF_A_YEAR


def of_cookies(headers: Mapping[str, str]) -> int:
    """5 for cookies that are all out of scripts', other sites' and listeners' reach; none are as good."""
    cookies = SimpleCookie(headers.get("Set-Cookie", ""))
    good = all(each["secure"] and each["httponly"] and each["samesite"] for each in cookies.values())
    return (5 if cookies else 0) if good else PENALTIES["cookies"]


async def test_every_page_has_all_that_the_observatory_gives(db: Database) -> None:
    async with furnished(db) as house:
        others = (f"/@{HANDLE}?embed=app", f"/@{HANDLE}?embed=widget", "/@nobody", "/nothing", "/sign-in/used")
        scores: dict[str, int] = {}
        for path in (*(await pages_of(house)).values(), *others):
            for headers in ({}, house.headers):  # whoever is not signed in is told so on a page, too
                response = await house.site.get(path, headers=headers)
                scores[f"{path} {response.status}"] = score(response, await response.text())
        assert {path: points for path, points in scores.items() if points != MOST_WITHOUT_BOTH} == {}
        link = await house.site.accounts.sign_in_link(house.site.owners["yuki"].scope)
        signed_in = await house.site.post("/sign-in", data={"token": link.token})
        assert score(signed_in, "") == MOST_WITHOUT_BOTH + 5


@pytest.mark.parametrize(
    ("header", "strict"),
    [
        ("default-src 'none'; base-uri 'none'; form-action 'self'", True),
        ("default-src 'none'; script-src 'self' 'sha256-x'; base-uri 'none'; form-action 'self'", True),
        ("default-src 'none'; base-uri 'none'", False),
        ("default-src 'self'; base-uri 'none'; form-action 'self'", False),
        ("default-src 'none'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'self'", False),
        ("default-src 'none'; style-src data:; base-uri 'none'; form-action 'self'", False),
        ("default-src 'none'; connect-src http://a.example; base-uri 'none'; form-action 'self'", False),
        ("default-src 'none'; base-uri 'none'; form-action 'self'; script-src https:", False),
        ("", False),
    ],
)
def test_a_policy_is_read_as_the_observatory_reads_it(header: str, strict: bool) -> None:
    assert is_strict(policy_in(header)) is strict
