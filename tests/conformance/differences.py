"""docs/servers.md as data: what servers do otherwise than a step says, and what the app does about it."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "servers.md"
_HEADING = re.compile(r"^## .*\(`([a-z-]+)`\)")
_ROW = re.compile(r"^\| `([a-z0-9-]+)` \| ([^|]+) \| ([^|]+) \|$")


def read_differences() -> dict[str, dict[str, str]]:
    """By server and step id: what it does."""
    found: dict[str, dict[str, str]] = {}
    server = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        heading, row = _HEADING.match(line), _ROW.match(line)
        if heading is not None:
            server = heading[1]
            found[server] = {}
        elif row is not None:
            found[server][row[1]] = row[2].strip()
    return found
