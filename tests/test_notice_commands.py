"""`python -m bot notice` and `policy` as an operator types them: what they print, and that they refuse clearly."""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

from clock import START
from mongo_address import uri_of
from owner_chat import OwnerChat

from knowledge.store.database import Database, new_id
from knowledge.store.kept import Subject
from knowledge.store.registry import STORED

ROOT = Path(__file__).parent.parent
SUBJECTS = ("--subject-ja", "メンテナンス", "--subject-en", "Maintenance")


async def typed(db: Database, *words: str) -> tuple[int, str]:
    """The exit code, and everything that was printed."""
    environment = {**os.environ, "MONGODB_URI": uri_of(db), "MIMI_PUBLIC_URL": "https://mimi.example"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await process.communicate()
    return process.returncode or 0, printed.decode()


async def test_a_notice_is_drafted_looked_at_asked_for_once_and_counted(db: Database, tmp_path: Path) -> None:
    (tmp_path / "ja.txt").write_text("1月10日に止まります。")
    (tmp_path / "en.txt").write_text("We stop on January 10.")
    texts = ("--ja", str(tmp_path / "ja.txt"), "--en", str(tmp_path / "en.txt"))
    code, printed = await typed(db, "notice", "draft", "maintenance", *SUBJECTS, "--en", str(tmp_path / "en.txt"))
    assert (code, printed.strip()) == (2, "Both languages are needed; ja is missing.")
    assert (await typed(db, "notice", "draft", "maintenance", *SUBJECTS, *texts))[0] == 0
    _code, printed = await typed(db, "notice", "preview", "maintenance")
    assert printed.count("1月10日に止まります。") == 3  # both letters, and the card of one language
    assert printed.count("We stop on January 10.") == 3
    code, printed = await typed(db, "notice", "send", "maintenance", "--yes")
    assert (code, "whether or not this window stays open" in printed) == (0, True)
    code, printed = await typed(db, "notice", "send", "maintenance", "--yes")
    assert (code, "nobody is told twice" in printed) == (2, True)
    assert "maintenance: being sent, 0 owners still to be told" in (await typed(db, "notice", "status"))[1]


async def test_doctor_says_what_is_held_since_when_and_what_goes_next(db: Database) -> None:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    app = await chat.app()
    access = {"_id": new_id(), "at": START, "expires_at": START + timedelta(days=90)}
    await db.collection("access_log").insert(access)
    await chat.core.db.transaction(lambda: chat.core.conversations.open(app, "key", "en"))
    await chat.core.apps.suggest_handle("Hitsuji", await chat.owner())  # which asks for the salt of handles that rest
    await chat.says("/app delete")
    await chat.says("delete")
    await chat.says("/delete-account")
    await chat.says("delete")
    code, printed = await typed(db, "doctor", "--privacy")
    assert code == 0, printed
    assert "access_log: 1 since 2040-04-02; next goes 2040-07-01 09:00 UTC" in printed
    assert "owners: 1 since 2040-04-02" in printed
    assert "LINE user ID, e-mail address if you gave one" in printed
    due = printed.splitlines()[-4:]
    assert due == [
        "accounts to be erased: 1, the first on 2040-04-03 09:00 UTC",
        "apps to be erased: 1, the first on 2040-04-03 09:00 UTC",
        "conversations in which personal details are to be masked: 1, the first on 2040-05-02 09:00 UTC",
        "handles to be released: 0",
    ]
    assert "handle_tombstones: 0\n" in printed
    shown = {line.partition(":")[0] for line in printed.splitlines() if not line.startswith(" ")}
    about_somebody = {stored.name for stored in STORED if stored.kept and stored.kept.subject is not Subject.RUNNING}
    assert shown == about_somebody | {line.partition(":")[0] for line in due}
    assert chat.person not in printed


async def test_a_policy_is_published_once(db: Database) -> None:
    version = ("policy", "add", "3", "--since", "2099-04-01")
    texts = ("--ja", "web/policies/2.ja.md", "--en", "web/policies/2.en.md")
    changes = ("--changes-ja", "変わりました。", "--changes-en", "It changed.")
    code, printed = await typed(db, *version, *texts, *changes)
    assert (code, printed.splitlines()[0]) == (0, "3  comes into force on 2099-04-01")
    code, printed = await typed(db, *version, *texts, *changes)
    assert (code, "There is already a version 3, and a published one is never changed." in printed) == (2, True)
    assert "3  comes into force on 2099-04-01" in (await typed(db, "policy", "list"))[1]
