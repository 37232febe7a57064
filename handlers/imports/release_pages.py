"""Release notes from where they are published: a changelog, a page of releases, or their feed."""

from guardrail.limits import Limits, Senders
from handlers.ports import Pages
from knowledge.errors import BadInput
from knowledge.importing.read_results import FoundDocument, ReadRequest
from knowledge.importing.reading import Reading
from knowledge.phrases import _
from knowledge.store.database import AppScope


class ReleasePages:
    """Read while their owner waits, who looks at what was found before it is kept."""

    def __init__(self, pages: Pages, reading: Reading, limits: Limits) -> None:
        self._pages = pages
        self._reading = reading
        self._limits = limits

    async def text(self, scope: AppScope, url: str) -> str:
        """What stands there. Raises BadInput, Unavailable, and TooMany for an owner who asks all the time (S43)."""
        await self._limits.check_visitor("news", Senders(address=scope.owner_id))
        page = await self._pages.fetch(url.strip())
        asked = ReadRequest(url=page.url, charset=page.charset, whole=True)
        found = await self._reading.read(page.data, asked, scope.owner_id)
        texts = [item.text for item in found.items if isinstance(item, FoundDocument)]
        if not texts:
            raise BadInput(_("There is no readable text on this page."))
        return "\n\n".join(texts)
