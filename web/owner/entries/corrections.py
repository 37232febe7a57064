"""Was this right? An answer of mimi's in a conversation: what it rests on, and a better one for next time."""

from aiohttp import web

from handlers.entries.doubles import WAYS, AsksTheSame, Double
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from web.owner.apps.apps import app_named, room
from web.owner.conversations.conversations import conversation_named
from web.owner.conversations.said_lines import line_of
from web.owner.entries.asked_names import ask_about, asked_on
from web.owner.entries.doubles import place_in
from web.owner.times import zone_name, zone_of
from web.site.body import read_form, text_in
from web.site.keys import LEARNING
from web.site.pages import page, path_in_lang, see_other


async def show(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/conversations/{conversation}/correct/{message}"""
    return await _page(request, owner)


async def save(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/conversations/{conversation}/correct/{message}: what cannot be kept stays in it."""
    await conversation_named(request, owner)
    form, message_id = await read_form(request), request.match_info["message"]
    texts = text_in(form, "question"), text_in(form, "answer")
    try:
        saved = await request.app[LEARNING].corrections.save(owner.scope, message_id, texts, place_in(form))
    except AsksTheSame as error:
        return await _page(request, owner, texts, double=error.double)
    except BadInput as error:
        return await _page(request, owner, texts, problem=error.phrase)
    return see_other(path_in_lang(request, request.path, done="1", **ask_about(saved.asked)))


async def _page(
    request: web.Request,
    owner: Owner,
    written: tuple[str, str] | None = None,
    *,
    problem: Phrase | None = None,
    double: Double | None = None,
) -> web.Response:
    """`written` is what stood in the form where it could not be kept."""
    app, conversation = await app_named(request, owner), await conversation_named(request, owner)
    given = await request.app[LEARNING].corrections.given(owner.scope, request.match_info["message"])
    if given.answer.conversation_id != conversation.id:
        raise NotFound(_("There is no page at this address."))
    zone = await zone_of(request, owner.scope)
    return page(
        request,
        "correction.html",
        status=409 if double else 400 if problem else 200,
        app=app,
        room=room(app),
        here=f"{room(app)}/conversations/{conversation.id}",
        question=line_of(request, app, given.asked, zone),
        answer=line_of(request, app, given.answer, zone),
        zone=zone_name(request, zone),
        written=written or (given.question, ""),
        done="done" in request.query,
        asked=await asked_on(request, app),
        problem=problem,
        double=double,
        ways=WAYS,
    )
