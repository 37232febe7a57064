"""The simulator refuses what LINE refuses: schema, misspelt names, and the limits that stand in prose only."""

import pytest
from line_bots import Json

from bot.embedded.line_simulator.images import image_size
from bot.embedded.line_simulator.limits import messages_problems, rich_menu_problems
from bot.embedded.line_simulator.text_length import graphemes, utf16_units
from bot.embedded.line_simulator.validation import schema_problems, webhook_problems

MESSAGE = {"type": "message", "label": "はい", "text": "yes"}
POSTBACK = {"type": "postback", "label": "Save", "data": "save"}
TEXT = {"type": "text", "text": "こんにちは"}


def quick(*actions: Json) -> Json:
    return {"items": [{"type": "action", "action": action} for action in actions]}


def template(**fields: object) -> Json:
    return {"type": "template", "altText": "alt", "template": fields}


def flex(*contents: Json, **bubble: object) -> Json:
    body = {"type": "box", "layout": "vertical", "contents": list(contents)}
    return {"type": "flex", "altText": "alt", "contents": {"type": "bubble", "body": body, **bubble}}


def column(count: int = 1, **fields: object) -> Json:
    return {"text": "text", "actions": [POSTBACK] * count, **fields}


def objections(message: Json) -> list[str]:
    """The places LINE would object to, schema first, as `places` of a reply's only message."""
    shaped = schema_problems("ReplyMessageRequest", {"replyToken": "t", "messages": [message]})
    return [p.property.removeprefix("messages[0]").removeprefix(".") for p in shaped or messages_problems([message])]


@pytest.mark.parametrize(
    ("message", "places"),
    [
        ({"type": "text"}, ["text"]),
        ({"type": "nope"}, ["type"]),
        ({"text": "no type"}, ["type"]),
        (template(type="carousel"), ["template.columns"]),
        (template(type="buttons", text="x", actions=[POSTBACK], titel="x"), ["template.titel"]),
        ({**TEXT, "quickreply": quick(MESSAGE)}, ["quickreply"]),
        ({**TEXT, "quickReply": quick({"type": "postback", "label": "no data"})}, ["quickReply.items[0].action.data"]),
        ({**TEXT, "quickReply": quick({"type": "message", "text": "no label"})}, ["quickReply.items[0].action.label"]),
        ({**TEXT, "quickReply": quick(*[MESSAGE] * 14)}, ["quickReply.items"]),
        ({**TEXT, "quickReply": quick({**MESSAGE, "label": "x" * 21})}, ["quickReply.items[0].action.label"]),
        ({**TEXT, "sender": {"name": "x" * 21}}, ["sender.name"]),
        ({"type": "text", "text": ""}, ["text"]),
        ({"type": "text", "text": "x" * 5001}, ["text"]),
        ({"type": "text", "text": "😀" * 2501}, ["text"]),
        ({"type": "text", "text": 5}, ["text"]),
        (
            {
                "type": "image",
                "originalContentUrl": "http://example.com/a.png",
                "previewImageUrl": "https://example.com/a.png",
            },
            ["originalContentUrl"],
        ),
        (template(type="buttons", text="x" * 161, actions=[POSTBACK]), ["template.text"]),
        (template(type="buttons", text="x" * 61, title="x", actions=[POSTBACK]), ["template.text"]),
        (template(type="buttons", text="x", title="x" * 41, actions=[POSTBACK]), ["template.title"]),
        (template(type="buttons", text="x", actions=[POSTBACK] * 5), ["template.actions"]),
        (template(type="confirm", text="x", actions=[POSTBACK]), ["template.actions"]),
        (template(type="carousel", columns=[column()] * 11), ["template.columns"]),
        (template(type="carousel", columns=[column(1), column(2)]), ["template.columns"]),
        (template(type="carousel", columns=[column(4)]), ["template.columns[0].actions"]),
        (template(type="carousel", columns=[column(text="x" * 121)]), ["template.columns[0].text"]),
        (
            template(type="buttons", text="x", actions=[{**POSTBACK, "text": "a", "displayText": "b"}]),
            ["template.actions[0].displayText"],
        ),
        (
            template(type="buttons", text="x", actions=[{"type": "uri", "label": "x", "uri": "javascript:alert(1)"}]),
            ["template.actions[0].uri"],
        ),
        (
            template(
                type="buttons", text="x", actions=[{"type": "uri", "label": "x", "uri": "https://example.com/日本"}]
            ),
            ["template.actions[0].uri"],
        ),
        (template(type="buttons", text="x", actions=[{"type": "camera", "label": "x"}]), ["template.actions[0].type"]),
        (flex({"type": "text", "text": ""}), ["contents.body.contents[0].text"]),
        (flex({"type": "text", "text": "x", "weigth": "bold"}), ["contents.body.contents[0].weigth"]),
        (flex({"type": "text", "text": "x", "color": "red"}), ["contents.body.contents[0].color"]),
        (flex({"type": "text", "text": "x", "margin": "huge"}), ["contents.body.contents[0].margin"]),
        (
            flex({"type": "button", "action": {"type": "postback", "data": "x"}}),
            ["contents.body.contents[0].action.label"],
        ),
        (
            flex({"type": "button", "action": {**POSTBACK, "label": "x" * 41}}),
            ["contents.body.contents[0].action.label"],
        ),
        (flex({"type": "icon", "url": "https://example.com/a.png"}), ["contents.body.contents[0]"]),
        (flex(*[{"type": "text", "text": "あ" * 1000}] * 11), ["contents"]),
        ({"type": "flex", "altText": "x" * 1501, "contents": flex(TEXT)["contents"]}, ["altText"]),
        (
            {
                "type": "flex",
                "altText": "x",
                "contents": {"type": "carousel", "contents": [flex(TEXT)["contents"]] * 13},
            },
            ["contents.contents"],
        ),
        (
            {
                "type": "flex",
                "altText": "x",
                "contents": {
                    "type": "carousel",
                    "contents": [flex(TEXT, size="kilo")["contents"], flex(TEXT)["contents"]],
                },
            },
            ["contents.contents"],
        ),
    ],
)
def test_a_message_line_would_refuse_is_refused_where_it_is_wrong(message: Json, places: list[str]) -> None:
    assert objections(message) == places


@pytest.mark.parametrize(
    "message",
    [
        {"type": "text", "text": "x" * 5000},
        {"type": "text", "text": "😀" * 2500},
        {**TEXT, "quickReply": quick(*[MESSAGE] * 13)},
        {**TEXT, "quickReply": quick({"type": "camera", "label": "x"}, {**MESSAGE, "label": "👨‍👩‍👧" * 20})},
        template(type="buttons", text="が" * 160, actions=[POSTBACK] * 4),
        template(type="confirm", text="x" * 240, actions=[POSTBACK, MESSAGE]),
        template(type="carousel", columns=[column(3, title="x", text="x" * 60)] * 10),
        template(
            type="image_carousel",
            columns=[
                {"imageUrl": "https://example.com/a.png", "action": {"type": "uri", "uri": "https://example.com"}}
            ],
        ),
        flex(
            {"type": "text", "text": "x", "size": "xl", "color": "#112233", "wrap": True, "margin": "12px"},
            {"type": "separator", "margin": "md"},
        ),
        flex(
            {
                "type": "box",
                "layout": "baseline",
                "contents": [{"type": "icon", "url": "https://example.com/a.png"}, {"type": "text", "text": "x"}],
            }
        ),
        flex(
            {"type": "button", "height": "sm", "action": {**POSTBACK, "label": "x" * 40}},
            hero={"type": "image", "url": "https://example.com/a.png"},
        ),
    ],
)
def test_a_message_at_its_limits_is_taken(message: Json) -> None:
    assert objections(message) == []


def menu(**changed: object) -> Json:
    area = {"bounds": {"x": 0, "y": 0, "width": 2500, "height": 843}, "action": {"type": "message", "text": "x"}}
    size = {"width": 2500, "height": 843}
    return {"size": size, "selected": True, "name": "n", "chatBarText": "メニュー", "areas": [area], **changed}


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"chatBarText": "x" * 15}, "chatBarText"),
        ({"areas": menu()["areas"] * 21}, "areas"),
        ({"size": {"width": 2500, "height": 2000}}, "size"),
        ({"size": {"width": 1000, "height": 500}}, "areas[0].bounds"),
        ({"size": {"width": 1000}}, "size.height"),
        ({"selectedd": True}, "selectedd"),
    ],
)
def test_a_rich_menu_line_would_refuse_is_refused(changed: Json, place: str) -> None:
    body = menu(**changed)
    problems = schema_problems("RichMenuRequest", body) or rich_menu_problems(body)
    assert [problem.property for problem in problems] == [place]


def test_a_rich_menu_within_its_limits_is_taken() -> None:
    assert not schema_problems("RichMenuRequest", menu())
    assert not rich_menu_problems(menu())
    # Fourteen grapheme clusters, though many more code points.
    assert not schema_problems("RichMenuRequest", menu(chatBarText="👨‍👩‍👧" * 14))


@pytest.mark.parametrize(
    ("text", "units", "clusters"),
    [
        ("abc", 3, 3),
        ("😀", 2, 1),
        ("👨‍👩‍👧", 8, 1),
        ("か\u3099", 2, 1),
        ("🇯🇵🇫🇷", 8, 2),
        ("👍🏽", 4, 1),
        ("\r\n", 2, 1),
        ("", 0, 0),
    ],
)
def test_lengths_are_counted_the_way_line_counts(text: str, units: int, clusters: int) -> None:
    assert (utf16_units(text), graphemes(text)) == (units, clusters)


def test_a_webhook_may_hold_what_no_specification_knows_yet() -> None:
    event = {"type": "messageEdited", "new": 1, "source": {"type": "star"}}
    assert not webhook_problems({"destination": "U" + "0" * 32, "events": [event], "more": True})
    assert webhook_problems({"destination": "U" + "0" * 32, "events": [event]}, strict=True)


def test_the_size_of_a_jpeg_is_read_from_its_frame_header() -> None:
    header = bytes.fromhex("ffd8 ffe0 0004 0000 ffc0 0011 08 034b 09c4 03")
    assert image_size(header) == (2500, 843)
    assert image_size(b"\xff\xd8\xff") is None
