"""Tables of people and of what they count as, written by hand for one measure (`tests/plan_outcomes/by_hand`)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine

from plan.database import metadata
from plan.outcomes import tables
from plan.outcomes.measures.model import UnitRow
from plan.outcomes.periods import Period, find_period
from tests.support.hand_facts import Facts
from tests.support.hand_times import ZONE, ms

FOLDER = Path(__file__).parents[1] / "plan_outcomes" / "by_hand"


@dataclass(frozen=True)
class HandTable:
    """One file: the period, when its figures are made, and a line a person."""

    measure: str
    period: Period
    as_of_ms: int
    lines: tuple[dict[str, str], ...]

    def expected(self) -> dict[str, Counter[str]]:
        """What each person counts as, in the words of the table: "met: asked" so many times."""
        return {line["Who"]: _count(line["Counts as"]) for line in self.lines if line["Counts as"] != "—"}

    def values(self) -> dict[str, float]:
        """Hours or days, of those who count once and have one."""
        return {line["Who"]: float(line["Value"]) for line in self.lines if line.get("Value")}

    def write(self, connection: Connection) -> None:
        facts = Facts()
        for line in self.lines:
            facts.person(line["Who"], line)
        facts.write(connection)


def make_empty() -> Engine:
    """A database in memory that holds the fact tables and nobody."""
    engine = create_engine("sqlite://")
    metadata.create_all(engine, tables=tables.FACTS)
    return engine


def list_measures() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.md"))


def read_table(measure: str) -> HandTable:
    said = (FOLDER / f"{measure}.md").read_text(encoding="utf-8")
    frame = re.search(r"Period (\S+)\. Made (\S+ \S+)\.", said)
    assert frame is not None
    period = find_period(frame[1], ZONE)
    assert period is not None
    rows = [_cells(line) for line in said.splitlines() if line.startswith("|")]
    lines = tuple(dict(zip(rows[0], row, strict=True)) for row in rows[2:])
    assert len({line["Who"] for line in lines}) == len(lines), "two lines of one name"
    return HandTable(measure, period, ms(frame[2]), lines)


def counted(rows: Iterable[UnitRow]) -> dict[str, Counter[str]]:
    """What a measure made of everybody, in the form of `HandTable.expected`."""
    found: dict[str, Counter[str]] = {}
    for row in rows:
        found.setdefault(row.member_id, Counter())[f"{row.standing}: {row.reason}"] += 1
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _count(said: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in said.split(","):
        words, _, times = one.strip().partition(" \N{MULTIPLICATION SIGN}")
        found[words] += int(times or 1)
    return found
