"""An app's icon and header: made again from a photo, kept, shown and removed; the same from both doors."""

import asyncio
from datetime import timedelta

from handlers.apps.apps import Apps
from handlers.ports import Clock, Contents
from knowledge.errors import NotFound
from knowledge.phrases import _
from knowledge.pictures.process import remake
from knowledge.pictures.resizing import remade
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.apps.pictures import LARGEST_FILE, KeptPicture, Picture, PictureRepository, Shape
from knowledge.store.database import AppScope, Database, OwnerScope

PLACES = (Shape.ICON, Shape.HEADER)
LOOSE_FOR = timedelta(days=1)  # a photo whose place nobody chose is nobody's to keep


class Pictures:
    """What an owner can do with pictures. Raises NotFound for an app that is not theirs."""

    def __init__(
        self,
        db: Database,
        repository: AppRepository,
        pictures: PictureRepository,
        apps: Apps,
        contents: Contents,
        clock: Clock,
    ) -> None:
        self._db = db
        self._apps = apps
        self._contents = contents
        self._repository = repository
        self._pictures = pictures
        self._clock = clock

    async def sent(self, message: str) -> Picture:
        """The photo of a message in chat, safe to keep. Raises BadInput, NotFound, Unavailable."""
        return await remade(await self._contents.fetch(message, LARGEST_FILE), Shape.LOOSE)

    async def uploaded(self, scope: AppScope, shape: Shape, data: bytes) -> App:
        """Show a file from the web page. Raises BadInput."""
        picture = await remade(data, shape)
        return await self._db.transaction(lambda: self._show(scope, shape, picture))

    async def keep(self, scope: AppScope, photo: Picture) -> KeptPicture:
        """Keep a photo for a day, until its place is chosen."""
        app = await self._apps.get(scope)
        now = self._clock.now()
        return await self._pictures.put(app.scope, Shape.LOOSE, photo, now, now + LOOSE_FOR)

    async def use(self, scope: AppScope, shape: Shape, photo: Picture) -> App:
        """Show a photo that was sent. Raises BadInput if it is too small for that place."""
        # What `sent` gives was written by us and is no larger than it allows: it needs no process of its own.
        cut = await asyncio.to_thread(remake, photo.data, shape)
        return await self._db.transaction(lambda: self._show(scope, shape, cut))

    async def use_kept(self, owner: OwnerScope, picture_id: str, shape: Shape) -> App:
        """The same with one that was kept. Raises NotFound after a day."""
        found = await self._pictures.loose(owner, picture_id)
        if found is None:
            raise NotFound(_("I no longer have that photo. Please send it again."))
        scope, kept = found
        return await self.use(scope, shape, kept.picture)

    async def remove(self, scope: AppScope, shape: Shape) -> App:
        """Show none. Raises NotFound if there is none."""

        async def remove() -> App:
            app = await self._apps.get(scope)
            if not await self._pictures.remove(scope, shape):
                raise NotFound(_("That picture no longer exists."))
            await self._repository.update(scope, {shape.value: ""})
            return await self._apps.get(app.scope)

        return await self._db.transaction(remove)

    async def shown(self, app: App, shape: Shape, digest: str) -> Picture:
        """A picture of the app's page. Raises NotFound for any content but today's."""
        kept = await self._pictures.get(app.scope, shape)
        if kept is None or kept.digest != digest:
            raise NotFound(_("There is no page at this address."))
        return kept.picture

    async def _show(self, scope: AppScope, shape: Shape, picture: Picture) -> App:
        await self._apps.get(scope)
        kept = await self._pictures.put(scope, shape, picture, self._clock.now())
        await self._repository.update(scope, {shape.value: kept.digest})
        return await self._apps.get(scope)
