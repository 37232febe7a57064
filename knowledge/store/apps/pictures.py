"""Apps' pictures: one icon and one header each, and photos whose place is not chosen yet, which go after a day."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from bson import Binary

from knowledge.phrases import _
from knowledge.store.database import AppScope, Database, Document, OwnerScope, new_id
from knowledge.store.kept import MADE, AsLongAs, GoneAfter, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

PictureId = NewType("PictureId", str)

LARGEST_FILE = 10 * 1024 * 1024
LONGEST_SIDE = 8_000  # pixels; what is larger is not decoded at all
MOST_PIXELS = 40_000_000
PICTURES = Stored(
    "pictures",
    Belonging.to_app(),
    indexes=(
        Index((("owner_id", 1), ("app_id", 1), ("shape", 1))),
        Index((("expires_at", 1),), expire=True),
    ),
    exported=("_id", "app_id", "shape", "content_type", "data", "created_at"),
    kept=Kept(
        _("Pictures you uploaded"),
        Subject.APP,
        AsLongAs.WANTED,
        _("A picture that was sent but not used is deleted after a day."),
        GoneAfter("expires_at", timedelta(days=1), MADE),
    ),
)
DIGEST = 24


class Shape(StrEnum):
    """`LOOSE` is a photo whose place is not chosen yet: its own proportions, made smaller."""

    ICON = "icon"
    HEADER = "header"
    LOOSE = "loose"


@dataclass(frozen=True)
class Size:
    """At most this large, and at least that."""

    width: int
    height: int
    least_width: int
    least_height: int


SIZES: dict[Shape, Size] = {
    Shape.ICON: Size(512, 512, 64, 64),
    Shape.HEADER: Size(1500, 500, 300, 100),
    Shape.LOOSE: Size(2000, 2000, 64, 64),
}


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept and served."""

    content_type: str
    data: bytes


@dataclass(frozen=True)
class KeptPicture:
    """One picture. `digest` names its content, so that it may be cached forever."""

    id: PictureId
    shape: Shape
    digest: str
    picture: Picture


class PictureRepository:
    """The pictures of apps."""

    def __init__(self, database: Database) -> None:
        self._pictures = database.collection(PICTURES.name)

    async def put(
        self, scope: AppScope, shape: Shape, picture: Picture, now: datetime, expires_at: datetime | None = None
    ) -> KeptPicture:
        """Keep it in the place of the one this app had for that; loose ones stay beside each other."""
        digest = hashlib.sha256(picture.data).hexdigest()[:DIGEST]
        if shape is not Shape.LOOSE:
            await self.remove(scope, shape)
        kept = KeptPicture(PictureId(new_id()), shape, digest, picture)
        await self._pictures.insert(
            {
                "_id": kept.id,
                **scope.filter(),
                "shape": shape.value,
                "digest": digest,
                "content_type": picture.content_type,
                "data": Binary(picture.data),
                "created_at": now,
                "expires_at": expires_at,
            }
        )
        return kept

    async def get(self, scope: AppScope, shape: Shape) -> KeptPicture | None:
        """The app's icon or header."""
        return _maybe(await self._pictures.find_one(scope.filter() | {"shape": shape.value}))

    async def loose(self, scope: OwnerScope, picture_id: str) -> tuple[AppScope, KeptPicture] | None:
        """A photo whose place was not chosen yet, and the app it was sent for."""
        mine = {"owner_id": scope.owner_id, "_id": picture_id, "shape": Shape.LOOSE.value}
        document = await self._pictures.find_one(mine)
        kept = _maybe(document)
        return (AppScope(scope.owner_id, document["app_id"]), kept) if document and kept else None

    async def remove(self, scope: AppScope, shape: Shape) -> bool:
        """False if there was none."""
        return (await self._pictures.delete_many(scope.filter() | {"shape": shape.value})).deleted_count > 0


def _maybe(document: Document | None) -> KeptPicture | None:
    if document is None:
        return None
    picture = Picture(document["content_type"], bytes(document["data"]))
    return KeptPicture(document["_id"], Shape(document["shape"]), document["digest"], picture)
