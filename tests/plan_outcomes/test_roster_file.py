"""The roster of the seriously ill: read from a file, put in force as a whole, shown in numbers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, true

from plan.database import read_transaction, write_transaction
from plan.fhir.json_text import loads
from plan.fhir.store import find_current
from plan.outcomes import tables as facts
from plan.outcomes.refresh import refresh
from plan.outcomes.roster import Loaded, load_roster, read_roster
from plan.outcomes.roster_counts import count_roster
from plan.outcomes.roster_group import ROSTER_ID
from plan.outcomes.tables import FOREVER
from plan.problems import PlanProblem
from tests.plan_seed.plan_commands import Here
from tests.support.facts import ms, one, rows
from tests.support.plan_files import open_new_plan
from tests.support.roster import People

TODAY = date(2026, 11, 23)
HEAD = "member_number,since,until,line_of_business,provider_organisation,rurality,family,given,birth_date,language\n"


def file(tmp_path: Path, *lines: str, head: str = HEAD) -> Path:
    path = tmp_path / "roster.csv"
    path.write_text(head + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def load(engine: Engine, path: Path, today: date = TODAY) -> Loaded:
    with write_transaction(engine) as connection:
        return load_roster(connection, read_roster(path), today)


@pytest.fixture
def known(engine: Engine, people: People) -> Engine:
    """Two members whom the plan has, neither of them on the roster."""
    for key in ("ana", "ben"):
        people.member(key, since=None)
    people.save(engine)
    return engine


def test_a_file_puts_known_and_new_members_on_the_roster(known: Engine, tmp_path: Path) -> None:
    lines = (
        "m-ana,2026-01-01,,Medi-Cal managed care,Valley Group,rural,,,,",
        "X-77,2026-02-01,,D-SNP,,urban,Neu,Anna Maria,1944-02-03,es",
    )
    loaded = load(known, file(tmp_path, *lines))
    assert (loaded.people, loaded.made, loaded.left, loaded.changed) == (2, 1, 0, True)
    refresh(known)
    ana = one(known, facts.member, patient_id="p-ana")
    (new,) = (row for row in rows(known, facts.member) if row["birth_date"] == "1944-02-03")
    assert (ana["organisation"], ana["rurality"], ana["line"]) == (
        "Valley Group",
        "rural",
        "medicare-advantage",
    )
    assert (new["language"], new["line"], new["team_id"], new["rurality"]) == ("es", "d-snp", None, "urban")
    with read_transaction(known) as connection:
        counts = count_roster(connection, ms("2026-11-23T12:00-08:00"))
        held = find_current(connection, "Group", ROSTER_ID, true())
        assert held is not None
        assert (loads(held.body)["type"], held.is_open) == ("person", 0), "no nurse reads who else is on it"
    assert (counts.people, counts.unseen, counts.unknown) == (2, 2, 2)


def test_the_same_file_again_changes_nothing(known: Engine, tmp_path: Path) -> None:
    path = file(tmp_path, "m-ana,2026-01-01,,,,,,,,")
    load(known, path)
    assert not load(known, path).changed


def test_who_stands_on_it_no_longer_left_yesterday_and_keeps_her_time(known: Engine, tmp_path: Path) -> None:
    load(known, file(tmp_path, "m-ana,2026-01-01,,,,,,,,", "m-ben,2026-01-01,,,,,,,,"))
    assert load(known, file(tmp_path, "m-ben,2026-01-01,,,,,,,,")).left == 1
    refresh(known)
    ana, ben = one(known, facts.roster, patient_id="p-ana"), one(known, facts.roster, patient_id="p-ben")
    assert (ana["since_ms"], ana["until_ms"]) == (ms("2026-01-01T00:00-08:00"), ms("2026-11-23T00:00-08:00"))
    assert ben["until_ms"] == FOREVER


def test_who_comes_back_has_two_times(known: Engine, tmp_path: Path) -> None:
    load(known, file(tmp_path, "m-ana,2026-01-01,2026-03-31,,,,,,,"))
    load(known, file(tmp_path, "m-ana,2026-11-01,,,,,,,,"))
    refresh(known)
    assert [row["since_ms"] for row in rows(known, facts.roster)] == [
        ms("2026-01-01T00:00-08:00"),
        ms("2026-11-01T00:00-07:00"),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("m-ana,,,,,,,,,", "Line 2: no since."),
        ("m-ana,1/1/2026,,,,,,,,", "Line 2: since is no day like 2026-11-22."),
        ("m-ana,2026-02-01,2026-01-01,,,,,,,", "Line 2: until lies before since."),
        (
            "m-ana,2026-02-01,,,,suburban,,,,",
            "Line 2: rurality is urban or rural, or empty where nobody knows.",
        ),
        (",2026-02-01,,,,,,,,", "Line 2: no member_number."),
        ("m-ana,2026-02-01,,,,,,,,,more", "Line 2: more fields than columns."),
        (
            "SECRET-1,2026-02-01,,,,,,,,",
            "Line 2: the plan has no such member; family and birth_date would make her.",
        ),
    ],
)
def test_a_line_that_is_wrong_is_named_and_nothing_of_it_repeated(
    known: Engine, tmp_path: Path, line: str, said: str
) -> None:
    with pytest.raises(PlanProblem) as problem:
        load(known, file(tmp_path, line))
    assert str(problem.value) == said
    refresh(known)
    assert not rows(known, facts.roster), "a file is loaded as a whole or not at all"


def test_a_person_twice_at_one_time_is_a_mistake(known: Engine, tmp_path: Path) -> None:
    with pytest.raises(PlanProblem, match="Line 3: this person is on the roster already at that time"):
        load(known, file(tmp_path, "m-ana,2026-01-01,,,,,,,,", "m-ana,2026-02-01,,,,,,,,"))


def test_a_number_that_two_people_have_is_a_mistake(known: Engine, people: People, tmp_path: Path) -> None:
    twin = people.member("cid", since=None)
    twin.resources["Patient/p-cid"]["identifier"] = [{"system": "urn:other", "value": "m-ana"}]
    people.save(known)
    with pytest.raises(PlanProblem, match="Line 2: several people have this number"):
        load(known, file(tmp_path, "m-ana,2026-01-01,,,,,,,,"))
    assert load(known, file(tmp_path, "p-ana,2026-01-01", head="patient,since\n")).people == 1


@pytest.mark.parametrize(
    "head", ["name,since\n", "member_number\n", "member_number,since,since\n", "since\n"]
)
def test_columns_that_are_missing_strange_or_twice_are_refused(tmp_path: Path, head: str) -> None:
    with pytest.raises(PlanProblem, match="column"):
        read_roster(file(tmp_path, "a,b,c", head=head))


def test_the_commands_load_show_and_refresh(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plan.db"
    open_new_plan(path).dispose()
    here = Here(f"sqlite:///{path}", capsys)
    roster = file(tmp_path, "X-1,2026-01-01,,D-SNP,,,Neu,,1944-02-03,")
    assert "1 people are on the roster; 1 were new" in here.succeed("roster", "load", str(roster))
    shown = here.succeed("roster", "show")
    assert "1 of them have not been visited yet; 1 have no team." in shown
    assert "d-snp" in shown
    assert "Neu" not in shown
    assert here.succeed("outcomes", "refresh") == "The facts were up to date.\n"
    assert "of 1 people were made anew" in here.succeed(
        "outcomes", "refresh", "--time-zone", "America/Denver"
    )
    assert "is no time zone" in here.fail("outcomes", "refresh", "--time-zone", "Mars")
