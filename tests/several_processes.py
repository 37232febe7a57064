"""Processes of mimi as an operator starts them, and nginx before those that serve the site."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from children import child, ended, free_port
from claude_standin import ClaudeStandIn
from mimi import ACCESS_TOKEN, CHANNEL_SECRET, PATIENCE, Mimi, soon

from bot.embedded.line_simulator import LineSimulator
from bot.role import ProcessRole
from knowledge.store.database import Database

ROOT = Path(__file__).parent.parent
READY_SECONDS = 300  # on a machine that has other things to do

# What docs/reliability.md asks of a proxy, and nothing that keeps a visitor on one process.
NGINX = """
daemon off;
master_process off;
error_log stderr warn;
pid {folder}/nginx.pid;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    # Everybody is on this machine; to mimi, whose limits are by network, each comes from elsewhere.
    map $request_id $somebody {{
        "~^(?<one>....)(?<two>....)" "2001:db8:$one:$two::1";
    }}
    upstream mimi {{
{servers}
    }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://mimi;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For $somebody;
            add_header X-Served-By $upstream_addr always;
        }}
    }}
}}
"""


@dataclass
class Process:
    """`python -m bot serve` in one role; `also` is more of its environment, as libfaketime reads."""

    role: ProcessRole
    environment: Mapping[str, str]
    log: Path
    also: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    _process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def runs(self) -> bool:
        """Whether it has been started and has not ended."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    async def start(self) -> None:
        """Return once it says that it is well."""
        command = (sys.executable, "-m", "bot", "serve", "--role", self.role)
        environment = {**self.environment, **self.also, "MIMI_PORT": str(self.port), "PYTHONPATH": str(ROOT)}
        self._process = await child(*command, environment=environment, log=self.log)
        async with aiohttp.ClientSession() as http:

            async def well() -> bool:
                assert self._process
                assert self._process.returncode is None, self.log.read_text()
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    async with http.get(f"{self.url}/healthz", timeout=aiohttp.ClientTimeout(5)) as response:
                        return response.status == 200
                return False

            await soon(well, READY_SECONDS)

    async def kill(self) -> None:
        """As a power cut does."""
        if self._process:
            await ended(self._process, signal.SIGKILL)

    async def stop(self) -> None:
        """As a deployment does."""
        if self._process:
            await ended(self._process)

    def freeze(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)


@dataclass
class Several:
    """Two that serve the site, two that work, and one address for all; `mimi` is what people see of them."""

    mimi: Mimi
    webs: list[Process]
    workers: list[Process]

    async def all_there(self) -> None:
        """Start again whichever has died."""
        for each in (*self.webs, *self.workers):
            if not each.runs:
                await each.start()


@asynccontextmanager
async def nginx(folder: Path, webs: Sequence[Process]) -> AsyncIterator[str]:
    """The address of an nginx that hands requests out in turn."""
    port = free_port()
    # One that has just died is asked again soon.
    servers = "\n".join(f"        server 127.0.0.1:{each.port} max_fails=1 fail_timeout=1s;" for each in webs)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, servers=servers))
    log = folder / "nginx.log"
    process = await child(_nginx(), "-p", str(folder), "-c", str(folder / "nginx.conf"), log=log)
    try:
        await _listens(port, process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        await ended(process)


@asynccontextmanager
async def several(
    database: Database, uri: str, folder: Path, settings: Mapping[str, str] | None = None
) -> AsyncIterator[Several]:
    """All of it started, LINE simulated, Claude stood in for; an owner has signed up and their page is live."""
    async with AsyncExitStack() as stack:
        line = LineSimulator(channel_secret=CHANNEL_SECRET, access_token=ACCESS_TOKEN)
        await line.start()
        stack.push_async_callback(line.stop)
        claude = ClaudeStandIn()
        await claude.start()
        stack.push_async_callback(claude.stop)
        await database.ping()
        mimi = Mimi(database, line, claude)
        stack.push_async_callback(mimi.close)
        given = {
            **mimi.environment(),
            "MIMI_PUBLIC_URL": "https://mimi.example",
            "MIMI_TRUSTED_PROXY": "true",
            "MONGODB_URI": uri,
            **(settings or {}),
        }
        webs = [Process(ProcessRole.WEB, given, folder / f"web-{n}.log") for n in range(2)]
        workers = [Process(ProcessRole.WORKER, given, folder / f"worker-{n}.log") for n in range(2)]
        for each in (*webs, *workers):
            stack.push_async_callback(each.kill)
        # At once, as an orchestrator starts them: whatever a database needs first is made once.
        await asyncio.gather(*(each.start() for each in (*webs, *workers)))
        mimi.url = await stack.enter_async_context(nginx(folder, webs))
        line.webhook_url = f"{mimi.url}/line/webhook"
        line.webhook_patience = PATIENCE
        line.quota = None
        await mimi.sign_up()
        await mimi.settled()
        yield Several(mimi, webs, workers)


def _nginx() -> str:
    # Debian has it where only root looks.
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert found, "no nginx: run tests/install_programs.sh"
    return found


async def _listens(port: int, process: asyncio.subprocess.Process, log: Path) -> None:
    async def there() -> bool:
        assert process.returncode is None, log.read_text()
        with contextlib.suppress(OSError):
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return True
        return False

    await soon(there)
