"""The report as it is read: who sees which figures, which numbers are not there, and that it is FHIR."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlmodel import col

from plan.audit.place import audit_transaction
from plan.audit.tables import AuditPatient
from plan.database import read_transaction, write_transaction
from plan.fhir.tables import membership
from plan.fhir.validate import validate
from plan.outcomes.report import making
from plan.outcomes.report.cells import make_cube
from plan.outcomes.report.making import DAY_MS, make_report, work_out
from plan.outcomes.report.tables import FOR_TEAMS, report
from tests.plan.plan_doubles import Plan, load_panel
from tests.plan_report.report_world import BIG, NOW, SPANISH, load_world
from tests.plan_report.solver_attack import find_betrayed, sums_of
from tests.support.plan_files import open_new_plan

Json = dict[str, Any]
ALL = "$hearthside-outcomes"
ONE = "Measure/NQF1634/$evaluate-measure"


def ask(plan: Plan, user: str, path: str = ALL, **params: str) -> Json:
    answer = plan.as_user(user).get(path, params=params)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def reports(bundle: Json, kind: str = "MeasureReport") -> list[Json]:
    return [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == kind]


def counts(held: Json) -> dict[str, int | None]:
    return {one["code"]["coding"][-1]["code"]: one.get("count") for one in held["population"]}


def strata(report: Json, grouping: str) -> dict[str, Json]:
    for one in report["group"][0]["stratifier"]:
        if one["code"][0]["coding"][0]["code"] == grouping:
            return {held["value"]["coding"][0]["code"]: held for held in one["stratum"]}
    raise AssertionError(grouping)


def subjects(report: Json, place: str) -> list[str]:
    lists = {one["id"]: one for one in report.get("contained", [])}
    found = lists.get(f"list-{place}", {}).get("entry", [])
    return [one["item"]["reference"] for one in found]


def test_a_supervisor_reads_her_team_and_what_may_be_shown_of_the_plan(reported: Plan) -> None:
    bundle = ask(reported, "sue")

    assert len(reports(bundle, "Measure")) == 19
    assert {one.get("reporter", {}).get("reference") for one in reports(bundle)} == {
        None,
        "Organization/team-1",
    }
    mine = next(one for one in reports(bundle) if one["id"] == "NQF1634.team-1.y2026-Q2")
    assert counts(mine["group"][0])["died"] == 0
    assert mine["period"] == {"start": "2025-07-01", "end": "2026-06-30"}


def test_a_small_number_is_absent_with_the_reason_masked_and_so_is_the_share(reported: Plan) -> None:
    report = ask(reported, "sue", ONE, subject="Organization/team-1")
    spanish = strata(report, "language")["es"]

    hidden = [one for one in spanish["population"] if one["code"]["coding"][-1]["code"] == "met"]
    assert hidden[0]["extension"][0]["valueCode"] == "masked"
    assert "count" not in hidden[0]
    assert "measureScore" not in spanish
    assert counts(report["group"][0])["no-visit"] is None  # one person


def test_what_a_team_is_shown_of_the_plan_stays_four_weeks(tmp_path: Path) -> None:
    """Two days' figures of the plan, less a day in one's own team, would be somebody of another team."""
    engine = open_new_plan(tmp_path / "plan.db", load_panel)
    load_world(engine)

    def made_after(days: int) -> tuple[set[int], set[int]]:
        now = NOW + days * DAY_MS
        make_report(engine, now)
        with read_transaction(engine) as connection:
            rows = connection.execute(select(report.c.scope, report.c.made_ms)).all()
        of_teams = {(made - NOW) // DAY_MS for scope, made in rows if scope == FOR_TEAMS}
        return of_teams, {(made - NOW) // DAY_MS for scope, made in rows if scope != FOR_TEAMS}

    assert made_after(0) == ({0}, {0})
    assert made_after(27) == ({0}, {27})
    assert made_after(28) == ({28}, {28})
    engine.dispose()


def test_the_plan_reads_every_team_and_a_team_reads_less_of_the_plan(reported: Plan) -> None:
    of_plan = reports(ask(reported, "op"))
    assert {one.get("reporter", {}).get("reference") for one in of_plan} == {
        None,
        "Organization/team-1",
        "Organization/team-2",
    }
    whole = ask(reported, "op", ONE)
    for_team = ask(reported, "sue", ONE)
    shown, less = counts(whole["group"][0]), counts(for_team["group"][0])
    assert all(less[place] in (None, count) for place, count in shown.items())
    assert counts(strata(whole, "language")["es"])["denominator"] == SPANISH
    assert counts(strata(for_team, "language")["es"])["denominator"] is None  # all of them are team 1's


@pytest.mark.parametrize(("who", "status"), [("ana", 403), ("cam", 403)])
@pytest.mark.parametrize("path", [ALL, ONE])
def test_outcomes_are_not_for_nurses(reported: Plan, who: str, status: int, path: str) -> None:
    answer = reported.as_user(who).get(path)

    assert answer.status_code == status
    assert "Measure/" not in answer.text


def test_another_teams_report_is_as_absent_as_none(reported: Plan) -> None:
    for subject in ("Organization/team-1", "Organization/nobody"):
        assert reported.as_user("tom").get(ONE, params={"subject": subject}).status_code == 404


def test_behind_a_number_stand_only_people_whose_records_she_reads_now(reported: Plan) -> None:
    mine = ask(reported, "sue", ONE, reportType="subject-list", subject="Organization/team-1")
    assert len(subjects(mine, "met")) == 29
    assert "Patient/one44" in subjects(mine, "no-visit")

    of_plan = ask(reported, "tom", ONE, reportType="subject-list")
    found = [who for place in ("met", "missed", "no-visit") for who in subjects(of_plan, place)]
    assert found
    assert all(who.startswith("Patient/two") for who in found)

    spanish = ask(
        reported,
        "sue",
        ONE,
        reportType="subject-list",
        subject="Organization/team-1",
        grouping="language",
        value="es",
    )
    assert set(subjects(spanish, "denominator")) <= {f"Patient/one{number}" for number in range(SPANISH)}


def test_every_name_behind_a_number_leaves_an_event(reported: Plan) -> None:
    ask(reported, "sue", ONE, reportType="subject-list", subject="Organization/team-1")

    with audit_transaction(reported.engine) as connection:
        seen = set(connection.execute(select(col(AuditPatient.patient_id))).scalars())
    assert {f"one{number}" for number in range(BIG)} <= seen


def test_who_left_the_team_stands_on_no_list(reported: Plan) -> None:
    with write_transaction(reported.engine) as connection:
        gone = membership.c.patient_id == "one1"
        kept = connection.execute(select(membership).where(gone)).mappings().one()
        connection.execute(delete(membership).where(gone))
    try:
        mine = ask(reported, "sue", ONE, reportType="subject-list", subject="Organization/team-1")
        assert "Patient/one1" not in subjects(mine, "met")
    finally:
        with write_transaction(reported.engine) as connection:
            connection.execute(membership.insert().values(**kept))


def test_every_report_is_valid_r4(reported: Plan) -> None:
    bundle = ask(reported, "sue")
    lists = ask(reported, "sue", ONE, reportType="subject-list", subject="Organization/team-1")
    for resource in (*reports(bundle, "Measure"), *reports(bundle), lists):
        validate(resource)


def test_an_unchanged_report_is_not_sent_twice(reported: Plan) -> None:
    first = reported.as_user("sue").get(ALL)
    again = reported.as_user("sue").get(ALL, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.text) == (304, "")


@pytest.mark.parametrize(
    "params",
    [
        {"reportType": "everything"},
        {"periodStart": "2026-01-01", "periodEnd": "2026-05-31"},
        {"reportType": "subject-list", "grouping": "name", "value": "x"},
    ],
)
def test_what_the_report_does_not_have_is_refused_in_words(reported: Plan, params: dict[str, str]) -> None:
    answer = reported.as_user("sue").get(ONE, params=params)

    assert answer.status_code == 400
    assert answer.json()["issue"][0]["diagnostics"]


def test_from_the_kept_report_nobody_can_work_out_a_hidden_number(
    reported: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole way: the cubes that the report is made of, and exactly the numbers that it keeps."""
    cubes = []
    monkeypatch.setattr(making, "make_cube", lambda units: cubes.append(make_cube(units)) or cubes[-1])
    with read_transaction(reported.engine) as connection:
        kept = {(one.measure, one.scope): one for one in work_out(connection, NOW)}
    label = next(iter(next(iter(kept.values())).periods))
    looked = 0
    for cube in cubes:
        if not cube.values or not any(name for name in cube.strata):
            continue
        hidden = set()
        for cell in cube.values:
            if cell.place == ("", "all"):
                hidden.add(cell)
                continue
            part = ("", "") if cell.stratum[0] == "quarter" else cell.stratum
            period = cell.stratum[1] if cell.stratum[0] == "quarter" else label
            rows = kept[cell.place[0], cell.scope].rows
            (row,) = [one for one in rows if (one.period, one.stratum) == (period, part)]
            if row.find(cell.place[1]) is None:
                hidden.add(cell)
            else:
                assert row.find(cell.place[1]) == cube.values[cell]
        small = {cell: 11 for cell, value in cube.values.items() if 1 <= value <= 10 and cell.place[0]}
        assert small.keys() <= hidden
        assert find_betrayed(list(sums_of(cube)), cube.values, hidden, small) == []
        looked += len(small)
    assert looked > 20
    together = [set(cube.places) for cube in cubes if cube.strata]
    assert any({"NQF1634", "NQF1639"} <= names for names in together), "they count the same people"
    assert all(one.scope != FOR_TEAMS or kept[one.measure, "*"] for one in kept.values())
