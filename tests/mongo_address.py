"""Where a database's server listens, for what must reach it by a way of its own."""

from knowledge.store.database import Database


def address_of(database: Database) -> tuple[str, int]:
    """Host and port of the server that the client has found."""
    # A property, of which motor's stubs (3.7) make a method.
    address: object = database.client.address
    assert isinstance(address, tuple), "the client has not reached its server yet"
    host, port = address
    return str(host), int(port)


def uri_of(database: Database) -> str:
    """The URI that leads a process of its own to this database."""
    host, port = address_of(database)
    return f"mongodb://{host}:{port}/{database.raw.name}?directConnection=true"
