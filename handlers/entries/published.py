"""What of an app's entries stands on a page that anybody may read, once its owner has said that search engines may."""

from collections.abc import Sequence

from knowledge.language import language_of
from knowledge.phrases import Tag
from knowledge.store.apps.apps import App
from knowledge.store.database import Database
from knowledge.store.entries.faqs import FaqEntry, FaqRepository

MOST = 100


class PublishedEntries:
    """Entries as visitors hear them; none of which something is hidden, nor about a topic the owner keeps out of."""

    def __init__(self, db: Database) -> None:
        self._faqs = FaqRepository(db)

    async def of(self, app: App, lang: Tag) -> Sequence[FaqEntry]:
        """Those in that language, or all where there are none; nothing of an app that is not listed."""
        if not app.listed:
            return ()
        topics = [topic.casefold() for topic in app.banned_topics]
        shown = [each for each in await self._faqs.list(app.scope, limit=MOST) if _is_open(each, topics)]
        return [each for each in shown if language_of(each.redacted_question, lang) == lang] or shown


def _is_open(entry: FaqEntry, topics: Sequence[str]) -> bool:
    said = f"{entry.redacted_question} {entry.redacted_answer}".casefold()
    return not entry.finding_kinds and not any(topic in said for topic in topics)
