"""A run in words and figures: Markdown for docs/scale.md, JSON for everything else."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.fleet.ledger import read_ledgers
from benchmarks.fleet.run import Done

Json = dict[str, Any]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "scale.md"
KINDS = ("lost", "doubled", "wrongly_received", "waiting", "device")
"""Of findings of the judge."""
GAPS = (
    ("network at the signature", 0.0, 0.001),
    ("network within half an hour", 0.001, 1_800),
    ("network within four hours", 1_800, 14_400),
    ("network later than that", 14_400, float("inf")),
)
"""Words, and from how many to how many seconds after the signature there was a network again."""


def times_to_safe(saved: Iterable[Json]) -> list[tuple[float, float]]:
    """Of each visit called received: (seconds from signature to network, seconds from signature to receipt)."""
    rows = list(saved)
    received = {one["visit"]: one["at"] for one in rows if one["kind"] == "received"}
    return [
        (one["back"] - one["at"], received[one["visit"]] - one["at"])
        for one in rows
        if one["kind"] == "signed" and one["visit"] in received
    ]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so many of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-round(len(ordered) * share * 1000) // 1000) - 1))]


def make_json(done: Done, verdict: Json, directory: Path) -> Json:
    saved = list(read_ledgers(directory))
    times = times_to_safe(saved)
    visits = max(1, sum(one["kind"] == "signed" for one in saved))
    told = done.told
    return {
        "devices": done.wanted.devices,
        "days": done.wanted.days,
        "seed": done.wanted.seed,
        "database": "PostgreSQL" if done.wanted.postgres else "SQLite",
        "stopped_early": done.stopped,
        "took_seconds": round(done.took),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "visits": visits,
        "received": len(times),
        "time_to_safe": [_row(words, times, low, high) for words, low, high in GAPS],
        "all": _row("all", times, float("-inf"), float("inf")),
        "verdict": verdict,
        "happened": dict(Counter(one["what"] for one in saved if one["kind"] == "happened")),
        "traffic": told,
        "cpu": {name: round(seconds, 1) for name, seconds in done.cpu.items()},
        "busiest_hour": busiest(done.hours),
        "idle_pass": {name: round(count / done.wanted.devices, 4) for name, count in done.idle.items()},
        "database_bytes": done.database_bytes,
    }


def _row(words: str, times: list[tuple[float, float]], low: float, high: float) -> Json:
    mine = [(back, safe) for back, safe in times if low <= back < high]
    if not mine:
        return {"what": words, "visits": 0}
    safe, after = [one for _, one in mine], [one - max(0.0, back) for back, one in mine]
    return {
        "what": words,
        "visits": len(mine),
        **{f"p{round(share * 100)}": round(percentile(safe, share), 1) for share in (0.5, 0.9, 0.99)},
        "most": round(max(safe), 1),
        **{f"after_p{round(share * 100)}": round(percentile(after, share), 1) for share in (0.5, 0.99)},
    }


def busiest(hours: Sequence[tuple[float, int, float]]) -> Json:
    """Of simulated time: the hour with the most requests, and with how much computing they were answered."""
    pairs = [
        ((later[1] - one[1]) / (later[0] - one[0]), (later[2] - one[2]) / (later[0] - one[0]), one[0])
        for one, later in pairwise(hours)
        if later[0] - one[0] < 2 * 3_600
    ]
    if not pairs:
        return {}
    requests, computing, at = max(pairs)
    local = datetime.fromtimestamp(at - 8 * 3_600, UTC)
    return {
        "from": f"{local:%A %H:%M}",
        "requests_a_second": round(requests, 3),
        "cores": round(computing, 4),
    }


def make_text(found: Json) -> str:
    """Markdown."""
    return "\n".join(
        [*_head(found), "", *_safe(found), "", *_load(found), "", *_rest(found["traffic"], found)]
    )


def _head(found: Json) -> list[str]:
    verdict = found["verdict"]
    lost, doubled, wrongly, waiting, tablets = (verdict[kind]["count"] for kind in KINDS)
    early = " Ended early by hand." if found["stopped_early"] else ""
    return [
        f"{found['devices']} devices over {found['days']} days, seed {found['seed']}, {found['database']}: "
        f"{found['visits']:,} visits signed, {found['received']:,} called received. "
        f"{found['took_seconds'] / 60:.0f} minutes on {found['cores']} cores (load {found['load']} at the end).{early}",
        "",
        f"**Lost {lost}, doubled {doubled}, wrongly called received {wrongly}, still waiting {waiting}, "
        f"tablets that do not hold what was signed on them {tablets}**, judged over {verdict['versions']:,} versions "
        f"at the plan and {found['devices']} stores.",
    ]


def _safe(found: Json) -> list[str]:
    return [
        "| signature to receipt, simulated time | visits | p50 | p90 | p99 | longest | p50, p99 from the network on |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(_line(one) for one in [*found["time_to_safe"], found["all"]] if one["visits"]),
    ]


def _load(found: Json) -> list[str]:
    told, visits, idle = found["traffic"], found["visits"], found["idle_pass"]
    tablets = found["cpu"]["tablets"]
    server = sum(found["cpu"].values()) - tablets
    rows = [
        ("requests", f"{told['requests']:,}, {told['requests'] / visits:.1f} a visit"),
        (
            "bytes from and to the tablets",
            f"{told['up'] / visits / 1000:.1f} and {told['down'] / visits / 1000:.1f} KB a visit",
        ),
        (
            "computing, backend and database",
            f"{server:.0f} s, {server / visits * 1000:.0f} ms a visit, "
            f"{server / told['requests'] * 1000:.1f} ms a request",
        ),
        ("computing, all tablets", f"{tablets:.0f} s, {tablets / visits * 1000:.0f} ms a visit"),
        *_busiest(found["busiest_hour"]),
        (
            "a pass with nothing to do",
            f"{idle['requests']:.1f} requests, {(idle['up'] + idle['down']) / 1000:.1f} KB, "
            f"{idle['cpu'] * 1000:.0f} ms of the backend",
        ),
        (
            "the database",
            f"{found['database_bytes'] / 1e6:.0f} MB, {found['database_bytes'] / visits / 1000:.0f} KB a visit, "
            "people and indexes included",
        ),
    ]
    return ["| what the backend did | |", "| --- | ---: |", *(f"| {what} | {said} |" for what, said in rows)]


def _rest(told: Json, found: Json) -> list[str]:
    return [
        f"Passes: {_said(told['passes'])}.",
        f"What went wrong on the way: {_said(told['faults'])}.",
        f"Conflicts of edits, by how they ended: {_said(found['verdict']['edits_in_conflict'])}.",
        f"What people did besides: {_said(found['happened'])}.",
    ]


def _line(one: Json) -> str:
    cells = " | ".join(span(one[name]) for name in ("p50", "p90", "p99", "most"))
    return f"| {one['what']} | {one['visits']:,} | {cells} | {span(one['after_p50'])}, {span(one['after_p99'])} |"


def _busiest(found: Json) -> list[tuple[str, str]]:
    if not found:
        return []
    said = f"{found['requests_a_second']:.2f} requests a second, {found['cores']:.3f} of a core"
    return [("busiest hour, simulated", said)]


def _said(counts: dict[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda one: -one[1])
    return ", ".join(f"{what} {count:,}" for what, count in ordered) or "none"


def span(seconds: float) -> str:
    """A time as people say it."""
    if seconds < 100:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3_600:.1f} h"


def write_down(name: str, text: str) -> None:
    """Between the two marks of this name in docs/scale.md."""
    page = PAGE.read_text(encoding="utf-8")
    begins, ends = f"<!-- {name} begins -->", f"<!-- {name} ends -->"
    before, found, rest = page.partition(begins)
    _, closed, after = rest.partition(ends)
    if not found or not closed:
        raise SystemExit(f"{PAGE.name} has no place for {name}.")
    PAGE.write_text(f"{before}{begins}\n{text}\n{ends}{after}", encoding="utf-8")
