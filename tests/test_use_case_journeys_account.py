"""Use cases about the account and the chat itself, gone in LINE and seen on the web or in the store."""

from datetime import UTC, datetime, timedelta

import pytest
from conftest import Town
from walking import Walker

from bot.embedded.line_simulator import words_of
from handlers.chat.apps.app_deletion import DELETE_APP
from handlers.chat.dialogues import FORGOTTEN
from knowledge.store import registry

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.walks("/web", "web", "/account", "/export faq")
async def test_the_web_page_opens_by_a_link_and_so_does_its_page_for_imports(owner: Walker) -> None:
    await owner.says("/account", "Your account")
    await owner.taps("Dashboard", "Continue only if the page shows the same code.")
    for line in ("/web", "/export faq"):
        await owner.says(line, "Continue only if the page shows the same code.")
        [code] = [word for word in words_of((await owner.sees("Code")).message) if word.isdigit()]
        assert code in await (await owner.opens("Open")).text()
    assert "to=import" in owner.person.opened_urls[-1]


@pytest.mark.walks("handle.keep")
async def test_a_handle_that_is_about_to_be_released_is_kept_by_a_tap(owner: Walker) -> None:
    store = owner.mimi.database
    long_ago = datetime.now(UTC) - timedelta(days=200)
    await store.collection("owners").update_one({"_id": (await owner.owner()).id}, {"$set": {"last_seen_at": long_ago}})
    await store.collection("apps").update_one({"handle": owner.handle}, {"$unset": {"handle_look_at": True}})
    await owner.sees("are not used for six months are released")
    await owner.taps(f"Keep @{owner.handle}", "Your handles stay yours")
    assert (await owner.owner()).last_seen_at > long_ago


@pytest.mark.walks("handle.take")
async def test_who_comes_back_after_a_release_takes_the_handle_that_is_offered(owner: Walker) -> None:
    gone = {"handle": f"{owner.handle}-old", "at": datetime.now(UTC) - timedelta(days=9), "told": False}
    changed = {"$set": {"released": gone}, "$unset": {"handle_look_at": True}}
    await owner.mimi.database.collection("apps").update_one({"handle": owner.handle}, changed)
    await owner.sees("was released because it had not been used")
    await owner.taps(f"Take @{owner.handle}-old", "Your page is now at")
    assert (await owner.app()).handle == f"{owner.handle}-old"


@pytest.mark.walks("/app delete", "app.delete", "app.stay")
async def test_one_app_is_deleted_and_kept_after_all(owner: Walker) -> None:
    await owner.says("/app delete", "This deletes one app")
    await owner.says("nothing", "Nothing was deleted.")
    await owner.says("delete", "Its page is offline.")
    assert (await owner.visits())[0] == 404
    await owner.taps("Keep the app", "its page is back")
    assert (await owner.visits())[0] == 200
    await owner.person.postback(DELETE_APP.action())
    owner.walked.add("app.delete")
    await owner.sees("This deletes one app")
    await owner.says(f"@{owner.handle}", "Its page is offline.")
    assert (await owner.app()).leaving_at


@pytest.mark.walks("/lang", "lang")
async def test_the_language_is_changed_at_both_doors(owner: Walker) -> None:
    await owner.says("/account", "Your account")
    await owner.taps("Language", "Which language should I use with you?")
    await owner.taps("日本語", "これからは日本語でお話しします。")
    assert 'lang="ja"' in await owner.reads()
    await owner.says("/言語 en", "I will speak English with you from now on.")
    assert 'lang="en"' in await owner.reads()


@pytest.mark.walks("/help", "help")
async def test_help_shows_groups_and_what_each_command_does(owner: Walker) -> None:
    await owner.says("/help", "Tell me what you would like in your own words, or tap.")
    await owner.taps_beside("Questions and answers", "All commands", "Teach me an answer")
    await owner.says("nonsense /?", "What would you like to do?")
    await owner.taps("Help", "Tell me what you would like in your own words, or tap.")
    await owner.taps("Add an answer", "What do visitors ask?")


@pytest.mark.walks("wish")
async def test_a_wish_in_plain_words_is_done_once_it_is_sure(owner: Walker) -> None:
    await owner.says("しばらく休みたい", "Stop answering visitors for now")
    await owner.taps("Yes, please", "I no longer answer visitors")
    await owner.says("please start answering again", "Answer visitors again")
    await owner.taps("Yes, please", "I am answering visitors")


@pytest.mark.walks("/back", "back", "/cancel", "cancel")
async def test_a_dialogue_goes_back_and_is_stopped_by_words_and_buttons(owner: Walker) -> None:
    ways = ((owner.says, "/back", "Is it free?"), (owner.taps, "Back", "Where are you?"))
    for goes, back, question in ways:
        await owner.says("/faq add", "(1/2)")
        await owner.says("Is it fre?", "(2/2)")
        await goes(back, "(1/2)")
        await owner.says(question, "(2/2)")
        await owner.says("Yes.", f"Learned: {question}")
    for stops, word in ((owner.says, "/cancel"), (owner.taps, "Cancel")):
        await owner.says("/faq add", "(1/2)")
        await stops(word, "Stopped.")
    assert [each["question"] for each in await owner.stored("faqs")] == [question for _goes, _back, question in ways]
    assert await owner.stored("dialogues") == []


@pytest.mark.walks("resume")
async def test_a_dialogue_left_alone_for_long_goes_on_with_a_tap(owner: Walker) -> None:
    await owner.says("/faq add Is it free?", "(2/2)")
    [dialogue] = await owner.mimi.database.collection("dialogues").find({"_id": (await owner.owner()).id})
    long_ago = dialogue["updated_at"] - FORGOTTEN - timedelta(minutes=1)
    await owner.mimi.database.collection("dialogues").update_one(
        {"_id": dialogue["_id"]}, {"$set": {"updated_at": long_ago}}
    )
    await owner.says("Yes.", "Shall we continue?")
    assert await owner.stored("faqs") == []
    await owner.taps("Continue", "(2/2)")
    await owner.says("Yes.", "Learned: Is it free?")


@pytest.mark.walks("/delete-account", "account.delete", "account.stay", "account.now", "account.gone")
async def test_an_account_is_deleted_brought_back_and_erased_without_a_trace(owner: Walker, town: Town) -> None:
    account = await owner.owner()
    await owner.says("/delete-account", "This deletes your account")
    await owner.taps("Cancel", "Stopped.")
    await owner.says("/account", "Your account")
    await owner.taps("Delete account", "This deletes your account")
    await owner.says(owner.handle, "Your account is being deleted")
    assert (await owner.visits())[0] == 404
    await owner.says("/faq list", "Your account is being deleted")
    await owner.taps("Keep my account", "Your account stays, and your pages are back online.")
    assert (await owner.visits())[0] == 200
    await owner.says("/delete-account", "This deletes your account")
    await owner.says("delete", "Your account is being deleted")
    await owner.taps("Erase now", "This cannot be undone.")
    await owner.taps("Erase now", "has been deleted")
    await town.mimi.settled()
    assert (await owner.visits())[0] == 410
    assert await registry.remains(town.mimi.database, account.id, owner.person.user_id) == {}


@pytest.mark.walks("session.list", "session.end", "session.end_all")
async def test_browsers_are_signed_out_from_the_chat(owner: Walker) -> None:
    await owner.says("/account", "Your account")
    await owner.taps("Signed-in browsers", "You are not signed in anywhere on the web.")
    await owner.reads("/owner/account")
    await owner.says("/account", "Your account")
    await owner.taps("Signed-in browsers", "Signed in from LINE")
    await owner.taps("Sign out everywhere", "Signed out everywhere on the web: 1")
    assert await owner.stored("sessions") == []
    await owner.taps("Sign out", "That browser is already signed out.")
