"""Keys for programs, in chat: listed and revoked here; made on the page, since a chat keeps what is said in it."""

from collections.abc import Sequence

from handlers.accounts.accounts import Accounts
from handlers.apps.apps import Apps
from handlers.buttons import Button, Shortcut
from handlers.chat.commands import Command, Feature
from handlers.messages import Card, Cards, Choice, Confirm, Reply, Text
from handlers.programs.keys import MOST_KEYS, REACHES, ApiKeys, to_reach, used_words
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.programs.api_keys import ApiKey, ApiKeyId, Reach

LIST_KEYS = Shortcut("key.list", _("Keys"))
MAKE_KEY = Button("key.make", _("Create a key"), to_reach)
REVOKE_KEY = Button("key.revoke", _("Revoke"), ApiKeyId)
REVOKE_KEY_NOW = Button("key.revoke_now", _("Revoke"), ApiKeyId)


class ApiKeyCommands:
    """What an owner types and taps about the keys of the current app."""

    def __init__(self, keys: ApiKeys, apps: Apps, accounts: Accounts, public_url: str) -> None:
        self._keys = keys
        self._apps = apps
        self._accounts = accounts
        self._public_url = public_url.rstrip("/")

    def feature(self) -> Feature:
        command = Command(
            ("/api", "/apiキー"),
            _("API keys, with which your programs read and write what I know"),
            self._list,
            shows=True,
        )
        return Feature(
            commands=(command,),
            taps=(
                LIST_KEYS.runs(self._list),
                MAKE_KEY.runs(self._make),
                REVOKE_KEY.runs(self._ask),
                REVOKE_KEY_NOW.runs(self._revoke),
            ),
        )

    async def _list(self, owner: Owner, rest: str) -> Sequence[Reply]:
        app = await self._apps.chosen(owner)
        keys = await self._keys.list(app.scope)
        ways = tuple(MAKE_KEY(reach, label=words) for reach, words in REACHES.items())
        if not keys:
            told = _(
                "With an API key, your programs can read and write what I know about {app}: scripts by REST, "
                "agents by MCP. What should the first key be able to do?",
                app=app.name,
            )
            return [Text(told, ways)]
        cards = tuple(_card(key) for key in keys)
        return [
            Cards(_("{app}: API keys, {count} of {most}", app=app.name, count=len(keys), most=MOST_KEYS), cards),
            Text(_("Another one? What should it be able to do?"), ways),
        ]

    async def _make(self, owner: Owner, reach: Reach) -> Sequence[Reply]:
        """The way to the page that makes it: what is said here stays in the chat, and a key is shown once."""
        link = await self._accounts.sign_in_link(owner.scope)
        body = _(
            "The page creates the key and shows it once. The link works once, within 10 minutes. Continue only if "
            "the page shows the same code."
        )
        button = Choice(_("Open"), url=f"{self._public_url}/sign-in/{link.token}?to=keys-{reach}")
        return [Card(_("Create a key: {reach}", reach=REACHES[reach]), body, ((_("Code"), link.code),), (button,))]

    async def _ask(self, owner: Owner, key_id: ApiKeyId) -> Sequence[Reply]:
        key = await self._keys.get(owner.scope, key_id)
        text = _("Revoke “{name}”? Programs that use it stop working at once.", name=key.name)
        return [Confirm(text, REVOKE_KEY_NOW(key.id), LIST_KEYS(label=_("Keep")))]

    async def _revoke(self, owner: Owner, key_id: ApiKeyId) -> Sequence[Reply]:
        key = await self._keys.revoke(owner.scope, key_id)
        return [Text(_("Revoked: {name}. It no longer works.", name=key.name), (LIST_KEYS(),))]


def _card(key: ApiKey) -> Card:
    rows = (
        (_("Access"), REACHES[key.reach]),
        (_("Ends in"), key.ending),
        (_("Last used"), used_words(key)),
    )
    return Card(key.name, rows=rows, choices=(REVOKE_KEY(key.id),))
