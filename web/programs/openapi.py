"""GET /api/v1/openapi.json: the API described for programs, written from the operations and bodies themselves."""

from functools import cache
from typing import Any, Final

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from handlers.entries.external_ids import EXTERNAL_ID, LONGEST_EXTERNAL_ID
from handlers.programs.items import OnDouble
from web.programs import bodies
from web.programs.rest import MOST_A_PAGE, OPERATIONS, PAGE, Operation

VERSION: Final = "1"
SCHEMAS: Final = "#/components/schemas/"
TEXT: Final = {"type": "string"}
PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "handle": {
        "in": "path",
        "required": True,
        "description": "The app the key is for.",
        "schema": {"type": "string", "pattern": "^[a-z0-9_-]{3,30}$"},
    },
    "id": {
        "in": "path",
        "required": True,
        "description": "Your own id, such as a file's path, with its slashes as they are or as %2F; or mimi's.",
        "schema": {"type": "string", "pattern": EXTERNAL_ID, "minLength": 1, "maxLength": LONGEST_EXTERNAL_ID},
    },
    "offset": {
        "in": "query",
        "description": "How many to leave out first.",
        "schema": {"type": "integer", "minimum": 0, "maximum": 10**6, "default": 0},
    },
    "limit": {
        "in": "query",
        "description": "How many at most.",
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST_A_PAGE, "default": PAGE},
    },
    "on_double": {
        "in": "query",
        "description": "What becomes of a new entry that asks the same as one that is there: `refuse` answers 409 and "
        "names it, `replace` takes its place if it has no id of yours yet, `keep` has both.",
        "schema": {"type": "string", "enum": [each.value for each in OnDouble], "default": OnDouble.REFUSE.value},
    },
    "If-Match": {
        "in": "header",
        "description": "The ETag the item had when it was read, or *: another one is answered with 412.",
        "schema": {"type": "string", "pattern": r'^(\*|(W/)?"[0-9a-f]{20}")$'},
    },
    "If-None-Match": {
        "in": "header",
        "description": "With PUT only *: nothing that is there is changed. With GET an ETag: 304 if it is still so.",
        "schema": {"type": "string", "pattern": r"^\*$"},
    },
}
REFUSALS: Final = {
    400: "What was sent cannot be used; `errors` says what and where.",
    401: "No key, or one that opens nothing (any more).",
    403: "The key does not reach so far.",
    404: "No such app of this key's, or nothing with this id.",
    409: "An entry asks the same; `same_as` is which.",
    412: "It has been changed meanwhile.",
    413: "Too large.",
    415: "Not JSON.",
    429: "Too many calls; `Retry-After` says how many seconds to wait.",
    503: "The store is away; `Retry-After` says when to try again.",
}
ALWAYS: Final = (400, 401, 403, 404, 429, 503)


async def show(request: web.Request) -> web.Response:
    """GET /api/v1/openapi.json: for everybody, since nothing in it is of anybody."""
    return web.json_response(document(), headers={"Cache-Control": "max-age=300"})


@cache
def document() -> dict[str, Any]:
    """The whole of it (OpenAPI 3.1)."""
    paths: dict[str, dict[str, Any]] = {}
    for each in OPERATIONS:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "mimi: an app's knowledge by program",
            "version": VERSION,
            "description": "FAQ entries and reference documents of one app. docs/api.md has recipes.",
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "Made in LINE with /api, or on the web."}
            },
        },
    }


def _operation(each: Operation) -> dict[str, Any]:
    named = ["handle", *(["id"] if "{id}" in each.path else []), *each.asks]
    described: dict[str, Any] = {
        "operationId": each.name,
        "summary": each.summary,
        "description": f"Needs a key that may {each.reach.value}.",
        "tags": [each.kind.word],
        "parameters": [_parameter(name, each) for name in named],
        "responses": {str(status): _given(each, model) for status, model in each.gives.items()} | _refusals(each),
    }
    if each.sends is not None:
        content = {"application/json": {"schema": {"$ref": f"{SCHEMAS}{each.sends.__name__}"}}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _parameter(name: str, each: Operation) -> dict[str, Any]:
    parameter = PARAMETERS[name]
    if name == "If-None-Match" and each.method == "GET":
        parameter = parameter | {"schema": PARAMETERS["If-Match"]["schema"]}
    return {"name": name} | parameter


def _given(each: Operation, model: type[BaseModel] | None) -> dict[str, Any]:
    if model is None:
        return {"description": "Nothing to say."}
    given: dict[str, Any] = {
        "description": each.summary,
        "content": {"application/json": {"schema": {"$ref": f"{SCHEMAS}{model.__name__}"}}},
    }
    if "{id}" in each.path:
        given["headers"] = {"ETag": {"description": "Its revision.", "schema": TEXT}}
    return given


def _refusals(each: Operation) -> dict[str, Any]:
    more = (413, 415) if each.sends else ()
    conditional = (412,) if "If-Match" in each.asks else ()
    double = (409,) if "on_double" in each.asks else ()
    content = {"application/problem+json": {"schema": {"$ref": f"{SCHEMAS}{bodies.Refusal.__name__}"}}}
    statuses = sorted({*ALWAYS, *more, *conditional, *double})
    return {str(status): {"description": REFUSALS[status], "content": content} for status in statuses}


def _schemas() -> dict[str, Any]:
    sent = {each.sends for each in OPERATIONS if each.sends}
    given = {model for each in OPERATIONS for model in each.gives.values() if model} | {bodies.Refusal}
    by_name = sorted(sent, key=lambda model: model.__name__), sorted(given, key=lambda model: model.__name__)
    wanted = [*((model, "validation") for model in by_name[0]), *((model, "serialization") for model in by_name[1])]
    _names, made = models_json_schema(wanted, ref_template=SCHEMAS + "{model}")  # type: ignore[arg-type]
    return dict(made["$defs"])
