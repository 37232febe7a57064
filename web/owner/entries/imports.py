"""The owner's imports: what goes in is looked through, then taken in, and undone if need be. And exports go out."""

from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import web

from handlers.entries.doubles import WAYS, to_way, ways_beside
from handlers.entries.guard import counts_warning
from handlers.imports.cards import STATES, WHOLE, counted, outcome_line, state_of, unread_columns
from handlers.imports.imports import Imports
from handlers.imports.preview import UNDECIDED, is_undecided
from knowledge.errors import BadInput, TooMany
from knowledge.importing.kinds import SENT
from knowledge.importing.read_results import Columns, columns_from_plain
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.database import OwnerScope
from knowledge.store.imports.import_items import DocumentTexts, FaqTexts, ItemOutcome, Texts
from knowledge.store.imports.imports import AT_WORK, LARGEST, ImportDoor, ImportJob, ImportState
from web.owner.apps.apps import app_named, room
from web.owner.times import day, zone_name, zone_of
from web.site.body import read_form, read_upload, read_uploads, text_in
from web.site.errors import refused
from web.site.keys import ENTRIES, IMPORTS
from web.site.pages import page, path_in_lang, see_other

PAGE = 50
MOST_FILES = 20  # chosen at once
LARGEST_TOGETHER = 3 * LARGEST
REFRESH_SECONDS = "2"
SHOWS_HIDDEN = (ImportState.READY, ImportState.DONE)

Begin = Callable[[web.Request, App], Awaitable[ImportJob]]


async def show_list(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/import"""
    return await _list_page(request, await app_named(request, owner))


async def add_file(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/import/file: one, or several at once, each an import of its own."""

    app = await app_named(request, owner)
    jobs: list[ImportJob] = []
    try:
        uploads = [each for each in await read_uploads(request, "file", LARGEST, LARGEST_TOGETHER) if each.name]
        if not uploads:
            raise BadInput(_("Please choose a file first."))
        if len(uploads) > MOST_FILES:
            raise BadInput(_("Please choose at most {most} files at a time, or send them as a ZIP.", most=MOST_FILES))
        for upload in uploads:
            jobs.append(await _imports(request).begin_file(app.scope, upload.name, upload.data, ImportDoor.WEB))
    except (BadInput, TooMany) as problem:
        return await _list_page(request, app, status=refused(request, problem), problem=problem.phrase)
    # Each file has a preview of its own: what is wrong with one says nothing of the others.
    if len(jobs) > 1:
        return see_other(path_in_lang(request, _here(app)) + "#latest")
    return see_other(path_in_lang(request, f"{_here(app)}/{jobs[0].id}"))


async def add_page(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/import/page"""

    async def begin(request: web.Request, app: App) -> ImportJob:
        form = await read_form(request)
        site = bool(text_in(form, "site", ""))
        return await _imports(request).begin_url(app.scope, text_in(form, "url"), ImportDoor.WEB, site=site)

    return await _begun(request, owner, begin)


async def add_text(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/import/text"""

    async def begin(request: web.Request, app: App) -> ImportJob:
        # Not as an ordinary form: there each Japanese character takes nine bytes.
        text = (await read_upload(request, "text", LARGEST)).data.decode("utf-8", "replace")
        return await _imports(request).begin_text(app.scope, text, ImportDoor.WEB)

    return await _begun(request, owner, begin)


async def show(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/import/{job}: what was found, or how far it is, or what came of it."""
    app = await app_named(request, owner)
    return await _job_page(request, app, await _job(request, app))


async def apply(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/import/{job}/apply"""
    return await _decided(request, owner, _imports(request).apply)


async def settle(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/import/{job}/settle: of one item that asks the same as an entry, or of all."""
    form = await read_form(request)
    way, n = to_way(text_in(form, "way")), text_in(form, "n", "")

    async def decide(scope: OwnerScope, job_id: str) -> ImportJob:
        imports = _imports(request)
        return await (imports.settle(scope, job_id, _number(n), way) if n else imports.settle_all(scope, job_id, way))

    return await _decided(request, owner, decide)


async def cancel(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/import/{job}/cancel"""
    return await _decided(request, owner, _imports(request).cancel)


async def stop(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/import/{job}/stop: the pages of a site that are read are enough."""
    return await _decided(request, owner, _imports(request).stop)


async def undo(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/import/{job}/undo"""
    return await _decided(request, owner, _imports(request).undo)


async def choose_columns(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/import/{job}/columns"""
    form = await read_form(request)
    roles = {name: _number(text_in(form, name)) for name in ("question", "answer")}

    async def choose(scope: OwnerScope, job_id: str) -> ImportJob:
        return await _imports(request).choose_columns(scope, job_id, roles)

    return await _decided(request, owner, choose)


async def read_as(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/import/{job}/as: questions inside of it as entries, or all of it as one document."""
    whole = text_in(await read_form(request), "way") == WHOLE

    async def decide(scope: OwnerScope, job_id: str) -> ImportJob:
        return await _imports(request).read_as(scope, job_id, whole=whole)

    return await _decided(request, owner, decide)


async def download(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/export/{file} (S38)"""
    app = await app_named(request, owner)
    exported = await request.app[ENTRIES].exports.file(app, request.match_info["file"])
    headers = {"Content-Disposition": f'attachment; filename="{exported.name}"'}
    return web.Response(body=exported.data, content_type=exported.content_type, charset="utf-8", headers=headers)


async def switch_page(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/import/pages/{page}: look at it every week, or no longer."""
    app = await app_named(request, owner)
    page = await request.app[IMPORTS].page_watch.switch_page(app.scope, request.match_info["page"])
    if page.news:
        return see_other(path_in_lang(request, f"{room(app)}/news"))
    return see_other(path_in_lang(request, _here(app)) + "#pages")


async def _begun(request: web.Request, owner: Owner, begin: Begin) -> web.StreamResponse:
    app = await app_named(request, owner)
    try:
        job = await begin(request, app)
    except (BadInput, TooMany) as problem:
        return await _list_page(request, app, status=refused(request, problem), problem=problem.phrase)
    return see_other(path_in_lang(request, f"{_here(app)}/{job.id}"))


async def _decided(
    request: web.Request, owner: Owner, decide: Callable[[OwnerScope, str], Awaitable[ImportJob]]
) -> web.StreamResponse:
    app = await app_named(request, owner)
    job = await _job(request, app)
    try:
        await decide(app.scope, job.id)
    except BadInput as problem:
        return await _job_page(request, app, job, status=refused(request, problem), problem=problem.phrase)
    return see_other(path_in_lang(request, f"{_here(app)}/{job.id}"))


async def _list_page(
    request: web.Request, app: App, *, status: int = 200, problem: Phrase | None = None
) -> web.Response:
    zone = await zone_of(request, app.scope)
    return page(
        request,
        "imports.html",
        status=status,
        app=app,
        jobs=await _imports(request).list(app.scope),
        states=STATES,
        at_work=AT_WORK,
        pages=await request.app[IMPORTS].page_watch.list(app.scope),
        day=partial(day, request, zone=zone),
        zone=zone_name(request, zone),
        problem=problem,
        files=",".join(SENT),
        most_files=MOST_FILES,
        largest=LARGEST // 1024**2,
    )


async def _job_page(
    request: web.Request, app: App, job: ImportJob, *, status: int = 200, problem: Phrase | None = None
) -> web.Response:
    outcome = _outcome(request)
    skip = max(0, _number(request.query.get("from", "0")))
    items = await _imports(request).items(job, outcome=outcome, skip=skip, limit=PAGE + 1)
    at_work = job.state in AT_WORK
    response = page(
        request,
        "import.html",
        status=status,
        app=app,
        job=job,
        state=state_of(job),
        stops=job.state is ImportState.READING and job.site is not None and not job.stopped,
        waits=job.state is ImportState.READY,
        done=job.state is ImportState.DONE,
        at_work=at_work,
        counts=counted(job),
        columns=_columns(job),
        unread=unread_columns(job) if job.columns else [],
        items=items[:PAGE],
        more=skip + PAGE if len(items) > PAGE else 0,
        outcome=outcome or "",
        outcome_line=outcome_line,
        undecided=job.counts.get(UNDECIDED, 0),
        is_undecided=is_undecided,
        ways_beside=ways_beside,
        ways=WAYS,
        said=_said,
        hidden=counts_warning(job.hidden) if job.hidden and job.state in SHOWS_HIDDEN else None,
        asked=await request.app[ENTRIES].hidden.still_asked(app, job.asked),
        problem=problem or job.problem,
    )
    if at_work:
        # Without a script: the page looks again by itself until there is something to decide.
        response.headers["Refresh"] = REFRESH_SECONDS
    return response


def _columns(job: ImportJob) -> Columns | None:
    columns = columns_from_plain(job.columns) if job.columns else None
    return columns if columns and "question" in columns.roles else None


def _said(texts: Texts) -> str:
    match texts:
        case FaqTexts():
            return texts.answer
        case DocumentTexts():
            return texts.text


def _outcome(request: web.Request) -> ItemOutcome | None:
    try:
        return ItemOutcome(request.query["show"])
    except (KeyError, ValueError):
        return None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else -1


async def _job(request: web.Request, app: App) -> ImportJob:
    """The import named in the URL, if it is one of this app's (S39)."""
    return await _imports(request).get(app.scope, request.match_info["job"])


def _imports(request: web.Request) -> Imports:
    return request.app[IMPORTS].imports


def _here(app: App) -> str:
    return f"{room(app)}/import"
