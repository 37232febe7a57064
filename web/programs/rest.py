"""An app's knowledge as JSON: every operation of the API, a line each in OPERATIONS."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import ETag, hdrs, web
from pydantic import BaseModel

from handlers.programs.items import Condition, OnDouble, Put, PutOutcome, PutResult, Shelf, put_many, revision_of
from handlers.programs.keys import Caller
from knowledge.errors import BadInput
from knowledge.phrases import _
from knowledge.store.entries.documents import Document
from knowledge.store.entries.faqs import FaqEntry
from knowledge.store.programs.api_keys import Reach
from web.programs import bodies
from web.programs.callers import caller_for
from web.site.body import read_json
from web.site.errors import kind_of, problem_of, said_besides
from web.site.keys import PROGRAMS

LARGEST: Final = 4 * 1024 * 1024  # bytes of a body: a hundred long entries, or a long document
PAGE, MOST_A_PAGE = 50, 100
BASE: Final = "/api/v1"
APP: Final = BASE + "/apps/{handle}"
# A program may send back what it has got.
READ_ONLY = frozenset({"id", "revision", "hidden", "created_at", "updated_at", "characters"})

Kept = FaqEntry | Document
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Kind:
    """Entries or documents: their word in URLs, what is sent and got, and where they stand."""

    word: str
    one: str
    sent: type[bodies.EntryIn] | type[bodies.DocumentIn]
    named: type[bodies.NamedEntryIn] | type[bodies.NamedDocumentIn]
    many: type[bodies.EntriesIn] | type[bodies.DocumentsIn]
    got: type[bodies.Entry] | type[bodies.WholeDocument]
    listed: type[bodies.Entry] | type[bodies.DocumentLine]
    page: type[bodies.EntryPage] | type[bodies.DocumentPage]
    put: type[bodies.EntryPut] | type[bodies.DocumentPut]

    def shelf(self, request: web.Request) -> Shelf[Any, Any]:
        area = request.app[PROGRAMS]
        return area.entries if self.word == "entries" else area.documents


ENTRIES: Final = Kind(
    "entries",
    "entry",
    bodies.EntryIn,
    bodies.NamedEntryIn,
    bodies.EntriesIn,
    bodies.Entry,
    bodies.Entry,
    bodies.EntryPage,
    bodies.EntryPut,
)
DOCUMENTS: Final = Kind(
    "documents",
    "document",
    bodies.DocumentIn,
    bodies.NamedDocumentIn,
    bodies.DocumentsIn,
    bodies.WholeDocument,
    bodies.DocumentLine,
    bodies.DocumentPage,
    bodies.DocumentPut,
)


async def show_list(kind: Kind, request: web.Request) -> web.Response:
    """GET /entries: the oldest first."""
    caller, shelf = await caller_for(request, Reach.READ), kind.shelf(request)
    skip, limit = _number(request, "offset", 0, 0, 10**6), _number(request, "limit", PAGE, 1, MOST_A_PAGE)
    items, total = await shelf.list(caller.app, skip, limit), await shelf.count(caller.app)
    onward = f"{request.path}?offset={skip + limit}&limit={limit}" if skip + len(items) < total and items else None
    listed = [kind.listed.of(item) for item in items]
    return _json(kind.page.model_validate({"total": total, "next": onward, "items": listed}))


async def show(kind: Kind, request: web.Request) -> web.Response:
    """GET /entries/{id}"""
    caller = await caller_for(request, Reach.READ)
    item = await kind.shelf(request).get(caller.app, _id(request))
    known = request.if_none_match or ()
    if any(each.value in {revision_of(item), "*"} for each in known):
        return web.Response(status=304, headers=_tag(item))
    return _json(kind.got.of(item), headers=_tag(item))


async def put(kind: Kind, request: web.Request) -> web.Response:
    """PUT /entries/{id}: made or changed; the same once more changes nothing."""
    caller = await caller_for(request, Reach.WRITE)
    sent = await read_json(request, LARGEST)
    new = bodies.read(kind.sent, {name: value for name, value in sent.items() if name not in READ_ONLY})
    made: Put[Any] = await kind.shelf(request).put(
        caller.app, _id(request), new.written(), _condition(request), _on_double(request)
    )
    status = 201 if made.outcome is PutOutcome.CREATED else 200
    body = kind.put.model_validate({"outcome": made.outcome, "item": kind.got.of(made.item)})
    return _json(body, status=status, headers=_tag(made.item))


async def remove(kind: Kind, request: web.Request) -> web.Response:
    """DELETE /entries/{id}"""
    caller = await caller_for(request, Reach.WRITE)
    await kind.shelf(request).remove(caller.app, _id(request), _condition(request))
    return web.Response(status=204)


async def put_all(kind: Kind, request: web.Request) -> web.Response:
    """POST /entries/bulk: each by itself; what became of each stands at its place."""
    caller = await caller_for(request, Reach.WRITE)
    sent = bodies.read(kind.many, await read_json(request, LARGEST))
    results = await keep_all(kind.shelf(request), caller, sent)
    return _json(results, exclude_none=True)


async def keep_all(
    shelf: Shelf[Any, Any], caller: Caller, sent: bodies.EntriesIn | bodies.DocumentsIn
) -> bodies.Results:
    """The same for whoever has read what was sent."""
    on_double = sent.on_double if isinstance(sent, bodies.EntriesIn) else OnDouble.KEEP
    named = [(each.id, each.written()) for each in sent.items]
    return _results(await put_many(shelf, caller.app, named, on_double))


def _results(kept: Sequence[PutResult[Any]]) -> bodies.Results:
    results = [_result(each) for each in kept]
    counts = {outcome.value: sum(each.outcome is outcome for each in results) for outcome in PutOutcome}
    refused = sum(each.problem is not None for each in results)
    return bodies.Results(**counts, refused=refused, results=results)


def _result(each: PutResult[Any]) -> bodies.Result:
    if each.put is not None:
        return bodies.Result(id=each.id, outcome=each.put.outcome, revision=revision_of(each.put.item))
    assert each.refusal is not None  # one or the other
    status, code = kind_of(each.refusal)
    said = problem_of(status, code, each.refusal.phrase, **said_besides(each.refusal))
    return bodies.Result(id=each.id, problem=bodies.Refusal.model_validate(said))


def _id(request: web.Request) -> str:
    """As the path has it; a slash at its end is some client's."""
    return request.match_info["id"].rstrip("/")


def _condition(request: web.Request) -> Condition:
    """By If-Match and If-None-Match. Raises BadInput for one that cannot be read: it would not be kept to."""
    wanted, unwanted = _tags(request, hdrs.IF_MATCH), _tags(request, hdrs.IF_NONE_MATCH)
    if unwanted and unwanted != ("*",):
        raise BadInput(_("If-None-Match can only be *, for something that does not exist yet."))
    there = wanted == ("*",)
    return Condition(() if there else wanted, there, bool(unwanted))


def _tags(request: web.Request, header: str) -> tuple[str, ...]:
    """Strong or weak: a proxy that compresses weakens them, and a revision is one of texts, not of bytes."""
    if header not in request.headers:
        return ()
    found: tuple[ETag, ...] | None = request.if_match if header == hdrs.IF_MATCH else request.if_none_match
    if not found:
        raise BadInput(_("{header} must be the ETag that came with the item, in quotes.", header=header))
    return tuple(each.value for each in found)


def _on_double(request: web.Request) -> OnDouble:
    asked = request.query.get("on_double", OnDouble.REFUSE)
    if asked not in set(OnDouble):
        raise BadInput(_("on_double must be one of: {all}", all=", ".join(OnDouble)))
    return OnDouble(asked)


def _number(request: web.Request, name: str, usual: int, least: int, most: int) -> int:
    text = request.query.get(name, str(usual))
    if not (text.isascii() and text.isdecimal() and len(text) < 8 and least <= int(text) <= most):
        raise BadInput(_("{name} must be a number from {least} to {most}.", name=name, least=least, most=most))
    return int(text)


def _tag(item: Kept) -> dict[str, str]:
    return {hdrs.ETAG: f'"{revision_of(item)}"'}


def _json(
    body: BaseModel, *, status: int = 200, headers: Mapping[str, str] | None = None, exclude_none: bool = False
) -> web.Response:
    text = body.model_dump_json(exclude_none=exclude_none)
    return web.Response(text=text, status=status, headers=headers, content_type="application/json")


LONGEST_NAMED = 50


@dataclass(frozen=True)
class Operation:
    """One thing that can be done: where, by whom, what is sent and what comes back."""

    method: str
    path: str
    does: Callable[[Kind, web.Request], Awaitable[web.Response]]
    kind: Kind
    name: str
    summary: str
    reach: Reach
    sends: type[BaseModel] | None
    gives: Mapping[int, type[BaseModel] | None]
    asks: tuple[str, ...] = ()  # parameters beside those of the path

    def answer(self) -> Answer:
        async def answered(request: web.Request) -> web.StreamResponse:
            # `limt=5` that does nothing would be found out late.
            for name in request.query.keys() - set(self.asks):
                raise BadInput(_("There is no parameter “{name}” here.", name=name[:LONGEST_NAMED]))
            return await self.does(self.kind, request)

        return answered


def _of(kind: Kind) -> tuple[Operation, ...]:
    all_, one = f"{APP}/{kind.word}", f"{APP}/{kind.word}/{{id}}"
    on_double = ("on_double",) if kind is ENTRIES else ()
    made = {201: kind.put, 200: kind.put}
    return (
        Operation(
            "GET", all_, show_list, kind, f"list_{kind.word}", f"List {kind.word}, the oldest first", Reach.READ,
            None, {200: kind.page}, ("offset", "limit"),
        ),
        Operation(
            "POST", f"{all_}/bulk", put_all, kind, f"put_{kind.word}", f"Keep many {kind.word}, each by itself",
            Reach.WRITE, kind.many, {200: bodies.Results},
        ),
        Operation(
            "GET", one, show, kind, f"get_{kind.one}", f"Read one {kind.one}", Reach.READ,
            None, {200: kind.got, 304: None}, ("If-None-Match",),
        ),
        Operation(
            "PUT", one, put, kind, f"put_{kind.one}", f"Make or change one {kind.one}",
            Reach.WRITE, kind.sent, made, ("If-Match", "If-None-Match", *on_double),
        ),
        Operation(
            "DELETE", one, remove, kind, f"delete_{kind.one}", f"Remove one {kind.one}", Reach.WRITE,
            None, {204: None}, ("If-Match",),
        ),
    )  # fmt: skip


OPERATIONS: Final = (*_of(ENTRIES), *_of(DOCUMENTS))


def routes() -> list[web.RouteDef]:
    """Ids may hold slashes, as files' paths do, and some clients put one at the end of whatever they ask for."""
    made = {"GET": web.get, "POST": web.post, "PUT": web.put, "DELETE": web.delete}
    named = [made[each.method](each.path.replace("{id}", "{id:.+}"), each.answer()) for each in OPERATIONS]
    slashed = [made[each.method](f"{each.path}/", each.answer()) for each in OPERATIONS if "{id}" not in each.path]
    return [*slashed, *named]
