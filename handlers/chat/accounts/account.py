"""The account in chat: the way to the web page, language, taking the data along."""

from collections.abc import Mapping, Sequence
from functools import partial

from babel.dates import format_date

from handlers.accounts.accounts import Accounts
from handlers.accounts.leaving import DELETE_ACCOUNT
from handlers.accounts.news import EMAIL
from handlers.apps.apps import Apps
from handlers.buttons import Shortcut
from handlers.chat.accounts.downloads import EXPORT
from handlers.chat.accounts.sign_ins import LIST_SIGN_INS
from handlers.chat.commands import Command, Feature
from handlers.clock import JAPAN
from handlers.messages import Card, Choice, Reply, Text
from knowledge.phrases import Lang, Phrase, _
from knowledge.store.accounts.owners import Owner

WEB = Shortcut("web", _("Dashboard"))
LANGUAGE = Shortcut("lang", _("Language"))
ACCOUNT = Shortcut("account", _("Your account"))

LANG_NAMES: Mapping[str, Lang] = {
    "ja": "ja", "japanese": "ja", "日本語": "ja", "en": "en", "english": "en", "英語": "en",
}  # fmt: skip


class AccountCommands:
    """What an owner types and taps about the account itself."""

    def __init__(self, accounts: Accounts, apps: Apps, public_url: str) -> None:
        self._accounts = accounts
        self._apps = apps
        self._public_url = public_url.rstrip("/")

    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command(("/web", "/管理画面"), _("Get a link to your dashboard"), self._web, shows=True),
                Command(("/lang", "/言語"), _("Change the language: ja or en"), self._lang, _("<ja or en>")),
                Command(
                    ("/account", "/アカウント"),
                    _("Show your account and what you can do with it"),
                    self._account,
                    shows=True,
                ),
                Command(
                    ("/export faq", "/書き出し faq"),
                    _("Download FAQ and documents as CSV or JSON"),
                    partial(self._link, _("Import and export"), "?to=import"),
                ),
            ),
            taps=(
                ACCOUNT.runs(self._account),
                WEB.runs(self._web),
                LANGUAGE.runs(self._lang),
            ),
        )

    async def _web(self, owner: Owner, rest: str) -> Sequence[Reply]:
        return await self._link(_("Your dashboard"), "", owner, rest)

    async def _account(self, owner: Owner, rest: str) -> Sequence[Reply]:
        apps = ", ".join(f"@{app.handle}" for app in await self._apps.list(owner.scope))
        since = format_date(owner.created_at.astimezone(JAPAN), "medium", locale=owner.lang)
        rows = ((_("Apps"), apps or "-"), (_("E-mail"), owner.email or "-"), (_("Joined"), since))
        choices = (LANGUAGE(), EXPORT(), WEB(), LIST_SIGN_INS(), EMAIL(), DELETE_ACCOUNT())
        return [Card(_("Your account"), rows=rows, choices=choices)]

    async def _link(self, title: Phrase, to: str, owner: Owner, rest: str) -> Sequence[Reply]:
        # The code is there to be compared: the page behind a link that somebody else has sent shows another one.
        link = await self._accounts.sign_in_link(owner.scope)
        body = _("The link works once, within 10 minutes. Continue only if the page shows the same code.")
        button = Choice(_("Open"), url=f"{self._public_url}/sign-in/{link.token}{to}")
        return [Card(title, body, ((_("Code"), link.code),), (button,))]

    async def _lang(self, owner: Owner, rest: str) -> Sequence[Reply]:
        lang = LANG_NAMES.get(rest.casefold())
        if lang is None:
            choices = (LANGUAGE("ja", label="日本語"), LANGUAGE("en", label="English"))
            return [Text(_("Which language should I use with you?"), choices)]
        await self._accounts.set_lang(owner, lang)
        # Said in the new language already, while the rest of this reply is still in the old one.
        return [Text(_("I will speak English with you from now on.").say(lang))]
