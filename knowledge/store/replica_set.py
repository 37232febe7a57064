"""Making a single MongoDB server a replica set of one, which transactions and change streams need."""

import asyncio
from collections.abc import Mapping
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import AutoReconnect, OperationFailure, PyMongoError, ServerSelectionTimeoutError
from pymongo.uri_parser import parse_uri

NOT_INITIALISED = 94
ALREADY_INITIALISED = 23
SEED_MILLISECONDS = 2_000
USER_EXISTS = 51003


class NotAReplicaSet(Exception):
    """The MongoDB that was configured cannot carry transactions and change streams."""


def require_replica_set(hello: Mapping[str, Any]) -> None:
    """Raise NotAReplicaSet unless `hello` is the answer of a replica set's member."""
    if not hello.get("setName"):
        raise NotAReplicaSet("MONGODB_URI: this MongoDB is not a replica set; start it with --replSet and initiate it")


def set_named_in(uri: str) -> str:
    """The set that the connection string asks for; empty if it names none. Raises pymongo's errors, or ValueError."""
    return str(parse_uri(uri)["options"].get("replicaSet", ""))


def servers_in(uri: str) -> str:
    """The servers that the connection string names, as one reads them. Raises pymongo's errors, or ValueError."""
    return ", ".join(f"{host}:{port}" for host, port in parse_uri(uri)["nodelist"])


async def seed_says(uri: str) -> Mapping[str, Any] | None:
    """The `hello` of the first server in the connection string that answers by itself, whatever its set looks like."""
    for host, port in parse_uri(uri)["nodelist"]:
        client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
            host, port, directConnection=True, serverSelectionTimeoutMS=SEED_MILLISECONDS
        )
        try:
            said: Mapping[str, Any] = await client.admin.command("hello")
        except PyMongoError:
            continue
        finally:
            client.close()
        return said
    return None


async def wait_until_primary(uri: str, name: str, host: str, seconds: float) -> None:
    """Return once the server at `uri` is primary of the set `name` under the address `host`.

    Raises TimeoutError after `seconds`.
    """
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(uri, serverSelectionTimeoutMS=1000)
    try:
        async with asyncio.timeout(seconds):
            # A starting server has no event to wait for: asking again is the only way.
            while not await _is_primary(client, name, host):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    finally:
        client.close()


async def make_user(uri: str, name: str, password: str) -> None:
    """Give the server at `uri`, which asks nobody for a password yet, a user who may do everything."""
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(uri)
    try:
        await client.admin.command("createUser", name, pwd=password, roles=["root"])
    except OperationFailure as error:
        if error.code != USER_EXISTS:
            raise
        await client.admin.command("updateUser", name, pwd=password)
    finally:
        client.close()


async def _is_primary(client: AsyncIOMotorClient[dict[str, Any]], name: str, host: str) -> bool:
    try:
        if (await client.admin.command("hello")).get("isWritablePrimary"):
            return True
        await _configure(client, name, host)
    except (AutoReconnect, ServerSelectionTimeoutError):
        pass  # still starting
    return False


async def _configure(client: AsyncIOMotorClient[dict[str, Any]], name: str, host: str) -> None:
    """Found the set, or tell an old one that its only member has a new address."""
    members = [{"_id": 0, "host": host}]
    try:
        current = (await client.admin.command("replSetGetConfig"))["config"]
    except OperationFailure as error:
        if error.code == NOT_INITIALISED:
            await _found(client, {"_id": name, "members": members})
        return  # or starting up: ask again
    if current["members"][0]["host"] != host:
        config = current | {"members": members, "version": current["version"] + 1}
        await client.admin.command("replSetReconfig", config, force=True)


async def _found(client: AsyncIOMotorClient[dict[str, Any]], config: Mapping[str, Any]) -> None:
    """Found the set; one that reads an older one's configuration just now says so, and is asked again."""
    try:
        await client.admin.command("replSetInitiate", config)
    except OperationFailure as error:
        if error.code != ALREADY_INITIALISED:
            raise
