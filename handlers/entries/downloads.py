"""What an owner registered, as files that import back the same: CSV for spreadsheets, JSON for programs."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from handlers.entries.documents import Documents
from handlers.entries.faqs import Faqs
from knowledge.errors import NotFound
from knowledge.importing.tables import guarded
from knowledge.phrases import _
from knowledge.store.apps.apps import App

FAQ_COLUMNS = ("question", "answer", "phrasings", "exact", "url")
DOCUMENT_COLUMNS = ("title", "text", "url")
CSV = "text/csv"
JSON = "application/json"


@dataclass(frozen=True)
class DownloadFile:
    """A file to download."""

    name: str
    content_type: str
    data: bytes


class EntryDownloads:
    """An app's knowledge in files. Texts are as the owner wrote them; nothing of the guardrail's work is in them."""

    def __init__(self, faqs: Faqs, documents: Documents) -> None:
        self._faqs = faqs
        self._documents = documents

    async def file(self, app: App, name: str) -> DownloadFile:
        """One of `faqs.csv`, `documents.csv` and `knowledge.json`. Raises NotFound for any other."""
        match name:
            case "faqs.csv":
                data, kind = _csv(FAQ_COLUMNS, map(_faq_row, await self._faq_rows(app))), CSV
            case "documents.csv":
                data, kind = _csv(DOCUMENT_COLUMNS, await self._document_rows(app)), CSV
            case "knowledge.json":
                knowledge = {"faqs": await self._faq_rows(app), "documents": await self._document_rows(app)}
                data, kind = json.dumps(knowledge, ensure_ascii=False, indent=2).encode(), JSON
            case _:
                raise NotFound(_("There is no such file."))
        return DownloadFile(f"{app.handle}-{name}", kind, data)

    async def _faq_rows(self, app: App) -> list[dict[str, object]]:
        return [
            {
                "question": entry.question,
                "answer": entry.answer,
                "phrasings": list(entry.phrasings),
                "exact": entry.exact,
                "url": entry.url,
            }
            for entry in await self._faqs.list(app.scope)
        ]

    async def _document_rows(self, app: App) -> list[dict[str, str]]:
        return [
            {"title": each.title, "text": each.text, "url": each.url} for each in await self._documents.list(app.scope)
        ]


def _faq_row(row: Mapping[str, object]) -> dict[str, str]:
    """Other ways to ask stand in one cell, a line each."""
    phrasings = row["phrasings"]
    assert isinstance(phrasings, list)
    return {
        "question": str(row["question"]),
        "answer": str(row["answer"]),
        "phrasings": "\n".join(phrasings),
        "exact": "1" if row["exact"] else "",
        "url": str(row["url"]),
    }


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """With the mark by which spreadsheets know UTF-8, and no cell that one would run (S28)."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(columns)
    writer.writerows([guarded(row[column]) for column in columns] for row in rows)
    return target.getvalue().encode("utf-8-sig")
