"""The image, made without a container runtime: the Dockerfile's own lines, followed in a folder, as its own user.

What differs from `docker build`: the Python is the one that runs this, and there is no Debian below it. The folder is
root's (or without write permission), so its user writes to nothing but the folder that the Dockerfile gives them.
`python bench/image.py` makes the environment that is kept between runs, which takes a minute.
"""

import fcntl
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".image-venv"
# Reading and searching folders, for a Python that lies in root's own; writing stays forbidden.
READS_ALL = "+dac_read_search"


@dataclass(frozen=True)
class Line:
    """One instruction: COPY, RUN ... and what follows it."""

    word: str
    rest: str

    @property
    def listed(self) -> list[str]:
        """The rest in its JSON form, or as a shell would split it."""
        return list(json.loads(self.rest)) if self.rest.startswith("[") else shlex.split(self.rest)


@dataclass
class Image:
    """What was built, and how its processes are started."""

    folder: Path
    workdir: str = "/"
    env: dict[str, str] = field(default_factory=dict)
    user: int = 0
    writable: str = ""
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)

    def inside(self, path: str) -> Path:
        """Where a path of the image's lies here."""
        return self.folder / path.lstrip("/")

    def here(self, text: str) -> str:
        """A text of the image's with its absolute paths as they are here."""
        return re.sub(r"(?<![\w.])/(?=(?:srv|build|run/mimi)\b)", f"{self.folder}/", text)

    def argv(self, arguments: list[str]) -> list[str]:
        """The command line of `mimi ARGUMENTS`, run by the image's user."""
        return self.as_user([*self.entrypoint, *(arguments or self.command)])

    def as_user(self, argv: list[str]) -> list[str]:
        """The same by the image's user, who has no entry in this machine's list of users."""
        found = shutil.which(argv[0], path=self.env["PATH"]) or argv[0]
        argv = [found, *argv[1:]]
        if os.getuid() != 0:
            return argv
        user = str(self.user)
        capabilities = ("--inh-caps", READS_ALL, "--ambient-caps", READS_ALL)
        return ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", *capabilities, "--", *argv]

    def environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        """What a process of the image finds: nothing of ours."""
        return {"HOME": "/nonexistent", **self.env, **settings}


def dockerfile() -> list[Line]:
    """Its instructions, continued lines joined and comments left out."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = [line.strip() for line in re.sub(r"\\\n\s*", "", text).splitlines()]
    return [Line(*line.split(maxsplit=1)) for line in lines if line]


def stages() -> tuple[list[Line], list[Line]]:
    """The lines that build, and those of the image itself."""
    lines = dockerfile()
    (_first, second) = (number for number, line in enumerate(lines) if line.word == "FROM")
    return lines[1:second], lines[second + 1 :]


def build(folder: Path) -> Image:
    """Follow the Dockerfile into an empty folder; its environment is made once and linked."""
    builds, final = stages()
    image = Image(folder)
    _at, venv = _installed()
    (folder / "srv").mkdir(parents=True)
    (folder / "srv" / "venv").symlink_to(venv)
    _follow(builds, image, skip=lambda line: " venv " in line.rest)
    _describe(final, image)
    if os.getuid() != 0:
        subprocess.run(["chmod", "-R", "a-w", folder / "srv"], check=True)
    return image


def _installed() -> tuple[Path, Path]:
    """The folder and the environment in it that the first lines of the build make: pip, and what trims."""
    builds, _final = stages()
    (at,) = (number for number, line in enumerate(builds) if " venv " in line.rest)
    first = builds[: at + 1]
    copied = [ROOT / name for line in first if line.word == "COPY" for name in line.listed[:-1]]
    parts = [sys.version, str(KEPT), *(line.rest for line in first), *(path.read_text() for path in copied)]
    kept = KEPT / hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
    KEPT.mkdir(exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (kept / "made").exists():
            for old in KEPT.glob("*/made"):
                shutil.rmtree(old.parent)
            shutil.rmtree(kept, ignore_errors=True)
            _follow(first, Image(kept))
            (kept / "made").touch()
    return kept, kept / "srv" / "venv"


def _follow(lines: list[Line], image: Image, skip: Callable[[Line], bool] = lambda _line: False) -> None:
    for line in lines:
        if line.word == "WORKDIR":
            image.workdir = line.rest
            image.inside(line.rest).mkdir(parents=True, exist_ok=True)
        elif line.word == "COPY":
            *sources, target = line.listed
            for source in sources:
                _copy(source, image.inside(image.workdir) / target)
        elif line.word == "RUN" and not skip(line):
            _run(line.rest, image)
        elif line.word not in {"RUN"}:
            raise ValueError(f"the build has a line of a new kind: {line.word}")


def _run(command: str, image: Image) -> None:
    """In a shell whose `python` is ours, as it is python:3.12's in the image."""
    tools = image.inside("/tools")
    tools.mkdir(parents=True, exist_ok=True)
    python = tools / "python"
    if not python.exists():
        python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
        python.chmod(0o755)
    environment = {"PATH": f"{tools}:/usr/bin:/bin", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    environment |= {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    command = image.here(command)
    done = subprocess.run(
        command,
        shell=True,
        cwd=image.inside(image.workdir),
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{command}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def _copy(source: str, target: Path) -> None:
    if (ROOT / source).is_file():
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / source, target)
        return
    ignored = (ROOT / ".dockerignore").read_text().split()

    def ignore(folder: str, names: list[str]) -> list[str]:
        inside = Path(folder).relative_to(ROOT)
        return [name for name in names if any(_matches(inside / name, pattern) for pattern in ignored)]

    shutil.copytree(ROOT / source, target, ignore=ignore)


def _matches(path: Path, pattern: str) -> bool:
    return fnmatch(path.name if pattern.startswith("**/") else str(path), pattern.removeprefix("**/"))


def _describe(final: list[Line], image: Image) -> None:
    """The lines of the image itself."""
    for line in final:
        match line.word:
            case "RUN":
                image.user = int(_found(r"useradd .*--uid (\d+)", line.rest))
                image.writable = _found(r"install -d -m 1777 (\S+)", line.rest)
                image.inside(image.writable).mkdir(parents=True)
                image.inside(image.writable).chmod(0o1777)
            case "WORKDIR":
                image.workdir = line.rest
            case "COPY":
                assert line.rest == "--from=build /srv /srv", "the image holds what the build made"
            case "ENV":
                image.env |= dict(_variables(image, line))
            case "ENTRYPOINT":
                image.entrypoint = line.listed
            case "CMD":
                image.command = line.listed
            case "HEALTHCHECK":
                image.healthcheck = json.loads(_found(r"CMD (\[.*\])", line.rest))
            case "USER" | "EXPOSE":
                pass
            case other:
                raise ValueError(f"the image has a line of a new kind: {other}")


def _variables(image: Image, line: Line) -> Iterator[tuple[str, str]]:
    for pair in line.listed:
        name, _, value = pair.partition("=")
        yield name, image.here(value).replace("$PATH", "/usr/local/bin:/usr/bin:/bin")


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, f"{pattern} in {text}"
    return found[1]


if __name__ == "__main__":
    sys.stdout.write(f"{_installed()[0]}\n")
