"""Fill the last column of docs/field-failures.md: which tests stand against each failure, by their names.

`python -m tools.field_failures` rewrites the file; a test compares it with what stands.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REGISTER = ROOT / "docs" / "field-failures.md"
_NAME = re.compile(r"test_(f\d\d)_")
_LINE = re.compile(r"\| (F\d\d) \|.*\|")


def find_tests(tests: Path = ROOT / "tests") -> dict[str, list[str]]:
    """Number → `file` (count of tests there), in order."""
    found: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for path in sorted(tests.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (match := _NAME.match(node.name)):
                found[match[1].upper()][path.relative_to(tests).as_posix()] += 1
    return {
        number: [f"`{file}`" + (f" ({count})" if count > 1 else "") for file, count in files.items()]
        for number, files in found.items()
    }


def fill(register: str, tests: dict[str, list[str]]) -> str:
    """The register with its last column as it should be."""
    lines = []
    for line in register.splitlines():
        match = _LINE.match(line)
        if match is not None:
            cells = line.split(" | ")[:4]
            named = ", ".join(tests.get(match[1], []))
            line = " | ".join([*cells, f"{named} |" if named else "|"])
        lines.append(line)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    REGISTER.write_text(fill(REGISTER.read_text(), find_tests()))
    sys.exit(0)
