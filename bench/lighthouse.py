"""Lighthouse's four marks for the demo's page, on a phone and a desk, from a mimi on embedded defaults; all offline.

Lighthouse comes from npm, in an exact version and into a folder of its own, the first time: nothing of mimi needs it.
"""

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from bench.page_weight import BROWSERS, running

VERSION = "13.5.0"
FOLDER = Path(__file__).resolve().parent.parent / ".lighthouse"
PROGRAM = FOLDER / "node_modules" / ".bin" / "lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
GOAL = 0.98
# A phone is what Lighthouse plays unless it is told otherwise: a slow one on slow 4G.
LOOKS = (("phone", ()), ("desktop", ("--preset=desktop",)))
CHROMIUM = "--chrome-flags=--headless=new --no-sandbox --disable-gpu"


async def install() -> None:
    """Once. Raises SystemExit where there is no npm, or it cannot have the package."""
    if PROGRAM.exists():
        return
    if not shutil.which("npm"):
        sys.exit("Lighthouse runs on Node.js: install nodejs (20 or newer) and npm, then run this again.")
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / ".gitignore").write_text("*\n")
    npm = ("npm", "install", "--no-save", "--silent", "--prefix", str(FOLDER), f"lighthouse@{VERSION}")
    if await (await asyncio.create_subprocess_exec(*npm)).wait():
        sys.exit("npm could not install Lighthouse.")


async def report(url: str, *options: str) -> dict[str, Any]:
    """What Lighthouse says of the page."""
    env = os.environ | {"CHROME_PATH": next(filter(None, map(shutil.which, BROWSERS)), "")}
    command = (str(PROGRAM), url, "--quiet", "--output=json", CHROMIUM, *options)
    process = await asyncio.create_subprocess_exec(*command, env=env, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    return dict(json.loads(said))


def print_report(look: str, told: dict[str, Any]) -> None:
    """The marks, and what keeps one below the goal."""
    marks = {name: told["categories"][name]["score"] or 0 for name in CATEGORIES}
    print(f"{look:10}" + "".join(f"{mark * 100:>16.0f}" for mark in marks.values()))
    for name, mark in marks.items():
        if mark < GOAL:
            for each in told["categories"][name]["auditRefs"]:
                audit = told["audits"][each["id"]]
                if each["weight"] and (audit["score"] or 0) < 1:
                    print(f"  {name}: {audit['title']} {audit.get('displayValue', '')}")


async def main() -> None:
    await install()
    async with running() as url:
        print(f"{'':10}" + "".join(f"{name:>16}" for name in CATEGORIES))
        for look, options in LOOKS:
            print_report(look, await report(url, *options))


if __name__ == "__main__":
    asyncio.run(main())
