"""Whether a key, token or secret can be what it is set as, by its form alone. No value is ever said."""

import re
from collections.abc import Iterator

from bot.env_lines import is_key

# LINE's secrets are 32 hexadecimal digits; a token is five times as long.
SECRET_FORM = re.compile("[0-9a-f]{32}")
LONGEST_SECRET = 64
SECRET, TOKEN, API_KEY = "LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN", "ANTHROPIC_API_KEY"
BEARER = "bearer "


def credential_problems(secret: str, token: str, api_key: str) -> Iterator[str]:
    """A line for each that cannot work; an empty one is unset."""
    token_is_secret, secret_is_token = bool(SECRET_FORM.fullmatch(token)), len(secret) > LONGEST_SECRET
    if token_is_secret and secret_is_token:
        yield f"{SECRET}, {TOKEN}: each holds the other's value, swap them"
        return
    if token_is_secret:
        yield (
            f"{TOKEN}: is a channel secret (32 characters), and a token has some 170: "
            "LINE Developers Console, Messaging API tab, at its end"
        )
    if secret_is_token:
        yield f"{SECRET}: is longer than any (they have 32 characters): LINE Developers Console, Basic settings tab"
    if token.lower().startswith(BEARER):
        yield f'{TOKEN}: must stand without "Bearer"'
        token = token[len(BEARER) :]
    for name, value in ((SECRET, secret), (TOKEN, token), (API_KEY, api_key)):
        if value and not is_key(value):
            yield f"{name}: has a character that no key has (a space, a quote, ...): copy it again"
