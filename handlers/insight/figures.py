"""Insight as rows of numbers, the same at both doors."""

from collections.abc import Callable, Sequence

from babel import Locale

from handlers.insight.insight import Insight
from handlers.insight.visits import Device
from handlers.messages import Words
from knowledge.phrases import Lang, Phrase, _
from knowledge.store.insight.page_views import OTHERS

NAMES: dict[int, Phrase] = {1: _("Today"), 7: _("7 days"), 30: _("30 days")}
USUAL = 7


DEVICES: dict[str, Phrase] = {
    Device.PHONE: _("Phone"),
    Device.TABLET: _("Tablet"),
    Device.COMPUTER: _("Computer"),
}


def rows_of(seen: Insight, lang: Lang) -> tuple[tuple[Words, Words], ...]:
    """The numbers behind the chart, the same on the web page; what is not known of anybody has no row."""
    done = seen.answered + seen.quoted + seen.partly + seen.unknown + seen.other
    share = round(100 * seen.answered / done) if done else 0
    return (
        (_("Visitors"), str(seen.visitors)),
        (_("Answered"), _("{count} ({share}%)", count=seen.answered, share=share)),
        (_("Only quoted"), str(seen.quoted)),
        (_("In part"), str(seen.partly)),
        (_("Not known"), str(seen.unknown)),
        (_("Other"), str(seen.other)),
        (_("Thumbs"), _("{up} up, {down} down", up=seen.up, down=seen.down)),
        (_("Cost"), f"${seen.cost:.2f}"),
        *([(_("Held as spam"), str(seen.held))] if seen.held else ()),
        *_listed(_("Devices"), seen.devices, lambda device: DEVICES[device].say(lang)),
        *_listed(_("Browser languages"), seen.languages, lambda code: Locale(lang).languages.get(code, code)),
        *_listed(_("Linked from"), seen.referrers, lambda host: _("Others").say(lang) if host == OTHERS else host),
    )


def _listed(
    label: Words, counted: Sequence[tuple[str, int]], name: Callable[[str], str]
) -> tuple[tuple[Words, Words], ...]:
    """`Phone 12, Computer 3`"""
    return ((label, ", ".join(f"{name(value)} {count}" for value, count in counted)),) if counted else ()
