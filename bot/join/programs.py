"""What an owner's programs can do."""

from bot.join.ground import Ground
from handlers.accounts.news import AccountNews
from handlers.areas import AlertArea, EntryArea, ProgramArea, SearchArea
from handlers.home_zones import HomeZones
from handlers.programs.items import DocumentShelf, EntryShelf
from handlers.programs.keys import ApiKeys
from handlers.programs.search import ProgramSearch


def join(ground: Ground, search: SearchArea, entries: EntryArea, alerts: AlertArea) -> ProgramArea:
    """The same entries and documents as at the other doors."""
    store = ground.store
    return ProgramArea(
        keys=ApiKeys(
            store.database,
            store.api_keys,
            store.apps,
            store.owners,
            ground.limits,
            AccountNews(alerts.alerts),
            HomeZones(store.alert_settings),
            ground.clock,
        ),
        entries=EntryShelf(store.database, entries.faqs, entries.new),
        documents=DocumentShelf(store.database, entries.documents),
        search=ProgramSearch(search.background, store.faqs, store.documents),
    )
