"""LINE's page on which its user confirms that an account is linked (LINE: linking accounts), simulated."""

from collections.abc import Callable

from aiohttp import web
from jinja2 import Environment

from bot.embedded.line_simulator.channel import Channel
from bot.embedded.line_simulator.person import NONCE_LENGTHS, Person
from knowledge.phrases import Lang, Phrase, _

ASK = _("Link this LINE account with the account on the web?")
WHO = _("You are, in LINE:")
YES = _("Link")
BAD = _("LINE refuses this address: linkToken or nonce is missing or has the wrong length.")
DEAD = _("This link has expired, was used before, or you are not a friend of the account. Nothing was sent.")
LINKED = _("Linked. You can close this page; mimi writes to you in LINE.")
FAILED = _("Not linked: the link was made for someone else in LINE. mimi has been told.")


class AccountLinkPage:
    """GET asks, POST answers. Real LINE knows who its user is; here they say it."""

    def __init__(self, channel: Channel, person: Callable[..., Person], templates: Environment) -> None:
        self._channel, self._person, self._templates = channel, person, templates

    async def show(self, request: web.Request, lang: Lang) -> web.Response:
        """GET: who confirms; the one the token was made for stands first."""
        token, nonce = request.query.get("linkToken", ""), request.query.get("nonce", "")
        if not token or len(nonce) not in NONCE_LENGTHS:
            return self._page(lang, BAD, status=400)
        known = self._channel.state.link_tokens.get(token)
        people = sorted(
            ((each.user_id, each.name) for each in self._channel.state.accounts.values()),
            key=lambda each: known is None or each[0] != known.user_id,
        )
        return self._page(lang, ASK, people=people, token=token, nonce=nonce)

    async def confirm(self, request: web.Request, lang: Lang) -> web.Response:
        """POST: the event is sent, as LINE would, or the token refused."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        if form.get("person") not in self._channel.state.accounts:
            raise web.HTTPNotFound
        person = self._person(user_id=form["person"])
        if not person.can_link(form.get("token", "")):
            return self._page(lang, DEAD, status=400)
        linked = await person.link(form["token"], form.get("nonce", ""))
        return self._page(lang, LINKED if linked else FAILED)

    def _page(
        self,
        lang: Lang,
        said: Phrase,
        *,
        status: int = 200,
        people: list[tuple[str, str]] | None = None,
        token: str = "",
        nonce: str = "",
    ) -> web.Response:
        html = self._templates.get_template("account_link.html").render(
            lang=lang,
            said=said.say(lang),
            who=WHO.say(lang),
            yes=YES.say(lang),
            people=people or [],
            token=token,
            nonce=nonce,
        )
        return web.Response(text=html, content_type="text/html", status=status)
