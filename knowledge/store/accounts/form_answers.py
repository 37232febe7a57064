"""Forms that people have sent: each by a hash, and sealed with what only its sender knows, how it was answered.

So a form that is sent twice is done once (web/site/once.py). Nobody's data: without the form itself, and the cookie of
the browser it came from, a row says nothing and opens for nobody.
"""

from datetime import datetime, timedelta

from pymongo.errors import DuplicateKeyError

from knowledge.phrases import _
from knowledge.store.database import Database, Document
from knowledge.store.kept import MADE, GoneAfter, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

# As long as somebody in a tunnel goes on pressing "reload".
KEPT = timedelta(hours=1)
# Whoever is at work on a form says so every few seconds; who has not for so long is gone, and it is begun anew.
LONGEST = timedelta(seconds=15)
FORM_ANSWERS = Stored(
    "form_answers",
    Belonging.to_nobody(),
    indexes=(Index((("expires_at", 1),), expire=True),),
    lasting=False,
    kept=Kept(
        _("That a form was sent, as a hash, and sealed how it was answered, so that one sent twice counts once"),
        Subject.PROTECTION,
        GoneAfter("expires_at", KEPT, MADE),
    ),
)


class FormAnswers:
    """Answers by the hash of the form that was sent."""

    def __init__(self, database: Database) -> None:
        self._forms = database.collection(FORM_ANSWERS.name)

    async def begin(self, form: str, now: datetime) -> bool:
        """Whether it is to be done now: not if it was, or is just being. Of several at once one is told so."""
        begun: Document = {"begun_at": now, "expires_at": now + KEPT}
        try:
            await self._forms.insert({"_id": form} | begun)
        except DuplicateKeyError:
            left = _unanswered(form) | {"begun_at": {"$lt": now - LONGEST}}
            return (await self._forms.update_one(left, {"$set": begun})).modified_count == 1
        return True

    async def goes_on(self, form: str, now: datetime) -> None:
        """It is still being worked on."""
        await self._forms.update_one(_unanswered(form), {"$set": {"begun_at": now}})

    async def answer(self, form: str) -> bytes | None:
        """How it was answered; None as long as it was not."""
        document = await self._forms.find_one({"_id": form})
        return document.get("answer") if document else None

    async def end(self, form: str, answer: bytes) -> None:
        """It is done, and answered so."""
        await self._forms.update_one({"_id": form}, {"$set": {"answer": answer}})

    async def forget(self, form: str) -> None:
        """Nothing was done: sent again it is tried again."""
        await self._forms.delete_one(_unanswered(form))


def _unanswered(form: str) -> Document:
    return {"_id": form, "answer": {"$exists": False}}
