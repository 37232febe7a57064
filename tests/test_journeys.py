"""Whole stories across both doors: taught and answered on LINE, asked and read on the page."""

import json

import pytest
from journeys import alert_about, kept, next_of, page, signs_up, spoken
from mimi import Mimi

from bot.embedded.line_simulator import texts, words_of
from handlers.chat.conversations.alerts import SAVE_ANSWER

pytestmark = pytest.mark.usefixtures("nothing_goes_wrong")

PHONE = "03-1234-5678"

NAME = "田中花子"


async def test_following_leads_through_name_and_handle_to_a_live_page(mimi: Mimi) -> None:
    assert (await page(mimi, "/@kotori"))[0] == 404
    await mimi.owner.follow()
    greeting, question = texts(await mimi.owner.replies(2))
    assert "mimi" in greeting
    assert question == "(1/2) What is your app called?"
    [handle] = await mimi.owner_says("Kotori")
    assert handle.startswith("(2/2) The name is “")
    await mimi.owner_says("kotori")
    assert "http://localhost/@kotori" in words_of(mimi.owner.chat[-1].message)
    status, html = await page(mimi, "/@kotori")
    assert status == 200
    assert "Kotori" in html


async def test_a_handle_that_cannot_be_had_is_refused_and_asked_for_again(mimi: Mimi) -> None:
    await signs_up(mimi.line.person("Hana", "en"), "Hitsuji", "hitsuji")
    await mimi.owner.follow()
    await mimi.owner.replies()
    await mimi.owner_says("Kotori")
    refused = {
        "hitsuji": "@hitsuji is already taken. Please write another one.",
        " ＠HITSUJI ": "@hitsuji is already taken. Please write another one.",
        "admin": "@admin is reserved. Please write another one.",
    } | dict.fromkeys(
        ("ko", "k" * 31, "ko tori", "ことり", "🐦🐦🐦", "ko/tori", "ko.tori", "<b>kotori</b>"),
        "A handle has 3 to 30 characters: a-z, 0-9, - and _. Please write another one.",
    )
    for wanted, sentence in refused.items():
        problem, question = await mimi.owner_says(wanted, count=2)
        assert problem == sentence
        assert question.startswith("(2/2) The name is “")
    await mimi.owner_says("kotori")
    assert (await page(mimi, "/@kotori"))[0] == 200


async def test_what_is_taught_in_one_line_is_answered_with_its_source(mimi: Mimi) -> None:
    await mimi.sign_up()
    assert await mimi.owner_says("/faq add Is there a trial? = Yes, fourteen days for free.") == [
        "Learned: Is there a trial?"
    ]
    answer = await mimi.visitor_asks("How long is the trial?")
    assert answer.text == "Yes, fourteen days for free."
    assert answer.state == "answered"
    assert answer.sources == ["Is there a trial?"]
    assert [answer.events[0].name, answer.events[-1].name] == ["conversation", "done"]


async def test_what_is_taught_in_a_dialogue_is_answered(mimi: Mimi) -> None:
    await mimi.sign_up()
    assert await mimi.owner_says("/faq add") == ["(1/2) What do visitors ask? Write one question."]
    assert await mimi.owner_says("Is there a trial?") == ["(2/2) And what should I answer?"]
    assert await mimi.owner_says("Yes, fourteen days for free.") == ["Learned: Is there a trial?"]
    assert (await mimi.visitor_asks("How long is the trial?")).text == "Yes, fourteen days for free."


async def test_s50_a_name_and_a_phone_number_reach_neither_claude_nor_the_visitor(mimi: Mimi) -> None:
    await mimi.sign_up()
    _, warning = await mimi.owner_says(
        f"/faq add 電話で相談できますか？ = 担当の{NAME}さんへ。電話は{PHONE}です。", count=2
    )
    kinds = warning.removeprefix("Visitors will not see: ").split(", ")
    assert sorted(kinds) == ["name", "phone number"]
    answer = await mimi.visitor_asks("電話で相談したいです")
    assert answer.state == "answered"
    assert mimi.claude
    for place in (json.dumps(mimi.claude.requests[-1].body, ensure_ascii=False), str(answer)):
        assert "電話" in place
        assert NAME not in place
        assert PHONE not in place


async def test_an_unknown_question_is_answered_by_quoting_its_alert_and_kept_with_one_tap(mimi: Mimi) -> None:
    await mimi.sign_up()
    unknown = await mimi.visitor_asks("Do you take elephants?")
    assert unknown.state == "unknown"
    alert = await alert_about(mimi, "Do you take elephants?")
    async with mimi.visitor_listens(unknown.key) as events:
        assert await mimi.owner_says("Small ones only.", quoting=alert.id) == ["Sent to the visitor. Save it as FAQ?"]
        assert (await next_of(events, "owner")).data["text"] == "Small ones only."
    assert await mimi.owner_taps("Save as FAQ") == ["Learned: Do you take elephants?"]
    answer = await mimi.visitor_asks("Do you take elephants?")
    assert (answer.text, answer.state) == ("Small ones only.", "answered")


async def test_an_unknown_question_is_answered_by_the_button_of_its_alert(mimi: Mimi) -> None:
    await mimi.sign_up()
    unknown = await mimi.visitor_asks("Do you take elephants?")
    await alert_about(mimi, "Do you take elephants?")
    async with mimi.visitor_listens(unknown.key) as events:
        assert await mimi.owner_taps("Answer", 2) == [
            "The visitor asks: Do you take elephants?",
            "Write your answer. It goes to the visitor exactly as you write it.",
        ]
        assert await mimi.owner_says("Small ones only.") == ["Sent to the visitor. Save it as FAQ?"]
        assert (await next_of(events, "owner")).data["text"] == "Small ones only."
    assert await mimi.owner_taps("Save as FAQ") == ["Learned: Do you take elephants?"]
    assert (await mimi.visitor_asks("Do you take elephants?")).text == "Small ones only."


async def test_answering_a_settled_alert_says_so_and_changes_nothing(mimi: Mimi) -> None:
    await mimi.sign_up()
    unknown = await mimi.visitor_asks("Do you take elephants?")
    alert = await alert_about(mimi, "Do you take elephants?")
    await mimi.owner_says("Small ones only.", quoting=alert.id)
    await mimi.owner_taps("Save as FAQ")
    await mimi.settled()
    before = await kept(mimi)
    assert await mimi.owner_says("All of them.", quoting=alert.id) == ["You have already answered this question."]
    assert await mimi.owner_taps("Answer") == ["You have already answered this question."]
    assert await mimi.owner_taps("Dismiss") == ["You have already answered this question."]
    [stored] = before["alerts"]
    await mimi.owner.postback(SAVE_ANSWER.action(stored["_id"]))
    assert texts(await mimi.owner.replies()) == ["This answer is already saved as FAQ."]
    assert await kept(mimi) == before
    assert (await spoken(mimi, unknown.key))[2:] == [("owner", "Small ones only.")]


async def test_a_dismissed_alert_is_answered_no_more(mimi: Mimi) -> None:
    await mimi.sign_up()
    unknown = await mimi.visitor_asks("Do you take elephants?")
    alert = await alert_about(mimi, "Do you take elephants?")
    assert await mimi.owner_taps("Dismiss") == ["Dismissed: Do you take elephants?"]
    for say in (mimi.owner_taps("Dismiss"), mimi.owner_taps("Answer"), mimi.owner_says("Yes", quoting=alert.id)):
        assert await say == ["You have already dismissed this question."]
    assert await mimi.owner_says("/alerts") == ["No questions are waiting for you."]
    assert len(await spoken(mimi, unknown.key)) == 2


async def test_s39_another_owners_ids_are_to_a_button_as_if_they_were_not(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.owner_says("/faq add Price? = Free")
    await mimi.visitor_asks("Do you take elephants?")
    await alert_about(mimi, "Do you take elephants?")
    hana = mimi.line.person("Hana", "en")
    await signs_up(hana, "Hitsuji", "hitsuji")
    before = await kept(mimi)
    verbs = {"alerts": ("answer", "dismiss", "save"), "apps": ("switch",)}
    verbs["faqs"] = ("edit", "edit_question", "edit_answer", "remove", "remove_now", "keep")
    ids = {name: next(each["_id"] for each in before[name] if each.get("handle") != "hitsuji") for name in verbs}
    for kind, verb in ((kind, verb) for kind, its in verbs.items() for verb in its):
        answers = []
        for about in (ids[kind], "0" * 24, "", '{"$ne": null}'):
            await hana.postback(f"{kind.removesuffix('s')}.{verb}:{about}")
            answers.append(texts(await hana.replies()))
        assert answers == [answers[0]] * 4, verb
        assert len(answers[0]) == 1, verb
    assert await kept(mimi) == before
    assert await mimi.database.collection("dialogues").count({}) == 0


@pytest.mark.parametrize("data", ["nothing", "faq", "faq.remove", ":", "x" * 300, '{"$ne":null}', "say:a/b:c"])
async def test_a_button_nobody_made_gets_a_clear_sentence(mimi: Mimi, data: str) -> None:
    await mimi.sign_up()
    before = await kept(mimi)
    await mimi.owner.postback(data)
    [sentence] = texts(await mimi.owner.replies())
    assert sentence.endswith((".", "?"))
    assert await kept(mimi) == before
