"""Use cases about alerts: questions answered, dismissed and kept, and what an owner is told, when and how."""

import pytest
from conftest import Town
from mimi import soon
from walking import Walker

pytestmark = pytest.mark.asyncio(loop_scope="module")

ELEPHANTS, GIRAFFES = "Do you take elephants?", "Do you take giraffes?"


async def settings(owner: Walker) -> dict[str, object]:
    [stored] = await owner.stored("alert_settings")
    return stored


@pytest.mark.walks("/alerts", "alert.answer", "alert.save", "alert.open")
async def test_a_question_is_answered_from_its_card_and_kept(owner: Walker) -> None:
    asked = await owner.asked(ELEPHANTS)
    await owner.sees(ELEPHANTS)
    await owner.says("/alerts", "Open questions: 1")
    await owner.taps("Open conversation", f"Visitor: {ELEPHANTS}")
    await owner.taps("Answer", f"The visitor asks: {ELEPHANTS}")
    async with owner.mimi.visitor_listens(asked.key, handle=owner.handle) as events:
        await owner.says("Small ones only.", "Sent to the visitor. Save it as FAQ?")
        async for event in events:
            if event.name == "owner":
                assert event.data["text"] == "Small ones only."
                break
    await owner.taps("Save as FAQ", f"Learned: {ELEPHANTS}")
    assert (await owner.asked(ELEPHANTS)).text == "Small ones only."
    await owner.says("/alerts", "No questions are waiting for you.")


@pytest.mark.walks("alert.edit", "alert.dismiss", "alert.list")
async def test_an_answer_is_edited_before_it_is_kept_and_another_question_dismissed(owner: Walker) -> None:
    await owner.asked(ELEPHANTS)
    alert = await owner.sees(ELEPHANTS)
    await owner.says("Small ones.", "Sent to the visitor. Save it as FAQ?", quoting=alert.id)
    await owner.taps("Edit and save", "How should the question read?")
    await owner.says("Elephants?", "And what should I answer?")
    await owner.says("Small ones only.", "Learned: Elephants?")
    assert [(each["question"], each["answer"]) for each in await owner.stored("faqs")] == [
        ("Elephants?", "Small ones only.")
    ]
    await owner.asked(GIRAFFES)
    await owner.says("/cancel", "There is nothing to stop.")
    await owner.taps("Open questions", "Open questions: 1")
    await owner.taps("Dismiss", f"Dismissed: {GIRAFFES}")
    assert [each["state"] for each in await owner.stored("alerts")] == ["answered", "dismissed"]


@pytest.mark.walks(
    "/alerts settings", "alert.settings", "alert.mute", "alert.unmute", "alert.how_soon", "alert.urgency"
)
async def test_kinds_are_muted_and_hurried_and_stand_so_on_the_web(owner: Walker) -> None:
    await owner.says("/alerts settings", "Your alert settings")
    await owner.taps_beside("Questions I could not answer", "Switch off", "You will no longer be told about this:")
    before = len(owner.person.chat)
    await owner.asked(ELEPHANTS)
    await owner.mimi.settled()
    assert len(owner.person.chat) == before
    await owner.taps("Undo", "You will be told about this: Questions I could not answer")
    await owner.taps("Alert settings", "Your alert settings")
    await owner.taps_beside("Thumbs down", "Change how soon", "How soon should I tell you about this? Thumbs down")
    await owner.taps("With other alerts", "Thumbs down: With other alerts")
    stored = await settings(owner)
    assert (stored["wanted"], stored["urgency"]) == ({"unanswered": True}, {"thumbs_down": "digest"})
    assert 'value="digest" selected' in await owner.reads("/owner/alerts")


@pytest.mark.walks("alert.quiet", "alert.zone")
async def test_quiet_hours_and_the_clock_they_are_kept_on_are_chosen(owner: Walker) -> None:
    await owner.says("/alerts settings", "When and where")
    await owner.taps("Quiet hours", "When should I not disturb you?")
    await owner.taps("22:00-7:00", "I will not disturb you between these times: 22:00-07:00")
    await owner.taps("Alert settings", "22:00-07:00")
    await owner.taps("Time zone", "Which time zone are you in?")
    await owner.taps("United Kingdom Time", "(Europe/London)")
    html = await owner.reads("/owner/alerts")
    assert "Europe/London" in html
    assert "22:00" in html


@pytest.mark.walks("alert.mail", "alert.no_mail")
async def test_alerts_come_by_mail_once_the_address_is_confirmed_until_it_is_forgotten(
    owner: Walker, town: Town
) -> None:
    address = f"{owner.handle}@example.com"

    async def mailed() -> bool:
        return bool(town.postbox.to(address))

    await owner.says("/alerts settings", "When and where")
    await owner.taps("Get e-mails, too", "Which e-mail address?")
    await owner.says(address, "Please send the six digits from the e-mail.")
    await soon(mailed)
    code = str(town.postbox.to(address)[0]["Subject"])[-6:]
    await owner.says(code, f"Alerts that do not fit into LINE now come by e-mail: {address}")
    await owner.taps("Alert settings", address)
    await owner.taps("Stop e-mails", "I have deleted the address.")
    assert (await settings(owner))["email"] == ""


@pytest.mark.walks("/alerts waiting", "alert.waiting")
async def test_what_waits_is_told_of_and_comes_with_the_owners_messages(owner: Walker) -> None:
    await owner.says("/alerts settings", "Your alert settings")
    await owner.taps_beside("Questions I could not answer", "Change how soon", "How soon should I tell you about this?")
    await owner.taps("With other alerts", "Questions I could not answer: With other alerts")
    for number in range(6):
        await owner.asked(f"Number {number}?")
    await owner.says("/alerts waiting", "Alerts waiting: 6. The first ones come with this message.")
    await owner.taps("Show waiting alerts", "Alerts waiting: 3.")
    await owner.taps("Show waiting alerts", "No alerts are waiting. You have been told everything.")
    told = [item for item in owner.person.chat if item.from_bot and "I could not answer this" in str(item.message)]
    assert len(told) == 6
