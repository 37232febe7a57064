"""LINE's endpoints for rich menus and their aliases."""

import uuid
from typing import Any

from aiohttp import web

from bot.embedded.line_simulator import errors
from bot.embedded.line_simulator.call import Answer, Call
from bot.embedded.line_simulator.errors import LineError
from bot.embedded.line_simulator.images import image_size, image_type
from bot.embedded.line_simulator.limits import rich_menu_problems
from bot.embedded.line_simulator.state import Account, RichMenu

LARGEST_IMAGE = 1024 * 1024


def create(call: Call) -> Answer:
    menu = call.json("RichMenuRequest", rich_menu_problems)
    made = RichMenu(f"richmenu-{uuid.uuid4().hex}", menu)
    call.channel.state.rich_menus[made.id] = made
    call.channel.changed()
    return {"richMenuId": made.id}


def validate(call: Call) -> Answer:
    call.json("RichMenuRequest", rich_menu_problems)
    return {}


def menus(call: Call) -> Answer:
    return {"richmenus": [_shown(menu) for menu in call.channel.state.rich_menus.values()]}


def menu(call: Call) -> Answer:
    return _shown(_menu(call))


def delete(call: Call) -> Answer:
    gone = _menu(call).id
    state = call.channel.state
    del state.rich_menus[gone]
    state.aliases = {alias: menu_id for alias, menu_id in state.aliases.items() if menu_id != gone}
    state.default_rich_menu = None if state.default_rich_menu == gone else state.default_rich_menu
    for account in state.accounts.values():
        account.rich_menu_id = None if account.rich_menu_id == gone else account.rich_menu_id
    call.channel.storage.drop_picture(gone)
    call.channel.changed()
    return {}


def upload_image(call: Call) -> Answer:
    menu = _menu(call)
    kind, size = image_type(call.raw), image_size(call.raw)
    if kind is None or call.headers.get("Content-Type", "").split(";")[0] != kind:
        raise LineError(415, "The content type of the image must be image/jpeg or image/png")
    if len(call.raw) > LARGEST_IMAGE:
        raise LineError(413, "The image must not be larger than 1 MB")
    if size is None or not 800 <= size[0] <= 2500 or size[1] < 250 or size[0] / size[1] < 1.45:
        raise LineError(400, "The size of the image is invalid")
    if menu.has_image:
        raise LineError(400, "An image has already been uploaded to the richmenu")
    menu.has_image = True
    call.channel.storage.keep_picture(menu.id, call.raw)
    call.channel.changed()
    return {}


def image(call: Call) -> Answer:
    data = call.channel.storage.picture(_menu(call).id)
    if data is None:
        raise errors.not_found()
    return web.Response(body=data, content_type=image_type(data) or "application/octet-stream")


def set_default(call: Call) -> Answer:
    call.channel.state.default_rich_menu = _menu_with_image(call, call.params["richMenuId"]).id
    call.channel.changed()
    return {}


def default(call: Call) -> Answer:
    if not call.channel.state.default_rich_menu:
        raise LineError(404, "no default richmenu")
    return {"richMenuId": call.channel.state.default_rich_menu}


def cancel_default(call: Call) -> Answer:
    call.channel.state.default_rich_menu = None
    call.channel.changed()
    return {}


def link(call: Call) -> Answer:
    _user(call).rich_menu_id = _menu_with_image(call, call.params["richMenuId"]).id
    call.channel.changed()
    return {}


def linked(call: Call) -> Answer:
    menu_id = _user(call).rich_menu_id
    if menu_id is None:
        raise LineError(404, "the user has no richmenu")
    return {"richMenuId": menu_id}


def unlink(call: Call) -> Answer:
    _user(call).rich_menu_id = None
    call.channel.changed()
    return {}


def bulk_link(call: Call) -> Answer:
    body = call.json("RichMenuBulkLinkRequest")
    _set_for_all(call, body["userIds"], _menu_with_image(call, body["richMenuId"]).id)
    return web.json_response({}, status=202)


def bulk_unlink(call: Call) -> Answer:
    _set_for_all(call, call.json("RichMenuBulkUnlinkRequest")["userIds"], None)
    return web.json_response({}, status=202)


def create_alias(call: Call) -> Answer:
    body = call.json("CreateRichMenuAliasRequest")
    if body["richMenuAliasId"] in call.channel.state.aliases:
        raise LineError(400, "conflict richmenu alias id")
    return _point_alias(call, body["richMenuAliasId"], body["richMenuId"])


def update_alias(call: Call) -> Answer:
    alias = _alias(call)
    return _point_alias(call, alias, call.json("UpdateRichMenuAliasRequest")["richMenuId"])


def delete_alias(call: Call) -> Answer:
    del call.channel.state.aliases[_alias(call)]
    call.channel.changed()
    return {}


def alias(call: Call) -> Answer:
    name = _alias(call)
    return {"richMenuAliasId": name, "richMenuId": call.channel.state.aliases[name]}


def aliases(call: Call) -> Answer:
    known = call.channel.state.aliases.items()
    return {"aliases": [{"richMenuAliasId": name, "richMenuId": menu_id} for name, menu_id in known]}


def _shown(menu: RichMenu) -> dict[str, Any]:
    return {"richMenuId": menu.id, **menu.menu}


def _menu(call: Call) -> RichMenu:
    found = call.channel.state.rich_menus.get(call.params["richMenuId"])
    if found is None:
        raise LineError(404, "richmenu not found")
    return found


def _menu_with_image(call: Call, menu_id: str) -> RichMenu:
    found = call.channel.state.rich_menus.get(menu_id)
    if found is None:
        raise LineError(404, "richmenu not found")
    if not found.has_image:
        raise LineError(400, "must upload richmenu image before applying it to user")
    return found


def _user(call: Call) -> Account:
    account = call.channel.state.accounts.get(call.params["userId"])
    if account is None:
        raise errors.not_found()
    return account


def _set_for_all(call: Call, user_ids: list[str], menu_id: str | None) -> None:
    for user_id in user_ids:
        if account := call.channel.state.accounts.get(user_id):
            account.rich_menu_id = menu_id
    call.channel.changed()


def _alias(call: Call) -> str:
    name = call.params["richMenuAliasId"]
    if name not in call.channel.state.aliases:
        raise LineError(404, "richmenu alias not found")
    return name


def _point_alias(call: Call, name: str, menu_id: str) -> Answer:
    call.channel.state.aliases[name] = _menu_with_image(call, menu_id).id
    call.channel.changed()
    return {}
