"""One app deleted in chat: a typed confirmation that names it, a day to think, and one tap to keep it."""

from collections.abc import Sequence

from handlers.accounts.letters import DELETE_WORDS, is_confirmed
from handlers.apps.apps import Apps, handle_of
from handlers.buttons import Shortcut
from handlers.chat.commands import Command, Feature
from handlers.chat.dialogues import Answers, DialogueQuestion, Dialogues, Script
from handlers.messages import Card, Reply, Text
from handlers.notices.app_deletion import KEEP_APP, AppDeletion
from knowledge.errors import BadInput
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.database import AppId, AppScope

DELETE_APP = Shortcut("app.delete", _("Delete one app"))


class AppDeletionCommands:
    """What an owner types and taps to delete one app, and to keep it."""

    def __init__(self, deletion: AppDeletion, apps: Apps, dialogues: Dialogues) -> None:
        self._deletion = deletion
        self._apps = apps
        self._dialogues = dialogues
        self._asking = Script(
            "app.delete",
            (
                DialogueQuestion(
                    "app",
                    _(
                        "This deletes one app with everything it knows and every conversation. Its page goes "
                        "offline at once. Everything is erased after 24 hours; until then, one tap restores it. "
                        "Your account and your other apps stay. To continue, write its handle, or the word "
                        "“delete” for the current app."
                    ),
                    self._check,
                ),
            ),
            self._begin,
        )

    def feature(self) -> Feature:
        ask = self._dialogues.beginning(self._asking)
        return Feature(
            commands=(Command(("/app delete", "/app 削除"), _("Delete one app"), ask),),
            taps=(
                DELETE_APP.runs(ask),
                KEEP_APP.runs(self._stay),
            ),
            scripts=(self._asking,),
        )

    async def _check(self, owner: Owner, text: str) -> str:
        apps = {app.handle: app for app in await self._apps.list(owner.scope)}
        if not is_confirmed(text, apps):
            raise BadInput(_("That is neither one of your handles nor the word “delete”. Nothing was deleted."))
        if handle_of(text) in DELETE_WORDS - apps.keys():
            return (await self._apps.chosen(owner)).id
        return apps[handle_of(text)].id

    async def _begin(self, owner: Owner, answers: Answers) -> Sequence[Reply]:
        app = await self._apps.get(AppScope(owner.id, AppId(answers["app"])))
        at = await self._deletion.time_said(owner, await self._deletion.begin(owner, app))
        body = _("Its page is offline. Everything in it is erased at {at}.", at=at)
        return [Card(app.name, body, ((_("Erased at"), at),), (KEEP_APP(app.id),))]

    async def _stay(self, owner: Owner, app_id: AppId) -> Sequence[Reply]:
        await self._deletion.stay(AppScope(owner.id, app_id))
        return [Text(_("The app stays, and its page is back online."))]
