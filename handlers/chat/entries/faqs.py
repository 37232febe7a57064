"""FAQ entries in chat: taught a question at a time or in one line, listed, found, edited, removed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from handlers.answers.trials import TRY
from handlers.apps.apps import Apps
from handlers.buttons import Button, Shortcut
from handlers.chat.commands import Command, Feature
from handlers.chat.dialogues import DialogueQuestion, Dialogues, Script, a_line, a_text, app_of
from handlers.chat.entries.doubles import Taught
from handlers.chat.entries.phrasings import phrasing_choices
from handlers.entries.doubles import NewEntries
from handlers.entries.faqs import LONGEST_ANSWER, LONGEST_QUESTION, Faqs, SavedFaq, told_words
from handlers.entries.guard import with_warning
from handlers.entries.hits import hit_words
from handlers.entries.lists import EntryList, EntryLists, Wanted
from handlers.messages import LONGEST_TYPED_IN, Card, Cards, Choice, Confirm, Reply, Text
from handlers.paging import PAGE
from handlers.written import LONGEST_SHOWN, shortened, written_line
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.entries.faqs import FaqEntry, FaqId

ADD_FAQ = Shortcut("faq.add", _("Add FAQ"))
LIST_FAQS = Shortcut("faq.list", _("List FAQ"))
EDIT_FAQ = Button("faq.edit", _("Edit"), FaqId)
EDIT_QUESTION = Button("faq.edit_question", _("The question"), FaqId)
EDIT_ANSWER = Button("faq.edit_answer", _("The answer"), FaqId)
REMOVE_FAQ = Button("faq.remove", _("Remove"), FaqId)
REMOVE_FAQ_NOW = Button("faq.remove_now", _("Remove"), FaqId)
KEEP_FAQ = Button("faq.keep", _("Keep"), FaqId)


_Q = r"(?:【\s*(?:Q|質問)\s*】[.:：]?|(?:Q\d*|質問|問)\s*[.．:：])"
_A = r"(?:【\s*(?:A|回答|答え)\s*】[.:：]?|(?:A\d*|回答|答え|答)\s*[.．:：])"
_QUESTION_MARK = re.compile(rf"^\s*{_Q}", re.IGNORECASE | re.MULTILINE)
_PASTED = re.compile(rf"\s*{_Q}\s*(.+?)\s+{_A}\s*(.+?)\s*", re.IGNORECASE | re.DOTALL)
_EQUALS = re.compile(r"\s*[=＝]\s*")  # the first one parts: "Call? = By mail" and "Call?＝a=b" alike


class FaqCommands:
    """What an owner types and taps about FAQ entries of the current app."""

    def __init__(
        self, faqs: Faqs, new: NewEntries, lists: EntryLists, apps: Apps, dialogues: Dialogues, taught: Taught
    ) -> None:
        self._faqs = faqs
        self._new = new
        self._lists = lists
        self._taught = taught
        self._apps = apps
        self._dialogues = dialogues
        self._adding = Script(
            "faq.add",
            (
                DialogueQuestion("question", _("What do visitors ask? Write one question."), a_line(LONGEST_QUESTION)),
                DialogueQuestion("answer", _("And what should I answer?"), a_text(LONGEST_ANSWER)),
            ),
            self._save_new,
        )
        self._editing_question = Script(
            "faq.edit_question",
            (
                DialogueQuestion(
                    "question", _("Write the new question."), a_line(LONGEST_QUESTION), self._offer_question
                ),
            ),
            self._save_edited,
        )
        self._editing_answer = Script(
            "faq.edit_answer",
            (DialogueQuestion("answer", _("Write the new answer."), a_text(LONGEST_ANSWER), self._offer_answer),),
            self._save_edited,
        )

    def feature(self) -> Feature:
        words = _("<words>")
        return Feature(
            commands=(
                Command(("/faq add", "/faq 追加"), _("Teach me an answer"), self.add, _("<question> = <answer>")),
                Command(("/faq list", "/faq 一覧", "/faq"), _("Show what I can answer"), self.show_page, shows=True),
                Command(("/faq find", "/faq 検索"), _("Find FAQ entries"), self._find, words, shows=True),
                Command(("/faq edit", "/faq 修正", "/faq 編集"), _("Correct an entry"), self._edit, words),
                Command(("/faq remove", "/faq 削除", "/faq delete"), _("Remove an entry"), self._remove, words),
            ),
            taps=(
                ADD_FAQ.runs(self.add),
                LIST_FAQS.runs(self.show_page),
                EDIT_FAQ.runs(self._ask_part),
                EDIT_QUESTION.runs(partial(self._begin_edit, self._editing_question)),
                EDIT_ANSWER.runs(partial(self._begin_edit, self._editing_answer)),
                REMOVE_FAQ.runs(self._ask_removal),
                REMOVE_FAQ_NOW.runs(self._remove_now),
                KEEP_FAQ.runs(self._keep),
            ),
            scripts=(self._adding, self._editing_question, self._editing_answer),
        )

    async def add(self, owner: Owner, rest: str) -> Sequence[Reply]:
        """`question = answer`, `Q: question A: answer`, a question alone, or nothing: what is missing is asked for."""
        app = await self._apps.chosen(owner)
        if len(_QUESTION_MARK.findall(rest)) > 1:
            raise BadInput(
                _("These are several questions. Send them to me as a text file, and I will import them all.")
            )
        pasted = _PASTED.fullmatch(rest)
        question, *answer = pasted.groups() if pasted else _EQUALS.split(rest, maxsplit=1)
        if answer and not question:
            raise BadInput(_("Write it as: /faq add <question> = <answer>"))
        if answer:
            replies = await self._taught.of(self._new.keep(app.scope, question, answer[0], app=app), learned)
            await self._dialogues.turn_from(owner, self._adding)
            return replies
        asked = {"question": written_line(question, LONGEST_QUESTION)} if question else {}
        return await self._dialogues.begin(owner, self._adding, {"app_id": str(app.id), **asked})

    async def show_page(self, owner: Owner, rest: str) -> Sequence[Reply]:
        """One page of the current app's entries, the newest first; `rest` is its number."""
        app = await self._apps.chosen(owner)
        listed = await self._lists.faqs(app.scope, Wanted(page=rest), PAGE)
        if not listed.count:
            return [Text(_("I have no answers about {app} yet. Teach me the first one.", app=app.name), (ADD_FAQ(),))]
        summary = _(
            "{app}: {count} FAQ entries, page {page} of {last}",
            app=app.name,
            count=listed.count,
            page=listed.page.number,
            last=listed.page.last,
        )
        return [Cards(summary, _cards(listed), (*listed.page.turns(LIST_FAQS.action), ADD_FAQ(), TRY()))]

    async def _find(self, owner: Owner, rest: str) -> Sequence[Reply]:
        if not rest:
            raise BadInput(_("What should I look for? Write: /faq find <words>"))
        app = await self._apps.chosen(owner)
        listed = await self._lists.faqs(app.scope, Wanted(rest), PAGE)
        words, ways = shortened(rest, 50), (LIST_FAQS(), ADD_FAQ())
        if not listed.count:
            return [Text(_("I found no FAQ entry with “{words}”.", words=words), ways)]
        return [Cards(_("FAQ entries with “{words}”", words=words), _cards(listed), ways)]

    async def _edit(self, owner: Owner, rest: str) -> Sequence[Reply]:
        entry = await self._only(owner, rest)
        return await (self._ask_part(owner, entry.id) if entry else self._pick(owner, rest))

    async def _remove(self, owner: Owner, rest: str) -> Sequence[Reply]:
        entry = await self._only(owner, rest)
        return await (self._ask_removal(owner, entry.id) if entry else self._pick(owner, rest))

    async def _only(self, owner: Owner, words: str) -> FaqEntry | None:
        """The entry the words mean, if it is a single one."""
        app = await self._apps.chosen(owner)
        entries = await self._faqs.find(app.scope, words, limit=2) if words else ()
        return entries[0] if len(entries) == 1 else None

    async def _pick(self, owner: Owner, words: str) -> Sequence[Reply]:
        return await (self._find(owner, words) if words else self.show_page(owner, ""))

    async def _ask_part(self, owner: Owner, faq_id: FaqId) -> Sequence[Reply]:
        entry = await self._faqs.get(await self._faqs.scope_of(owner.scope, faq_id), faq_id)
        what = _("What should I change in “{question}”?", question=_short(entry))
        return [Text(what, (EDIT_QUESTION(entry.id), EDIT_ANSWER(entry.id)))]

    async def _begin_edit(self, script: Script, owner: Owner, faq_id: FaqId) -> Sequence[Reply]:
        scope = await self._faqs.scope_of(owner.scope, faq_id)
        return await self._dialogues.begin(owner, script, {"app_id": str(scope.app_id), "faq_id": faq_id})

    async def _offer_question(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Choice]:
        return _start_from(*[entry.question for entry in await self._edited(owner, answers)])

    async def _offer_answer(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Choice]:
        return _start_from(*[entry.answer for entry in await self._edited(owner, answers)])

    async def _edited(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[FaqEntry]:
        """The entry being edited, or nothing if it was removed meanwhile: saving will say so."""
        try:
            return [await self._faqs.get(app_of(owner, answers), answers["faq_id"])]
        except NotFound:
            return []

    async def _ask_removal(self, owner: Owner, faq_id: FaqId) -> Sequence[Reply]:
        entry = await self._faqs.get(await self._faqs.scope_of(owner.scope, faq_id), faq_id)
        asked = _("Remove “{question}”? I will no longer answer it.", question=_short(entry))
        return [Confirm(asked, REMOVE_FAQ_NOW(entry.id), KEEP_FAQ(entry.id))]

    async def _remove_now(self, owner: Owner, faq_id: FaqId) -> Sequence[Reply]:
        entry = await self._faqs.remove(await self._faqs.scope_of(owner.scope, faq_id), faq_id)
        return [Text(_("Removed: {question}", question=_short(entry)), (LIST_FAQS(), ADD_FAQ()))]

    async def _keep(self, owner: Owner, faq_id: FaqId) -> Sequence[Reply]:
        entry = await self._faqs.get(await self._faqs.scope_of(owner.scope, faq_id), faq_id)
        return [Text(_("Kept: {question}", question=_short(entry)), (LIST_FAQS(), ADD_FAQ()))]

    async def _save_new(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Reply]:
        saving = self._new.keep(app_of(owner, answers), answers["question"], answers["answer"])
        return await self._taught.of(saving, learned)

    async def _save_edited(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Reply]:
        scope, faq_id = app_of(owner, answers), answers["faq_id"]
        entry = await self._faqs.get(scope, faq_id)
        question, answer = answers.get("question", entry.question), answers.get("answer", entry.answer)
        saved = await self._faqs.edit(scope, faq_id, question, answer)
        return saved_replies(saved, _("Changed: {question}", question=_short(saved.entry)))


def is_pasted(line: str) -> bool:
    """Whether a line is a question and its answer as people keep them elsewhere: `Q: … A: …`, 質問：… 回答：…"""
    return _PASTED.fullmatch(line) is not None


def learned(saved: SavedFaq) -> Sequence[Reply]:
    """What is said of every new entry, wherever it came from."""
    return saved_replies(saved, _("Learned: {question}", question=_short(saved.entry)))


def saved_replies(saved: SavedFaq, done: Phrase) -> Sequence[Reply]:
    """What was done, the guardrail's warning if there is one, and what can be done next."""
    if saved.told:
        done = _("{first}\n{next}", first=done, next=told_words(saved.told))
    ways = (ADD_FAQ(), LIST_FAQS(), EDIT_FAQ(saved.entry.id), TRY())
    return with_warning(done, saved.kinds, ways, saved.asked)


def and_on(replies: Sequence[Reply], way: Choice) -> Sequence[Reply]:
    """The same with a way on, before all others."""
    # Quick replies are shown below the last message only (LINE: quick reply).
    *before, last = replies
    return [*before, replace(last, choices=(way, *last.choices))] if isinstance(last, Text | Cards) else replies


def _cards(listed: EntryList[FaqEntry]) -> tuple[Card, ...]:
    return tuple(
        Card(
            title=_short(entry),
            body=shortened(entry.answer, LONGEST_SHOWN),
            rows=((_("Used in answers"), hit_words(listed.hits.get(entry.id, 0))),),
            choices=(EDIT_FAQ(entry.id), REMOVE_FAQ(entry.id), *phrasing_choices(entry)),
        )
        for entry in listed.entries
    )


def _start_from(*texts: str) -> tuple[Choice, ...]:
    """A button that puts the present text where one types, if LINE can fill in all of it."""
    return tuple(Choice(_("Edit current text"), type_in=text) for text in texts if len(text) <= LONGEST_TYPED_IN)


def _short(entry: FaqEntry) -> str:
    return shortened(entry.question, LONGEST_SHOWN)
