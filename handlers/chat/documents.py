"""Reference documents in chat: a plain text with a title, listed and removed."""

from collections.abc import Mapping, Sequence

from handlers.apps.apps import Apps
from handlers.buttons import Button, Shortcut
from handlers.chat.commands import Command, Feature
from handlers.chat.dialogues import DialogueQuestion, Dialogues, Script, a_line, a_text, app_of
from handlers.chat.imports import URL, ImportCommands, working
from handlers.chat.watched_pages import LIST_PAGES
from handlers.entries.documents import LONGEST_TEXT, LONGEST_TITLE, Documents
from handlers.entries.guard import with_warning
from handlers.entries.hits import EntryHits, hit_words
from handlers.imports.watched_pages import WatchedPages
from handlers.messages import MOST_CARDS, Card, Cards, Choice, Confirm, Reply, Text
from handlers.written import LONGEST_SHOWN, shortened, written_line
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.database import AppScope
from knowledge.store.entries.documents import Document, DocumentId

ADD_DOCUMENT = Shortcut("doc.add", _("Add a document"))
LIST_DOCUMENTS = Shortcut("doc.list", _("List documents"))
LOOK_AGAIN = Button("doc.look_again", _("Look again now"), DocumentId)
WATCH_DOCUMENT = Button("doc.watch", _("Look every week"), DocumentId)
REMOVE_DOCUMENT = Button("doc.remove", _("Remove"), DocumentId)
REMOVE_DOCUMENT_NOW = Button("doc.remove_now", _("Remove"), DocumentId)


class DocumentCommands:
    """What an owner types and taps about documents of the current app."""

    def __init__(
        self,
        documents: Documents,
        hits: EntryHits,
        apps: Apps,
        dialogues: Dialogues,
        imports: ImportCommands,
        watch: WatchedPages,
    ) -> None:
        self._documents = documents
        self._hits = hits
        self._imports = imports
        self._watch = watch
        self._apps = apps
        self._dialogues = dialogues
        self._adding = Script(
            "doc.add",
            (
                DialogueQuestion("title", _("What is the document called?"), a_line(LONGEST_TITLE)),
                DialogueQuestion("text", _("Now send me its text (up to 5,000 characters)."), a_text(LONGEST_TEXT)),
            ),
            self._save,
        )

    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command(
                    ("/doc add", "/doc 追加"),
                    _("Give me a longer text to answer from"),
                    self._add,
                    _("<title or address>"),
                ),
                Command(("/doc list", "/doc 一覧", "/doc"), _("Show the documents I know"), self._list, shows=True),
            ),
            taps=(
                ADD_DOCUMENT.runs(self._add),
                LIST_DOCUMENTS.runs(self._list),
                LOOK_AGAIN.runs(working(self._watch.look_now)),
                WATCH_DOCUMENT.runs(self._switch),
                REMOVE_DOCUMENT.runs(self._ask_removal),
                REMOVE_DOCUMENT_NOW.runs(self._remove_now),
            ),
            scripts=(self._adding,),
        )

    async def _add(self, owner: Owner, rest: str) -> Sequence[Reply]:
        # An address is read and shown before anything of it is learned, as when it is sent without a command.
        if URL.match(rest):
            return await self._imports.read_page(owner, rest)
        app = await self._apps.chosen(owner)
        answers = {"app_id": str(app.id)}
        if rest:
            answers["title"] = written_line(rest, LONGEST_TITLE)
        return await self._dialogues.begin(owner, self._adding, answers)

    async def _list(self, owner: Owner, rest: str) -> Sequence[Reply]:
        app = await self._apps.chosen(owner)
        documents = await self._documents.list(app.scope)
        if not documents:
            return [Text(_("I know no documents about {app} yet.", app=app.name), (ADD_DOCUMENT(),))]
        hits = await self._hits.of(app.scope)
        cards = [
            Card(
                title=document.title,
                body=shortened(document.text, LONGEST_SHOWN),
                rows=((_("Answered with it"), hit_words(hits.get(document.id, 0))),),
                choices=await self._choices(app.scope, document),
            )
            for document in documents[-MOST_CARDS:]
        ]
        summary = _("{app}: {count} documents, the latest are shown", app=app.name, count=len(documents))
        return [Cards(summary, tuple(cards), (ADD_DOCUMENT(), LIST_PAGES()))]

    async def _choices(self, scope: AppScope, document: Document) -> tuple[Choice, ...]:
        """What can be done with a document; more if it came from a page."""
        remove = REMOVE_DOCUMENT(document.id)
        if not document.url:
            return (remove,)
        on = await self._watch.is_on(scope, document)
        watch = WATCH_DOCUMENT(document.id, label=_("No weekly look") if on else "")
        return (LOOK_AGAIN(document.id), watch, remove)

    async def _switch(self, owner: Owner, document_id: DocumentId) -> Sequence[Reply]:
        document, on = await self._watch.switch(owner.scope, document_id)
        if on:
            return [Text(_("I look at the page of “{title}” every week from now on.", title=document.title))]
        return [Text(_("I no longer look at the page of “{title}” by myself.", title=document.title))]

    async def _ask_removal(self, owner: Owner, document_id: DocumentId) -> Sequence[Reply]:
        scope = await self._documents.scope_of(owner.scope, document_id)
        document = await self._documents.get(scope, document_id)
        question = _("Remove the document “{title}”?", title=document.title)
        return [Confirm(question, REMOVE_DOCUMENT_NOW(document.id), LIST_DOCUMENTS(label=_("Keep")))]

    async def _remove_now(self, owner: Owner, document_id: DocumentId) -> Sequence[Reply]:
        scope = await self._documents.scope_of(owner.scope, document_id)
        document = await self._documents.remove(scope, document_id)
        return [Text(_("Removed the document “{title}”.", title=document.title), (ADD_DOCUMENT(),))]

    async def _save(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Reply]:
        saved = await self._documents.add(app_of(owner, answers), answers["title"], answers["text"])
        done = _("Learned the document “{title}”.", title=saved.document.title)
        return with_warning(done, saved.kinds, (ADD_DOCUMENT(), LIST_DOCUMENTS()), saved.asked)
