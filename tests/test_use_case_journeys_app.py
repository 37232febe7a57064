"""Use cases about the app itself, each gone in LINE and seen on its page or in the store."""

import io

import pytest
from PIL import Image
from walking import Walker

from web.site.icons import icon_path

pytestmark = pytest.mark.asyncio(loop_scope="module")

# What is typed after /app, what is typed as its value, and where the page or the store shows it.
SETTINGS = {
    "name": ("Hitsuji", "name", "Hitsuji"),
    "url": ("https://kotori.example/", "url", "https://kotori.example/"),
    "bio": ("A diary for two.", "bio", "A diary for two."),
    "greeting": ("Ask me anything.", "greeting", "Ask me anything."),
    "bio2": ("二人の日記。", "other_bio", "二人の日記。"),
    "greeting2": ("何でもどうぞ。", "other_greeting", "何でもどうぞ。"),
    "listed": ("yes", "listed", True),
    "person": ("yes", "person_first", True),
    "lang": ("en", "lang", "en"),
    "tone": ("friendly", "tone", "friendly"),
    "color": ("#00796b", "theme", {"accent": "#00796b", "look": "auto"}),
    "look": ("dark", "theme", {"accent": "#00796b", "look": "dark"}),
    "limits": ("4 40", "visitor_limits", {"per_minute": 4, "per_day": 40}),
    "keep": ("30", "kept_days", 30),
    "mask": ("7", "masked_days", 7),
}


def photo(colour: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (1200, 900), colour).save(target, "PNG")
    return target.getvalue()


@pytest.mark.walks(*(f"/app {name}" for name in SETTINGS))
async def test_each_setting_is_typed_and_stands_in_the_store(owner: Walker) -> None:
    for name, (typed, field, value) in SETTINGS.items():
        await owner.says(f"/app {name} {typed}", "Changed.")
        [app] = await owner.stored("apps")
        assert app[field] == value, name
    html = (await owner.visits())[1]
    for shown in ("Hitsuji", "https://kotori.example/", "A diary for two.", "Ask me anything."):
        assert shown in html


@pytest.mark.walks("/settings", "settings", "set", "say", "/app handle")
async def test_a_setting_is_chosen_by_its_buttons_and_the_page_moves_with_its_handle(owner: Walker) -> None:
    await owner.says("/settings", "Kotori answers visitors.")
    await owner.taps("Tone", "How should I speak with visitors?")
    await owner.taps("Brief", "Changed. Tone: Brief")
    await owner.taps("Settings", "Kotori answers visitors.")
    assert (await owner.app()).tone == "brief"
    old, owner.handle = owner.handle, f"{owner.handle}-new"
    await owner.says(f"/app handle {owner.handle}", f"Changed. Handle: @{owner.handle}")
    assert (await owner.visits())[0] == 200
    owner.handle = old
    assert (await owner.visits())[0] == 303


@pytest.mark.walks("/pause", "/resume", "app.pause", "app.resume")
async def test_a_break_is_begun_and_ended_and_visitors_read_it(owner: Walker) -> None:
    await owner.says("/pause", "I no longer answer visitors of Kotori.")
    assert "taking a break" in (await owner.visits("?lang=en"))[1]
    await owner.taps("Resume", "I am answering visitors of Kotori again.")
    await owner.says("/settings", "Kotori answers visitors.")
    await owner.taps("Pause", "I no longer answer visitors of Kotori.")
    assert (await owner.app()).paused
    await owner.says("/resume", "I am answering visitors of Kotori again.")
    assert "taking a break" not in (await owner.visits("?lang=en"))[1]


@pytest.mark.walks("/app links", "list", "list.add", "list.up", "list.remove", "list.days")
async def test_links_are_added_ordered_dated_and_removed_and_the_page_shows_them_so(owner: Walker) -> None:
    await owner.says("/app links https://a.example/", "What should the link say?")
    await owner.says("First", "Changed. Links now:")
    await owner.taps("Add", "What is the address of the new link?")
    await owner.says("https://b.example/", "What should the link say?")
    await owner.says("Second", "2. Second https://b.example/")
    await owner.taps("Show", "Links of Kotori")
    await owner.taps("Move up", "1. Second https://b.example/")
    html = (await owner.visits())[1]
    assert 0 < html.index("https://b.example/") < html.index("https://a.example/")
    await owner.taps("Show", "Links of Kotori")
    await owner.taps_beside("First https://a.example/", "Dates", "When should it show?")
    await owner.says("from tomorrow", "From ")
    assert "https://a.example/" not in (await owner.visits())[1]
    await owner.taps_beside("First https://a.example/", "Dates", "When should it show?")
    await owner.taps("Always", "Links of Kotori")
    assert "https://a.example/" in (await owner.visits())[1]
    await owner.taps_beside("First https://a.example/", "Remove", "1. Second https://b.example/")
    assert "https://a.example/" not in (await owner.visits())[1]


@pytest.mark.walks("/app questions", "/app topics")
async def test_questions_are_suggested_on_the_page_and_topics_kept(owner: Walker) -> None:
    await owner.says("/app questions Is it free?", "Changed. Suggested questions now:")
    assert "Is it free?" in (await owner.visits())[1]
    await owner.says("/app topics politics", "Changed. Topics I do not discuss now:")
    assert (await owner.app()).banned_topics == ("politics",)
    assert "politics" in await owner.reads("settings")


@pytest.mark.walks("/app origins")
async def test_sites_with_the_widget_are_listed_and_stand_in_the_framed_pages_policy(owner: Walker) -> None:
    await owner.says("/app origins http://shop.example", "The widget needs a site that begins with https://.")
    await owner.says("/app origins Shop.example/help", "1. https://shop.example")
    assert (await owner.app()).origins == ("https://shop.example",)
    await owner.taps("Show", "Sites with the widget of Kotori")
    await owner.taps_beside("https://shop.example", "Remove", "Changed. Sites with the widget now:")
    assert (await owner.app()).origins == ()


@pytest.mark.walks("/app icon", "/app header", "pictures", "picture.icon", "picture.header", "picture.use")
async def test_photos_become_icon_and_header_of_the_page(owner: Walker) -> None:
    await owner.says("/app icon", "Send me a photo for the icon.")
    await owner.sends_photo(photo("red"), "This is now the icon of Kotori.")
    assert icon_path(await owner.app(), "112") in (await owner.visits())[1]
    await owner.says("/app header", "Send me a photo for the header.")
    await owner.taps("Cancel", "Stopped.")
    await owner.sends_photo(photo("blue"), "Where should it go on the page of Kotori?")
    await owner.taps("Header", "This is now the header of Kotori.")
    first = (await owner.app()).header
    await owner.taps("Pictures", "Header: set")
    await owner.taps("Header", "Send me a photo for the header.")
    await owner.sends_photo(photo("green"), "This is now the header of Kotori.")
    assert (await owner.app()).header not in {first, ""}
    await owner.taps("Pictures", "Icon: set")
    await owner.taps("Icon", "Send me a photo for the icon.")


@pytest.mark.walks("picture.remove")
async def test_a_picture_that_is_removed_is_gone_from_the_page(owner: Walker) -> None:
    await owner.says("/app icon", "Send me a photo for the icon.")
    await owner.sends_photo(photo("red"), "This is now the icon of Kotori.")
    digest = (await owner.app()).icon
    await owner.taps("Pictures", "Icon: set")
    await owner.taps("Remove the icon", "Removed. The page no longer shows it.")
    assert digest not in (await owner.visits())[1]


@pytest.mark.walks("/app list", "/app switch", "/app new", "app.new", "app.switch")
async def test_another_app_is_made_and_commands_are_about_the_chosen_one(owner: Walker) -> None:
    await owner.says("/app list", "Your apps. Commands apply to Kotori.")
    await owner.taps("New app", "What is your app called?")
    await owner.says("Hitsuji", "The name is “Hitsuji”.")
    await owner.says(f"{owner.handle}-2", "Your page is live.")
    await owner.says("/app list", "Your apps. Commands apply to Hitsuji.")
    await owner.taps("Use this app", "Commands now apply to Kotori.")
    await owner.says("/faq add Whose? = Kotori's", "Learned: Whose?")
    assert "Kotori&#39;s" in await owner.reads()
    assert "Kotori&#39;s" not in await owner.reads(f"/owner/apps/{owner.handle}-2")
    await owner.says(f"/app switch {owner.handle}-2", "Commands now apply to Hitsuji.")
    await owner.says("/app new Third", "The name is “Third”.")
    await owner.says(f"{owner.handle}-3", "Your page is live.")
    assert [app["name"] for app in await owner.stored("apps")] == ["Kotori", "Hitsuji", "Third"]


@pytest.mark.walks("/qr", "app.qr")
async def test_the_qr_code_of_the_page_comes_as_a_picture_to_keep(owner: Walker) -> None:
    await owner.says("/qr", "The QR code of Kotori. It opens")
    assert await owner.pictures() == ["image/png"]
    await owner.says("/app list", "This is the current app.")
    await owner.taps("QR code", "The QR code of Kotori.")
    assert await owner.pictures() == ["image/png"]
    assert f"/@{owner.handle}/qr.svg" in await owner.reads("settings")
