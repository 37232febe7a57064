"""Where the state and the pictures are between two runs: files that only their owner can read."""

import os
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.embedded.line_simulator.state import State

KEPT_CHAT_ITEMS = 500
KEPT_TOKENS = 2000
T = TypeVar("T")
_state = TypeAdapter(State)


class Storage:
    """One JSON file, and a folder of pictures beside it. Without a path, nothing outlives the process."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._pictures: dict[str, bytes] = {}

    def load(self) -> State:
        """The state of the last run, or a fresh one; a file that cannot be read is moved aside."""
        if self._path is None or not self._path.exists():
            return State()
        try:
            return _state.validate_json(self._path.read_bytes())
        except ValidationError:
            self._path.replace(self._path.with_suffix(".unreadable"))
            return State()

    def save(self, state: State) -> None:
        """Write the state so that a kill at any moment leaves the old file or the new one."""
        if self._path is None:
            return
        accounts = {
            key: replace(account, chat=account.chat[-KEPT_CHAT_ITEMS:]) for key, account in state.accounts.items()
        }
        kept = replace(
            state,
            accounts=accounts,
            events=_last(state.events),
            reply_tokens=_last(state.reply_tokens),
            retry_keys=_last(state.retry_keys),
        )
        _write(self._path, _state.dump_json(kept))

    def keep_picture(self, name: str, data: bytes) -> None:
        self._pictures[name] = data
        if folder := self._folder():
            folder.mkdir(mode=0o700, exist_ok=True)
            _write(folder / name, data)

    def picture(self, name: str) -> bytes | None:
        """The bytes kept under a name of ours (never one from a URL), or None."""
        folder = self._folder()
        if name not in self._pictures and folder and (folder / name).is_file():
            self._pictures[name] = (folder / name).read_bytes()
        return self._pictures.get(name)

    def drop_picture(self, name: str) -> None:
        self._pictures.pop(name, None)
        if folder := self._folder():
            (folder / name).unlink(missing_ok=True)

    def _folder(self) -> Path | None:
        return self._path.with_suffix(".pictures") if self._path else None


def _last(table: dict[str, T]) -> dict[str, T]:
    return dict(list(table.items())[-KEPT_TOKENS:])


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + ".half")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
    half.replace(path)
