"""Results as tables: the whole one for docs/performance.md and the terminal, a short one for the README."""

from __future__ import annotations

import re
from collections.abc import Container
from pathlib import Path
from typing import Any

from benchmarks.registry import JOBS

Json = dict[str, Any]


def whole_table(results: Json, only: Container[str] | None = None) -> str:
    """Markdown: every line of every figure, what it stands beside, each goal with what was reached."""
    rows = [
        "| figure | what | median (10 % to 90 %) | rounds | beside it | ratio | goal: reached | met |",
        "| --- | --- | ---: | ---: | --- | ---: | --- | --- |",
    ]
    notes = []
    for name, figure in _figures(results):
        if only is not None and name not in only:
            continue
        if figure["state"] != "measured":
            rows.append(
                f"| `{name}` | {figure['what']} | | | | | | {figure['state']}: {_cell(figure['why'])} |"
            )
            continue
        for line in figure["lines"]:
            cells = (f"`{name}`", line["what"], _spread(line), str(line["rounds"]), _peer(line))
            goals = "; ".join(f"{_goal(line, one)}: {_number(one['reached'])}" for one in line["goals"])
            rows.append(f"| {' | '.join(cells)} | {_number(line['ratio'])} | {goals} | {_met(line['met'])} |")
            if line["note"]:
                notes.append(f"- `{name}`, {line['what']}: {line['note']}")
    return "\n".join([*rows, *(["", *notes] if notes else [])])


def short_table(results: Json) -> str:
    """Markdown: only what has a goal."""
    rows = ["| what | median | beside it | goal | met |", "| --- | ---: | --- | --- | --- |"]
    for _, figure in _figures(results):
        if figure["state"] != "measured":
            rows.append(f"| {figure['what']} | | | | {figure['state']} |")
            continue
        for line in (one for one in figure["lines"] if one["goals"]):
            value = f"{_number(line['median'])} {line['unit']}"
            goals = "; ".join(_goal(line, one) for one in line["goals"])
            times = "" if line["ratio"] is None else f"{_number(line['ratio'])} times {line['peer']['name']}"
            rows.append(f"| {line['what']} | {value} | {times} | {goals} | {_met(line['met'])} |")
    return "\n".join(rows)


def heading(results: Json) -> str:
    """One sentence: the machine, how many goals are met."""
    machine, figures = results["machine"], results["figures"]
    loads = [load for one in figures.values() for load in one["load"]] or [0.0]
    met = sum(one["met"] for one in figures.values())
    dates = sorted({one["at"][:10] for one in figures.values()})
    when = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
    return (
        f"{met} of {len(JOBS)} figures meet all their goals. {machine['cpu']}, {machine['cores']} cores, "
        f"{machine['disk']}, kernel {machine['kernel']}, Python {machine['python']}; {when}; "
        f"load {min(loads):.1f} to {max(loads):.1f}."
    )


def put_between(page: Path, mark: str, text: str) -> None:
    """Replace what stands between `<!-- mark begins -->` and `<!-- mark ends -->`. Raises ValueError without them."""
    begins, ends = f"<!-- {mark} begins -->", f"<!-- {mark} ends -->"
    before = page.read_text(encoding="utf-8")
    marked = re.compile(f"{re.escape(begins)}.*?{re.escape(ends)}", re.DOTALL)
    if not marked.search(before):
        raise ValueError(f"{page.name} has no place for these figures")
    page.write_text(marked.sub(lambda _: f"{begins}\n{text}\n{ends}", before), encoding="utf-8")


def _figures(results: Json) -> list[tuple[str, Json]]:
    """All that there should be: what is not in the results was not run."""
    absent = {"state": "not run", "why": "not in these results", "met": False}
    return [(job.name, results["figures"].get(job.name, absent | {"what": job.what})) for job in JOBS]


def _spread(line: Json) -> str:
    value = f"{_number(line['median'])} {line['unit']}"
    return value if line["rounds"] == 1 else f"{value} ({_number(line['p10'])} to {_number(line['p90'])})"


def _peer(line: Json) -> str:
    peer = line["peer"]
    if peer is None:
        return ""
    if "why_not" in peer:
        return f"{peer['name']}: not run: {_cell(peer['why_not'])}"
    return f"{peer['name']}: {_number(peer['median'])} {line['unit']}"


def _goal(line: Json, goal: Json) -> str:
    sign = "≥" if goal["at_least"] else "≤"
    bound = f"{goal['bound']:g}"
    if goal["of"] == "ratio":
        return f"{sign} {bound} times that"
    if goal["of"] == "p99_by_p50":
        return f"p99 {sign} {bound} times the median"
    return f"{'p95 ' if goal['of'] == 'p95' else ''}{sign} {bound} {line['unit']}"


def _met(met: bool | None) -> str:
    return "" if met is None else "met" if met else "**not met**"


def _number(value: float | None) -> str:
    if value is None:
        return ""
    for least, digits in ((100, 0), (10, 1), (0.1, 2)):
        if abs(value) >= least:
            return f"{value:,.{digits}f}"
    return f"{value:.3g}"


def _cell(text: str) -> str:
    """On one line, without what ends a cell."""
    return " ".join(text.replace("|", "/").split())[:200]
