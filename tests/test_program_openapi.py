"""The API keeps to its own description, whatever it is sent: schemathesis makes it up from the OpenAPI document."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator
from mimi import running_mimi
from programs import HANDLE, Program, first_program, program
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import negative_data_rejection

from handlers.programs.keys import MOST_KEYS
from knowledge.store.database import Database
from web.programs.openapi import document
from web.programs.rest import OPERATIONS

EXAMPLES = 12  # of what is well shaped, and as many of what is not, for each operation
PATIENT = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
async def ci(db: Database) -> AsyncIterator[Program]:
    async with running_mimi(db, claude=False) as mimi:
        await mimi.sign_up()
        yield await first_program(mimi)


def test_the_document_describes_each_route_and_every_schema_is_one() -> None:
    described = document()
    assert described["openapi"] == "3.1.0"
    operations = {(path, method.upper()) for path, methods in described["paths"].items() for method in methods}
    assert operations == {(each.path, each.method) for each in OPERATIONS}
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


async def test_whatever_is_sent_the_answer_is_as_described(ci: Program) -> None:
    others = [await program(ci.mimi, name=f"n{n}") for n in range(MOST_KEYS - 1)]
    keys = itertools.cycle([ci.key, *(each.key for each in others)])  # a key may call so often a minute
    await ci.call("PUT", "/entries/a", {"question": "Is it free?", "answer": "Yes."})
    assert await (await ci.respond("GET", "/api/v1/openapi.json")).json() == document()
    seen = await asyncio.to_thread(_try_all, ci.mimi.url, keys)
    assert {200, 201, 204, 400, 404} <= seen
    assert not seen & {429, 500, 503}


def _try_all(url: str, keys: Iterator[str]) -> set[int]:
    """Every operation with what fits it and what does not; the statuses that came."""
    described = deepcopy(document())
    for methods in described["paths"].values():
        for operation in methods.values():
            operation["parameters"][0]["schema"] = {"enum": [HANDLE]}  # else most are for an app that is not there
    schema = schemathesis.openapi.from_dict(described)
    schema.config.update(base_url=url)
    seen: set[int] = set()
    for result in schema.get_all_operations():
        for mode in GenerationMode:
            assert isinstance(result, Ok)
            _try(result.ok(), mode, keys, seen)
    return seen


def _try(operation: Any, mode: GenerationMode, keys: Iterator[str], seen: set[int]) -> None:
    @PATIENT
    @given(case=operation.as_strategy(generation_mode=mode))
    def tried(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            for condition in ("If-Match", "If-None-Match"):  # what is well shaped may still not be so: 412
                case.headers.pop(condition, None)
        response = case.call(headers={"Authorization": f"Bearer {next(keys)}"})
        seen.add(response.status_code)
        # A condition that does not hold, or too much at once, is told before what else is wrong.
        told = [negative_data_rejection] if response.status_code in {412, 413} else []
        case.validate_response(response, excluded_checks=told)

    try:
        tried()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # of some there is nothing that does not fit
