"""What an app knows, entry by entry."""

from bot.join.ground import Ground
from handlers.areas import EntryArea, SearchArea
from handlers.entries.corrections import Corrections
from handlers.entries.documents import Documents
from handlers.entries.doubles import NewEntries
from handlers.entries.downloads import EntryDownloads
from handlers.entries.faqs import Faqs
from handlers.entries.guard import KnowledgeGuard
from handlers.entries.hidden import HiddenValues
from handlers.entries.hits import EntryHits
from handlers.entries.lists import EntryLists
from handlers.entries.news import ReleaseNotes
from handlers.entries.phrasing_ideas import PhrasingIdeas
from handlers.entries.published import PublishedEntries
from handlers.entries.rechecks import Rechecks
from handlers.entries.similar_entries import SimilarEntries
from handlers.home_zones import HomeZones
from handlers.spending.spending import Spending


def join(ground: Ground, spending: Spending, search: SearchArea) -> EntryArea:
    """Whatever is kept passes the one `guard`, which notes what visitors must not see of it."""
    store = ground.store
    guard = KnowledgeGuard(store.apps, store.hidden, ground.pii)
    faqs = Faqs(store.database, store.faqs, guard, ground.clock)
    documents = Documents(store.database, store.documents, guard, ground.clock)
    rechecks = Rechecks(store.database, store.apps, store.faqs, store.documents, faqs, documents)
    hits = EntryHits(store.question_counts, ground.clock)
    notes = ReleaseNotes(store.database, documents, HomeZones(store.alert_settings), ground.clock)
    return EntryArea(
        guard=guard,
        faqs=faqs,
        new=NewEntries(faqs, store.faqs, store.apps, search.retrieval),
        documents=documents,
        notes=notes,
        hidden=HiddenValues(store.database, store.apps, store.hidden, rechecks, faqs, documents),
        exports=EntryDownloads(faqs, documents),
        nearest=SimilarEntries(search.retrieval),
        phrasing_ideas=PhrasingIdeas(ground.models.tools, spending),
        hits=hits,
        lists=EntryLists(store.database, store.faqs, store.documents, hits, guard, ground.clock),
        corrections=Corrections(store.database, faqs, documents, notes),
        published=PublishedEntries(store.database),
    )
