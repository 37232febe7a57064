"""An export as tests read it: the whole archive at once."""

import io
import json
import zipfile
from typing import Any

from handlers.exports.exports import Exports
from knowledge.store.database import OwnerScope


async def exported(exports: Exports, scope: OwnerScope) -> zipfile.ZipFile:
    """The archive that an owner gets."""
    pieces = [piece async for piece in await exports.of(scope)]
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


def collections_in(archive: zipfile.ZipFile) -> dict[str, Any]:
    """What its JSON files hold, by their names."""
    return {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
