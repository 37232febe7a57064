"""Use cases about the account's e-mail address, gone in LINE and seen on the web, with a real mail server."""

import pytest
from conftest import Town
from mimi import soon
from walking import Walker

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def code_mailed(town: Town, address: str, letters: int = 1) -> str:
    """The code in the latest letter to this address, once so many have come."""

    async def mailed() -> bool:
        return len(town.postbox.to(address)) >= letters

    await soon(mailed)
    return str(town.postbox.to(address)[-1]["Subject"])[-6:]


@pytest.mark.walks("/email", "email", "email.change", "email.remove", "email.removed")
async def test_an_address_is_given_seen_on_the_web_changed_and_taken_off(owner: Walker, town: Town) -> None:
    first, second = f"{owner.handle}@mail.example.com", f"{owner.handle}@other.example.com"
    await owner.says(f"/email {first}", "I have sent a code to that address.")
    await owner.says(await code_mailed(town, first), f"Done: {first}")
    assert first in await owner.reads("/owner/account")
    await owner.taps("Your account", first)
    await owner.taps("E-mail address", "Your e-mail address")
    await owner.taps("Change", "(1/2)")
    await owner.says(second, "(2/2)")
    await code_mailed(town, second)
    await owner.taps("Send a new code", "I have sent a new code")
    await owner.says(await code_mailed(town, second, 2), f"Done: {second}")
    await code_mailed(town, first, 2)
    assert town.postbox.to(first)[-1]["Subject"] == "mimi: this address was removed from your account"
    await owner.says("/email", second)
    await owner.taps("Remove address", "You will then sign in with LINE only.")
    await owner.taps("Remove address", f"{second} has been removed from your account.")
    assert second not in await owner.reads("/owner/account")
