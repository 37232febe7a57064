"""Pinned questions out of an export; they are tried anew before long."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from functools import partial

from guardrail.pii import Pii
from handlers.entries.guard import no_app
from handlers.exports.archives import Record
from handlers.exports.coming import Coming, each_of
from handlers.exports.records import check_in
from handlers.learning.checks import MOST_CHECKS
from knowledge.errors import BadInput
from knowledge.phrases import _
from knowledge.store.apps.apps import AppRepository
from knowledge.store.database import Database
from knowledge.store.learning.checks import Check, CheckRepository


class ReturnedChecks:
    """What is personal in a question is not kept, here as when it is pinned."""

    def __init__(self, db: Database, apps: AppRepository, checks: CheckRepository, pii: Pii) -> None:
        self._db = db
        self._apps = apps
        self._checks = checks
        self._pii = pii

    def check(self, coming: Coming) -> Mapping[str, int]:
        scopes = Counter(each.scope for each in _all(coming))
        if max(scopes.values(), default=0) > MOST_CHECKS:
            raise BadInput(_("You can pin up to {most} questions. Unpin one first.", most=MOST_CHECKS))
        return {"checks": scopes.total()}

    async def put(self, coming: Coming) -> AsyncIterator[int]:
        for check in _all(coming):
            asked = (await self._pii.redact(check.question, check.lang)).text
            await self._db.transaction(partial(self._keep, replace(check, question=asked)))
            yield 1

    async def _keep(self, check: Check) -> None:
        if not await self._apps.set_unstudied(check.scope):
            raise no_app()
        await self._checks.put(check.scope, check)


def _all(coming: Coming) -> list[Check]:
    def read(record: Record) -> Check:
        return check_in(record, coming.scope_of(record), coming.ids)

    return list(each_of(coming.archive, "checks.json", read))
