"""Recompute two measures of a quarter from exported files with DuckDB.

    python examples/duckdb/measures.py DIR --quarter 2026-Q4 --zone America/Los_Angeles

DIR is where `export.py` put the files. One line a measure: met, missed, and what stands apart.
"""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

MEASURES = {"SEED48H": "seed48h.sql", "REF_CLOSED": "ref_closed.sql"}
_HERE = Path(__file__).parent
_EMPTY = ("Group", "Patient", "Encounter", "Task", "ServiceRequest", "Coverage")


def recompute(files: Path, start_ms: int, end_ms: int, as_of_ms: int, zone: str) -> dict[str, dict[str, str]]:
    """Where each unit (`Encounter/…`, `ServiceRequest/…`) stands, by measure."""
    for kind in _EMPTY:
        # An export has no file for a type of which there is nothing.
        if not any(files.glob(f"{kind}.*.ndjson")):
            (files / f"{kind}.none.ndjson").touch(mode=0o600)
    with duckdb.connect() as connection:
        said = {
            "files": str(files),
            "zone": zone,
            "start_ms": start_ms,
            "end_ms": end_ms,
            "as_of_ms": as_of_ms,
        }
        for name, value in said.items():
            connection.execute(f"SET VARIABLE {name} = ?", [value])
        connection.execute((_HERE / "tables.sql").read_text())
        return {
            measure: dict(connection.execute((_HERE / query).read_text()).fetchall())
            for measure, query in MEASURES.items()
        }


def quarter(label: str, zone: str) -> tuple[int, int]:
    """The first ms of a quarter such as 2026-Q4, and of the next one, where the plan is."""
    year, part = int(label[:4]), int(label[-1])
    where = ZoneInfo(zone)
    first = datetime(year, 3 * part - 2, 1, tzinfo=where)
    after = datetime(year + part // 4, 3 * part % 12 + 1, 1, tzinfo=where)
    return round(first.timestamp() * 1000), round(after.timestamp() * 1000)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Recompute two measures from exported files.")
    parser.add_argument("files", type=Path)
    parser.add_argument("--quarter", required=True, help="such as 2026-Q4")
    parser.add_argument("--zone", default="America/Los_Angeles", help="the plan's time zone")
    args = parser.parse_args()
    start_ms, end_ms = quarter(args.quarter, args.zone)
    now_ms = round(datetime.now().timestamp() * 1000)  # noqa: DTZ005 - an instant, whatever the zone
    for measure, units in recompute(args.files, start_ms, end_ms, now_ms, args.zone).items():
        counts = Counter(units.values())
        rate = (
            counts["met"] / (counts["met"] + counts["missed"]) if counts["met"] + counts["missed"] else None
        )
        said = "no data" if rate is None else f"{rate:.0%}"
        print(f"{measure:<12} {said:>8}  " + ", ".join(f"{one} {n}" for one, n in sorted(counts.items())))


if __name__ == "__main__":
    main()
