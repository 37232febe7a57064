"""What a page that search engines may show tells them, in the words of schema.org, as JSON-LD."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from knowledge.store.apps.apps import App
from knowledge.store.entries.faqs import FaqEntry


def app_data(app: App, home: str, bio: str) -> Mapping[str, Any]:
    """The app as schema.org's SoftwareApplication; `home` is where mimi is served."""
    said = {"name": app.name, "description": bio, "url": app.url or f"{home}/@{app.handle}"}
    return {"@context": "https://schema.org", "@type": "SoftwareApplication"} | {k: v for k, v in said.items() if v}


def questions_data(entries: Sequence[FaqEntry]) -> Mapping[str, Any]:
    """Entries as schema.org's FAQPage."""
    questions = [
        {
            "@type": "Question",
            "name": each.redacted_question,
            "acceptedAnswer": {"@type": "Answer", "text": each.redacted_answer},
        }
        for each in entries
    ]
    return {"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": questions}


def as_data(value: Mapping[str, Any]) -> Markup:
    """JSON that cannot end the script it stands in (HTML, 4.12.1.3). Nobody runs a data block: no policy forbids it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704  nothing in it is HTML any more
