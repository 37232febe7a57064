"""A visitor's message in, answer events out; docs/api.md describes every address here.

The conversation's key comes in the body or as `Authorization: Bearer`, never in a URL, which others log.
"""

import uuid
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from aiohttp import web

from handlers.answers.answers import Accepted, UsedBefore, with_owner
from handlers.conversations.conversations import conversation_gone
from handlers.messages import VisitorMessage
from knowledge.errors import BadInput, CheckNeeded, MimiError, NotAllowed, NotFound, TooMany
from knowledge.phrases import _
from knowledge.store.apps.apps import App
from knowledge.store.conversations.messages import Message
from web.site.body import JSON, read_form, read_json, text_in
from web.site.client_address import PLACES, client_address, of_one_visitor, truncated
from web.site.errors import refused
from web.site.keys import ANSWERS, CONVERSATIONS, SITE
from web.site.pages import spoken_lang
from web.site.sse import CONTENT_TYPE, send, wants_json, wants_stream
from web.visitor.answer_frames import (
    answer_frames,
    complete,
    events_so_far,
    last_event,
    later_frames,
    notice_frame,
    shown,
)
from web.visitor.public_page import Waiting, app_of, talk_page


async def post_message(request: web.Request) -> web.StreamResponse:
    """POST /@{handle}/messages"""
    app = await app_of(request)
    if request.content_type != JSON:
        return await _post_form(request, app)
    body = await read_json(request)
    message = _message(request, body, _key(request, body))
    # Scripts that ask for no stream wait for the whole answer.
    if not wants_stream(request):
        return await _whole_answer(request, app, await _begin(request, app, message))
    try:
        with request.app[PLACES].place(client_address(request)):
            accepted = await _begin(request, app, message)
            return await send(request, answer_frames(request, app, accepted))
    except TooMany as error:
        return _limited(request, error)


async def events(request: web.Request) -> web.StreamResponse:
    """GET /@{handle}/events: what comes later, from Last-Event-ID on; to who asks for JSON, what there is now."""
    app = await app_of(request)
    key, last = _key(request, {}), request.headers.get("Last-Event-ID")
    if wants_json(request):
        found = await events_so_far(request, app, key, last)
        return web.json_response({"events": found, "last_event": found[-1]["id"] if found else last or ""})
    await request.app[CONVERSATIONS].conversations.by_key(app, key)
    try:
        with request.app[PLACES].place(client_address(request)):
            return await send(request, later_frames(request, app, key, last))
    except TooMany as error:
        return _limited(request, error)


async def transcript(request: web.Request) -> web.Response:
    """POST /@{handle}/conversation: everything said so far. A POST, so that a form can carry the key in its body."""
    app = await app_of(request)
    if request.content_type != JSON:
        return await talk_page(request, app, text_in(await read_form(request), "conversation"))
    messages = await request.app[ANSWERS].feed.transcript(app, _key(request, await read_json(request)))
    said = [shown(message) for message in complete(messages)]
    return web.json_response({"messages": said, "last_event": last_event(messages)})


async def feedback(request: web.Request) -> web.Response:
    """POST /@{handle}/messages/{message}/feedback: whether an answer helped."""
    app, message_id = await app_of(request), request.match_info["message"]
    if request.content_type != JSON:
        form = await read_form(request)
        key = text_in(form, "conversation")
        await request.app[ANSWERS].answers.feedback(app, key, message_id, up=form.get("up") == "1")
        return await talk_page(request, app, key, notice=_("Thank you for telling us."))
    body = await read_json(request)
    up = body.get("up")
    if not isinstance(up, bool):
        raise BadInput(_("“up” must be true or false."))
    await request.app[ANSWERS].answers.feedback(app, _key(request, body), message_id, up=up)
    return web.Response(status=204)


async def handoff(request: web.Request) -> web.Response:
    """POST /@{handle}/handoff: the owner is told that this visitor would like a person."""
    app = await app_of(request)
    if request.content_type != JSON:
        key = text_in(await read_form(request), "conversation")
        notice = await request.app[ANSWERS].answers.handoff(app, key, spoken_lang(request))
        return await talk_page(request, app, key, notice=notice.text)
    key = _key(request, await read_json(request))
    notice = await request.app[ANSWERS].answers.handoff(app, key, spoken_lang(request))
    return web.json_response({"code": notice.code, "text": notice.text.say(spoken_lang(request))})


async def reply_by_mail(request: web.Request) -> web.Response:
    """POST /@{handle}/reply-by-mail: the owner's reply goes to this address too, once."""
    app = await app_of(request)
    link = f"{request.app[SITE].public_url}/@{app.handle}"
    fields = await (read_json(request) if request.content_type == JSON else read_form(request))
    key, address = _key(request, fields), text_in(fields, "email")
    keep = request.app[CONVERSATIONS].return_mail.keep
    if request.content_type == JSON:
        told = await keep(app, key, address, link, spoken_lang(request))
        return web.json_response({"code": "mail_kept", "text": told.say(spoken_lang(request))})
    try:
        told = await keep(app, key, address, link, spoken_lang(request))
    except BadInput as error:
        return await talk_page(request, app, key, status=refused(request, error), notice=error.phrase)
    return await talk_page(request, app, key, notice=told)


async def delete(request: web.Request) -> web.Response:
    """DELETE /@{handle}/conversation"""
    app = await app_of(request)
    body = await read_json(request) if request.can_read_body else {}
    await request.app[CONVERSATIONS].conversations.delete(app, _key(request, body))
    return web.Response(status=204)


async def delete_by_form(request: web.Request) -> web.Response:
    """POST /@{handle}/conversation/delete"""
    app = await app_of(request)
    await request.app[CONVERSATIONS].conversations.delete(app, text_in(await read_form(request), "conversation"))
    return await talk_page(request, app, notice=_("The conversation has been deleted."))


async def _post_form(request: web.Request, app: App) -> web.Response:
    form = await read_form(request)
    key, text = text_in(form, "conversation", ""), text_in(form, "text")
    try:
        accepted = await _begin_form(request, app, _message(request, form, key))
    except NotFound as error:
        status = refused(request, error)
        return await talk_page(request, app, status=status, notice=error.phrase, text=text)
    except CheckNeeded as error:
        return await _wait_page(request, app, key, error, text_in(form, "id"), text)
    except (BadInput, NotAllowed, TooMany) as error:
        status = refused(request, error)
        response = await talk_page(request, app, key, status=status, notice=error.phrase, text=text)
        return _with_retry_after(response, error)
    if not accepted.answer_id:
        return await talk_page(request, app, accepted.key, notice=with_owner().text)
    await _answer(request, app, accepted)
    return await talk_page(request, app, accepted.key)


async def _wait_page(
    request: web.Request, app: App, key: str, error: CheckNeeded, message_id: str, text: str
) -> web.Response:
    """The same form again, signed, with which the message goes through when the wait is over."""
    again = _(
        "{why} Please wait {seconds} seconds, then press “Send” again. Your text is kept below.",
        why=error.phrase,
        seconds=error.seconds,
    )
    asked = Waiting(message_id, error.token)
    return await talk_page(request, app, key, status=refused(request, error), notice=again, text=text, waiting=asked)


async def _begin_form(request: web.Request, app: App, message: VisitorMessage) -> Accepted:
    """A form that is sent again before its page has changed, with more to say: another message of the same talk."""
    try:
        return await _begin(request, app, message)
    except UsedBefore as error:
        if not error.key:
            raise
        own = str(uuid.uuid5(uuid.UUID(message.client_id), message.text))
        return await _begin(request, app, replace(message, client_id=own, conversation_key=error.key))


async def _begin(request: web.Request, app: App, message: VisitorMessage) -> Accepted:
    accepted = await request.app[ANSWERS].answers.accept(app, message)
    await request.app[ANSWERS].answers.start(app, accepted)
    return accepted


async def _whole_answer(request: web.Request, app: App, accepted: Accepted) -> web.Response:
    if not accepted.answer_id:
        notice = with_owner()
        said = {"code": notice.code, "text": notice.text.say(spoken_lang(request))}
        return web.json_response({"conversation": accepted.key, "message": None, "notice": said})
    answer = await _answer(request, app, accepted)
    if answer is None:
        raise conversation_gone()
    return web.json_response({"conversation": accepted.key, "message": shown(answer)})


async def _answer(request: web.Request, app: App, accepted: Accepted) -> Message | None:
    """Wait until it is written; None if the conversation was deleted meanwhile."""
    async with aclosing(request.app[ANSWERS].feed.answer_events(app, accepted)) as answer_events:
        async for _each in answer_events:
            pass
    messages = await request.app[ANSWERS].feed.transcript(app, accepted.key)
    return next((message for message in complete(messages) if message.id == accepted.answer_id), None)


def _message(request: web.Request, fields: Mapping[str, Any], key: str) -> VisitorMessage:
    client_id, text = text_in(fields, "id"), text_in(fields, "text")
    address = client_address(request)
    met = text_in(fields, "check", ""), text_in(fields, "proof", "")
    counted = truncated(address), of_one_visitor(address)
    stopped = text_in(fields, "stopped", "")
    to_owner = text_in(fields, "to", "") == "owner"
    return VisitorMessage(client_id, text, key, *counted, spoken_lang(request), *met, to_owner, stopped)


def _key(request: web.Request, fields: Mapping[str, Any]) -> str:
    scheme, _space, bearer = request.headers.get("Authorization", "").partition(" ")
    return text_in(fields, "conversation", bearer.strip() if scheme.lower() == "bearer" else "")


def _limited(request: web.Request, error: TooMany) -> web.Response:
    """A limit, said in the form that the client reads anyway: one `notice` event, under HTTP 429."""
    body = notice_frame("rate_limited", error.phrase.say(spoken_lang(request)), error.retry_after)
    response = web.Response(status=refused(request, error), body=body, content_type=CONTENT_TYPE, charset="utf-8")
    return _with_retry_after(response, error)


def _with_retry_after(response: web.Response, error: MimiError) -> web.Response:
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response
