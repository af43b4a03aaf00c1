"""Services of a month: who was given what, by whom and where, each once; opened by a spreadsheet as text."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hearthside.cli import main
from plan.audit.seen import list_events
from plan.database import read_transaction, write_transaction
from plan.programmes.csv_file import write_csv
from plan.resources import put_as_system
from tests.support.plan_files import open_new_plan
from tests.support.roster import People


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_new_plan(tmp_path / "plan.db")


def gather() -> People:
    people = People()
    ana = people.member("ana", line="Medi-Cal managed care", organisation="North Clinic")
    ana.stay("hospital", "2025-10-01T08:00-07:00", "2025-10-30T12:00-07:00")
    ana.visit("2025-10-31T23:30-07:00", esas={"pain": 8}, by="n1")
    first = ana.visit("2025-11-01T00:00-07:00", esas={"pain": 3}, by="n1")
    ana.conversation(first, matters="family")
    ana.visit("2025-11-08T10:00-08:00", by="n1")
    ana.visit("2025-11-09T10:00-08:00", modality="telephone", by="n2")
    ana.visit("2025-11-10T10:00-08:00", seen=False, by="n1")
    people.member("ben", line=None).visit("2025-11-03T10:00-08:00", setting="nursing-home-long", by="n2")
    people.member("nobody").visit("2025-12-01T00:00-08:00", by="n1")
    return people


def read(path: Path) -> list[tuple[str, ...]]:
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        tuple(row[name] for name in ("member", "service", "setting", "practitioner_id", "count", "dates"))
        for row in rows
    ]


def test_each_service_of_the_month_stands_once(engine: Engine, tmp_path: Path) -> None:
    gather().save(engine)
    name = {"resourceType": "Practitioner", "id": "n1", "name": [{"text": "=Ana Ruiz, RN"}]}
    with write_transaction(engine) as connection:
        put_as_system(connection, name)
    out = tmp_path / "services.csv"
    assert main(["plan", "services", "--month", "2025-11", "--out", str(out), "--db", str(engine.url)]) == 0
    assert out.stat().st_mode & 0o777 == 0o600
    assert read(out) == [
        ("m-ana", "conversation about what matters", "home", "n1", "1", "2025-11-01"),
        ("m-ana", "symptoms rated", "home", "n1", "1", "2025-11-01"),
        ("m-ana", "visit by telephone", "home", "n2", "1", "2025-11-09"),
        ("m-ana", "visit in person", "home", "n1", "2", "2025-11-01 2025-11-08"),
        ("m-ben", "visit in person", "nursing-home-long", "n2", "1", "2025-11-03"),
    ], "the 48-hour visit was in October, the one that did not take place is none"
    text = out.read_text()
    assert "medicaid,North Clinic" in text
    assert "unknown,unknown" in text, "no cover that anybody told of"
    assert "'=Ana Ruiz" in text
    with read_transaction(engine) as connection:
        assert [one.action for one in list_events(connection, "p-ana")] == ["export"]
        assert list_events(connection, "p-nobody") == []


def test_the_visit_after_coming_home_is_a_service_of_its_own(engine: Engine, tmp_path: Path) -> None:
    gather().save(engine)
    out = tmp_path / "services.csv"
    assert main(["plan", "services", "--month", "2025-10", "--out", str(out), "--db", str(engine.url)]) == 0
    assert [row[1] for row in read(out)] == [
        "symptoms rated",
        "visit in person",
        "visit within 48 hours of coming home",
    ]


@pytest.mark.parametrize("month", ["2025", "2025-Q4", "2025-13", "November", ""])
def test_a_month_is_a_month(engine: Engine, tmp_path: Path, month: str) -> None:
    out = tmp_path / "services.csv"
    assert main(["plan", "services", "--month", month, "--out", str(out), "--db", str(engine.url)]) == 1
    assert not out.exists()


def test_a_file_that_is_there_is_left_alone(engine: Engine, tmp_path: Path) -> None:
    out = tmp_path / "services.csv"
    out.write_text("mine")
    assert main(["plan", "services", "--month", "2025-11", "--out", str(out), "--db", str(engine.url)]) == 1
    assert out.read_text() == "mine"


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", " =", "\u00a0@", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
)
def test_no_cell_is_a_formula(start: str) -> None:
    (row,) = list(csv.reader(write_csv(["a"], [[f"{start}1+1"]]).splitlines()[1:])) or [[""]]
    assert row[0].startswith("'")
