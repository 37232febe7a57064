"""The weights that are shipped are those that `make guardrail-model` makes of what is here."""

import gzip
import json

import pytest

from bench.tagger.inputs import digest
from guardrail.tagger.tagger import FOLDER


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_weights_were_made_of_the_lines_and_lists_that_are_here(lang: str) -> None:
    made_of = json.loads(gzip.decompress((FOLDER / f"{lang}.json.gz").read_bytes()))["made_of"]
    assert made_of == digest(), "run `make guardrail-model`"
