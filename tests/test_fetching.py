"""Pages fetched for owners: only from the public internet, checked at every hop, bounded in size and time."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from somebodys_site import MB, PAGE, Site
from yarl import URL

from bot.outside.fetcher import Fetcher
from bot.outside.public_hosts import Pinned, Place, Places, is_public
from handlers.ports import NoPage, SiteBusy
from knowledge.errors import BadInput, MimiError, Unavailable
from knowledge.importing.reading import Reading
from knowledge.importing.site.robots import said


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    await site.start()
    yield site
    await site.stop()


def fetcher(site: Site, seconds: float = 20) -> Fetcher:
    return Fetcher(Places({site.place}), seconds, MB)


async def test_an_own_host_without_a_port_is_open_on_the_usual_ones_alone(site: Site) -> None:
    host = site.place.partition(":")[0]
    for inside, refused in (({host}, True), ({site.place}, False), ({f"{host}:81"}, True)):
        try:
            await Places(inside).find(site.url("page"))
        except BadInput:
            assert refused
        else:
            assert not refused
    assert (await Places({host}).find(f"http://{host}/page")).addresses == ("127.0.0.1",)


async def refusal(fetch: Fetcher, url: str) -> tuple[type[MimiError], str]:
    with pytest.raises(MimiError) as refused:
        await fetch.fetch(url)
    return type(refused.value), refused.value.phrase.say("en")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.1.1",
        "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "::127.0.0.1", "::ffff:0:127.0.0.1",
        "192.0.0.1", "192.0.0.192", "192.88.99.1", "168.63.129.16", "fec0::1", "3fff::1", "3fff:fff::1", "64:ff9b:1::1",
        "2a00:1450::5efe:7f00:1", "2a00:1450::200:5efe:10.0.0.1", "64:ff9b::10.0.0.1", "5f00::1",
        "", "example.com", "1",
    ],
)  # fmt: skip
def test_addresses_that_are_nobody_elses_business_are_not_public(address: str) -> None:
    """S30"""
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("93.184.215.14", "172.32.0.1", "192.167.255.255", "100.128.0.1", "2606:4700::1111", "192.0.1.1"),
        *("168.63.129.17", "64:ff9b::808:808", "2a00:1450::5efe:8.8.8.8"),
    ],
)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
        "http://127.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://１２７.０.０.１/", "http://0/",
        "http://169.254.169.254/latest/meta-data/",
    ],
)  # fmt: skip
async def test_other_ways_to_write_this_machines_address_lead_nowhere_either(url: str) -> None:
    """S30"""
    assert await refusal(Fetcher(Places()), url) == (
        BadInput,
        "This address is not on the public internet, so I do not read it.",
    )


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://example.com/", "not the address of a web page"),
        ("file:///etc/passwd", "not the address of a web page"),
        ("javascript:alert(1)", "not the address of a web page"),
        ("example.com", "not the address of a web page"),
        ("http://", "not the address of a web page"),
        ("http://exa mple.com/", "not the address of a web page"),
        ("http://example.com:99999/", "not the address of a web page"),
        ("http://example.com/\r\nX: y", "not the address of a web page"),
        ("https://example.com/" + "a" * 2000, "not the address of a web page"),
        ("http://example.com:22/", "without a port number"),
        ("https://example.com:80/", "without a port number"),
        ("http://user:secret@example.com/", "that contain a password"),
        ("http://user@example.com/", "that contain a password"),
    ],
)
async def test_only_plain_addresses_of_web_pages_are_followed(url: str, said: str) -> None:
    """S30"""
    kind, words = await refusal(Fetcher(Places()), url)
    assert (kind, said in words) == (BadInput, True)


async def test_a_page_is_fetched_with_nothing_of_ours(site: Site) -> None:
    """S32"""
    page = await fetcher(site).fetch(site.url("page"))
    await fetcher(site).fetch(site.url("page#part"))
    assert (page.data, page.url) == (PAGE.encode(), site.url("page"))
    assert [sorted(headers) for headers in site.headers] == [
        ["Accept", "Accept-Encoding", "Connection", "Host", "User-Agent"]
    ] * 2


async def test_a_page_that_moved_is_found(site: Site) -> None:
    page = await fetcher(site).fetch(site.url("twice"))
    assert (page.data, page.url) == (PAGE.encode(), site.url("page"))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("inside", "without a port number"),
        ("metadata", "not on the public internet"),
        ("file", "not the address of a web page"),
        ("loop", "keeps redirecting"),
    ],
)
async def test_a_redirect_is_checked_like_the_first_address(site: Site, name: str, said: str) -> None:
    """S31"""
    kind, words = await refusal(fetcher(site), site.url(name))
    assert (kind, said in words) == (BadInput, True)
    assert len(site.paths) <= 4


async def test_the_address_that_was_checked_is_the_one_connected_to() -> None:
    """S31"""
    place = Place(URL("https://example.com"), ("93.184.215.14", "2606:4700::1111"))
    found = await Pinned(place).resolve("example.com", 443)
    assert [each["host"] for each in found] == ["93.184.215.14", "2606:4700::1111"]


@pytest.mark.parametrize("name", ["large", "bomb", "endless"])
async def test_what_is_too_large_is_given_up(site: Site, name: str) -> None:
    """S32"""
    kind, words = await refusal(fetcher(site), site.url(name))
    assert (kind, words) == (BadInput, "This page is too large: I read at most 1 MB.")


async def test_a_page_that_drips_is_given_up(site: Site) -> None:
    """S32"""
    kind, words = await refusal(fetcher(site, seconds=0.3), site.url("drip"))
    assert (kind, "too long" in words) == (Unavailable, True)


async def test_a_packed_page_is_unpacked(site: Site) -> None:
    assert (await fetcher(site).fetch(site.url("packed"))).data == PAGE.encode()


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("picture", BadInput, "it is image/png"),
        ("missing", NoPage, "its answer: 404"),
        ("later", SiteBusy, "cannot answer just now"),
    ],
)
async def test_what_is_no_page_is_told(site: Site, name: str, kind: type[MimiError], said: str) -> None:
    refused, words = await refusal(fetcher(site), site.url(name))
    assert (refused, said in words) == (kind, True)


async def test_a_sites_wishes_about_programs_are_known(site: Site) -> None:
    assert await fetcher(site).rules(site.url("page")) == b""
    site.robots = "User-agent: *\nDisallow: /private/\n"
    assert await fetcher(site).rules(site.url("page")) == site.robots.encode()


async def test_what_a_site_says_to_programs_counts_up_to_500_kib(site: Site) -> None:
    site.robots = "# wordy\n" * 700_000
    said = await Fetcher(Places({site.place})).rules(site.url("page"))
    assert said == site.robots.encode()[: 500 * 1024]


@pytest.mark.parametrize(
    ("rules", "page", "may"),
    [
        (b"User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n", "/wp-admin/admin-ajax.php", True),
        (b"User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n", "/wp-admin/", False),
        (b"User-agent: *\nDisallow: /users/*/replies\n", "/users/a/replies", False),
        (b"User-agent: *\nDisallow: /users/*/replies\n", "/users/a", True),
        (b"User-agent: *\nAllow: /en/$\nDisallow: /en/\n", "/en/", True),
        (b"User-agent: *\nAllow: /en/$\nDisallow: /en/\n", "/en/x", False),
        (b"User-agent: *\nDisallow: /*.pdf$\n", "/terms.pdf", False),
        (b"User-agent: *\n\nDisallow: /private\n", "/private", False),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /private\n", "/private", False),
        (b"User-agent: *\rDisallow: /private\r", "/private", False),
        (b"User-agent: *\nDisallow: /a\n\nUser-agent: *\nDisallow: /b\n", "/b", False),
        (b"User-agent: MIMI\nDisallow: /\n\nUser-agent: *\nAllow: /\n", "/", False),
        (b"User-agent: other\nDisallow: /\n", "/", True),
        ("User-agent: *\nDisallow: /日本語/\n".encode(), "/%E6%97%A5%E6%9C%AC%E8%AA%9E/x", False),
        (b"<!doctype html><html><body>404 not found</body></html>", "/", True),
        (b"\x00\xff\xfe" * 1000, "/", True),
        (b"", "/", True),
    ],
)
def test_the_rule_that_fits_a_page_best_counts(rules: bytes, page: str, may: bool) -> None:
    assert said(rules, "mimi", [f"https://example.com{page}"])["may"] == [may]


async def test_the_loop_turns_while_what_a_site_says_to_programs_is_read() -> None:
    rules = "User-agent: *\n" + "".join(f"Disallow: /a{n}/*/b*c$\n" for n in range(25_000))
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    turning = asyncio.create_task(turn())
    pages = ["https://example.com/page", "https://example.com/a7/x/bc"]
    assert (await Reading().rules(rules.encode()[: 500 * 1024], "mimi", pages)).may == {pages[0]}
    turning.cancel()
    # A parser in this process would let it turn a few times, before it and after it.
    assert turns > 500
