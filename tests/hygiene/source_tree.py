"""The program's own source as syntax trees, for rules that hold in every line of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_WANTED = (ast.Call, ast.Assign, ast.Attribute, ast.Constant, ast.Import, ast.ImportFrom)


@cache
def nodes(package: str) -> tuple[tuple[str, ast.AST], ...]:
    """Every node that a rule asks for, with the place to name in a finding."""
    found: list[tuple[str, ast.AST]] = []
    for path in sorted((ROOT / package).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, _WANTED):
                found.append((f"{name}:{node.lineno}", node))
    return tuple(found)


def calls(package: str) -> Iterator[tuple[str, ast.Call, str]]:
    """Every call: place, node, and what is called, as `page.launch_url` ("" where it has no name)."""
    for place, node in nodes(package):
        if isinstance(node, ast.Call):
            yield place, node, dotted(node.func)


def dotted(node: ast.AST) -> str:
    """A name as it is written, `a.b.c`; what it is reached through is left out where that is no name."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def argument(call: ast.Call, name: str) -> ast.expr | None:
    """A keyword argument of a call."""
    return next((one.value for one in call.keywords if one.arg == name), None)


def imports(package: str) -> Iterator[tuple[str, str]]:
    """(place, module) of every import, those inside of functions too."""
    for place, node in nodes(package):
        if isinstance(node, ast.Import):
            yield from ((place, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((place, f"{node.module}.{alias.name}") for alias in node.names)
