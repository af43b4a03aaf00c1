"""How often a text lies in the memory of another process: all that it may read, shared libraries' code left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

_LINE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)")
STEP = 16_000_000
LONGEST = 256


def count_in_memory(pid: int, wanted: Mapping[str, bytes]) -> dict[str, int]:
    """Copies of each wanted sequence of bytes, by its name. Needs the right to read that process's memory."""
    found = dict.fromkeys(wanted, 0)
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for begin, end in _areas(pid):
            at = begin
            while at < end:
                try:
                    memory.seek(at)
                    chunk = memory.read(min(STEP + LONGEST, end - at))
                except (OSError, ValueError):
                    break
                for name, text in wanted.items():
                    found[name] += chunk.count(text)
                at += STEP
    return found


def _areas(pid: int) -> list[tuple[int, int]]:
    areas = []
    for line in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines():
        match = _LINE.match(line)
        if match is None or "r" not in match[3] or match[4] in ("[vvar]", "[vsyscall]", "[vdso]"):
            continue
        if "w" in match[3] or not match[4]:
            areas.append((int(match[1], 16), int(match[2], 16)))
    return areas
