"""`python -m knowledge check`: an app's pinned questions tried in CI."""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from claude_standin import KEY, ClaudeStandIn
from owner_chat import OwnerChat
from test_embedder import DYING

from knowledge.checks.run import check_app
from knowledge.meaning.embedder import Embedder
from knowledge.store.database import Database
from knowledge.store.entries.hidden import EntryRef

ROOT = Path(__file__).parent.parent


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    """An owner with one entry, pinned, and one question that must be refused."""
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await chat.says("/faq add Can I get a refund? = Yes, within 14 days.")
    scope = (await chat.app()).scope
    [entry] = await chat.core.faqs.list(scope)
    await chat.core.checks.pin(scope, "How do I get a refund", [EntryRef("faq", entry.id, entry.question)])
    await chat.core.checks.pin(scope, "Which stocks shall I buy", [])
    return chat


async def run(handle: str, uri: str, *more: str) -> tuple[int, str, str]:
    """Exit code, output and errors of the command."""
    command = [sys.executable, "-m", "knowledge", "check", "--app", handle, "--words-only", *more]
    environment = os.environ | {"MONGODB_URI": uri}
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def test_it_lists_what_holds_and_exits_with_nothing_wrong(chat: OwnerChat, kept_database: str) -> None:
    code, out, _err = await run("@hitsuji", kept_database)
    assert out.splitlines() == [
        "ok      How do I get a refund -> Can I get a refund?",
        "ok      Which stocks shall I buy -> refused",
        "2 checks, 0 broken",
    ]
    assert code == 0


async def test_it_shows_an_answer_that_changed_old_beside_new(chat: OwnerChat, kept_database: str) -> None:
    scope = (await chat.app()).scope
    await chat.core.learning.round()
    chat.core.clock.advance(timedelta(seconds=10))
    await chat.core.learning.round()
    [entry] = await chat.core.faqs.list(scope)
    await chat.core.faqs.edit(scope, entry.id, entry.question, "No.")
    code, out, _err = await run("hitsuji", kept_database)
    assert "its answer states something else; was: Yes, within 14 days.; is: No." in out
    assert code == 1


async def test_it_exits_with_one_when_a_check_is_broken(chat: OwnerChat, kept_database: str) -> None:
    scope = (await chat.app()).scope
    [entry] = await chat.core.faqs.list(scope)
    await chat.core.faqs.remove(scope, entry.id)
    await chat.says("/faq add Which stocks shall I buy? = Ours.")
    code, out, _err = await run("hitsuji", kept_database)
    assert out.splitlines() == [
        "BROKEN  How do I get a refund -> Can I get a refund?: the entry no longer exists",
        "BROKEN  Which stocks shall I buy -> refused: must be refused, and would be answered; "
        "instead: Which stocks shall I buy?",
        "2 checks, 2 broken",
    ]
    assert code == 1


async def test_it_says_what_keeps_it_from_trying(chat: OwnerChat, kept_database: str) -> None:
    assert await run("nobody", kept_database) == (2, "", "there is no app @nobody\n")
    assert (await run("hitsuji", kept_database, "--model"))[::2] == (2, "--model needs ANTHROPIC_API_KEY\n")
    away = await run("hitsuji", "mongodb://127.0.0.1:9/mimi?serverSelectionTimeoutMS=100")
    assert away[0] == 2
    assert away[2].startswith("the store cannot be read: ")


async def test_claude_is_asked_and_must_cite_the_entry(
    chat: OwnerChat,
    kept_database: str,
    claude: ClaudeStandIn,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", claude.url)
    assert await check_app("hitsuji", kept_database, ask=True, embedder=None) == 0
    assert [request.question for request in claude.requests] == ["How do I get a refund", "Which stocks shall I buy"]
    claude.will_not_know("How do I get a refund")
    claude.will_say("Ours, of course.")
    capsys.readouterr()
    assert await check_app("hitsuji", kept_database, ask=True, embedder=None) == 1
    assert [line.partition(": ")[2] for line in capsys.readouterr().out.splitlines()[:2]] == [
        "Claude says that it does not know",
        "must be refused, and would be answered; instead: Can I get a refund?",
    ]
    claude.will_say("You have 600 days for it.")  # it points at the entry, which does not say so
    claude.will_not_know("Which stocks shall I buy")
    assert await check_app("hitsuji", kept_database, ask=True, embedder=None) == 1
    assert "BROKEN  How do I get a refund -> " in capsys.readouterr().out


async def test_what_meaning_must_judge_is_untried_while_it_is_away(
    chat: OwnerChat, kept_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await check_app("hitsuji", kept_database, ask=False, embedder=Embedder(command=DYING, rest=60)) == 2
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "UNTRIED Which stocks shall I buy -> refused: meaning is not available",
        "2 checks, 0 broken, 1 not tried",
    ]
