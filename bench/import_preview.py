"""How long an owner waits for the preview of a table, and how often its notes are right.

python -m bench.import_preview [--rows 300] [--known 300] [--words-only]

Seconds: a table is read in its process and compared with what is known. The app's own vectors are there, as they are
for whoever taught them a minute ago; those of the new rows are made. Notes: the rows of bench/data/imports brought to
the app there; precision and recall of those said to ask the same as an entry, and of those said to answer otherwise.
"""

import asyncio
import csv
import io
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice, product
from pathlib import Path
from typing import Annotated

import typer

from bench.likeness import Shares
from handlers.imports.drafts import Sheet, drafts
from handlers.imports.preview import ImportLikeness, Known, plan
from knowledge.__main__ import SCOPE
from knowledge.importing.read_results import FoundFaq, ReadRequest
from knowledge.importing.reading import Reading
from knowledge.items import KnowledgeItem
from knowledge.meaning.embedder import Embedder
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.search.retrieval import Retrieval
from knowledge.store.entries.faqs import FaqEntry
from knowledge.store.imports.import_items import ImportItem

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "bench" / "data" / "imports"
NOW = datetime(2026, 4, 1, tzinfo=UTC)
SHEET = Sheet(SCOPE, "job", NOW)
THINGS = (
    *("予約", "返品", "送料", "領収書", "パスワード", "会員登録", "ポイント", "クーポン", "写真", "通知"),
    *("家族共有", "地図", "音声入力", "翻訳", "検索", "お気に入り", "履歴", "カレンダー", "退会", "バックアップ"),
)
ASKED = (
    ("{}の方法を教えてください。", "「設定」から「{}」を開き、案内に従って進めてください。{}分ほどで終わります。"),
    ("{}にお金はかかりますか？", "{}は月額{}円のプランに含まれます。無料プランでは使えません。"),
    ("{}ができないときは？", "{}の画面を閉じて{}秒待ち、もう一度お試しください。だめならご連絡ください。"),
    ("{}の期限はありますか？", "{}は{}日以内にお願いします。過ぎた分は取り消せません。"),
    ("{}は取り消せますか？", "{}は{}時間以内なら、履歴の画面から取り消せます。"),
    ("スマートフォンでも{}はできますか？", "はい。{}はバージョン{}以降のアプリで、同じ手順で使えます。"),
    ("{}の回数に上限はありますか？", "{}は1日{}回までです。翌日の午前0時に戻ります。"),
    ("{}のお知らせを止めたい", "「通知」の「{}」を切ってください。{}分以内に止まります。"),
    ("海外から{}はできますか？", "{}は{}か国で使えます。国の一覧は案内ページにあります。"),
    ("{}の情報はどこに保存されますか？", "{}の情報は国内のサーバーに{}日間保存し、その後は消去します。"),
    ("{}をほかの人に頼めますか？", "{}はご家族{}人まで、代わりに手続きできます。"),
    ("古い端末の{}を引き継げますか？", "{}は引き継ぎコードで移せます。コードは{}時間有効です。"),
    ("法人でも{}を使えますか？", "{}は法人プランで{}席から使えます。請求書払いにも対応します。"),
    ("{}の不具合はどこに連絡すればよいですか？", "{}の画面の「報告」からお送りください。{}営業日以内に返事をします。"),
    ("{}とは何ですか？", "{}は、よく使う手順を{}個まで並べておける機能です。"),
    ("{}の最低年齢はありますか？", "{}は{}歳から使えます。未成年の方は保護者の同意が要ります。"),
    ("{}の確認メールが届きません", "{}のメールは{}分以内に届きます。迷惑メールの箱もご覧ください。"),
    ("{}を一度に何件までできますか？", "{}は一度に{}件までです。それ以上は分けてください。"),
    ("{}の見本はありますか？", "はい。「ヘルプ」に{}の見本が{}種類あります。"),
    ("{}の音を変えられますか？", "{}の音は{}種類から選べます。"),
    ("{}に必要な書類は？", "{}には、{}か月以内に発行された本人確認書類が要ります。"),
    ("パソコンの{}と何が違いますか？", "パソコンの{}は画面が広く、{}件を並べて見られます。"),
    ("{}はいつ始まりますか？", "{}は毎月{}日に始まります。"),
    ("{}の画面の文字を大きくしたい", "{}の画面の右上で、{}段階から選べます。"),
    ("オフラインで{}はできますか？", "{}は{}日に一度、通信が要ります。"),
    ("{}を友だちに勧めると何かもらえますか？", "{}を勧めると{}ポイントを差し上げます。"),
    ("{}の順番を変えたい", "{}の一覧を長押しして動かします。{}件まで固定できます。"),
    ("{}はだれに見えますか？", "{}はあなたと、招いた{}人にだけ見えます。"),
    ("{}の明細を見たい", "「請求」の「{}」に、過去{}か月分があります。"),
    ("{}を英語で表示できますか？", "{}は{}言語で表示できます。"),
)

Row = tuple[str, str]


def made() -> Iterator[Row]:
    """Questions and answers of one trade, all different."""
    for n, ((question, answer), thing) in enumerate(product(ASKED, THINGS)):
        yield question.format(thing), answer.format(thing, n % 28 + 2)


class Owner:
    """An app that knows these, with their vectors."""

    def __init__(self, vectors: ItemVectors | None, known: Sequence[Row]) -> None:
        self.entries = [FaqEntry(question, answer, question, answer, (), NOW, NOW) for question, answer in known]
        self._vectors = vectors
        self._retrieval = Retrieval(self._load, vectors, patience=3_600.0)
        self.told: list[str] = []

    async def _load(self, _scope: object) -> Sequence[KnowledgeItem]:
        return [KnowledgeItem(entry.id, "faq", entry.question, entry.answer) for entry in self.entries]

    async def open(self) -> None:
        await self._retrieval.found(SCOPE, 0, "x")

    async def preview(self, found: Sequence[FoundFaq]) -> list[ImportItem]:
        async def progress(done: int, of: int) -> None:
            self.told.append(f"{done}/{of}")

        planned = plan(drafts(SHEET, found), Known(self.entries, ()))
        return await ImportLikeness(self._vectors, self._retrieval).noted(SCOPE, 0, planned, self.entries, progress)

    async def close(self) -> None:
        await self._retrieval.close()


def table(rows: Sequence[Row]) -> bytes:
    """As CSV."""
    out = io.StringIO()
    csv.writer(out).writerows([("質問", "回答"), *rows])
    return out.getvalue().encode()


async def waited(vectors: ItemVectors | None, rows: int, known: int) -> None:
    """Print the seconds."""
    every = list(islice(made(), known + rows))
    there = every[::2][:known]
    owner = Owner(vectors, there)
    await owner.open()
    began = time.perf_counter()
    result = await Reading().read(table([row for row in every if row not in set(there)][:rows]), ReadRequest("faq.csv"))
    read = time.perf_counter()
    noted = await owner.preview([item for item in result.items if isinstance(item, FoundFaq)])
    ended = time.perf_counter()
    print(f"{len(noted)} rows beside {known} entries: read {read - began:.1f} s, compared {ended - read:.1f} s")
    print(f"told on the way: {', '.join(owner.told)}")
    print(f"said to ask the same, of rows that do not: {sum(item.similar is not None for item in noted)}")
    await owner.close()


async def noted(vectors: ItemVectors | None, *, each: bool) -> None:
    """Print how often the notes are right."""
    owner = Owner(vectors, [(question, answer) for question, answer in _lines("known.tsv")])
    await owner.open()
    rows = list(_lines("rows.tsv"))
    items = await owner.preview([FoundFaq(question, answer) for _label, question, answer in rows])
    said = [(label, item.similar) for (label, *_row), item in zip(rows, items, strict=True)]
    same = [label != "different" for label, similar in said if similar]
    otherwise = [label == "contradiction" for label, similar in said if similar and similar.contradicts]
    for name, right, of in (
        ("asks the same", same, sum(label != "different" for label, _similar in said)),
        ("answers otherwise", otherwise, sum(label == "contradiction" for label, _similar in said)),
    ):
        print(
            f"{name}: precision / recall {Shares(sum(right) / (len(right) or 1), sum(right) / of)} ({len(right)} notes)"
        )
    for label, item in zip((row[0] for row in rows), items, strict=True) if each else ():
        if item.similar is not None or label != "different":
            print(f"{label}\t{item.shown}\t{item.similar.entry.title if item.similar else '-'}")
    await owner.close()


def _lines(name: str) -> Iterator[list[str]]:
    with (DATA / name).open(encoding="utf-8") as lines:
        yield from csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


async def run(rows: int, known: int, *, words_only: bool, each: bool) -> None:
    embedder = Embedder()
    vectors = None if words_only or not embedder.model else ItemVectors(embedder)
    await waited(vectors, rows, known)
    await noted(vectors, each=each)
    await embedder.close()


def main(
    rows: Annotated[int, typer.Option(help="of the table")] = 300,
    known: Annotated[int, typer.Option(help="entries of the app")] = 300,
    words_only: Annotated[bool, typer.Option("--words-only", help="without vectors of meaning")] = False,
    each: Annotated[bool, typer.Option("--each", help="print the notes, and those that are missing")] = False,
) -> None:
    """Print the figures."""
    asyncio.run(run(rows, known, words_only=words_only, each=each))


if __name__ == "__main__":
    sys.path[0] = str(ROOT)  # run by its path, this file would stand before the package of its name
    typer.run(main)
