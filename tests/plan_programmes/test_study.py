"""A study counts people, each once an outcome, and shows no count from which few could be told."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from hearthside.cli import main
from plan.database import read_transaction, write_transaction
from plan.outcomes import tables as facts
from plan.programmes.study import HIDDEN, Frame, make_study
from tests.support.plan_files import open_new_plan

DAY = 86_400_000
START = 1_700_000_000_000 // DAY * DAY
FRAME = Frame("community-palliative", START, START + 90 * DAY, 30, START + 400 * DAY)
Row = tuple[str, str, str, str, str]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_new_plan(tmp_path / "plan.db")


class Cohort:
    """People as facts; days are counted from the start of the period."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, object]]] = defaultdict(list)

    def add(
        self, name: str, *, came: float | None = None, listed: float = -10, died: float | None = None
    ) -> str:
        words = dict.fromkeys(
            ("language", "interpreter", "race", "ethnicity", "rurality", "organisation"), "unknown"
        )
        at = None if died is None else round(START + died * DAY)
        own = {"patient_id": name}
        more = {"is_dead": int(died is not None), "died_ms": at, "line": "d-snp", "setting": "home"}
        self.rows["outcome_member"].append(own | words | more)
        spell = {"since_ms": round(START + listed * DAY), "until_ms": facts.FOREVER}
        self.rows["outcome_roster"].append(own | spell)
        if came is not None:
            times = {"from_ms": round(START + came * DAY), "until_ms": facts.FOREVER}
            self.rows["outcome_programme"].append(own | {"programme": "community-palliative"} | times)
        return name

    def hospital(self, name: str, since: float, until: float) -> None:
        times = {"from_ms": round(START + since * DAY), "until_ms": round(START + until * DAY)}
        self.rows["outcome_hospital"].append({"patient_id": name, "stay_id": "s"} | times)

    def store(self, engine: Engine) -> list[Row]:
        with write_transaction(engine) as connection:
            for table in facts.FACTS:
                if self.rows[table.name]:
                    connection.execute(insert(table), self.rows[table.name])
        with read_transaction(engine) as connection:
            return make_study(connection, FRAME)


def shown(rows: list[Row], outcome: str, grouping: str = "everybody", group: str = "") -> dict[str, str]:
    return {row[1]: row[4] for row in rows if row[0] == outcome and row[2:4] == (grouping, group)}


def test_each_person_is_counted_by_what_followed(engine: Engine) -> None:
    cohort = Cohort()
    for number in range(12):
        fewer = cohort.add(f"fewer-{number}", came=10)
        cohort.hospital(fewer, 0, 9)
        cohort.hospital(fewer, 39, 50)  # ends in the window by a day: the rest of the stay lies behind it
        cohort.hospital(cohort.add(f"more-{number}", came=10), 10, 12)
        cohort.add(f"none-{number}", listed=20)
        cohort.add(f"died-{number}", came=10, died=39.9)
        cohort.add(f"lived-{number}", came=10, died=40)
        cohort.add(f"before-{number}", came=-1)
        cohort.add(f"dead-{number}", died=-1)
        cohort.add(f"later-{number}", listed=90)
    rows = cohort.store(engine)
    assert shown(rows, "hospital-days") == {
        "none": "24", "fewer": "12", "same": "0", "more": "12", "died": "12", "not-over": "0",
    }  # fmt: skip
    assert shown(rows, "died", "arm", "integrated") == {"yes": "12", "no": "36", "not-over": "0"}
    assert shown(rows, "died", "arm", "not-integrated") == {"yes": "0", "no": "12", "not-over": "0"}
    assert shown(rows, "conversation")["no"] == "48"


def test_no_few_are_shown_and_none_can_be_worked_out(engine: Engine) -> None:
    cohort = Cohort()
    for number in range(40):
        name = cohort.add(f"p-{number}", came=5 if number % 2 else None, listed=0)
        if number < 3:
            cohort.hospital(name, -10, -2)
    rows = cohort.store(engine)
    assert not [row for row in rows if row[4] != HIDDEN and 1 <= int(row[4]) <= 10]
    assert shown(rows, "died") == {"yes": "0", "no": "40", "not-over": "0"}, (
        "so everybody knows how many there are"
    )
    for grouping, group in {row[2:4] for row in rows}:
        found = shown(rows, "hospital-days", grouping, group)
        assert found["fewer"] == found["none"] == HIDDEN, "with one of them shown the other is the rest"


def test_an_operator_gets_it_as_a_file(engine: Engine, tmp_path: Path) -> None:
    out = tmp_path / "study.csv"
    order = ["plan", "study", "--out", str(out), "--db", str(engine.url)]
    assert main([*order, "--period", "2026-Q9"]) == 1
    assert main([*order, "--period", "2026", "--days", "0"]) == 1
    assert main([*order, "--period", "2026"]) == 0
    assert out.read_bytes().startswith(b"outcome,result,grouping,group,people\r\n")
