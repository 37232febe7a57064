"""What the files of an export are called and what is in them, for README and the pages; the names never change."""

from collections.abc import Mapping
from typing import Final

from knowledge.phrases import Phrase, _

FORMAT: Final = 1  # raised when what reads today's could not read the next one's
MANIFEST: Final = "mimi.json"

# Collection -> what its file holds. A test compares with the registry.
HELD: Final[Mapping[str, Phrase]] = {
    "alert_settings": _("Which alerts you want, and when"),
    "alerts": _("What mimi told you"),
    "api_keys": _("API keys of your programs, without the keys themselves"),
    "apps": _("Your apps with their settings"),
    "askings": _("Questions that were not answered well"),
    "checks": _("Pinned questions, whose answers must stay right"),
    "conversations": _("Conversations with visitors"),
    "deliveries": _("Notices to you, and whether they arrived"),
    "documents": _("Reference documents"),
    "faqs": _("FAQ entries"),
    "findings": _("Personal information in your knowledge, which visitors do not see"),
    "gaps": _("Groups of questions that your knowledge does not answer"),
    "imports": _("What you have imported"),
    "messages": _("The messages of the conversations"),
    "owners": _("Your account"),
    "page_views": _("Views of your pages by day"),
    "pictures": _("Icons and headers"),
    "spending": _("What answers have cost by day"),
    "trials": _("Questions you tried as a visitor would"),
    "watched_pages": _("Web pages that mimi checks every week"),
}
