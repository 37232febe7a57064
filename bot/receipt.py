"""`python -m bot receipt verify`: whether a receipt of a deletion is as this service signed it."""

import typer

from bot.settings import Settings
from handlers.accounts.receipts import AlteredReceipt, Receipts
from handlers.told_times import HOME, time_words
from knowledge.errors import BadInput

ALTERED, NONE = 1, 2


def verify(settings: Settings, text: str) -> None:
    """Print what it says. Ends with 1 for one that was altered, with 2 where there is none."""
    settings = settings.with_own_secret()
    receipts = Receipts(settings.secret_key.get_secret_value(), settings.public_url)
    try:
        receipt = receipts.read(text)
    except BadInput as problem:
        typer.echo(problem.phrase.say("en"), err=True)
        raise typer.Exit(ALTERED if isinstance(problem, AlteredReceipt) else NONE) from problem
    done = time_words(receipt.done_at, HOME, "en", seconds=True)
    typer.echo(f"Good: {receipt.kind} {receipt.subject}, erased by {receipt.service} at {done}")
    typer.echo(receipt.lines("en"))
