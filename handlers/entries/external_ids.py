"""What an owner's programs call a piece of knowledge: a name of their own, such as a file's path."""

import re
import unicodedata
from typing import Final

from knowledge.errors import BadInput
from knowledge.phrases import _

LONGEST_EXTERNAL_ID: Final = 200
# It stands in a URL: no `..` or `//` that clients resolve, nothing that ends a path, no blanks.
EXTERNAL_ID: Final = (
    r"^[^\s\x00-\x1f\x7f./?#%\\][^\s\x00-\x1f\x7f/?#%\\]*(/[^\s\x00-\x1f\x7f./?#%\\][^\s\x00-\x1f\x7f/?#%\\]*)*$"
)
_SHAPE = re.compile(EXTERNAL_ID)


def external_id_of(text: str) -> str:
    """As it is kept: composed, since a Mac writes the names of its files in pieces. Raises BadInput."""
    named = unicodedata.normalize("NFC", text)
    if len(named) > LONGEST_EXTERNAL_ID or not _SHAPE.fullmatch(named) or not named.isprintable():
        raise BadInput(
            _(
                "An id has up to {longest} characters, without blanks and ? # % \\, and no part between slashes is "
                "empty or begins with a dot.",
                longest=LONGEST_EXTERNAL_ID,
            )
        )
    return named
