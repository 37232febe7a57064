"""What has to be confirmed is confirmed in the same words in LINE and on the web page."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.line.render import LABEL
from handlers.accounts.leaving import KEEP_ACCOUNT
from handlers.alerts.cards import DISMISS_ALERT
from handlers.buttons import Button
from handlers.chat.accounts.api_keys import REVOKE_KEY, REVOKE_KEY_NOW
from handlers.chat.accounts.email import REMOVE_EMAIL, REMOVE_EMAIL_NOW
from handlers.chat.accounts.leaving import ERASE, ERASE_NOW
from handlers.chat.accounts.linking import UNLINK, UNLINK_NOW
from handlers.chat.conversations.conversations import (
    BLOCK_CONVERSATION,
    DELETE_CONVERSATION,
    DELETE_CONVERSATION_NOW,
    UNBLOCK_CONVERSATION,
)
from handlers.chat.entries.documents import REMOVE_DOCUMENT, REMOVE_DOCUMENT_NOW
from handlers.chat.entries.faqs import KEEP_FAQ, REMOVE_FAQ, REMOVE_FAQ_NOW
from handlers.conversations.takeover_news import END_TALK
from handlers.imports.cards import APPLY_IMPORT, CANCEL_IMPORT, UNDO_IMPORT
from handlers.notices.app_deletion import KEEP_APP
from knowledge.phrases import LANGS, Phrase, spoken

TEMPLATES = Path(__file__).parent.parent / "web" / "templates"
ON_A_BUTTON = re.compile(r"<(button|a|summary)\b([^>]*)>((?:(?!</\1>).)*)</\1>", re.DOTALL)
SAID = re.compile(r"""\b_\(\s*"((?:[^"\\]|\\.)*)\"""")

# What LINE offers -> the page of the web that offers the same.
PAIRS = [
    (REMOVE_FAQ, "faqs"),
    (REMOVE_FAQ_NOW, "faq_remove"),
    (KEEP_FAQ, "faq_remove"),
    (KEEP_FAQ, "faqs_remove"),
    (REMOVE_DOCUMENT, "document"),
    (REMOVE_DOCUMENT_NOW, "document_remove"),
    (KEEP_FAQ, "document_remove"),  # the list of documents stands behind this one, under the same word
    (REVOKE_KEY, "api_keys"),
    (REVOKE_KEY_NOW, "api_keys"),
    (DELETE_CONVERSATION, "conversation"),
    (DELETE_CONVERSATION_NOW, "conversation"),
    (BLOCK_CONVERSATION, "conversation"),
    (UNBLOCK_CONVERSATION, "conversation"),
    (END_TALK, "conversation"),
    (DISMISS_ALERT, "gaps"),
    (APPLY_IMPORT, "import"),
    (CANCEL_IMPORT, "import"),
    (UNDO_IMPORT, "import"),
    (REMOVE_EMAIL, "account"),
    (REMOVE_EMAIL_NOW, "account"),
    (UNLINK, "account"),
    (UNLINK_NOW, "account"),
    (KEEP_ACCOUNT, "leaving"),
    (ERASE, "leaving"),
    (ERASE_NOW, "leaving"),
    (KEEP_APP, "app_settings"),
]


def offered(template: str) -> set[str]:
    """What can be pressed on a page, in English."""
    html = (TEMPLATES / f"{template}.html").read_text(encoding="utf-8")
    return {said for _tag, _rest, inside in ON_A_BUTTON.findall(html) for said in SAID.findall(inside)}


@pytest.mark.parametrize(("button", "template"), PAIRS, ids=lambda each: getattr(each, "word", each))
def test_both_doors_say_the_same(button: Button[*tuple[Any, ...]], template: str) -> None:
    label = button.label
    assert isinstance(label, Phrase)
    assert label.text in offered(template)
    assert all(len(spoken(label, lang)) <= LABEL for lang in LANGS), "LINE would cut it"
