"""A new entry that asks the same as another: what its form says was chosen."""

from collections.abc import Mapping

from handlers.entries.doubles import Chosen, to_way
from web.site.body import text_in


def place_in(form: Mapping[str, str]) -> Chosen | None:
    """The way whose button was pressed, and the entry it is about; None where nothing was asked. Raises BadInput."""
    way = text_in(form, "way", "")
    if not way:
        return None
    return Chosen(to_way(way), text_in(form, "double", ""))
