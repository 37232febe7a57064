"""Ways into accounts for tests: addresses that lead nowhere outside, and LINE's tokens for linking."""

from bot.join.account_desk import Doors
from knowledge.store.database import new_id

PUBLIC_URL = "https://mimi.example"
LINE_PAGE = "https://line.example/link"
SECRET = "a secret of the tests, 32 characters"


class IssuedTokens:
    """LINE's tokens for linking, one for each time somebody asks."""

    async def issue(self, user: str) -> str:
        """As LINE's would be issued."""
        return f"token-{new_id()}"


def doors() -> Doors:
    """Ways into accounts that lead nowhere outside of a test."""
    return Doors(PUBLIC_URL, LINE_PAGE, IssuedTokens(), SECRET)
