"""How the sources look, counted: folders, functions, comments, what joins the parts, and how much of it tests are.

Lines are those that are not empty, docstrings among them. A function's length goes from its `def` to its end.
"""

import ast
import io
import statistics
import tokenize
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("bot", "handlers", "knowledge", "web", "guardrail")
JOINS = ("bot/join/", "bot/app.py", "web/site/keys.py")  # where parts meet
SHORT = 3
LARGEST = 6


@dataclass(frozen=True)
class Source:
    """One file's lines, those of them that are only a comment, and the length of each of its functions."""

    path: Path
    lines: int
    comments: int
    functions: tuple[int, ...]

    @classmethod
    def read(cls, path: Path) -> "Source":
        text = path.read_text()
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        return cls(
            path.relative_to(ROOT),
            lines=sum(bool(line.strip()) for line in text.splitlines()),
            comments=sum(each.type == tokenize.COMMENT and each.line.lstrip().startswith("#") for each in tokens),
            functions=tuple(
                (node.end_lineno or node.lineno) - node.lineno + 1
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            ),
        )


def source_figures() -> dict[str, str]:
    """What is counted -> how many."""
    ours = [Source.read(path) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    lines = sum(each.lines for each in ours)
    functions = [length for each in ours for length in each.functions]
    joins = [each for each in ours if str(each.path).startswith(JOINS)]
    tests = sum(Source.read(path).lines for path in (ROOT / "tests").rglob("*.py"))
    return {
        "files (of them __init__.py)": f"{len(ours)} ({sum(each.path.name == '__init__.py' for each in ours)})",
        "files of the largest folders": _largest(ours),
        "functions": f"{len(functions)}, half of them of {statistics.median(functions):.0f} lines or fewer",
        f"functions of {SHORT} lines or fewer": f"{sum(each <= SHORT for each in functions) / len(functions):.0%}",
        "lines for each function": f"{lines / len(functions):.1f}",
        "comment lines": f"{sum(each.comments for each in ours) / lines:.1%} of {lines}",
        f"wiring ({', '.join(JOINS)})": f"{sum(each.lines for each in joins)} lines in {len(joins)} files",
        "test lines / code lines": f"{tests / lines:.2f}",
    }


def _largest(sources: Iterable[Source]) -> str:
    """The folders that hold most, without the files that only make them packages."""
    folders = Counter(str(each.path.parent) for each in sources if each.path.name != "__init__.py")
    return ", ".join(f"{name} {count}" for name, count in folders.most_common(LARGEST))
