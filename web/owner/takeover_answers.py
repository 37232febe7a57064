"""What an owner answered while they talked with a visitor, offered to be kept once the conversation is handed back."""

from aiohttp import web

from handlers.learning.takeover_answers import TakeoverAnswers
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import Phrase
from knowledge.store.accounts.owners import Owner
from web.owner.conversations import conversation_named
from web.owner.owner_apps import app_named
from web.site.body import read_form, text_in
from web.site.keys import LEARNING
from web.site.pages import page, path_in_lang, see_other

MOST_OFFERED = 20


async def show(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/conversations/{conversation}/answers"""
    return await _offer(request, owner)


async def save(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/conversations/{conversation}/answers/{message}: what cannot be kept stays in it."""
    await conversation_named(request, owner)
    form, message_id = await read_form(request), request.match_info["message"]
    texts = text_in(form, "question"), text_in(form, "answer")
    try:
        saved = await _answers(request).save(owner.scope, message_id, texts)
    except (BadInput, NotFound) as error:
        return await _offer(request, owner, error.phrase, {message_id: texts})
    handle, conversation = request.match_info["handle"], request.match_info["conversation"]
    warned = {"hidden": "1"} if saved.kinds else {}
    return see_other(
        path_in_lang(request, f"/owner/apps/{handle}/conversations/{conversation}/answers", done="1", **warned)
    )


async def _offer(
    request: web.Request,
    owner: Owner,
    problem: Phrase | None = None,
    written: dict[str, tuple[str, str]] | None = None,
) -> web.Response:
    """`written` is what stood in a form that could not be kept, by its message."""
    conversation = await conversation_named(request, owner)
    return page(
        request,
        "said_answers.html",
        status=400 if problem else 200,
        app=await app_named(request, owner),
        conversation=conversation,
        answers=await _answers(request).of(conversation, MOST_OFFERED),
        done="done" in request.query,
        hidden="hidden" in request.query,
        problem=problem,
        written=written or {},
    )


async def anything_said(request: web.Request, owner: Owner) -> bool:
    """Whether there is an answer to offer in the conversation of the URL."""
    return bool(await _answers(request).of(await conversation_named(request, owner), 1))


def _answers(request: web.Request) -> TakeoverAnswers:
    return request.app[LEARNING].said_answers
