"""What imports keep of files of each kind, made here: characters kept, pairs found, noise learned, seconds.

python -m bench.imports
"""

import time
from dataclasses import dataclass

from knowledge.errors import BadInput
from knowledge.importing.process import read
from knowledge.importing.read_results import FoundDocument, FoundFaq, ReadRequest

PAIRS = [
    (f"{n}番の機能は使えますか？", f"はい。設定の{n}番目の項目で、いつでも切り替えられます。") for n in range(1, 41)
]
NOISE = "トップへ戻る"


@dataclass(frozen=True)
class Case:
    """A file that holds the pairs."""

    kind: str
    name: str
    text: str


def cases() -> list[Case]:
    """The same questions in each way people write them."""
    rows = "".join(f"{question},{answer}\n" for question, answer in PAIRS)
    folds = "".join(f"<details><summary>{q}</summary><p>{a}</p></details>" for q, a in PAIRS)
    terms = "".join(f"<dt>Q {q}<dd>A {a}" for q, a in PAIRS)
    around = f"<html><body><nav><a href=/>{NOISE}</a></nav><main>%s</main><footer>{NOISE}</footer></body></html>"
    return [
        Case("CSV", "x.csv", f"質問,回答\n{rows}"),
        Case("CSV, title above", "x.csv", f"一覧,\n更新,\n質問,回答\n{rows}"),
        Case("Markdown, ### Q.", "x.md", "".join(f"### Q. {q}\n\n{a}\n\n" for q, a in PAIRS)),
        Case("text, Q: and A:", "x.txt", "".join(f"Q：{q}\nA：{a}\n" for q, a in PAIRS)),
        Case("page, details", "x.html", around % folds),
        Case("page, dl", "x.html", around % f"<dl>{terms}</dl>"),
        Case("page, h3 and p", "x.html", around % "".join(f"<h3>{q}</h3><p>{a}</p>" for q, a in PAIRS)),
    ]


def main() -> None:
    """Print a line a kind."""
    print(f"{'kind':<20}{'kept':>8}{'pairs':>10}{'noise':>7}{'seconds':>9}")
    for case in cases():
        began = time.perf_counter()
        try:
            items = read(case.text.encode(), ReadRequest(name=case.name)).items
        except BadInput as problem:
            print(f"{case.kind:<20}{problem.phrase.say('en')}")
            continue
        seconds = time.perf_counter() - began
        found = {(item.question, item.answer) for item in items if isinstance(item, FoundFaq)}
        said = "".join(item.text for item in items if isinstance(item, FoundDocument))
        said += "".join(f"{question}{answer}" for question, answer in found)
        kept = sum(len(text) for pair in PAIRS for text in pair if text in said) / sum(len(q + a) for q, a in PAIRS)
        pairs = f"{len(found & set(PAIRS))}/{len(PAIRS)}"
        print(f"{case.kind:<20}{kept:>8.0%}{pairs:>10}{said.count(NOISE):>7}{seconds:>9.3f}")


if __name__ == "__main__":
    main()
