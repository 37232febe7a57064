"""What is done from time to time, whichever process does it: work whose process died, and what time has ended."""

import asyncio

import structlog
from pymongo.errors import PyMongoError

from guardrail.findings import GuardrailFailed
from handlers.answers import Answers
from handlers.learning import Learning
from handlers.rechecks import Rechecks
from handlers.takeovers import Takeovers
from handlers.weekly_digest import WeeklyDigest

log = structlog.get_logger()

EVERY_SECONDS = 2.0
EVERY_QUARTER_HOUR = 900.0


async def take_up_answers(answers: Answers) -> None:
    """Until cancelled: run again every answer whose lease has ended without one."""
    while True:
        try:
            if resumed := await answers.resume_abandoned():
                log.info("answers taken up again", count=resumed)
        except PyMongoError as error:
            log.warning("store unavailable", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)


async def check_entries_again(rechecks: Rechecks) -> None:
    """Until cancelled: redact anew what is left of the entries that hold a contact which became public or private."""
    while True:
        try:
            if apps := await rechecks.round():
                log.info("entries checked again", apps=apps)
        except (PyMongoError, GuardrailFailed) as error:
            log.warning("entries not checked", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)


async def keep_learning(learning: Learning) -> None:
    """Until cancelled: sort what visitors asked in vain, and see what changed knowledge means for it."""
    while True:
        try:
            await learning.round()
        except PyMongoError as error:
            log.warning("store unavailable", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)


async def end_idle_takeovers(takeovers: Takeovers) -> None:
    """Until cancelled: hand conversations back to mimi that their owners have fallen silent in."""
    while True:
        try:
            if ended := await takeovers.end_idle():
                log.info("takeovers ended", count=ended)
        except PyMongoError as error:
            log.warning("store unavailable", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)


async def send_digests(digest: WeeklyDigest) -> None:
    """Until cancelled: tell owners of their week when their Monday has come."""
    while True:
        try:
            if sent := await digest.send_due():
                log.info("digests", count=sent)
        except PyMongoError as error:
            log.warning("store unavailable", error=type(error).__name__)
        await asyncio.sleep(EVERY_QUARTER_HOUR)
