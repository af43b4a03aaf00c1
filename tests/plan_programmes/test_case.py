"""A case to learn from tells a course, and nothing by which anybody could be looked up."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine, true

from hearthside.cli import main
from plan.audit.seen import list_events
from plan.database import read_transaction, write_transaction
from plan.fhir.store import find_current
from plan.problems import PlanProblem
from plan.programmes.case import Case, age_band, compose_case
from plan.programmes.case_page import draw_case
from plan.resources import put_as_system
from tests.plan.fhir_builders import restricted
from tests.support.plan_files import open_new_plan
from tests.support.roster import People, Person

AT = 1_764_000_000_000  # 2025-11-24


def words_of(value: Any) -> set[str]:
    """Every text in a resource."""
    if isinstance(value, dict):
        return {one for each in value.values() for one in words_of(each)}
    if isinstance(value, list):
        return {one for each in value for one in words_of(each)}
    return {str(value)}


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_new_plan(tmp_path / "plan.db")


def tell(engine: Engine) -> Person:
    people = People()
    ana = people.member(
        "okonkwo", born="1931-03-01", line="Medi-Cal", organisation="North Clinic", race="2054-5"
    )
    ana.problem("C34.1")
    first = ana.visit("2025-10-02T10:00-07:00", esas={"pain": 8, "sob": 2}, phase="unstable", by="nurse-7")
    ana.conversation(first, matters="to see the sea at Pacifica", worries="?declined")
    ana.stay("hospital", "2025-10-05T10:00-07:00", "2025-10-09T10:00-07:00")
    ana.visit("2025-10-10T10:00-07:00", modality="telephone", by="nurse-7")
    ana.renew(ana.refer("hospice", "2025-10-11T10:00-07:00"), "started", "2025-10-13T10:00-07:00")
    people.save(engine)
    return ana


def test_it_tells_the_course_by_days(engine: Engine) -> None:
    ana = tell(engine)
    with read_transaction(engine) as connection:
        case = compose_case(connection, ana.patient_id)
    assert case.who == "A person of 90 years or more with cancer."
    course = dict(case.course)
    assert course[1][0] == "Visit in person at home."
    assert "pain 8, dyspnea 2" in course[1][1]
    assert "Phase: unstable." in course[1]
    assert "what matters" in course[1][-1]
    assert course[4] == ("For 4 days in hospital.",)
    assert course[9] == ("Visit by telephone.",)
    assert course[10] == ("Referred to hospice.",)


def test_pain_now_and_pain_over_the_week_are_not_told_in_the_same_words(engine: Engine) -> None:
    people = People()
    ana = people.member("asked-twice", born="1931-03-01")
    ana.visit("2025-10-02T10:00-07:00", esas={"pain": 5}, peg_p=5)
    people.save(engine)
    with read_transaction(engine) as connection:
        case = compose_case(connection, ana.patient_id)
    assert "Of 10: pain 5, pain on average over the past week 5." in dict(case.course)[1]


def test_nothing_of_her_record_stands_in_it(engine: Engine) -> None:
    ana = tell(engine)
    with read_transaction(engine) as connection:
        pages = PdfReader(io.BytesIO(draw_case(compose_case(connection, ana.patient_id)))).pages
    assert len(pages) == 1
    page = pages[0].extract_text().partition("To talk about")[0]
    assert "Day 1." in page
    said = words_of(list(ana.resources.values())) | {
        "Okonkwo",
        "North Clinic",
        "Pacifica",
        "nurse-7",
        "Medi-Cal",
    }
    known = {"unstable", "hospice", "worries", "phase", "place", "referral"}
    for word in said - known:
        # A word that says something: ids, names, dates, codes, what somebody said.
        if len(word) > 4 and not word.startswith(("http", "urn:")):
            assert not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", page, re.IGNORECASE), word
    assert not re.search(r"\b(19|20)\d\d\b", page), "no year"


def test_one_visit_is_told_alone(engine: Engine) -> None:
    ana = tell(engine)
    visit = next(
        name.partition("/")[2]
        for name, one in ana.resources.items()
        if "identifier" in one and "participant" in one
    )
    with read_transaction(engine) as connection:
        case = compose_case(connection, ana.patient_id, visit_id=visit)
        assert [day for day, _ in case.course] == [1]
        assert "hospital" not in json.dumps(case.course)
        with pytest.raises(PlanProblem):
            compose_case(connection, ana.patient_id, visit_id="another")
        with pytest.raises(PlanProblem):
            compose_case(connection, "nobody")


@pytest.mark.parametrize(
    ("born", "said"),
    [
        ("1950-11-24", "of 75 to 79 years"),
        ("1950-11-25", "of 70 to 74 years"),
        ("1935-11-25", "of 85 to 89 years"),
        ("1935-11-24", "of 90 years or more"),
        ("1920-01-01", "of 90 years or more"),
        ("2010-01-01", "under 18 years"),
        (None, "whose age is not known"),
    ],
)
def test_an_age_is_a_band(born: str | None, said: str) -> None:
    assert age_band(born, AT) == said


def test_a_long_course_is_still_one_page() -> None:
    course = tuple((day, ("Visit in person at home.", "Of 10: pain 8, dyspnea 2.")) for day in range(1, 120))
    assert len(PdfReader(io.BytesIO(draw_case(Case("A person.", course)))).pages) == 1


def test_of_a_record_that_is_kept_apart_nothing_is_told(engine: Engine, tmp_path: Path) -> None:
    ana = tell(engine)
    kept = find_of(engine, ana.patient_id) | {"meta": restricted()}
    with write_transaction(engine) as connection:
        put_as_system(connection, kept)
    out = tmp_path / "case.pdf"
    assert (
        main(["plan", "case", "--patient", ana.patient_id, "--out", str(out), "--db", str(engine.url)]) == 1
    )
    assert not out.exists()


def find_of(engine: Engine, patient_id: str) -> dict[str, Any]:
    with read_transaction(engine) as connection:
        row = find_current(connection, "Patient", patient_id, true())
    assert row is not None
    found: dict[str, Any] = json.loads(row.body)
    return found


def test_that_it_was_made_stands_in_the_trail(engine: Engine, tmp_path: Path) -> None:
    ana = tell(engine)
    out = tmp_path / "case.pdf"
    assert (
        main(["plan", "case", "--patient", ana.patient_id, "--out", str(out), "--db", str(engine.url)]) == 0
    )
    assert out.stat().st_mode & 0o777 == 0o600
    with read_transaction(engine) as connection:
        (event,) = list_events(connection, ana.patient_id)
    assert event.records == {"a case to learn from": "exported"}
