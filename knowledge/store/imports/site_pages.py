"""Pages of sites that are read whole: how far a look at a site is, and what each page said when it was last read.

A look goes on from here after its process has died; the next look asks only for what has changed since.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bson import Binary

from knowledge.phrases import Phrase, _, from_plain, to_plain
from knowledge.store.database import AppScope, Database, Document, new_id
from knowledge.store.kept import GoneAfter, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

Found = Mapping[str, Any]  # as it leaves the process that read it
KEPT = timedelta(days=30)
SITE_PAGES = Stored(
    "site_pages",
    Belonging.to_app(),
    indexes=(
        Index((("owner_id", 1), ("app_id", 1), ("site", 1), ("same", 1)), unique=True),
        Index((("owner_id", 1), ("app_id", 1), ("site", 1), ("n", 1))),
        Index((("owner_id", 1), ("app_id", 1), ("url", 1))),
        Index((("expires_at", 1),), expire=True),
    ),
    kept=Kept(
        _("The content of each page of a site you imported whole, so that only changes are read again"),
        Subject.KNOWLEDGE,
        GoneAfter("expires_at", KEPT, _("after the last check of the site")),
    ),
)


class PageState(StrEnum):
    """What has become of a page in the last look that met it."""

    WAITING = "waiting"
    READ = "read"
    LEFT = "left"  # not taken in, for the reason in `why`
    GONE = "gone"  # it was read once, and its server says now that there is none


class LeftFor(StrEnum):
    """Why a page is left out; what is none of these has a reason of its own."""

    ROBOTS = "robots"
    LANGUAGE = "language"
    TWIN = "twin"
    ENDLESS = "endless"
    UNLISTED = "unlisted"
    LOGIN = "login"
    ELSEWHERE = "elsewhere"
    LINKS = "links"
    LATE = "late"
    MANY = "many"
    STOPPED = "stopped"
    OTHER = "other"


@dataclass(frozen=True)
class SitePage:
    """One page of a site, as the look `look` (an import's id) left it.

    `same` is what its other addresses share with it, `n` its place, `depth` how many links it is from the first page.
    `tries` counts those that did not answer. `etag`, `modified` and `body` (a digest) are what it was when it was last
    read, `at` where a redirect led then; `said` is a digest of its words.
    """

    url: str
    same: str
    look: str
    n: int
    depth: int = 0
    state: PageState = PageState.WAITING
    left_for: LeftFor | None = None
    why: Phrase | None = None
    tries: int = 0
    etag: str = ""
    modified: str = ""
    body: str = ""
    said: str = ""
    at: str = ""


class SitePageRepository:
    """The pages of one site of an app at a time; a site is called by the address its owner gave."""

    def __init__(self, database: Database) -> None:
        self._pages = database.collection(SITE_PAGES.name)

    async def list(self, scope: AppScope, site: str) -> Sequence[SitePage]:
        """All that are kept, of whatever look, in their order; without what they said."""
        found = await self._pages.find(_of(scope, site), projection={"found": False}, sort=[("n", 1)])
        return [_to_page(document) for document in found]

    async def found(self, scope: AppScope, site: str, same: str) -> Found | None:
        """What a page said when it was last read."""
        document = await self._pages.find_one(_of(scope, site) | {"same": same}, projection={"found": True})
        return _found(document) if document else None

    async def read(self, scope: AppScope, site: str, look: str) -> Sequence[tuple[SitePage, Found]]:
        """What was read in this look, in its order."""
        query = _of(scope, site) | {"look": look, "state": PageState.READ}
        documents = await self._pages.find(query, sort=[("n", 1)])
        return [(_to_page(document), found) for document in documents if (found := _found(document))]

    async def put(self, scope: AppScope, site: str, pages: Sequence[SitePage], expires_at: datetime) -> None:
        """Note these as they are, also in the place of what earlier looks noted; what they said then stays."""
        writes = [
            (
                _of(scope, site) | {"same": page.same},
                {"$set": _to_fields(page) | {"expires_at": expires_at}, "$setOnInsert": {"_id": new_id()}},
            )
            for page in pages
        ]
        if writes:
            await self._pages.update_each(writes, upsert=True)

    async def keep(self, scope: AppScope, site: str, page: SitePage, found: Found | None) -> None:
        """A page as it is now, with what it says; None forgets that."""
        kept = {"found": Binary(zlib.compress(json.dumps(found).encode()))} if found else {}
        update: Document = {"$set": _to_fields(page) | kept} | ({} if found else {"$unset": {"found": True}})
        await self._pages.update_one(_of(scope, site) | {"same": page.same}, update)

    async def sites_with(self, scope: AppScope, url: str) -> Sequence[str]:
        """The sites that a page is one of."""
        found = await self._pages.find(scope.filter() | {"url": url}, projection={"site": True})
        return [document["site"] for document in found]


def _of(scope: AppScope, site: str) -> Document:
    return scope.filter() | {"site": site}


def _found(document: Document) -> Found | None:
    kept = document.get("found")
    return json.loads(zlib.decompress(kept)) if kept else None


def _to_fields(page: SitePage) -> dict[str, Any]:
    return {
        "url": page.url,
        "look": page.look,
        "n": page.n,
        "depth": page.depth,
        "state": page.state,
        "left_for": page.left_for,
        "why": to_plain(page.why) if page.why else None,
        "tries": page.tries,
        "etag": page.etag,
        "modified": page.modified,
        "body": page.body,
        "said": page.said,
        "at": page.at,
    }


def _to_page(document: Document) -> SitePage:
    return SitePage(
        url=document["url"],
        same=document["same"],
        look=document["look"],
        n=document["n"],
        depth=document["depth"],
        state=PageState(document["state"]),
        left_for=LeftFor(document["left_for"]) if document["left_for"] else None,
        why=from_plain(document["why"]) if document["why"] else None,
        tries=document["tries"],
        etag=document["etag"],
        modified=document["modified"],
        body=document["body"],
        said=document["said"],
        at=document["at"],
    )
