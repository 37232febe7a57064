"""A form that is sent twice is done once, and answered the same both times.

By an impatient finger, by "reload" after a connection that broke, by a button that sends once more what may have been
kept: whoever opened the page sent it once, and the second answer is the one they get to see. So every form bears a mark
of the page it stands on (pages.py, `act`), and what is sent with that mark, from that browser and with the same words,
gets the answer that the first has got. Other words with the same mark are another form: somebody went back and wrote
on. A refusal is not kept, since nothing was done.

An answer may hold what the store must not know (a key for programs, a session): it is sealed with the browser's cookie
and the form itself, of which the store has neither (S1, S58).
"""

import asyncio
import hmac
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from typing import Any, Final

from aiohttp import hdrs, web

from knowledge.errors import Unavailable
from knowledge.phrases import _
from knowledge.store.accounts.form_answers import FormAnswers
from knowledge.store.database import STORE_TROUBLE
from web.site.body import FORM, WHEN_READ, read_bytes
from web.site.keys import CLOCK
from web.site.pages import ONCE
from web.site.security import Handler
from web.site.session import session_value

OWNERS: Final = ("/owner", "/sign", "/contact")  # the owner's pages, and those that lead to them
LOOK_AGAIN = 0.1  # seconds
STILL_AT_WORK = 5.0  # seconds, of FormAnswers.LONGEST
AT_LEAST_TRIED = 1.0  # seconds to say that nothing was done, for a store that may be away
PATIENCE = 25.0  # seconds, less than a proxy's usual half minute
LONGEST_MARK = 64
LONGEST_ANSWER = 2 * 1024 * 1024  # bytes of a page
NONCE = 12  # bytes (NIST SP 800-38D, 8.2)

FORMS: Final = web.AppKey("forms", FormAnswers)


class _AnsweredBefore(Exception):
    """It was sent before, and answered so."""

    def __init__(self, answer: bytes) -> None:
        super().__init__("answered before")
        self.answer = answer


class _SentForm:
    """A form in this request: what it is known by once it has been read, and the key of its answer."""

    def __init__(self, request: web.Request) -> None:
        self._forms, self._now = request.app[FORMS], request.app[CLOCK].now
        self._from = [session_value(request), request.query[ONCE][:LONGEST_MARK], request.path]
        self._secret = b""
        self.id = ""

    async def begin(self, read: bytes) -> None:
        """What was `read` is to be done now. Raises _AnsweredBefore where it was, once it was; and Unavailable."""
        if self.id:
            return
        self._secret = sha256(json.dumps([*self._from, sha256(read).hexdigest()]).encode()).digest()
        form = hmac.new(self._secret, b"form", sha256).hexdigest()
        until = asyncio.get_running_loop().time() + PATIENCE
        while not await self._forms.begin(form, self._now()):
            if (answer := await self._forms.answer(form)) is not None:
                raise _AnsweredBefore(answer)
            if asyncio.get_running_loop().time() > until:
                raise Unavailable(
                    _("What you sent is still being worked on. Please send it again in a moment; it is done only once.")
                )
            await asyncio.sleep(LOOK_AGAIN)
        self.id = form

    async def end(self, response: web.StreamResponse) -> None:
        """Keep the answer, or forget the form where nothing was done or the answer is no page."""
        if not self.id:
            return
        answer = _written(response) if response.status < 400 and isinstance(response, web.Response) else b""
        if not answer or len(answer) > LONGEST_ANSWER:
            await self._forms.forget(self.id)
        else:
            nonce = secrets.token_bytes(NONCE)
            await self._forms.end(self.id, nonce + self._cipher().encrypt(nonce, answer, None))

    async def forget(self) -> None:
        """Nothing came of it. A store that is away finds out by itself: nobody says any more that it goes on."""
        if self.id:
            with suppress(TimeoutError, *STORE_TROUBLE):
                await asyncio.wait_for(self._forms.forget(self.id), AT_LEAST_TRIED)

    async def goes_on(self) -> None:
        """Until it is cancelled."""
        while True:
            await asyncio.sleep(STILL_AT_WORK)
            if self.id:
                with suppress(*STORE_TROUBLE):
                    await self._forms.goes_on(self.id, self._now())

    def opened(self, sealed: bytes) -> web.Response:
        """The answer of before."""
        told = json.loads(self._cipher().decrypt(sealed[:NONCE], sealed[NONCE:], None))
        response = web.Response(status=told["status"], body=told["body"].encode())
        for name, value in told["headers"]:
            response.headers.add(name, value)
        return response

    def _cipher(self) -> Any:
        # 50 ms to import: only where a form is sent.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(hmac.new(self._secret, b"answer", sha256).digest())


@web.middleware
async def sent_once(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a form that was answered before in the same way, and do nothing else."""
    asked = request.method == hdrs.METH_POST and request.path.startswith(OWNERS)
    if not asked or not request.query.get(ONCE):
        return await handler(request)
    sent = _SentForm(request)
    try:
        async with _known(request, sent):
            if request.content_type == FORM:
                # A handler need not read it: a button alone is a form, too.
                await sent.begin(await read_bytes(request))
            response = await handler(request)
    except _AnsweredBefore as before:
        return sent.opened(before.answer)
    except BaseException:
        await sent.forget()
        raise
    with suppress(*STORE_TROUBLE):  # it is done, whether or not a second one will know
        await sent.end(response)
    return response


@asynccontextmanager
async def _known(request: web.Request, sent: _SentForm) -> AsyncIterator[None]:
    """A form with files is known when its handler has read what it needs of it: nobody holds a file twice."""
    request[WHEN_READ] = sent.begin
    at_work = asyncio.create_task(sent.goes_on())
    try:
        yield
    finally:
        at_work.cancel()
        del request[WHEN_READ]


def _written(response: web.Response) -> bytes:
    headers = [[name, value] for name, value in response.headers.items()]
    headers += [[hdrs.SET_COOKIE, morsel.OutputString()] for morsel in response.cookies.values()]
    body = response.body.decode() if isinstance(response.body, bytes) else ""
    return json.dumps({"status": response.status, "headers": headers, "body": body}).encode()
