"""What leaves smaller, for whom, and what never does."""

import gzip
from collections.abc import AsyncIterator
from http import HTTPStatus

import aiohttp
import brotli
import pytest
from sites import SiteUnderTest, running_site

from knowledge.store.database import Database
from web.site.static_files import FILES

SCRIPT = FILES["talk.js"]
READ = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


async def _raw(site: SiteUnderTest, path: str, taken: str) -> tuple[str, bytes, str]:
    """The coding, the body as it was sent, and what it varies by."""
    async with (
        aiohttp.ClientSession(auto_decompress=False) as http,
        http.get(f"{site.url}{path}", headers={"Accept-Encoding": taken}) as response,
    ):
        assert response.status == HTTPStatus.OK
        return response.headers.get("Content-Encoding", ""), await response.read(), response.headers.get("Vary", "")


@pytest.mark.parametrize(
    ("taken", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br;q=0.1, gzip;q=1.0", "br"),
        ("*", "br"),
        ("*;q=0", ""),
        ("identity", ""),
        ("br;q=many", ""),
        ("br;level=4", "br"),
        ("", ""),
    ],
)
async def test_a_client_gets_the_best_coding_it_takes(site: SiteUnderTest, taken: str, coding: str) -> None:
    for path in (SCRIPT.url, "/@kotori", "/", "/transmission"):
        sent, body, vary = await _raw(site, path, taken)
        assert (sent, vary) == (coding, "Accept-Encoding"), path
        assert READ[coding](body).lstrip()[:1] in (b"<", b'"'), path
    assert READ[coding]((await _raw(site, SCRIPT.url, taken))[1]) == SCRIPT.body


async def test_no_page_with_a_secret_in_it_is_compressed(site: SiteUnderTest) -> None:
    form = {"text": "返金はできますか？" * 9, "id": "0d6e4f5c-3a52-4b6e-9a3e-0d3c2c7f9a11", "conversation": ""}
    headers = {"Accept-Encoding": "br, gzip", "Accept": "text/html"}
    async with site.http.post(f"{site.url}/@kotori/messages", data=form, headers=headers) as talk:
        assert 'name="conversation" value="' in await talk.text()
        assert "Content-Encoding" not in talk.headers
    for path in ("/signin", "/contact"):
        assert (await _raw(site, path, "br, gzip"))[0] == "", path
