"""How well wishes in plain words reach their command without a model, and the weights that read them.

python -m bench.wishes [FILE ...] [--words-only] [--misses]
python -m bench.wishes --train   # writes handlers/chat/plain_language/wishes.npz anew

Of bench/data/wishes/, each set by weights that were trained without it; a FILE by those that ship. Each line of it is a
command, or several with | between them that are right, or "none" or "hello"; a tab; and a sentence. `right` is done at
once, `three` has the right one among what is offered, `wrong` is another command done at once; of lines that wish
nothing `offered` get an offer, and none may be `run`.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from handlers.chat.entries.faqs import is_pasted
from handlers.chat.plain_language.wishes import NOTHING, WEIGHTS, Meant, read
from knowledge.meaning.embedder import Embedder
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.meaning.labels import LabelWeights, Row, features, rareness
from knowledge.words.gist import is_small_talk

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "bench" / "data" / "wishes"
TO_TRAIN_ON = ("written", "named")  # never scored; the second are the names and summaries of the commands
HELLO = "hello"  # found by its words alone
STEPS, PACE, SMALL = 100, 0.05, 3e-5  # of Adam, over all sentences at once; how much small weights are preferred

Said = tuple[tuple[str, ...], str]  # what is right, the likeliest first, and the sentence
Vectors = Mapping[str, Row]


def said_in(path: Path) -> list[Said]:
    """The lines of a file."""
    lines = [line.split("\t", 1) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [(tuple(commands.split("|")), said) for commands, said in lines]


def sets() -> dict[str, list[Said]]:
    """All labelled sentences, by who wrote them."""
    return {path.stem: said_in(path) for path in sorted(DATA.glob("*.tsv"))}


def fingerprint(sentences: Sequence[Said]) -> str:
    """What weights are called that were trained on these."""
    return sha256("\n".join(sorted(f"{right[0]}\t{said}" for right, said in sentences)).encode()).hexdigest()


def train(sentences: Sequence[Said], vectors: Vectors, model: str) -> LabelWeights:
    """By multinomial logistic regression; each sentence with its meaning and, for where there is none, without."""
    labelled = [(right[0], said) for right, said in sentences if right[0] != HELLO]
    labels, texts = sorted({label for label, _said in labelled}), [said for _label, said in labelled]
    rare = rareness(texts)
    with_meaning = features(texts, [vectors.get(text) for text in texts], rare)
    alone = features(texts, [None] * len(texts), rare)
    rows = np.concatenate((with_meaning, alone)) if vectors else alone
    wanted = np.zeros((len(rows), len(labels)), np.float32)
    for at in range(len(rows)):
        wanted[at, labels.index(labelled[at % len(labelled)][0])] = 1
    return LabelWeights(tuple(labels), rare, *_fitted(rows, wanted), model, fingerprint(sentences))


def _fitted(rows: Row, wanted: Row) -> tuple[Row, Row]:
    """LabelWeights of features and of labels, by Adam (Kingma and Ba, 2015)."""
    weights = [np.zeros((rows.shape[1], wanted.shape[1]), np.float32), np.zeros(wanted.shape[1], np.float32)]
    means, squares = [[np.zeros_like(each) for each in weights] for _kind in range(2)]
    for step in range(1, STEPS + 1):
        scores = rows @ weights[0] + weights[1]
        each = np.exp(scores - scores.max(axis=1, keepdims=True))
        error = (each / each.sum(axis=1, keepdims=True) - wanted) / len(rows)
        slopes = (rows.T @ error + SMALL * weights[0], error.sum(axis=0))
        for weight, slope, mean, square in zip(weights, slopes, means, squares, strict=True):
            mean += 0.1 * (slope - mean)
            square += 0.01 * (slope**2 - square)
            weight -= PACE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return weights[0], weights[1]


@dataclass
class Score:
    """Of one set; `misses` are the lines that were not right at once."""

    wishes: int = 0
    right: int = 0
    three: int = 0
    wrong: int = 0
    nothing: int = 0
    offered: int = 0
    run: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, right: Sequence[str], said: str, meant: Meant) -> None:
        """One line, and what was made of it."""
        wishes = right != (NOTHING,)
        done = (
            HELLO if is_small_talk(said) else "/faq add" if is_pasted(said) else meant.likely[0] if meant.sure else ""
        )
        offered = not done and bool(meant.likely)
        # Where nothing is wished, nothing done is right, and a greeting does no harm.
        is_right = (done or (not offered and NOTHING)) in right or (not wishes and done == HELLO)
        is_three = offered and not set(meant.likely).isdisjoint(right)
        self.wishes += wishes
        self.nothing += not wishes
        self.right += wishes and is_right
        self.three += wishes and (is_right or is_three)
        self.wrong += wishes and bool(done) and not is_right
        self.run += not wishes and bool(done) and not is_right
        self.offered += not wishes and offered
        if not is_right:
            kind = "three" if is_three else "wrong" if done else "miss" if wishes else "offer"
            self.misses.append(f"  {kind:6}{'|'.join(right)}\t{said}\t{done or ' '.join(meant.likely) or '-'}")

    def __str__(self) -> str:
        of = self.wishes or 1
        return (
            f"{self.wishes:7}{self.right:7} ({self.right / of:.0%}){self.three:6} ({self.three / of:.0%})"
            f"{self.wrong:6} ({self.wrong / of:.1%}) |{self.nothing:5}{self.offered:8}{self.run:5}"
        )


def scored(sentences: Sequence[Said], vectors: Vectors, weights: LabelWeights | None = None) -> Score:
    """What is made of each; by the weights that ship where none are given."""
    score = Score()
    for right, said in sentences:
        score.add(right, said, read(said, vectors.get(said), weights))
    return score


async def vectors_of(sentences: Sequence[Said]) -> tuple[dict[str, Row], str]:
    """The vector of each sentence, and the models that made them; nothing where none is installed."""
    embedder = Embedder()
    vectors = ItemVectors(embedder)
    try:
        found = {said: await vectors.question(said) for _right, said in sentences} if vectors.possible else {}
        return found, vectors.model
    finally:
        await embedder.close()


def _left_out(vectors: Vectors, model: str) -> dict[str, Score]:
    """Each set by weights that were trained on all the others."""
    known = sets()
    return {
        name: scored(
            known[name], vectors, train([s for other in known if other != name for s in known[other]], vectors, model)
        )
        for name in known
        if name not in TO_TRAIN_ON
    }


def main(
    files: Annotated[list[Path] | None, typer.Argument(help="labelled sentences")] = None,
    words_only: Annotated[bool, typer.Option("--words-only", help="without vectors of meaning")] = False,
    misses: Annotated[bool, typer.Option("--misses", help="and what was not right at once")] = False,
    fit: Annotated[bool, typer.Option("--train", help="write the weights anew")] = False,
) -> None:
    """Print the figures, or train."""
    everything = [each for name in sets().values() for each in name]
    asked = [each for path in files or () for each in said_in(path)]
    vectors, model = ({}, "") if words_only else asyncio.run(vectors_of(asked or everything))
    if fit:
        if not vectors:
            raise typer.BadParameter("the weights are trained with the models of meaning")
        train(everything, vectors, model).write(WEIGHTS)
        return
    found = {path.stem: scored(said_in(path), vectors) for path in files or ()} or _left_out(vectors, model)
    print(f"{'set':12}{'wishes':>7}{'right':>13}{'three':>12}{'wrong':>13} |{'none':>5}{'offered':>8}{'run':>5}")
    for name, score in found.items():
        print(f"{name:12}{score}")
        print("\n".join(score.misses) if misses else "", end="\n" if misses else "")
    began = time.process_time()
    for _right, said in (asked or everything)[:200]:
        read(said, vectors.get(said))
    each = (time.process_time() - began) / len((asked or everything)[:200])
    print(f"{1000 * each:.2f} ms of CPU a line beside its vector (python -m bench.retrieval)")


if __name__ == "__main__":
    typer.run(main)
