"""Claude: reachable, the key accepted, the model there. Importing this takes two seconds of CPU."""

from collections.abc import Mapping, Sequence

from bot.doctor.diagnosis import Diagnosis
from bot.settings import Settings
from knowledge.model.claude import check_model, claude_client
from knowledge.model.events import Why

Words = tuple[str, str]
_PASSES = "until it passes, visitors get answers quoted from the knowledge; see status.claude.com"


async def look_at_claude(settings: Settings) -> Sequence[Diagnosis]:
    """One request that costs nothing."""
    client = claude_client(settings.anthropic_api_key.get_secret_value(), settings.anthropic_base_url)
    try:
        why = await check_model(client, settings.model)
    finally:
        await client.close()
    if why is None:
        return [Diagnosis("Claude", True, f"model {settings.model} is there")]
    detail, advice = _words(settings).get(why, (f"the request failed ({why})", _other(settings)))
    return [Diagnosis("Claude", False, detail, advice)]


def _words(settings: Settings) -> Mapping[Why, Words]:
    url = settings.anthropic_base_url
    return {
        "unreachable": (f"{url} cannot be reached", "check ANTHROPIC_BASE_URL, DNS, and that the firewall lets it out"),
        "timeout": (f"{url} does not answer in time", _PASSES),
        "auth": ("the key is refused", "put a key from platform.claude.com into ANTHROPIC_API_KEY"),
        "no_model": (
            f"there is no model {settings.model}",
            "correct MIMI_MODEL; `python -m bot settings` shows its default",
        ),
        "billing": (
            "the account has no credit left",
            "add credit at platform.claude.com; until then answers are quoted",
        ),
        "rate_limited": ("too many requests for this account just now", f"{_PASSES}; a higher tier allows more"),
        "overloaded": ("overloaded just now", _PASSES),
    }


def _other(settings: Settings) -> str:
    return f"is {settings.anthropic_base_url} Anthropic's API? ANTHROPIC_BASE_URL must not end in /v1"
