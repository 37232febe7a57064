"""Signing up in chat: whoever adds mimi as a friend is greeted, and led to a live page."""

from collections.abc import Sequence

from handlers.accounts.accounts import Accounts, Signup
from handlers.apps.apps import Apps
from handlers.buttons import Button
from handlers.chat.accounts.linking import LINK
from handlers.chat.apps.apps import AppCommands
from handlers.chat.commands import ChatAnswer
from handlers.chat.help import next_steps
from handlers.chat.incoming import Incoming, Joined, Left, Tapped, TookBack, Wrote
from handlers.messages import Replies, Reply, Text
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner

SIGN_UP = Button("signup", _("Sign up"))


class SignUp:
    """Answers whoever has no account yet, and owners who come (back) as friends."""

    def __init__(self, accounts: Accounts, apps: Apps, app_commands: AppCommands) -> None:
        self._accounts = accounts
        self._apps = apps
        self._app_commands = app_commands

    async def stranger(self, incoming: Incoming) -> ChatAnswer:
        """Someone without an account: let in by following, by the button, or by an invitation code.

        Raises what `Accounts.join` raises.
        """
        if isinstance(incoming, Left | TookBack):
            return ChatAnswer(Replies(incoming.lang), None)
        wants_in = isinstance(incoming, Joined) or (isinstance(incoming, Tapped) and SIGN_UP.is_on(incoming.action))
        if self._accounts.signup is Signup.OPEN and not wants_in:
            # Not at once: this may be someone who has just deleted their account.
            ways = (SIGN_UP(), LINK())
            asked = Text(_("You have no account here yet. Shall I create one?"), ways)
            return ChatAnswer(Replies(incoming.lang, (asked,)), None)
        code = incoming.text if isinstance(incoming, Wrote) else ""
        # Twice at once is one account: LINE may send the same event again, and people tap twice.
        owner = await self._accounts.join(incoming.sender, incoming.lang, code)
        return ChatAnswer(Replies(owner.lang, tuple(await self.greet(owner))), owner)

    async def greet(self, owner: Owner) -> Sequence[Reply]:
        """A new owner is asked for the app at once; one who has apps is told what is next."""
        app = await self._apps.current(owner)
        if app is None:
            greeting = _("Hello, I am mimi. I answer your app's visitors for you, from what you teach me here.")
            return [Text(greeting), *await self._app_commands.begin(owner, "")]
        return [Text(_("Good to see you again. {app} is where you left it.", app=app.name), next_steps())]
