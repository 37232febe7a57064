"""Use cases about linking and unlinking LINE, gone in LINE and seen on the web."""

import re
from urllib.parse import urlsplit

import pytest
from conftest import Town
from mimi import soon
from test_use_case_journeys_email import code_mailed
from walking import Walker

from bot.keys import AREAS

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.walks("/link", "link", "link.begin", "/unlink", "unlink", "unlink.line")
async def test_a_line_is_unlinked_linked_again_and_unlinked_once_more(owner: Walker, town: Town) -> None:
    address = f"{owner.handle}@mail.example.com"
    await owner.says("/link", "this LINE can open it too")
    await owner.says("/unlink", "LINE is your only way to sign in.")
    await owner.says(f"/email {address}", "I have sent a code to that address.")
    await owner.says(await code_mailed(town, address), f"Done: {address}")
    account = await owner.owner()
    await owner.says("/unlink", "Alerts stop here")
    await owner.taps("Unlink", "Unlinked.")
    await owner.says("hello", "You have no account here yet.")
    await owner.taps("I have a web account", "this LINE can open it too")
    await owner.taps("Get the link", "confirm there")
    await owner.person.tap("Open")
    page = await _agreed(town, address, urlsplit(owner.person.opened_urls[-1]).path)
    found = re.search(r"linkToken=([^&]+)&amp;nonce=([^\"]+)", page)
    assert found
    assert await owner.person.link(found[1], found[2])
    await owner.person.replies()
    assert (await owner.owner()).id == account.id
    assert "Linked. Alerts come to you in LINE." in await owner.reads("/owner/account")
    await owner.taps("Unlink", "Alerts stop here")
    await owner.taps("Unlink", "Unlinked.")
    assert await town.mimi.database.collection("owners").count({"line_user_id": owner.person.user_id}) == 0


async def _agreed(town: Town, address: str, path: str) -> str:
    """Signed in by mail, the owner agrees on our page; what stands on the next one."""
    assert town.mimi.app
    owners = town.mimi.app[AREAS].accounts
    before = len(town.postbox.to(address))
    await owners.mail_sign_in.ask(address, "en", "")

    async def mailed() -> bool:
        return len(town.postbox.to(address)) > before

    await soon(mailed)
    words = bytes(town.postbox.to(address)[-1].get_payload(decode=True)).decode()
    cookie = f"__Host-mimi={await owners.accounts.sign_in(words.partition('/sign-in/')[2][:43])}"
    form, headers = {"token": path.rpartition("/")[2]}, {"Cookie": cookie}
    async with town.mimi.http.post(f"{town.mimi.url}/owner/link", data=form, headers=headers) as response:
        assert response.status == 200
        return await response.text()
