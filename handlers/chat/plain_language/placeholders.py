"""Personal details kept from a model that edits texts: numbered stand-ins out, the real values back in."""

import re
from collections.abc import Iterable

from guardrail.pii import Pii
from guardrail.public_contacts import PublicContacts
from knowledge.errors import BadInput
from knowledge.phrases import _

TOKEN = re.compile(r"\[(?:PERSON|ADDRESS|PHONE|EMAIL|OTHER_ID)(?:_\d+)?\]")


class Placeholders:
    """The stand-ins of one request. What they stand for never leaves this object (S50)."""

    def __init__(self, pii: Pii, public: PublicContacts, texts: Iterable[str]) -> None:
        """`texts` is everything that will be hidden: what looks like a stand-in there stands for itself."""
        self._pii = pii
        self._public = public
        self._values: dict[str, str] = {written: written for text in texts for written in TOKEN.findall(text)}

    async def hide(self, text: str) -> str:
        """The text with a numbered stand-in for each detail, the same one for the same detail."""
        parts, at = [], 0
        for found in await self._pii.find(text, self._public):
            value = text[found.start : found.end]
            parts += [text[at : found.start], self._token(found.kind, value)]
            at = found.end
        return "".join([*parts, text[at:]])

    def restore(self, text: str) -> str:
        """The text with the real values. Raises BadInput for a stand-in that stands for nothing here."""
        for token in TOKEN.findall(text):
            if token not in self._values:
                raise BadInput(
                    _("Personal details that I must not read would be lost there. Please change it with the buttons.")
                )
        return TOKEN.sub(lambda match: self._values[match[0]], text)

    def _token(self, kind: str, value: str) -> str:
        known = next((token for token, hidden in self._values.items() if hidden == value and token != value), None)
        if known:
            return known
        number = 1
        while (token := f"[{kind}_{number}]") in self._values:
            number += 1
        self._values[token] = value
        return token
