"""What a model sees of an app to understand a line of its owner's, and its tool call as a change to propose.

Personal details are kept from it: numbered stand-ins go out, and the real values come back in.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from guardrail.pii import Pii
from guardrail.public_contacts import PublicContacts
from handlers.alerts.kinds import KINDS
from handlers.apps.lists import LISTS
from handlers.apps.settings import SETTINGS
from handlers.entries.documents import Documents
from handlers.entries.faqs import Faqs
from handlers.entries.guard import public_contacts
from handlers.proposals.changes import OFF, ON
from knowledge.errors import BadInput, NotFound
from knowledge.model import owner_tools
from knowledge.model.claude_stream import ToolCall
from knowledge.model.prompt import ModelRequest
from knowledge.phrases import Lang, _
from knowledge.search.retrieval import Retrieval
from knowledge.store.apps.apps import App
from knowledge.store.entries.faqs import FaqEntry
from knowledge.store.inbox.proposals import Change
from knowledge.stored_items import entry_of

MOST_FOUND = 8
MOST_DOCUMENTS = 20
# A page that moves is more than a setting: its old address is on cards and posters. That stays with the buttons.
NOT_BY_WORDS = frozenset({"handle"})
# As the guardrail writes them, numbered: "[PHONE_2]". A model may leave the number off, which then stands for nothing.
TOKEN = re.compile(r"\[(?:PERSON|ADDRESS|PHONE|EMAIL|OTHER_ID)(?:_\d+)?\]")


class Placeholders:
    """The stand-ins of one request for personal details. What they stand for never leaves this object (S50)."""

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
                    _(
                        "Personal details that I must not read would be lost that way. Please change it with the "
                        "buttons."
                    )
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


@dataclass
class OwnerView:
    """One request. Its ids are made for it, so that a model can name nothing but what it was shown."""

    placeholders: Placeholders
    request: ModelRequest
    entries: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def change(self, call: ToolCall) -> Change | None:
        """The change a call asks for, real values in their places; None for none. Raises BadInput, NotFound."""
        given = {name: self._restored(value) for name, value in call.input.items()}
        try:
            return self._change(call.name, given)
        except KeyError as error:
            raise NotFound(_("I am not sure which entry you mean. Please be a little more specific.")) from error

    def _change(self, name: str, given: Mapping[str, str]) -> Change | None:
        match name:
            case owner_tools.ADD_FAQ:
                return Change("faq_add", "", _texts(given))
            case owner_tools.EDIT_FAQ:
                return Change("faq_edit", self.entries[given["entry"]], _texts(given))
            case owner_tools.REMOVE_FAQ:
                return Change("faq_remove", self.entries[given["entry"]])
            case owner_tools.REMOVE_DOCUMENT:
                return Change("document_remove", self.documents[given["document"]])
            case owner_tools.CHANGE_SETTING if given["setting"] not in NOT_BY_WORDS:
                return Change("setting", given["setting"], {"value": given["value"]})
            case owner_tools.ADD_TO_LIST:
                text, url = given["text"], given["url"]
                parts = {"label": text, "url": url} if given["list"] == "links" else {"text": text}
                return Change("list_add", given["list"], parts)
            case owner_tools.REMOVE_FROM_LIST:
                key, item = self.items[given["item"]]
                return Change("list_remove", key, {"item": item})
            case owner_tools.PAUSE:
                return Change("pause", "", {"paused": given["paused"]})
            case owner_tools.ALERTS:
                return Change("alert", given["kind"], {"on": given["on"]})
        return None

    def _restored(self, value: object) -> str:
        if isinstance(value, bool):
            return ON if value else OFF
        if not isinstance(value, str):
            raise BadInput(_("I did not quite get that. What would you like to do?"))
        return self.placeholders.restore(value)


class OwnerViews:
    """Makes them: entries found by what the line says, everything without personal information."""

    def __init__(self, retrieval: Retrieval, faqs: Faqs, documents: Documents, pii: Pii) -> None:
        self._retrieval = retrieval
        self._faqs = faqs
        self._documents = documents
        self._pii = pii

    async def of(self, app: App, line: str, lang: Lang) -> OwnerView:
        """What is shown for this line."""
        entries = await self._found(app, line)
        documents = (await self._documents.list(app.scope))[:MOST_DOCUMENTS]
        texts = [line, *(text for entry in entries for text in (entry.question, entry.answer)), *_texts_of(app)]
        hidden = Placeholders(self._pii, public_contacts(app), [*texts, *(each.title for each in documents)])
        data = {
            "entries": [
                {"id": f"E{n}", "question": await hidden.hide(each.question), "answer": await hidden.hide(each.answer)}
                for n, each in enumerate(entries, 1)
            ],
            "documents": [
                {"id": f"D{n}", "title": await hidden.hide(each.title)} for n, each in enumerate(documents, 1)
            ],
            "settings": {each.key: await hidden.hide(each.typed(app)) for each in _settings()},
            "paused": app.paused,
            "lists": [
                {"id": f"L{n}", "list": key, "item": await hidden.hide(shown)}
                for n, (key, _item, shown) in enumerate(_items(app), 1)
            ],
        }
        return OwnerView(
            hidden,
            owner_tools.owner_request(await hidden.hide(line), lang, data, _tools()),
            {f"E{n}": each.id for n, each in enumerate(entries, 1)},
            {f"D{n}": each.id for n, each in enumerate(documents, 1)},
            {f"L{n}": (key, item) for n, (key, item, _shown) in enumerate(_items(app), 1)},
        )

    async def _found(self, app: App, line: str) -> Sequence[FaqEntry]:
        """The entries nearest to what the line says."""
        hits = await self._retrieval.search(app.scope, app.knowledge_version, line, MOST_FOUND)
        ids = dict.fromkeys(ref.id for hit in hits if (ref := entry_of(hit.item)).kind == "faq")
        found = []
        for faq_id in ids:
            try:
                found.append(await self._faqs.get(app.scope, faq_id))
            except NotFound:
                continue  # removed in this very moment
        return found


def _settings() -> list[Any]:
    return [setting for setting in SETTINGS if setting.key not in NOT_BY_WORDS]


def _items(app: App) -> list[tuple[str, str, str]]:
    """(list, item, how it is shown) of everything in the app's lists."""
    return [(each.key, each.id_of(item), each.show(item)) for each in LISTS for item in each.items(app)]


def _texts_of(app: App) -> list[str]:
    return [*(setting.typed(app) for setting in _settings()), *(shown for _key, _item, shown in _items(app))]


def _tools() -> list[Any]:
    settings = {setting.key: setting.title.say("en") for setting in _settings()}
    kinds = [kind.value for kind, each in KINDS.items() if each.can_mute]
    return owner_tools.tools(settings, [each.key for each in LISTS], kinds)


def _texts(given: Mapping[str, str]) -> Mapping[str, str]:
    return {"question": given["question"], "answer": given["answer"]}
