"""Icon and header: sent as a photo or uploaded, made again without what a camera adds, shown on the page."""

import io
import json

import pytest
from exported import exported
from mimi import Mimi
from owner_chat import OwnerChat
from PIL import Image

from handlers.chat.apps.settings import SHOW_PICTURES
from knowledge.errors import BadInput
from knowledge.pictures.process import remake
from knowledge.pictures.resizing import remade
from knowledge.store.apps.pictures import Shape
from knowledge.store.database import Database

GPS = 0x8825


def photo(
    width: int = 800,
    height: int = 600,
    kind: str = "JPEG",
    mode: str = "RGB",
    colour: str = "#778899",
    **options: object,
) -> bytes:
    target = io.BytesIO()
    Image.new(mode, (width, height), colour).save(target, kind, **options)
    return target.getvalue()


def taken_in_tokyo() -> bytes:
    """A photo that knows where it was taken, lying on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned
    exif[0x010F] = "Canary Camera"
    exif.get_ifd(GPS)[2] = (35.0, 41.0, 22.0)
    return photo(exif=exif)


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    return chat


# ---- making a picture again


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
async def test_every_usual_kind_of_picture_becomes_one_of_ours(kind: str) -> None:
    made = await remade(photo(kind=kind), Shape.ICON)
    assert Image.open(io.BytesIO(made.data)).size == (512, 512)
    assert made.content_type in {"image/jpeg", "image/png"}


async def test_what_a_camera_wrote_stays_behind_and_the_picture_stands_upright() -> None:
    made = await remade(taken_in_tokyo(), Shape.LOOSE)
    opened = Image.open(io.BytesIO(made.data))
    assert opened.size == (600, 800)
    assert not opened.getexif()
    assert b"Canary" not in made.data


async def test_see_through_parts_stay_so() -> None:
    made = await remade(photo(kind="PNG", mode="RGBA", colour="#7788"), Shape.HEADER)
    assert (made.content_type, Image.open(io.BytesIO(made.data)).mode) == ("image/png", "RGBA")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (
            photo(1, 1, "PNG"),
            "This picture is 1 × 1 pixels. It needs at least 64 × 64. Please send a larger one.",
        ),
        (
            photo(10_000, 20, "PNG"),
            "This picture is 10000 × 20 pixels. It can have at most 8000 on each side. Please send a smaller one.",
        ),
        (
            photo(7_999, 7_999, "PNG", "1"),
            "This picture is 7999 × 7999 pixels. It can have at most 8000 on each side. Please send a smaller one.",
        ),
        (
            photo(800, 63),
            "This picture is 800 × 63 pixels. It needs at least 64 × 64. Please send a larger one.",
        ),
        (photo()[:500], "I cannot read this as a picture. Please send a photo (JPEG, PNG or WebP)."),
        (b"", "I cannot read this as a picture. Please send a photo (JPEG, PNG or WebP)."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "I cannot read this as a picture."),
        (b"%PDF-1.7", "I cannot read this as a picture."),
        (photo(kind="TIFF"), "I cannot read this as a picture."),
        (b"\xff\xd8" + b"\0" * (10 * 1024 * 1024), "That file is too large. At most 10 MB can be sent."),
    ],
    ids=["1px", "10000px", "too many pixels", "too low", "cut off", "nothing", "svg", "pdf", "tiff", "large file"],
)
async def test_what_is_no_usable_picture_is_told_what_is_wrong(data: bytes, told: str) -> None:
    """S34, S36"""
    with pytest.raises(BadInput) as refused:
        await remade(data, Shape.LOOSE)
    assert refused.value.phrase.say("en").startswith(told)


async def test_a_small_file_with_a_huge_picture_is_never_decoded() -> None:
    """S36: 30,000 pixels square would take 3 GB."""
    bomb = photo(1, 1, "PNG")
    huge = bomb[:16] + (30_000).to_bytes(4, "big") * 2 + bomb[24:]
    with pytest.raises(BadInput) as refused:
        remake(huge, Shape.LOOSE)
    assert "30000" in refused.value.phrase.say("en") or "cannot read" in refused.value.phrase.say("en")


# ---- in chat


@pytest.mark.parametrize(("command", "shape"), [("/app icon", "icon"), ("/app ヘッダー", "header")])
async def test_a_photo_that_was_asked_for_is_shown(chat: OwnerChat, command: str, shape: str) -> None:
    assert (await chat.says(command))[0].startswith(f"Send me a photo for the {shape}.")
    assert await chat.sends_photo(photo()) == [f"This is now the {shape} of Hitsuji."]
    assert getattr(await chat.app(), shape)
    assert await chat.says("well, well") == ["I did not quite get that. What would you like to do?"]


async def test_text_instead_of_the_photo_is_told_apart(chat: OwnerChat) -> None:
    await chat.says("/app icon")
    problem, asked = await chat.says("here it is")
    assert problem == "That is text. Please send a photo, or tap “Cancel”."
    assert asked.startswith("Send me a photo")
    assert await chat.taps("Cancel") == ["Stopped. Nothing was changed."]


async def test_a_photo_that_does_not_do_is_asked_for_again(chat: OwnerChat) -> None:
    await chat.says("/app header")
    problem, asked = await chat.sends_photo(photo(200, 200))
    assert problem == "This picture is 200 × 200 pixels. It needs at least 300 × 100. Please send a larger one."
    assert asked.startswith("Send me a photo for the header.")
    problem, _asked = await chat.sends_photo(photo(1, 1))
    assert problem.startswith("This picture is 1 × 1 pixels.")
    assert await chat.sends_photo(photo()) == ["This is now the header of Hitsuji."]


async def test_a_photo_out_of_the_blue_is_given_its_place_afterwards(chat: OwnerChat) -> None:
    [where] = await chat.sends_photo(photo())
    assert where.startswith("A photo. Where should it go on the page of Hitsuji? I cannot read text in photos")
    asked = chat.last
    assert await chat.taps("Icon") == ["This is now the icon of Hitsuji."]
    chat.last = asked
    assert await chat.taps("Header") == ["This is now the header of Hitsuji."]
    app = await chat.app()
    assert app.icon
    assert app.header
    assert app.icon != app.header


async def test_a_second_picture_takes_the_place_of_the_first(chat: OwnerChat) -> None:
    await chat.says("/app icon")
    await chat.sends_photo(photo())
    first = (await chat.app()).icon
    await chat.says("/app icon")
    await chat.sends_photo(photo(colour="#112233"))
    assert (await chat.app()).icon != first
    assert await chat.core.db.collection("pictures").count({"shape": "icon"}) == 1


async def test_a_picture_can_be_taken_away_once(chat: OwnerChat) -> None:
    await chat.says("/app icon")
    await chat.sends_photo(photo())
    assert (await chat.taps("Pictures"))[0].startswith("Pictures of Hitsuji\nIcon: set\nHeader: none")
    shown = chat.last
    assert "Remove the header" not in chat.labels()
    assert await chat.taps("Remove the icon") == ["Removed. The page no longer shows it."]
    assert (await chat.app()).icon == ""
    chat.last = shown
    assert await chat.taps("Remove the icon") == ["That picture no longer exists."]


async def test_nobody_uses_or_removes_another_owners_picture(chat: OwnerChat) -> None:
    """S39"""
    await chat.sends_photo(photo())
    kept = (await chat.core.db.collection("pictures").find({}))[0]["_id"]
    app = await chat.app()
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    assert await other.posts(f"picture.use:icon:{kept}") == ["I no longer have that photo. Please send it again."]
    assert await other.posts(f"picture.remove:icon:{app.id}") == ["That app does not exist."]
    assert await other.presses(SHOW_PICTURES(app.id)) == ["That app does not exist."]
    assert await other.posts(f"picture.icon:{app.id}") == ["That app does not exist."]


async def test_pictures_go_along_in_the_export_and_with_the_account(chat: OwnerChat) -> None:
    await chat.says("/app icon")
    await chat.sends_photo(photo())
    scope = (await chat.owner()).scope
    archive = await exported(chat.core.areas.exports.exports, scope)
    [named] = [name for name in archive.namelist() if name.startswith("pictures/")]
    assert json.loads(archive.read("pictures.json"))[0]["data"] == named
    assert Image.open(io.BytesIO(archive.read(named))).size == (512, 512)
    await chat.core.accounts.erase(scope)
    assert await chat.core.db.collection("pictures").count({}) == 0


# ---- on the page


async def test_a_picture_sent_in_line_is_on_the_page(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.owner_says("/app icon")
    await mimi.owner.send_image(photo(kind="PNG"))
    assert [item.message["text"] for item in await mimi.owner.replies()] == ["This is now the icon of Kotori."]
    async with mimi.http.get(f"{mimi.url}/@kotori") as page:
        html = await page.text()
    path = html.split('<img class="icon" src="')[1].split('"')[0]
    async with mimi.http.get(mimi.url + path) as served:
        assert served.headers["Content-Type"] in {"image/jpeg", "image/png"}
        assert served.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert served.headers["X-Content-Type-Options"] == "nosniff"
        assert Image.open(io.BytesIO(await served.read())).size == (112, 112)
    async with mimi.http.get(mimi.url + path[:-1] + "x") as other:
        assert other.status == 404


async def test_a_header_sent_in_line_is_on_the_page(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.owner_says("/app header")
    await mimi.owner.send_image(photo())
    assert [item.message["text"] for item in await mimi.owner.replies()] == ["This is now the header of Kotori."]
    async with mimi.http.get(f"{mimi.url}/@kotori") as page:
        path = (await page.text()).split('<img class="header"')[1].split(' src="')[1].split('"')[0]
    async with mimi.http.get(mimi.url + path) as served:
        assert served.headers["Content-Type"] == "image/jpeg"
        assert served.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert Image.open(io.BytesIO(await served.read())).size == (1500, 500)
    async with mimi.http.get(mimi.url + path[:-1] + "x") as other:
        assert other.status == 404
