"""A MongoDB server of which nothing is there but its `hello`, what a driver learns first; in the wire protocol."""

import asyncio
import struct
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import bson

HEADER = struct.Struct("<iiii")  # length, request, response to, operation
OP_REPLY, OP_QUERY, OP_MSG = 1, 2004, 2013
OF_ANY_SERVER = {"ok": 1.0, "minWireVersion": 0, "maxWireVersion": 21, "maxBsonObjectSize": 16 * 1024**2}


@asynccontextmanager
async def open_mongo(hello: Mapping[str, object]) -> AsyncIterator[int]:
    """The port of a server that answers everything with this `hello`."""
    document = bson.encode(OF_ANY_SERVER | {"isWritablePrimary": "hosts" in hello} | dict(hello))

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                length, request, _, operation = HEADER.unpack(await reader.readexactly(HEADER.size))
                await reader.readexactly(length - HEADER.size)
                if operation == OP_QUERY:
                    body, answered = struct.pack("<iqii", 0, 0, 0, 1) + document, OP_REPLY
                else:
                    body, answered = struct.pack("<iB", 0, 0) + document, OP_MSG
                writer.write(HEADER.pack(HEADER.size + len(body), 0, request, answered) + body)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
