"""What is done from time to time, whichever process does it: answers whose process died are taken up again."""

import asyncio

import structlog
from pymongo.errors import PyMongoError

from handlers.answers import Answers

log = structlog.get_logger()

EVERY_SECONDS = 2.0


async def take_up_answers(answers: Answers) -> None:
    """Until cancelled: run again every answer whose lease has ended without one."""
    while True:
        try:
            if resumed := await answers.resume_abandoned():
                log.info("answers taken up again", count=resumed)
        except PyMongoError as error:
            log.warning("store unavailable", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)
