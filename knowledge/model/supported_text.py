"""A model's answer while it is written: only what its knowledge bears out is let through, and never taken back.

Claude cites by blocks: a piece of text, then the search results it rests on. Borders of blocks need not be those of
sentences, so a sentence rests on what every cited block that reaches into it names. A sentence waits until that is
known; only words that stand in an item as they are leave before, since such a sentence can always be ended as the item
ends it.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from knowledge.items import KnowledgeItem
from knowledge.model.events import BlockEnded
from knowledge.model.grounding import ENDED, LIST_MARK, TABLE_ROW, Sentence, kind_of, sentences_of
from knowledge.model.prompt import Prompt
from knowledge.model.support import Contradiction, contradicts, denies, holds
from knowledge.words.gist import is_small_talk

AT_ONCE = 8  # characters of an item with which a sentence may begin to show before it is whole
_BETWEEN = "\0"  # items, where all are looked through at once


@dataclass
class Grounding:
    """`statements` sentences state something; nothing bears out the `bare` ones, which were left out.

    `against` says of those that pointed at something what of them it does not hold. `broken` pointers led to nothing.
    `rests`: each sentence that was let through, with the items that bear it out.
    """

    statements: int = 0
    bare: list[str] = field(default_factory=list)
    broken: int = 0
    rests: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    against: dict[str, Contradiction] = field(default_factory=dict)

    @property
    def cited(self) -> dict[str, None]:
        """The items that bear out what was let through, in that order."""
        return dict.fromkeys(item for _sentence, items in self.rests for item in items)

    @property
    def ungrounded(self) -> bool:
        """Whether the answer states something and nothing of it is borne out; then nothing of it was let through."""
        return 0 < self.statements == len(self.bare)


@dataclass(frozen=True)
class _Begun:
    """How much of the first sentence is shown already, and where all of that stands in the items."""

    length: int
    at: int


class SupportedText:
    """One try of a model. What its methods return may be shown, one after the other."""

    def __init__(self, prompt: Prompt) -> None:
        self.grounding = Grounding()
        self._items = {item.id: item for item in prompt.items}
        self._all = _BETWEEN.join(item.text for item in prompt.items)
        self._ends = list(accumulate(len(item.text) + len(_BETWEEN) for item in prompt.items))
        self._names = (prompt.app.name,)
        self._small_talk = is_small_talk(prompt.question)
        self._text = ""  # what is not decided yet
        self._parted: tuple[str, list[tuple[int, str]]] = ("", [])  # it, and its sentences
        self._cited: list[tuple[int, int, tuple[str, ...]]] = []  # from where to where in it which items are cited
        self._open = 0  # where in it the block begins that is being written
        self._begun: _Begun | None = None
        self._own_words = False  # whether the sentence has left what stands in the items
        self._waiting: list[tuple[Sentence, str]] = []  # what is shown only with a statement that follows
        self._kinds: dict[str, Sentence] = {}
        self._left_out = False  # whether something was since the last lead-in
        self._in_table = False
        self._cut = False  # whether the last sentence may be a half one

    def feed(self, text: str) -> str:
        """More of the block that is being written."""
        self._text += text
        return "".join(self._decided()) + self._beginning()

    def block_ended(self, block: BlockEnded) -> str:
        """The block, whose text was fed before, rests on these items."""
        self.grounding.broken += block.broken
        if block.cited:
            self._cited.append((self._open, len(self._text), block.cited))
        self._open = len(self._text)
        return "".join(self._decided())

    def close(self, *, cut: bool = False) -> str:
        """The answer is over; where it was `cut` its last half sentence goes."""
        if cut and not self._begun:
            whole = [sentence for _, sentence in sentences_of(self._text) if ENDED.search(sentence)]
            self._text = "".join(whole)
        self._open, self._cut = len(self._text), cut
        shown = "".join(self._decided(over=True))
        left = self._with_waiting()
        return shown if self.grounding.ungrounded else shown + left

    def _decided(self, *, over: bool = False) -> Iterator[str]:
        """What has become clear, in order."""
        while sentence := self._first(over=over):
            length = len(sentence)
            named = dict.fromkeys(
                each for start, _, ids in self._cited if start < len(sentence.rstrip()) for each in ids
            )
            cited = [self._items[each] for each in named if each in self._items]
            begun, self._begun, self._own_words = self._begun, None, False
            self._text, self._open = self._text[length:], max(0, self._open - length)
            moved = ((max(0, start - length), end - length, ids) for start, end, ids in self._cited)
            self._cited = [each for each in moved if each[1] > 0]
            yield self._ended(sentence, begun, cited) if begun else self._judged(sentence, cited)

    def _first(self, *, over: bool) -> str:
        """The first sentence if all that counts is known of it, else nothing."""
        sentences = self._sentences()
        if not sentences or over:
            return sentences[0][1] if sentences else ""
        sentence = sentences[0][1]
        # Behind it another has begun, or its block is over: then nothing more belongs to it.
        its_end = ENDED.search(sentence) and not LIST_MARK.fullmatch(sentence)
        ended = len(sentences) > 1 or (its_end and self._open == len(self._text))
        pointed = len(sentence.rstrip()) <= self._open
        shown = self._begun is not None and self._begun.length >= len(sentence.rstrip())
        return sentence if ended and (pointed or shown or self._kind(sentence) is Sentence.IS_KIND) else ""

    def _sentences(self) -> list[tuple[int, str]]:
        """Of what is not decided yet; asked more than once for each piece."""
        if self._parted[0] != self._text:
            self._parted = self._text, sentences_of(self._text)
        return self._parted[1]

    def _kind(self, sentence: str) -> Sentence:
        """Asked anew with each piece that comes behind the sentence, and looked at once."""
        if sentence not in self._kinds:
            self._kinds[sentence] = kind_of(sentence, self._names)
        return self._kinds[sentence]

    def _judged(self, sentence: str, cited: list[KnowledgeItem]) -> str:
        """The sentence with what waited for it, or nothing."""
        kind = self._kind(sentence)
        if kind is Sentence.YES_OR_NO and self._small_talk:
            kind = Sentence.IS_KIND
        in_table, self._in_table = self._in_table, bool(TABLE_ROW.match(sentence))
        if self._in_table and not in_table and not cited:
            kind = Sentence.LEADS_IN  # the table's head
        if kind is Sentence.STATES or (cited and kind is Sentence.YES_OR_NO):
            return self._stated(sentence, cited)
        if kind is Sentence.IS_KIND and not self._waiting and self.grounding.rests:
            return sentence
        if kind is Sentence.LEADS_IN and self._left_out:
            self._waiting = [each for each in self._waiting if each[0] is not Sentence.LEADS_IN]
            self._left_out = False
        self.grounding.statements += kind is Sentence.YES_OR_NO
        self._waiting.append((kind, sentence))
        return ""

    def _stated(self, sentence: str, cited: list[KnowledgeItem]) -> str:
        self.grounding.statements += 1
        borne_out = self._borne_out(sentence, cited)
        if not borne_out:
            self.grounding.bare.append(sentence.strip())
            self._left_out = True
            return ""
        waited = self._with_waiting(borne_out, denying=denies(sentence))
        self.grounding.rests.append((sentence.strip(), tuple(item.id for item in borne_out)))
        return waited + sentence

    def _borne_out(self, sentence: str, cited: list[KnowledgeItem]) -> list[KnowledgeItem]:
        """The items that say it; found here where the model pointed at none, none where it pointed and was wrong."""
        if cited:
            why = contradicts(sentence, cited, self._names)
            self.grounding.against |= {sentence.strip(): why} if why else {}
            return [] if why else cited
        return [item for item in self._items.values() if holds(sentence, item)][:1]

    def _with_waiting(self, items: Sequence[KnowledgeItem] = (), *, denying: bool = False) -> str:
        """What waited, as far as it goes with the statement that follows, which these items bear out.

        A yes before a no does not. Without items nothing follows, so that only kindness stands.
        """
        waiting, self._waiting = self._waiting, []
        shown = []
        for kind, sentence in waiting:
            if kind is Sentence.YES_OR_NO and (
                not items or (denying and not denies(sentence)) or contradicts(sentence, items, self._names)
            ):
                self.grounding.bare.append(sentence.strip())
            elif kind is Sentence.IS_KIND or items:
                shown.append(sentence)
        return "".join(shown)

    def _beginning(self) -> str:
        """Words of a sentence that is still being written, as far as they stand in an item as they are."""
        if self._waiting or self._own_words or not (sentences := self._sentences()):
            return ""
        begun, length = self._begun, len(sentences[0][1])
        if length < AT_ONCE or (begun and length <= begun.length):
            return ""
        # A longer beginning stands nowhere before the shorter one.
        at = self._all.find(sentences[0][1], begun.at if begun else 0)
        if at < 0:
            self._own_words = True
            return ""
        self._begun = _Begun(length, at)
        return self._text[begun.length if begun else 0 : length]

    def _ended(self, sentence: str, begun: _Begun, cited: list[KnowledgeItem]) -> str:
        """The rest of a sentence that has begun to show: as it was written, or else as the item goes on."""
        self.grounding.statements += 1
        source = list(self._items.values())[bisect_right(self._ends, begun.at)]
        whole = sentence.strip() in source.text and not (self._cut and not ENDED.search(sentence))
        borne_out = [source] if whole else [] if self._cut else self._borne_out(sentence, cited)
        resting = dict.fromkeys(item.id for item in (*borne_out, *(cited if whole else ())) or (source,))
        if borne_out:
            self.grounding.rests.append((sentence.strip(), tuple(resting)))
            return sentence[begun.length :]
        stands = self._all[begun.at : self._all.find(_BETWEEN, begun.at) if _BETWEEN in self._all[begun.at :] else None]
        end = sentences_of(stands)[0][1][begun.length :].rstrip()
        self.grounding.rests.append(((sentence[: begun.length] + end).strip(), tuple(resting)))
        return end + sentence[len(sentence.rstrip()) :]
