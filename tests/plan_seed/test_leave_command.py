"""`hearthside plan leave`: entering who is away and who stands in, listing it, ending it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from plan.database import make_engine, write_transaction
from plan.duty_settings import check_duty
from plan.problems import PlanProblem
from plan.users import add_user
from tests.plan_seed.plan_commands import Here

HOURS = {"from": "08:00", "to": "17:00"}


def test_a_leave_is_entered_listed_and_ended(here: Here, database: str) -> None:
    here.succeed("users", "add", "records", "--role", "operator")
    assert here.succeed("leave", "list") == "None.\n"
    engine = make_engine(database)
    password = "amber river quiet lantern"
    with write_transaction(engine) as connection:
        for name in ("ana.ruiz", "ben.cole"):
            add_user(
                connection, username=name, display_name=name, role="nurse", password=password, team="East"
            )
    engine.dispose()
    last = (datetime.now(UTC) + timedelta(days=6)).date()
    who = ("leave", "add", "--nurse", "ana.ruiz", "--by", "ben.cole", "--until")
    assert "ben.cole has the people of ana.ruiz until" in here.succeed(*who, last.isoformat())
    line = here.succeed("leave", "list")
    assert "ana.ruiz, covered by ben.cole, not taken over yet" in line
    begins = (last - timedelta(days=2)).isoformat()
    assert "entered for this time already" in here.fail(*who, f"{last}T09:00-07:00", "--from", begins)
    assert "within a year" in here.fail(*who, "2199-01-01")
    assert "A day is written" in here.fail(*who, "someday")
    assert "needs its offset" in here.fail(*who, f"{last}T09:00")
    assert here.succeed("leave", "end", line.split("  ")[0]) == "Ended.\n"
    assert here.succeed("leave", "list") == "None.\n"
    assert "No leave of that id" in here.fail("leave", "end", line.split("  ")[0])


def test_a_nurse_who_is_nobody_is_said_in_a_sentence(here: Here) -> None:
    here.succeed("users", "add", "records", "--role", "operator")
    asked = ("leave", "add", "--nurse", "nobody", "--by", "ben.cole", "--until", "2026-12-01")
    assert 'There is no user "nobody".' in here.fail(*asked)


@pytest.mark.parametrize(
    "said",
    [
        [],
        {"nobody": 1},
        {"unseen_minutes": {"act-now": 1}},
        {"unseen_minutes": {"act-now": True}},
        {"unseen_minutes": {"some": 30}},
        {"list": [{"who": "Practitioner/a", "from": "8:00", "to": "17:00"}]},
        {"list": [{"who": "Ana", **HOURS}]},
        {"list": [{"who": "Practitioner/a", **HOURS, "days": ["someday"]}]},
        {"list": [{"who": "Practitioner/a", **HOURS, "phone": "1"}]},
        {"list": [3]},
        {"working": {"from": "08:00"}},
        {"working": {**HOURS, "who": "Practitioner/a"}},
    ],
)
def test_a_duty_list_that_nobody_could_follow_is_refused(said: Any) -> None:
    with pytest.raises(PlanProblem, match="duty"):
        check_duty(said)


def test_the_one_in_the_document_is_taken() -> None:
    text = (Path(__file__).parents[2] / "docs" / "plan-settings.md").read_text(encoding="utf-8")
    document = json.loads(text.split("```json\n", 1)[1].split("```", 1)[0])
    check_duty(document["duty"])
