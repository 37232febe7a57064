"""Other ways to ask for a FAQ entry, and whether its answer is said word for word, from its card in chat."""

from collections.abc import Mapping, Sequence
from functools import partial
from zlib import crc32

from handlers.apps.apps import Apps
from handlers.buttons import Button
from handlers.chat.commands import Command, Feature
from handlers.chat.dialogues import DialogueQuestion, Dialogues, Script, app_of
from handlers.entries.faqs import LONGEST_QUESTION, Faqs, SavedFaq
from handlers.entries.guard import with_warning
from handlers.entries.phrasing_ideas import common_ideas
from handlers.messages import Card, Cards, Choice, Reply, Text
from handlers.paging import PAGE
from handlers.written import LONGEST_SHOWN, shortened, written, written_line
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.database import AppScope
from knowledge.store.entries.faqs import FaqEntry, FaqId

SHOW_PHRASINGS = Button("faq.phrasings", _("Other ways to ask"), FaqId)
ADD_PHRASING = Button("faq.phrasing_add", _("Add a way to ask"), FaqId)
TAKE_IDEAS = Button("faq.phrasing_ideas", _("Add these"), FaqId)
REMOVE_PHRASING = Button("faq.phrasing_remove", "", FaqId, str)
SAY_EXACTLY = Button("faq.exact", _("Answer word for word"), FaqId)
SAY_FREELY = Button("faq.inexact", _("Let me rephrase it"), FaqId)

_LONGEST_LINES = 3_300  # ten phrasings


async def _check(owner: Owner, text: str) -> str:
    lines = [written_line(line, LONGEST_QUESTION) for line in written(text, _LONGEST_LINES).split("\n") if line.strip()]
    return "\n".join(lines)


class PhrasingCommands:
    """What an owner types and taps about the ways to ask for an entry of the current app."""

    def __init__(self, faqs: Faqs, apps: Apps, dialogues: Dialogues) -> None:
        self._faqs = faqs
        self._apps = apps
        self._dialogues = dialogues
        self._adding = Script(
            "faq.phrasing_add",
            (DialogueQuestion("phrasings", _("How else do visitors ask this? Write one per line."), _check),),
            self._save,
        )

    def feature(self) -> Feature:
        words = _("<words>")
        return Feature(
            commands=(
                Command(("/faq phrasings", "/faq 言い換え"), _("Other ways to ask for an entry"), self._find, words),
                Command(
                    ("/faq exact", "/faq 定型"),
                    _("Answer an entry word for word, or let me rephrase it"),
                    self._turn,
                    words,
                ),
            ),
            taps=(
                SHOW_PHRASINGS.runs(self._show),
                ADD_PHRASING.runs(self._ask),
                TAKE_IDEAS.runs(self._take_ideas),
                REMOVE_PHRASING.runs(self._remove),
                SAY_EXACTLY.runs(partial(self._set_exact, True)),
                SAY_FREELY.runs(partial(self._set_exact, False)),
            ),
            scripts=(self._adding,),
        )

    async def _find(self, owner: Owner, rest: str) -> Sequence[Reply]:
        entries = await self._meant(owner, rest)
        if len(entries) == 1:
            return await self._show(owner, entries[0].id)
        return [Cards(_("FAQ entries with “{words}”", words=shortened(rest, 50)), tuple(map(_card, entries)))]

    async def _turn(self, owner: Owner, rest: str) -> Sequence[Reply]:
        entries = await self._meant(owner, rest)
        if len(entries) == 1:
            return await self._set_exact(not entries[0].exact, owner, entries[0].id)
        return [Cards(_("FAQ entries with “{words}”", words=shortened(rest, 50)), tuple(map(_card, entries)))]

    async def _meant(self, owner: Owner, words: str) -> Sequence[FaqEntry]:
        """The entries the words stand in. Raises BadInput without words, NotFound without entries."""
        if not words:
            raise BadInput(_("Which entry? Write some of its words after the command."))
        entries = await self._faqs.find((await self._apps.chosen(owner)).scope, words, limit=PAGE)
        if not entries:
            raise NotFound(_("I found no FAQ entry with “{words}”.", words=shortened(words, 50)))
        return entries

    async def _show(self, owner: Owner, faq_id: FaqId) -> Sequence[Reply]:
        _scope, entry = await self._entry(owner, faq_id)
        listed = "\n".join(f"{n}. {each}" for n, each in enumerate(entry.phrasings, 1))
        removals = tuple(
            REMOVE_PHRASING(entry.id, _mark(each), label=_("Remove {n}", n=n))
            for n, each in enumerate(entry.phrasings, 1)
        )
        card = Card(
            shortened(entry.question, LONGEST_SHOWN),
            listed or _("There are no other ways to ask yet. Two to five real ones help most."),
            ((_("Answer word for word"), _("on") if entry.exact else _("off")),),
            (ADD_PHRASING(entry.id), _turn_exact(entry)),
        )
        return [Cards(_("Other ways to ask “{question}”", question=_short(entry)), (card,), removals)]

    async def _ask(self, owner: Owner, faq_id: FaqId) -> Sequence[Reply]:
        scope, entry = await self._entry(owner, faq_id)
        return await self._dialogues.begin(owner, self._adding, {"app_id": str(scope.app_id), "faq_id": entry.id})

    async def _save(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Reply]:
        scope = app_of(owner, answers)
        entry = await self._faqs.get(scope, answers["faq_id"])
        # Added to what is there now, which may be more than when the question was asked.
        phrasings = (*entry.phrasings, *answers["phrasings"].split("\n"))
        saved = await self._faqs.edit(scope, entry.id, entry.question, entry.answer, phrasings=phrasings)
        return _saved(saved, _("Saved. I know {count} other ways to ask it now.", count=len(saved.entry.phrasings)))

    async def _remove(self, owner: Owner, faq_id: FaqId, mark: str) -> Sequence[Reply]:
        scope, entry = await self._entry(owner, faq_id)
        left = tuple(each for each in entry.phrasings if _mark(each) != mark)
        saved = await self._faqs.edit(scope, entry.id, entry.question, entry.answer, phrasings=left)
        return _saved(saved, _("Removed. {count} other ways to ask are left.", count=len(left)))

    async def _set_exact(self, exact: bool, owner: Owner, faq_id: FaqId) -> Sequence[Reply]:
        scope, entry = await self._entry(owner, faq_id)
        saved = await self._faqs.edit(scope, entry.id, entry.question, entry.answer, exact=exact)
        on = _("From now on, when someone asks “{question}”, I answer with exactly this text.", question=_short(entry))
        off = _("I answer “{question}” in my own words again.", question=_short(entry))
        replies = _saved(saved, on if exact else off)
        ideas = common_ideas(saved.entry)
        # Word for word is only said to who asks so: an entry with one way to ask rarely is.
        return [*replies, _offer(saved.entry, ideas)] if exact and ideas and not saved.entry.phrasings else replies

    async def _take_ideas(self, owner: Owner, faq_id: FaqId) -> Sequence[Reply]:
        scope, entry = await self._entry(owner, faq_id)
        phrasings = (*entry.phrasings, *common_ideas(entry))
        saved = await self._faqs.edit(scope, entry.id, entry.question, entry.answer, phrasings=phrasings)
        return _saved(saved, _("Saved. I know {count} other ways to ask it now.", count=len(saved.entry.phrasings)))

    async def _entry(self, owner: Owner, faq_id: FaqId) -> tuple[AppScope, FaqEntry]:
        """The entry a button names, whichever app is the current one by now. Raises NotFound."""
        scope = await self._faqs.scope_of(owner.scope, faq_id)
        return scope, await self._faqs.get(scope, faq_id)


def phrasing_choices(entry: FaqEntry) -> tuple[Choice, ...]:
    """The buttons that a FAQ entry's card has for this."""
    return (SHOW_PHRASINGS(entry.id), _turn_exact(entry))


def _saved(saved: SavedFaq, done: Phrase) -> Sequence[Reply]:
    ways = (ADD_PHRASING(saved.entry.id), *phrasing_choices(saved.entry))
    return with_warning(done, saved.kinds, ways, saved.asked)


def _offer(entry: FaqEntry, ideas: Sequence[str]) -> Text:
    listed = "\n".join(f"・{idea}" for idea in ideas)
    ways = _("Visitors may also ask it like this. Shall I add these?\n{ways}", ways=listed)
    return Text(ways, (TAKE_IDEAS(entry.id), ADD_PHRASING(entry.id), *phrasing_choices(entry)))


def _card(entry: FaqEntry) -> Card:
    return Card(_short(entry), shortened(entry.answer, LONGEST_SHOWN), choices=phrasing_choices(entry))


def _turn_exact(entry: FaqEntry) -> Choice:
    return SAY_FREELY(entry.id) if entry.exact else SAY_EXACTLY(entry.id)


def _mark(phrasing: str) -> str:
    """Names a phrasing in a button: a number would mean another one after a removal."""
    return f"{crc32(phrasing.encode()):08x}"


def _short(entry: FaqEntry) -> str:
    return shortened(entry.question, LONGEST_SHOWN)
