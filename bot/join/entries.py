"""What an app knows, entry by entry."""

from bot.join.ground import Ground
from handlers.areas import EntryArea, SearchArea
from handlers.entries.documents import Documents
from handlers.entries.downloads import EntryDownloads
from handlers.entries.faqs import Faqs
from handlers.entries.guard import KnowledgeGuard
from handlers.entries.hidden import HiddenValues
from handlers.entries.phrasing_ideas import PhrasingIdeas
from handlers.entries.similar_entries import SimilarEntries
from handlers.spending.spending import Spending


def join(ground: Ground, spending: Spending, search: SearchArea) -> EntryArea:
    """Whatever is kept passes the one `guard`, which notes what visitors must not see of it."""
    guard = KnowledgeGuard(ground.database, ground.pii)
    faqs = Faqs(ground.database, guard, ground.clock)
    documents = Documents(ground.database, guard, ground.clock)
    return EntryArea(
        guard=guard,
        faqs=faqs,
        documents=documents,
        hidden=HiddenValues(ground.database, faqs, documents),
        exports=EntryDownloads(faqs, documents),
        nearest=SimilarEntries(search.retrieval),
        phrasing_ideas=PhrasingIdeas(ground.models.tools, spending),
    )
