"""Talking with a visitor in mimi's place, and keeping what was said as entries: the same use cases as in LINE."""

import uuid
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from handlers.conversations.takeovers import Takeovers
from handlers.entries.doubles import WAYS, AsksTheSame, Double
from handlers.learning.takeover_answers import TakeoverAnswers
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.conversations.conversations import Conversation
from web.owner.apps.apps import app_named
from web.owner.conversations.conversations import conversation_named, conversation_page, path_to_latest
from web.owner.entries.asked_names import ask_about, asked_on
from web.owner.entries.doubles import place_in
from web.site.body import read_form, text_in
from web.site.keys import CONVERSATIONS, LEARNING
from web.site.pages import page, path_in_lang, see_other
from web.site.sse import wants_json

LONGEST_ID = 36  # of a form: a UUID
MOST_OFFERED = 20


async def begin(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/conversations/{conversation}/talk; a `text` that stands in the form is said at once."""
    form = await read_form(request)
    text = text_in(form, "text", "")

    async def take(conversation: Conversation) -> None:
        await _takeovers(request).begin(owner.scope, conversation.id)
        if text.strip():
            await _say(request, owner, conversation.id, form)

    return await _spoken(request, owner, text, take)


async def say(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/conversations/{conversation}/say"""
    form = await read_form(request)

    async def tell(conversation: Conversation) -> None:
        await _say(request, owner, conversation.id, form)

    return await _spoken(request, owner, text_in(form, "text"), tell)


async def _spoken(
    request: web.Request, owner: Owner, text: str, speak: Callable[[Conversation], Awaitable[None]]
) -> web.StreamResponse:
    """Back to the page; what cannot be said stays in its form. Raises NotFound where there is none any more.

    A script that sent the form goes on in the page it has: it is told the number of its next message.
    """
    conversation = await conversation_named(request, owner)
    try:
        await speak(conversation)
    except (BadInput, NotFound) as error:
        if wants_json(request):
            raise
        return await conversation_page(request, owner, problem=error, text=text)
    if wants_json(request):
        return web.json_response({"form": str(uuid.uuid4())})
    return see_other(path_to_latest(request))


async def end(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/conversations/{conversation}/hand-back: on to what was answered, if anything was.

    Not while there are words in the form that the visitor has not got.
    """
    form = await read_form(request)
    text = text_in(form, "text", "")
    if text.strip():
        unsent = BadInput(_("What you wrote has not been sent. Send or delete it, then hand back."))
        return await conversation_page(request, owner, problem=unsent, text=text)
    conversation = await conversation_named(request, owner)
    # Handed back in LINE or by itself meanwhile: that is what is wanted, and the page says that mimi is speaking.
    if conversation.takeover:
        await _takeovers(request).end(owner.scope, conversation.id)
    if conversation.takeover and await anything_said(request, owner):
        handle = request.match_info["handle"]
        return see_other(path_in_lang(request, f"/owner/apps/{handle}/conversations/{conversation.id}/answers"))
    return see_other(path_to_latest(request))


async def _say(request: web.Request, owner: Owner, conversation_id: str, form: Mapping[str, str]) -> None:
    """A form sent twice, as an impatient finger does, is said once."""
    client_id = text_in(form, "id", "")[:LONGEST_ID]
    await _takeovers(request).say(owner.scope, conversation_id, text_in(form, "text"), client_id=client_id)


def _takeovers(request: web.Request) -> Takeovers:
    return request.app[CONVERSATIONS].takeovers


async def show_answers(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/conversations/{conversation}/answers"""
    return await _offer(request, owner)


async def save_answer(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/conversations/{conversation}/answers/{message}: what cannot be kept stays in it."""
    await conversation_named(request, owner)
    form, message_id = await read_form(request), request.match_info["message"]
    texts = text_in(form, "question"), text_in(form, "answer")
    try:
        saved = await _answers(request).save(owner.scope, message_id, texts, place_in(form))
    except AsksTheSame as error:
        return await _offer(request, owner, None, {message_id: texts}, {message_id: error.double})
    except (BadInput, NotFound) as error:
        return await _offer(request, owner, error.phrase, {message_id: texts})
    handle, conversation = request.match_info["handle"], request.match_info["conversation"]
    warned = ({"hidden": "1"} if saved.kinds else {}) | ask_about(saved.asked)
    return see_other(
        path_in_lang(request, f"/owner/apps/{handle}/conversations/{conversation}/answers", done="1", **warned)
    )


async def _offer(
    request: web.Request,
    owner: Owner,
    problem: Phrase | None = None,
    written: Mapping[str, tuple[str, str]] | None = None,
    doubles: Mapping[str, Double] | None = None,
) -> web.Response:
    """`written` is what stood in a form that could not be kept, by its message; `doubles` what asks the same."""
    conversation = await conversation_named(request, owner)
    app = await app_named(request, owner)
    return page(
        request,
        "said_answers.html",
        status=409 if doubles else 400 if problem else 200,
        app=app,
        asked=await asked_on(request, app),
        conversation=conversation,
        answers=await _answers(request).of(conversation, MOST_OFFERED),
        done="done" in request.query,
        hidden="hidden" in request.query,
        problem=problem,
        written=written or {},
        doubles=doubles or {},
        ways=WAYS,
    )


async def anything_said(request: web.Request, owner: Owner) -> bool:
    """Whether there is an answer to offer in the conversation of the URL."""
    return bool(await _answers(request).of(await conversation_named(request, owner), 1))


def _answers(request: web.Request) -> TakeoverAnswers:
    return request.app[LEARNING].said_answers
