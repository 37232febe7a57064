"""What an owner is told of a site's pages that are left out: each kind with its count, or each page with its reason."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from handlers.imports.drafts import Sheet, failed
from knowledge.phrases import Phrase, _
from knowledge.store.imports.import_items import ImportItem
from knowledge.store.imports.site_pages import LeftFor, PageState, SitePage

LEFT_FOR: Mapping[LeftFor, Phrase] = {
    LeftFor.ROBOTS: _("The site does not want programs to read this page."),
    LeftFor.LANGUAGE: _("The same in another language."),
    LeftFor.TWIN: _("The same page at another address."),
    LeftFor.ENDLESS: _("Addresses that go on forever, such as a calendar's."),
    LeftFor.UNLISTED: _("The page asks not to be listed."),
    LeftFor.LOGIN: _("It can only be read after signing in."),
    LeftFor.ELSEWHERE: _("It redirects to another site."),
    LeftFor.LINKS: _("There is hardly anything but links on this page."),
    LeftFor.LATE: _("The site stopped answering."),
    LeftFor.MANY: _("There are more than I can read at once."),
    LeftFor.STOPPED: _("You stopped it before that."),
    LeftFor.OTHER: _("This page could not be fetched. Please check the address, or try again later."),
}
# Nothing can be done about single ones of these.
_TOGETHER = frozenset({LeftFor.LANGUAGE, LeftFor.TWIN, LeftFor.ENDLESS, LeftFor.LATE, LeftFor.MANY, LeftFor.STOPPED})


def left_items(sheet: Sheet, first: int, pages: Sequence[SitePage], more: int) -> tuple[list[ImportItem], int]:
    """An item for each page that is left out, or for each kind, numbered from `first`; how many pages are in kinds.

    `more` are pages that nothing is known of but that they are there.
    """
    left = [page for page in pages if page.state is PageState.LEFT]
    alone = [page for page in left if page.left_for not in _TOGETHER]
    items = [failed(sheet, n, page.url, _why(page)) for n, page in enumerate(alone, first)]
    kinds = defaultdict[LeftFor, list[SitePage]](list)
    for page in left:
        if page.left_for in _TOGETHER:
            kinds[page.left_for].append(page)
    for kind, group in kinds.items():
        count = len(group) + (more if kind is LeftFor.MANY else 0)
        why = _("{count} pages: {why}", count=count, why=LEFT_FOR[kind])
        items.append(failed(sheet, first + len(items), group[0].url, why))
    return items, sum(map(len, kinds.values())) + more


def _why(page: SitePage) -> Phrase:
    return page.why or LEFT_FOR[page.left_for or LeftFor.OTHER]
