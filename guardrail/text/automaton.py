"""Many words looked for at once (Aho and Corasick, 1975): one step for each character, however many words."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

Found = TypeVar("Found")


class Automaton(Generic[Found]):
    """Built once from words, each with what it stands for; then read-only, so safe to share between threads."""

    def __init__(self, words: Iterable[tuple[str, Found]], quiet: Iterable[tuple[str, Found]] = ()) -> None:
        """`quiet` words are found like the others; that one may have begun is not said."""
        self._next: list[dict[str, int]] = [{}]
        self._depth = [0]
        self._words: list[list[tuple[int, Found]]] = [[]]
        self._add(words)
        self._waited_for = len(self._next)  # the states behind belong to quiet words only
        self._add(quiet)
        self.filled = len(self._next) > 1
        self._longest = max(self._depth) + 1
        self._fall = self._link()

    def find(self, text: str) -> Iterator[tuple[int, int, Found]]:
        """Every place a word stands at, and what the word stands for."""
        state, first = 0, self._next[0]
        for end, char in enumerate(text, 1):
            # Most characters begin nothing.
            state = self._step(state, char) if state else first.get(char, 0)
            if self._words[state]:
                for length, meaning in self._words[state]:
                    yield end - length, end, meaning

    def begun(self, text: str) -> Iterator[int]:
        """How many characters at the end of `text` could be the beginning of a word: each such number, from the top."""
        state = 0
        for char in text[-self._longest :]:
            state = self._step(state, char)
        while state:
            if state < self._waited_for:
                yield self._depth[state]
            state = self._fall[state]

    def begins(self, text: str) -> bool:
        """Whether a word, or the whole of one, begins with all of `text`."""
        return bool(text) and next(self.begun(text), 0) == len(text)

    def _add(self, words: Iterable[tuple[str, Found]]) -> None:
        for word, meaning in words:
            if word:
                self._words[self._grow(word)].append((len(word), meaning))

    def _grow(self, word: str) -> int:
        state = 0
        for char in word:
            following = self._next[state].get(char)
            if following is None:
                following = self._next[state][char] = len(self._next)
                self._next.append({})
                self._words.append([])
                self._depth.append(self._depth[state] + 1)
            state = following
        return state

    def _link(self) -> list[int]:
        """Where to go on from when a word breaks off: its longest ending that begins another word."""
        fall = [0] * len(self._next)
        queue = deque(self._next[0].values())
        while queue:
            state = queue.popleft()
            for char, following in self._next[state].items():
                back = fall[state]
                while back and char not in self._next[back]:
                    back = fall[back]
                fall[following] = self._next[back].get(char, 0)
                self._words[following] += self._words[fall[following]]
                queue.append(following)
        return fall

    def _step(self, state: int, char: str) -> int:
        following = self._next[state].get(char)
        while following is None:
            if not state:
                return 0
            state = self._fall[state]
            following = self._next[state].get(char)
        return following
