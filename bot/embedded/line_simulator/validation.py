"""LINE's OpenAPI files as validators: strict about what a bot sends, tolerant about what LINE sends.

A generic validator follows only `$ref: Message` and takes `{"type": "nope"}` for valid. Here a schema with a
`discriminator` leads to the schema its mapping names, and `allOf` is flattened, so that a request's
misspelt property can be told from a known one.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from bot.embedded.line_simulator.errors import Problem, property_path
from bot.embedded.line_simulator.text_length import graphemes, utf16_units

Schema = dict[str, Any]
SpecFile = Literal["messaging-api", "webhook"]
SPECS = Path(__file__).parent / "specs"
# The service asks for more than the files say (the reference marks these as required).
ALSO_REQUIRED = {
    "RichMenuRequest": ["size", "selected", "name", "chatBarText", "areas"],
    "RichMenuSize": ["width", "height"],
    "RichMenuArea": ["bounds", "action"],
    "RichMenuBounds": ["x", "y", "width", "height"],
    "Emoji": ["index", "productId", "emojiId"],
    "QuickReply": ["items"],
    "QuickReplyItem": ["type", "action"],
    "MessageAction": ["text"],
    "PostbackAction": ["data"],
    "URIAction": ["uri"],
    "DatetimePickerAction": ["data", "mode"],
    "RichMenuSwitchAction": ["data", "richMenuAliasId"],
}
# LINE counts these in grapheme clusters, everything else in UTF-16 code units.
COUNTED_IN_GRAPHEMES = {("RichMenuRequest", "name"), ("RichMenuRequest", "chatBarText")}


def schema_problems(schema_name: str, body: Any) -> list[Problem]:
    """What is wrong with a request or an answer, by its schema's name in messaging-api.yml."""
    return _problems(_validator("messaging-api", schema_name, strict=True), body)


def webhook_problems(body: Any, *, strict: bool = False) -> list[Problem]:
    """Where a webhook body breaks webhook.yml; unless `strict`, unknown types and properties are fine."""
    return _problems(_validator("webhook", "CallbackRequest", strict=strict), body)


@cache
def spec(name: SpecFile) -> Mapping[str, Any]:
    """The parsed OpenAPI file. Parsing takes a moment, so it waits for the first use."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: Mapping[str, Any] = yaml.load((SPECS / f"{name}.yml").read_text("utf-8"), Loader=loader)  # noqa: S506 (safe loaders both)
    return loaded


@cache
def _validator(name: SpecFile, schema_name: str, *, strict: bool) -> Any:
    root = {**_compiled(name, strict=strict), "$ref": f"#/components/schemas/{schema_name}"}
    return LINE_VALIDATOR(root)


@cache
def _compiled(name: SpecFile, *, strict: bool) -> Schema:
    schemas = spec(name)["components"]["schemas"]
    return {"components": {"schemas": {key: _compile(key, schemas, strict=strict) for key in schemas}}}


def _compile(key: str, schemas: Mapping[str, Schema], *, strict: bool) -> Schema:
    """One named schema with its bases flattened in, and its gaps filled."""
    flat = _flatten(schemas[key], schemas)
    discriminator = schemas[key].get("discriminator")
    if discriminator:
        # The base only dispatches; the schema it leads to repeats the base's properties.
        return {"lineType": {**discriminator, "strict": strict}}
    if key in ALSO_REQUIRED:
        flat["required"] = sorted({*flat.get("required", []), *ALSO_REQUIRED[key]})
    if strict and "properties" in flat:
        flat.setdefault("additionalProperties", False)
    for field in flat.get("properties", {}):
        if (key, field) in COUNTED_IN_GRAPHEMES:
            flat["properties"][field]["maxGraphemes"] = flat["properties"][field].pop("maxLength")
    return flat


def _flatten(schema: Schema, schemas: Mapping[str, Schema]) -> Schema:
    """The schema and everything in its `allOf` as one object schema."""
    parts = [_flatten(_resolve(part, schemas), schemas) for part in schema.get("allOf", [])]
    own = {key: value for key, value in schema.items() if key not in ("allOf", "discriminator", "example")}
    own = cast(Schema, json.loads(json.dumps(own)))
    for part in parts:
        own["type"] = "object"
        own["properties"] = part.get("properties", {}) | own.get("properties", {})
        own["required"] = sorted({*own.get("required", []), *part.get("required", [])})
    if own.pop("nullable", False):
        own["type"] = [own["type"], "null"]
    return own


def _resolve(part: Schema, schemas: Mapping[str, Schema]) -> Schema:
    return schemas[part["$ref"].rsplit("/", 1)[1]] if "$ref" in part else part


def _line_type(validator: Any, rule: Schema, instance: Any, _: Schema) -> Iterator[ValidationError]:
    """The keyword that stands for a discriminator: on to the schema that the instance says it is."""
    name, mapping = rule["propertyName"], rule["mapping"]
    if not isinstance(instance, dict):
        yield ValidationError("not an object", validator="type")
    elif name not in instance:
        yield ValidationError("missing", validator="required", path=[name])
    elif instance[name] in list(mapping):
        yield from validator.descend(instance, {"$ref": mapping[instance[name]]})
    elif rule["strict"]:
        yield ValidationError("unknown", validator="enum", validator_value=list(mapping), path=[name])


def _max_length(_: Any, limit: int, instance: Any, __: Schema) -> Iterator[ValidationError]:
    if isinstance(instance, str) and utf16_units(instance) > limit:
        yield ValidationError("too long", validator="maxLength", validator_value=limit)


def _max_graphemes(_: Any, limit: int, instance: Any, __: Schema) -> Iterator[ValidationError]:
    if isinstance(instance, str) and graphemes(instance) > limit:
        yield ValidationError("too long", validator="maxLength", validator_value=limit)


LINE_VALIDATOR: Any = extend(
    Draft202012Validator, {"lineType": _line_type, "maxLength": _max_length, "maxGraphemes": _max_graphemes}
)


def _problems(validator: Any, body: Any) -> list[Problem]:
    return [problem for error in validator.iter_errors(body) for problem in _to_problems(error)]


def _to_problems(error: ValidationError) -> list[Problem]:
    """A validation error in the words LINE uses for it."""
    path, value = list(error.absolute_path), cast(Any, error.validator_value)
    match error.validator:
        case "required":
            # jsonschema names the missing property in its message only; ours has it in the path already.
            name = error.message.split("'")[1:2]
            return [Problem(property_path([*path, *name]), "May not be empty")]
        case "additionalProperties":
            known = cast(Schema, error.schema).get("properties", {})
            unknown = [name for name in cast(Schema, error.instance) if name not in known]
            return [Problem(property_path([*path, name]), "", bad_name=True) for name in unknown]
        case "type":
            return [Problem(property_path(path), "", bad_name=True)]
        case "enum":
            message = f"Must be one of the following values: [{', '.join(map(str, value))}]"
        case "minLength" | "minItems" if not error.instance:
            message = "May not be empty"
        case "maxLength":
            message = f"Length must be between 0 and {value}"
        case "maxItems":
            message = f"Size must be between 0 and {value}"
        case _:
            message = error.message
    return [Problem(property_path(path), message)]
