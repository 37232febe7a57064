"""The centres of the languages are shipped, so that the models load without reading questions first."""

import numpy as np
import pytest

from knowledge.meaning.centres import centres, made
from knowledge.meaning.embedder import Vector
from knowledge.meaning.process import E5_PACKAGE, USE_PACKAGE, readers


def fail(_: str) -> Vector:
    raise AssertionError("read")


@pytest.mark.long
@pytest.mark.parametrize("package", [E5_PACKAGE, USE_PACKAGE])
def test_the_installed_models_have_shipped_centres_as_they_would_make_them(package: str) -> None:
    shipped, own = centres(package, fail), made(readers()[package]["query"])
    assert set(shipped) == set(own) == {"ja", "en"}
    assert all(np.allclose(shipped[lang], own[lang], atol=2e-3) for lang in own)


def test_a_model_that_was_not_there_makes_its_own() -> None:
    with pytest.raises(AssertionError, match="read"):
        centres("pytest", fail)
