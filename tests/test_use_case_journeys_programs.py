"""Use cases about an owner's programs, each gone in LINE and seen in what a program gets."""

import pytest
from programs import FREE, PRICE, program
from walking import Walker

from knowledge.store.programs.api_keys import Reach

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.walks("/api", "key.make", "key.list", "key.revoke", "key.revoke_now")
async def test_a_key_is_made_on_the_page_and_revoked_in_the_chat(owner: Walker) -> None:
    await owner.says("/api", "With an API key, your programs can read and write what I know about Kotori")
    await owner.taps("Read and write", "Create a key: Read and write")
    assert 'name="to" value="keys-write"' in await (await owner.opens("Open")).text()
    ci = await program(owner.mimi, Reach.WRITE, "CI", owner.handle)
    await owner.sees("An API key was created for @")
    assert (await ci.respond("GET", f"/api/v1/apps/{owner.handle}/entries")).status == 200
    await owner.says("/api", "Kotori: API keys, 1 of 10")
    await owner.taps_beside("CI", "Revoke", "Revoke “CI”?")
    await owner.taps("Keep", "Kotori: API keys, 1 of 10")
    await owner.taps_beside("CI", "Revoke", "Revoke “CI”?")
    await owner.taps("Revoke", "Revoked: CI")
    assert (await ci.respond("GET", f"/api/v1/apps/{owner.handle}/entries")).status == 401
    assert await owner.stored("api_keys") == []


@pytest.mark.walks("/proposals", "proposal.list", "proposal.show", "proposal.apply", "proposal.discard")
async def test_what_a_program_proposes_is_looked_at_whole_and_applied_or_discarded(owner: Walker) -> None:
    await owner.says("/proposals", "No proposal is waiting for you.")
    await owner.says(f"/faq add {FREE} = {PRICE}", f"Learned: {FREE}")
    [entry] = await owner.stored("faqs")
    agent = await program(owner.mimi, Reach.PROPOSE, "Agent", owner.handle)
    changes = [
        {"action": "change_entry", "id": entry["_id"], "answer": "No, 500 yen a month.", "why": "2.0 costs more"},
        {"action": "remove_entry", "id": entry["_id"], "why": "Or say nothing"},
    ]
    went_well, said = await agent.tool("propose_changes", {"changes": changes})
    assert (went_well, said["waiting_for_the_owner"]) == (True, 2)
    assert [each["answer"] for each in await owner.stored("faqs")] == [PRICE]
    await owner.says("/proposals", "Proposals: 2")
    await owner.taps_beside("Agent: 2.0 costs more", "Show", "No, 500 yen a month.")
    await owner.taps("Apply", "Done. The change is in effect.")
    assert [each["answer"] for each in await owner.stored("faqs")] == ["No, 500 yen a month."]
    await owner.taps("Proposals", "Proposals: 1")
    await owner.taps("Discard", "Discarded. Nothing was changed.")
    await owner.says("/proposals", "No proposal is waiting for you.")
