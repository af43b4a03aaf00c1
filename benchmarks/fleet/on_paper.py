"""From a measured fleet to larger ones, by multiplication: what each line takes is measured or assumed, and said so."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
SIZES = (("a clinic", 10), ("a county", 200), ("a state", 2_000), ("a large national plan", 20_000))
WORKDAYS = 250
OPEN_HOURS, RHYTHM = 4.0, 30.0
"""Assumed: how long the app is open on a workday, and seconds between its passes while nothing is new."""
WORK_HOURS, PEAK = 10.0, 3.0
"""Assumed: the hours over which a day's work is spread, and how many times the mean the busiest hour is."""


def make_table(found: Json) -> str:
    """Markdown."""
    lines = [
        "| | devices | visits a year | stored a year | visits a second, busiest hour | requests a second, busiest hour "
        "| cores for these |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for what, devices in SIZES:
        one = reckon(found, devices)
        lines.append(
            f"| {what} | {devices:,} | {_count(one['visits_a_year'])} | {_size(one['bytes_a_year'])} | "
            f"{one['visits_a_second']:.2g} | {one['requests_a_second']:.3g} | {one['cores']:.2g} |"
        )
    return "\n".join(lines)


def reckon(found: Json, devices: int) -> dict[str, float]:
    """Of that many devices that work as those of the run did."""
    visits, idle = found["visits"], found["idle_pass"]
    a_day = devices * visits / found["devices"] / found["days"]
    server = sum(seconds for name, seconds in found["cpu"].items() if name != "tablets")
    visits_a_second = a_day / (WORK_HOURS * 3_600) * PEAK
    # The mean over the day of those who have the app open, each with a pass every half minute.
    idle_passes = devices * OPEN_HOURS / WORK_HOURS / RHYTHM
    return {
        "visits_a_year": a_day * WORKDAYS,
        "bytes_a_year": a_day * WORKDAYS * found["database_bytes"] / visits,
        "visits_a_second": visits_a_second,
        "requests_a_second": visits_a_second * found["traffic"]["requests"] / visits
        + idle_passes * idle["requests"],
        "cores": visits_a_second * server / visits + idle_passes * idle["cpu"],
    }


def _count(number: float) -> str:
    return f"{number / 1e6:.1f} million" if number >= 1e6 else f"{number:,.0f}"


def _size(size: float) -> str:
    return f"{size / 1e12:.1f} TB" if size >= 1e12 else f"{size / 1e9:.3g} GB"
