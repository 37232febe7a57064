"""What an owner's programs call a piece of knowledge: a name of their own, such as a file's path."""

import re
import unicodedata
from typing import Final

from knowledge.errors import BadInput
from knowledge.phrases import _

LONGEST_EXTERNAL_ID: Final = 200
# Blanks and control characters one by one: what `\s` means, each language has its own mind about.
BLANKS: Final = r"\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
# It stands in a URL: no `..` or `//` that clients resolve, nothing that ends a path.
_PART: Final = rf"[^{BLANKS}./?#%\\][^{BLANKS}/?#%\\]*"
EXTERNAL_ID: Final = rf"^{_PART}(/{_PART})*$"
_SHAPE = re.compile(EXTERNAL_ID)


def external_id_of(text: str) -> str:
    """As it is kept: composed, since a Mac writes the names of its files in pieces. Raises BadInput."""
    if len(text) > LONGEST_EXTERNAL_ID or not _SHAPE.fullmatch(text):
        raise BadInput(
            _(
                "An id can have up to {longest} characters, without spaces and ? # % \\. No part between slashes "
                "may be empty or begin with a dot.",
                longest=LONGEST_EXTERNAL_ID,
            )
        )
    return unicodedata.normalize("NFC", text)
