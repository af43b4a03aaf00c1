"""What the kept pieces of soaks add up to, as the measured part of docs/reliability.md."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.faults.kept import ROOT, Kept

PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
WANTED = ("lost", "doubled", "wrongly reported received")
HOW = {"power": "power loss", "kills": "SIGKILL"}
Json = dict[str, Any]


def add_up(pieces: Iterable[Json]) -> Json:
    held = list(pieces)
    total: Json = {name: sum(one[name] for one in held) for name in ("schedules", "seconds", "judged")}
    for name in ("found", "steps", "fired", "effective"):
        total[name] = dict(sum((Counter(one[name]) for one in held), Counter()))
    total["failed"] = sorted(one["seed"] for one in held if one["failed"])
    total["commits"] = dict(sum((Counter({one["commit"]: one["schedules"]}) for one in held), Counter()))
    total["days"] = sorted({one["at"] for one in held})
    return total


def make_table(kept: Kept) -> str:
    """As Markdown."""
    parts = [_of_schedules(add_up(kept.pieces.values()))] if kept.pieces else []
    deaths = [line for how in HOW if (line := _of_deaths(how, kept.deaths))]
    if deaths:
        head = (
            "| deaths of real processes | number | seeds | things seen saved | seconds "
            "| lost | doubled | wrongly reported received | damaged | commits |"
        )
        line = "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
        parts.append("\n".join([head, line, *deaths]))
    return "\n\n".join(parts)


def _of_schedules(total: Json) -> str:
    found = total["found"]
    said = ", ".join(f"{what} {found.get(what, 0)}" for what in WANTED)
    days = total["days"]
    lines = [
        f"Measured {days[0]}{f' to {days[-1]}' if len(days) > 1 else ''}: **{total['schedules']:,} schedules, "
        f"{said}.** Pieces that failed: {', '.join(map(str, total['failed'])) or 'none'}. "
        f"{total['judged']:,} judgements, {total['seconds']:,.0f} s of one core "
        f"({1000 * total['seconds'] / max(total['schedules'], 1):.0f} ms each). "
        f"On commits: {_commits(total['commits'])}.",
        "",
        "| fault | fired | changed something |",
        "| --- | ---: | ---: |",
    ]
    kinds = sorted(total["fired"], key=lambda kind: -total["effective"].get(kind, 0))
    lines += [
        f"| {kind} | {total['fired'][kind]:,} | {total['effective'].get(kind, 0):,} |" for kind in kinds
    ]
    lines += ["", "| what happened | times |", "| --- | ---: |"]
    lines += [
        f"| {what} | {times:,} |" for what, times in sorted(total["steps"].items(), key=lambda e: -e[1])
    ]
    return "\n".join(lines)


def _of_deaths(how: str, deaths: Mapping[tuple[str, int], Json]) -> str:
    mine = [one for (kind, _), one in sorted(deaths.items()) if kind == how]
    if not mine:
        return ""
    counts = [
        sum(one[name] for one in mine)
        for name in ("seconds", "lost", "doubled", "wrongly_received", "damaged")
    ]
    numbers = " | ".join(f"{round(count):,}" for count in counts)
    commits = Counter[str]()
    for one in mine:
        commits[one["commit"]] += one["count"]
    seeds = f"{mine[0]['seed']} to {mine[-1]['seed']}"
    total, saved = (sum(one[name] for one in mine) for name in ("count", "saved"))
    return f"| {HOW[how]} | {total:,} | {seeds} | {saved:,} | {numbers} | {_commits(commits)} |"


def _commits(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{commit} ({count:,})" for commit, count in counted.items())


def write_page(text: str, page: Path = PAGE) -> None:
    """Put the measured part into docs/reliability.md."""
    known = page.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.S)
    page.write_text(pattern.sub(lambda _: f"{BEGIN}\n\n{text}\n\n{END}", known), encoding="utf-8")
