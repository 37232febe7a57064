"""The account in chat: the way to the web page, language, taking the data along, and deleting everything."""

from collections.abc import Mapping, Sequence

from babel.dates import format_date

from handlers.accounts import Accounts
from handlers.analytics import JAPAN
from handlers.apps import Apps, handle_of
from handlers.commands import Command, Feature
from handlers.dialogues import Answers, Dialogues, Question, Script
from handlers.messages import Card, Choice, Reply, Text
from knowledge.errors import BadInput
from knowledge.phrases import Lang, Phrase, _
from knowledge.store.owners import Owner

DELETE_WORDS = frozenset({"delete", "削除"})
LANG_NAMES: Mapping[str, Lang] = {
    "ja": "ja", "japanese": "ja", "日本語": "ja", "en": "en", "english": "en", "英語": "en",
}  # fmt: skip


class AccountCommands:
    """What an owner types and taps about the account itself."""

    def __init__(self, accounts: Accounts, apps: Apps, dialogues: Dialogues, public_url: str) -> None:
        self._accounts = accounts
        self._apps = apps
        self._dialogues = dialogues
        self._public_url = public_url.rstrip("/")
        self._deleting = Script(
            "account.delete",
            (
                Question(
                    "confirmation",
                    _(
                        "This deletes your account with all apps, knowledge and conversations, for good. "
                        "To go on, write the handle of one of your apps, or the word “delete”."
                    ),
                    self._check_confirmation,
                    self._offer_export,
                ),
            ),
            self._erase,
        )

    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command(("/web", "/管理画面"), _("Open your web page for managing apps"), self._web),
                Command(("/lang", "/言語"), _("Change the language: ja or en"), self._lang, _("<ja or en>")),
                Command(("/account", "/アカウント"), _("Show your account and what you can do with it"), self._account),
                Command(
                    ("/export faq", "/書き出し faq"),
                    _("Download FAQ and documents as CSV or JSON"),
                    self._export_knowledge,
                ),
                Command(("/delete-account", "/アカウント削除"), _("Delete your account"), self._delete),
            ),
            actions={
                "account": self._account,
                "web": self._web,
                "lang": self._lang,
                "account.delete": self._delete,
            },
            scripts=(self._deleting,),
        )

    async def _web(self, owner: Owner, rest: str) -> Sequence[Reply]:
        return await self._link(owner, _("Your web page"), "")

    async def _account(self, owner: Owner, rest: str) -> Sequence[Reply]:
        apps = ", ".join(f"@{app.handle}" for app in await self._apps.list(owner.scope))
        since = format_date(owner.created_at.astimezone(JAPAN), "medium", locale=owner.lang)
        rows = ((_("Apps"), apps or "-"), (_("E-mail"), owner.email or "-"), (_("Here since"), since))
        choices = (
            Choice(_("Language"), action="lang"),
            Choice(_("Download your data"), action="export"),
            Choice(_("Web page"), action="web"),
            Choice(_("E-mail address"), action="email"),
            Choice(_("Delete account"), action="account.delete"),
        )
        return [Card(_("Your account"), rows=rows, choices=choices)]

    async def _export_knowledge(self, owner: Owner, rest: str) -> Sequence[Reply]:
        return await self._link(owner, _("Import and export"), "?to=import")

    async def _link(self, owner: Owner, title: Phrase, to: str) -> Sequence[Reply]:
        link = await self._accounts.sign_in_link(owner.scope)
        body = _("The link works once, within 10 minutes. Go on only if the page shows the same code.")
        button = Choice(_("Open"), url=f"{self._public_url}/sign-in/{link.token}{to}")
        return [Card(title, body, ((_("Code"), link.code),), (button,))]

    async def _lang(self, owner: Owner, rest: str) -> Sequence[Reply]:
        lang = LANG_NAMES.get(rest.casefold())
        if lang is None:
            choices = (Choice("日本語", action="lang:ja"), Choice("English", action="lang:en"))
            return [Text(_("Which language shall I speak with you?"), choices)]
        await self._accounts.set_lang(owner, lang)
        # Said in the new language already, while the rest of this reply is still in the old one.
        return [Text(_("I will speak English with you from now on.").say(lang))]

    async def _delete(self, owner: Owner, rest: str) -> Sequence[Reply]:
        return await self._dialogues.begin(owner, self._deleting)

    async def _check_confirmation(self, owner: Owner, text: str) -> str:
        handles = {app.handle for app in await self._apps.list(owner.scope)}
        if handle_of(text) not in DELETE_WORDS | handles:
            raise BadInput(_("That is neither a handle of yours nor the word “delete”. Nothing was deleted."))
        return "yes"

    async def _offer_export(self, owner: Owner, answers: Answers) -> Sequence[Choice]:
        return (Choice(_("Download data first"), action="export"),)

    async def _erase(self, owner: Owner, answers: Answers) -> Sequence[Reply]:
        await self._accounts.erase(owner.scope)
        return [Text(_("Your account and everything in it has been deleted. Thank you for having used mimi."))]
