"""The demo's past visits: what the app sends today, moved to the day of the demo, and read back by the app."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.sync.fhir.visit import decode_visit
from plan.demo_panel.load import USERS, later_versions, panel_resources
from plan.demo_panel.visits import FILE, move
from plan.fhir.validate import validate
from plan.people import team_id
from plan.users import User
from tools.demo_visits import VISITS
from tools.make_demo_visits import BASE, make_visit, make_visits, to_text

NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
DAYS = (NOW - timedelta(hours=8)).date() - BASE


@pytest.fixture(scope="module")
def users() -> dict[str, User]:
    return {
        name: User(
            id=name, username=name, display_name=shown, role=role, practitioner_id=f"p-{name}",
            team_id=team_id(team), created_ms=0,
        )
        for name, shown, role, team in USERS
    }  # fmt: skip


@pytest.fixture(scope="module")
def groups(users: dict[str, User]) -> list[list[dict[str, Any]]]:
    return panel_resources(users, NOW)


def of_type(group: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [each for each in group if each["resourceType"] == kind]


def test_past_visits_are_what_the_app_itself_sends_today() -> None:
    """After a change of content or mapping: `python -m tools.make_demo_visits`."""
    assert FILE.read_text(encoding="utf-8") == to_text(make_visits())


def test_past_visits_are_read_back_by_the_app_with_all_their_answers(
    groups: list[list[dict[str, Any]]],
) -> None:
    told = {make_visit(one).id: one for one in VISITS}
    for group in groups:
        for encounter in of_type(group, "Encounter"):
            if encounter["id"] not in told:
                continue
            here = {"reference": f"Encounter/{encounter['id']}"}
            mine = [each for each in group if each.get("encounter") == here]
            notes = [
                n
                for n in of_type(group, "DocumentReference")
                if n.get("context", {}).get("encounter") == [here]
            ]
            visit = decode_visit(
                encounter, of_type(mine, "QuestionnaireResponse"), notes, of_type(mine, "Observation")
            )
            made = make_visit(told.pop(encounter["id"]))
            assert visit is not None
            assert {link: one.value for link, one in visit.answers.items()} == {
                link: one.value for link, one in made.answers.items()
            }
            assert {name: len(entries) for name, entries in visit.entries.items()} == {
                name: len(entries) for name, entries in made.entries.items()
            }
            assert visit.note == made.note
            assert visit.began_at == made.began_at + DAYS
    assert told == {}


def test_days_in_words_move_with_the_dates() -> None:
    wanted = [date(2026, 1, 5) + DAYS, date(2026, 1, 12) + DAYS, date(2025, 12, 30) + DAYS]
    shown = [f"{day:%b} {day.day}" for day in wanted]
    moved = move("Seen Jan 5, 2026, again Jan 12, since Dec 30", DAYS, {})
    assert moved == f"Seen {shown[0]}, {wanted[0].year}, again {shown[1]}, since {shown[2]}"
    assert move("2026-01-14T10:15:00-08:00", DAYS, {}) == f"{BASE + DAYS - timedelta(days=1)}T10:15:00-08:00"


def test_each_visit_ends_with_the_provenance_that_names_all_of_it(groups: list[list[dict[str, Any]]]) -> None:
    for group in groups:
        for provenance in of_type(group, "Provenance"):
            targets = {target["reference"] for target in provenance["target"]}
            tagged = {
                f"{each['resourceType']}/{each['id']}"
                for each in group
                if any(tag.get("code") == provenance["id"] for tag in each.get("meta", {}).get("tag", []))
            }
            assert tagged == targets | {f"Provenance/{provenance['id']}"}


def test_no_visit_lies_ahead_and_several_show_a_course(groups: list[list[dict[str, Any]]]) -> None:
    starts: dict[str, list[datetime]] = {}
    for group in groups:
        for each in of_type(group, "Encounter"):
            if each.get("identifier"):
                began = datetime.fromisoformat(each["period"]["start"])
                assert began < NOW
                starts.setdefault(each["subject"]["reference"], []).append(began)
    assert max(len(found) for found in starts.values()) >= 3


def test_the_care_manager_answered_referrals_and_changed_nothing_else(
    groups: list[list[dict[str, Any]]], users: dict[str, User]
) -> None:
    known = {each["id"]: each for group in groups for each in group}
    answers = later_versions(groups, users, NOW)
    assert [each["status"] for each in answers] == ["accepted", "rejected", "in-progress"]
    for each in answers:
        validate(each)
        before = known[each["id"]]
        assert each["requester"] == before["requester"]
        changed = {name for name in each if each[name] != before.get(name)}
        allowed = {"status", "businessStatus", "statusReason", "owner", "lastModified", "note", "meta"}
        assert changed <= allowed
        assert each["note"][-1]["authorReference"]["reference"] == "Practitioner/p-lena.hart"


def test_private_concerns_of_the_demo_carry_their_label(groups: list[list[dict[str, Any]]]) -> None:
    texts = [each for group in groups for each in group if "dog is loose" in str(each)]
    assert texts
    for each in texts:
        assert [label["code"] for label in each["meta"]["security"]] == ["R"], each["resourceType"]
