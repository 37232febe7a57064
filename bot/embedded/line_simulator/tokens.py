"""LINE's endpoints about the channel's own access token: whose it is and for how long; another for the secret."""

import hmac
import secrets
from urllib.parse import parse_qsl

from aiohttp import web

from bot.embedded.line_simulator.call import Answer, Call

STATELESS_SECONDS = 899
SCOPE = "P CM"


def verify(call: Call) -> Answer:
    """A long-lived or short-lived token, in a form."""
    return _verified(call, dict(parse_qsl(call.raw.decode())).get("access_token", ""), jwt=False)


def verify_v2_1(call: Call) -> Answer:
    """A token of version 2.1, in the query."""
    return _verified(call, call.query.get("access_token", ""), jwt=True)


def stateless(call: Call) -> Answer:
    """A token for whoever knows the channel's secret."""
    form = dict(parse_qsl(call.raw.decode()))
    if form.get("grant_type") != "client_credentials" or form.get("client_id") != call.channel.id:
        return _refused("invalid_request", "some parameters missed or invalid")
    if not hmac.compare_digest(form.get("client_secret", "").encode(), call.channel.secret.encode()):
        return _refused("invalid_client", "invalid client_secret")
    return {"token_type": "Bearer", "access_token": secrets.token_urlsafe(32), "expires_in": STATELESS_SECONDS}


def _verified(call: Call, token: str, *, jwt: bool) -> Answer:
    channel = call.channel
    if jwt != channel.token_is_jwt or not hmac.compare_digest(token.encode(), channel.access_token.encode()):
        return _refused("invalid_request", "access token expired")
    return {"client_id": channel.id, "expires_in": channel.token_lasts, "scope": SCOPE}


def _refused(error: str, description: str) -> web.Response:
    return web.json_response({"error": error, "error_description": description}, status=400)
