"""Reference documents in chat: a text with a title, listed, read, renamed, given a new version, removed."""

from collections.abc import Mapping, Sequence
from functools import partial

from guardrail.findings import PiiKind
from handlers.apps.apps import Apps
from handlers.buttons import Button, Shortcut
from handlers.chat.commands import Command, Feature
from handlers.chat.dialogues import DialogueQuestion, Dialogues, Script, a_line, a_text, app_of
from handlers.chat.entries.imports import NEW_VERSION, URL, ImportCommands, working
from handlers.chat.entries.watched_pages import LIST_PAGES
from handlers.entries.documents import LONGEST_TEXT, LONGEST_TITLE, Documents, SavedDocument
from handlers.entries.guard import pii_warning, with_warning
from handlers.entries.hits import hit_words
from handlers.entries.lists import EntryLists, Wanted, length_words
from handlers.imports.watched_pages import WatchedPages
from handlers.messages import LONGEST_TYPED_IN, Card, Cards, Choice, Confirm, Reply, Text, Words
from handlers.paging import FIRST, PAGE, Page
from handlers.written import LONGEST_SHOWN, parted, shortened, written_line
from knowledge.errors import NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.database import AppScope
from knowledge.store.entries.documents import Document, DocumentGlimpse, DocumentId

ADD_DOCUMENT = Shortcut("doc.add", _("Add a document"))
LIST_DOCUMENTS = Shortcut("doc.list", _("List documents"))
READ_DOCUMENT = Button("doc.read", _("Read"), DocumentId, str)
RENAME_DOCUMENT = Button("doc.rename", _("Rename"), DocumentId)
NEW_DOCUMENT_VERSION = Button("doc.new_version", _("New version"), DocumentId)
LOOK_AGAIN = Button("doc.look_again", _("Check it now"), DocumentId)
WATCH_DOCUMENT = Button("doc.watch", _("Check every week"), DocumentId)
REMOVE_DOCUMENT = Button("doc.remove", _("Remove"), DocumentId)
REMOVE_DOCUMENT_NOW = Button("doc.remove_now", _("Remove"), DocumentId)

LONGEST_READ = 2_000  # characters in one message: half of what LINE takes, since it counts some of them twice


class DocumentCommands:
    """What an owner types and taps about documents of the current app."""

    def __init__(
        self,
        documents: Documents,
        lists: EntryLists,
        apps: Apps,
        dialogues: Dialogues,
        imports: ImportCommands,
        watch: WatchedPages,
    ) -> None:
        self._documents = documents
        self._lists = lists
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
        named = DialogueQuestion("title", _("What should it be called?"), a_line(LONGEST_TITLE), self._offer_title)
        self._renaming = Script("doc.rename", (named,), self._save_title)
        how = _("Send me the new version: a file, or a text of up to 5,000 characters. It replaces the old one.")
        self._replacing = Script(NEW_VERSION, (DialogueQuestion("text", how, a_text(LONGEST_TEXT)),), self._save_text)

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
                READ_DOCUMENT.runs(self._read),
                RENAME_DOCUMENT.runs(partial(self._begin, self._renaming)),
                NEW_DOCUMENT_VERSION.runs(partial(self._begin, self._replacing)),
                LOOK_AGAIN.runs(working(self._watch.look_now)),
                WATCH_DOCUMENT.runs(self._switch),
                REMOVE_DOCUMENT.runs(self._ask_removal),
                REMOVE_DOCUMENT_NOW.runs(self._remove_now),
            ),
            scripts=(self._adding, self._renaming, self._replacing),
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
        """One page of the current app's documents, the newest first; `rest` is its number."""
        app = await self._apps.chosen(owner)
        listed = await self._lists.documents(app.scope, Wanted(page=rest), PAGE)
        if not listed.count:
            return [Text(_("I have no documents about {app} yet.", app=app.name), (ADD_DOCUMENT(),))]
        cards = [await self._card(app.scope, each, listed.hits.get(each.id, 0)) for each in listed.entries]
        summary = _(
            "{app}: {count} documents, page {page} of {last}",
            app=app.name,
            count=listed.count,
            page=listed.page.number,
            last=listed.page.last,
        )
        turns = listed.page.turns(LIST_DOCUMENTS.action)
        return [Cards(summary, tuple(cards), (*turns, ADD_DOCUMENT(), LIST_PAGES()))]

    async def _card(self, scope: AppScope, document: DocumentGlimpse, hits: int) -> Card:
        rows: list[tuple[Words, Words]] = [
            (_("Used in answers"), hit_words(hits)),
            (_("Length"), length_words(document)),
        ]
        if document.finding_kinds:
            rows.append((_("Hidden"), pii_warning(list(map(PiiKind, document.finding_kinds)))))
        body = shortened(document.begins, LONGEST_SHOWN)
        return Card(document.title, body, tuple(rows), await self._choices(scope, document))

    async def _choices(self, scope: AppScope, document: DocumentGlimpse) -> tuple[Choice, ...]:
        """What can be done with a document; whatever has no room on its card stands below it when it is read."""
        read, remove = READ_DOCUMENT(document.id, FIRST), REMOVE_DOCUMENT(document.id)
        if not document.url:
            return (read, NEW_DOCUMENT_VERSION(document.id), RENAME_DOCUMENT(document.id), remove)
        on = await self._watch.is_on(scope, document.url)
        watch = WATCH_DOCUMENT(document.id, label=_("Stop weekly checks") if on else "")
        return (read, LOOK_AGAIN(document.id), watch, remove)

    async def _read(self, owner: Owner, document_id: DocumentId, number: str) -> Sequence[Reply]:
        """One page of the text as it is kept."""
        _scope, document = await self._named(owner, document_id)
        parts = parted(document.text, LONGEST_READ)
        page = Page.of(number, len(parts), 1)
        head = _("“{title}”, page {page} of {last}", title=document.title, page=page.number, last=page.last)
        ways = (
            *page.turns(partial(READ_DOCUMENT.action, document.id)),
            RENAME_DOCUMENT(document.id),
            NEW_DOCUMENT_VERSION(document.id),
            REMOVE_DOCUMENT(document.id),
            LIST_DOCUMENTS(),
        )
        first = _("{first}\n{next}", first=head, next=document.url) if document.url else head
        return [Text(first), Text(parts[page.number - 1].strip(), ways)]

    async def _begin(self, script: Script, owner: Owner, document_id: DocumentId) -> Sequence[Reply]:
        scope, _document = await self._named(owner, document_id)
        return await self._dialogues.begin(owner, script, {"app_id": str(scope.app_id), "document_id": document_id})

    async def _offer_title(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Choice]:
        try:
            title = (await self._documents.get(app_of(owner, answers), answers["document_id"])).title
        except NotFound:
            return ()  # removed meanwhile: saving will say so
        return (Choice(_("Edit current text"), type_in=title),) if len(title) <= LONGEST_TYPED_IN else ()

    async def _save_title(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Reply]:
        scope = app_of(owner, answers)
        document = await self._documents.get(scope, answers["document_id"])
        saved = await self._documents.edit(scope, document.id, answers["title"], document.text)
        return _saved(saved, _("“{old}” is now called “{new}”.", old=document.title, new=saved.document.title))

    async def _save_text(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Reply]:
        scope = app_of(owner, answers)
        document = await self._documents.get(scope, answers["document_id"])
        saved = await self._documents.edit(scope, document.id, document.title, answers["text"])
        done = _(
            "I now answer from the new version of “{title}”: {length} characters (before: {before}).",
            title=document.title,
            length=len(saved.document.text),
            before=len(document.text),
        )
        return _saved(saved, done)

    async def _switch(self, owner: Owner, document_id: DocumentId) -> Sequence[Reply]:
        document, on = await self._watch.switch(owner.scope, document_id)
        if on:
            return [Text(_("I now check the page of “{title}” every week.", title=document.title))]
        return [Text(_("I no longer check the page of “{title}” automatically.", title=document.title))]

    async def _ask_removal(self, owner: Owner, document_id: DocumentId) -> Sequence[Reply]:
        _scope, document = await self._named(owner, document_id)
        question = _("Remove the document “{title}”?", title=document.title)
        return [Confirm(question, REMOVE_DOCUMENT_NOW(document.id), LIST_DOCUMENTS(label=_("Keep")))]

    async def _remove_now(self, owner: Owner, document_id: DocumentId) -> Sequence[Reply]:
        scope = await self._documents.scope_of(owner.scope, document_id)
        document = await self._documents.remove(scope, document_id)
        return [Text(_("Removed the document “{title}”.", title=document.title), (ADD_DOCUMENT(),))]

    async def _save(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Reply]:
        saved = await self._documents.add(app_of(owner, answers), answers["title"], answers["text"])
        return _saved(saved, _("Learned the document “{title}”.", title=saved.document.title))

    async def _named(self, owner: Owner, document_id: DocumentId) -> tuple[AppScope, Document]:
        """The document a button names, whichever app is the current one by now. Raises NotFound."""
        scope = await self._documents.scope_of(owner.scope, document_id)
        return scope, await self._documents.get(scope, document_id)


def _saved(saved: SavedDocument, done: Phrase) -> Sequence[Reply]:
    read = READ_DOCUMENT(saved.document.id, FIRST)
    return with_warning(done, saved.kinds, (ADD_DOCUMENT(), LIST_DOCUMENTS(), read), saved.asked)
