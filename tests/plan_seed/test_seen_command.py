"""`hearthside plan seen`: who saw a record, in lines and as a file, and that asking leaves a trace."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

from plan.audit.ledger import READ, add_event
from plan.database import make_engine, write_transaction
from plan.principal import Principal
from plan.resources import put_as_system
from plan.users import find_user
from tests.plan_seed.plan_commands import Here


def test_who_saw_a_record_is_listed_and_the_list_is_an_event_itself(
    here: Here, database: str, tmp_path: Path
) -> None:
    here.succeed("users", "add", "records", "--role", "operator", "--name", "=Records")
    engine = make_engine(database)
    with write_transaction(engine) as connection:
        put_as_system(connection, {"resourceType": "Patient", "id": "p", "name": [{"family": "Marker"}]})
        user = find_user(connection, "records")
        assert user is not None
        who = Principal(user.id, user.username, user.role, user.practitioner_id, None, frozenset())
        what = {"shown": {"p": {"Observation": 3}}}
        add_event(connection, 1_795_366_800_000, READ, who=who, what=what, patients=["p"])
    engine.dispose()
    lines = here.succeed("seen", "p").splitlines()
    assert lines[0].startswith(
        "2026-11-22T17:00:00.000Z  =Records  operator  read  ok  backend  Observation 3"
    )
    assert "Marker" not in "".join(lines)
    file = tmp_path / "seen.csv"
    assert here.succeed("seen", "p", "--csv", str(file)) == f"2 events written to {file}.\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    names = [row["who"] for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())]
    assert "'=Records" in names
    assert "File exists" in here.fail("seen", "p", "--csv", str(file))
    actions = [line.split("  ")[3] for line in here.succeed("seen", "p").splitlines()[:-1]]
    assert sorted(actions) == ["export", "read", "read"]
    assert here.fail("seen", "nobody") == "hearthside plan: There is no such Patient.\n"
