"""The benchmark of answers speaks with Claude as mimi does: its requests are taken, and what comes back is counted."""

import asyncio
import sys
from pathlib import Path

import pytest
from claude_standin import KEY, ClaudeStandIn

from bench.answers import AGAIN_GOAL, SCRIPTED, corpora
from bench.parts import scripted_answers

ROOT = Path(__file__).resolve().parent.parent


async def printed(claude: ClaudeStandIn, limit: int) -> list[str]:
    """The table's lines, of the first questions of each app."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.answers", "--words-only", "--rows", "apps", "--limit", str(limit)),
        env={"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": claude.url, "PATH": ""},
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = await process.communicate()
    assert process.returncode == 0, error.decode()[-2_000:]
    return out.decode().splitlines()


async def test_answers_refusals_failures_and_cost_are_told_apart(claude: ClaudeStandIn) -> None:
    """Three apps with two questions each, all of which the knowledge answers."""
    for _twice in range(2):
        claude.will_say("全部です。", cites=range(25))  # a pointer at everything rests on the right entry, too
    claude.will_not_know("お金かかりますか")
    claude.will_decline("off_topic")
    claude.will_fail("refusal")
    claude.will_say("分かりません。", cites=[])
    name, _head, row, failed, spent, same, other, *_scripted = await printed(claude, 2)
    assert name == "answered by: claude-haiku-5-5"
    right, _partly, wrong, refused = (float(share) for share in row.split("|")[0].split()[1:])
    assert (right, wrong, refused) == pytest.approx((2 / 6, 1 / 6, 2 / 6), abs=0.01)
    assert failed.strip() == "{'failed: refused': 1}"
    # Five answers of 42 millionths of a dollar each, and one that was refused.
    assert float(row.split()[-1]) == pytest.approx(5 * 42 / 6 / 1_000, abs=0.01)
    assert spent == (
        "6 questions: 1 declined, 0 of 0 statements without a source, 0 second calls (0.0%, goal <= 2%), 0.02 US cents"
    )
    assert len(claude.requests) == 6
    assert all(request.search_results for request in claude.requests)
    assert same.endswith("68 of 70 right, 0 false")
    assert other.endswith("0 of 60 false")


async def test_a_second_call_is_made_and_counted_where_nothing_may_be_shown(claude: ClaudeStandIn) -> None:
    for _question in range(3):
        claude.will_say("送料は三千円で、電話で申し込めます。", cites=[])
        claude.will_say("全部です。", cites=range(25))
    spent = next(line for line in await printed(claude, 1) if "second calls (" in line)
    assert "3 of 3 statements without a source, 3 second calls (100.0%" in spent


async def test_without_a_key_it_says_what_that_takes() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.answers", "--words-only", "--rows", "apps", "--limit", "1"),
        env={"PATH": ""},
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    out = (await process.communicate())[0].decode()
    assert out.startswith("answered by: quoting")
    assert "ANTHROPIC_API_KEY is not set, so nothing was asked of Claude." in out
    assert "these 3 questions go to the API" in out


def test_answers_as_claude_writes_them_are_shown_and_what_is_wrong_in_them_is_not() -> None:
    outcomes = scripted_answers.measured(scripted_answers.read(SCRIPTED), corpora()).values()
    assert sum(each.again for each in outcomes) <= AGAIN_GOAL * sum(each.answers for each in outcomes)
    dropped = [sentence for each in outcomes for sentence in each.dropped]
    assert len(dropped) <= 12, dropped  # of 526
    through = [sentence for each in outcomes for sentence in each.let_through]
    assert len(through) <= 1, through  # of 20
