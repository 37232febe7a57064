"""Where the pages are served."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web


@dataclass(frozen=True)
class Site:
    """What the pages must know about where they are served."""

    public_url: str  # as people type it, without a slash at the end
    trusted_proxy: bool = False  # one proxy in front adds the visitor's address to X-Forwarded-For (S46)
    demo_handle: str = ""  # the app the front page shows; empty: none
    line_url: str = ""  # where an owner-to-be meets mimi on LINE: the simulator's page, or the add-friend link


SITE: Final = web.AppKey("site", Site)
