"""Users: who they may be, how their passwords are kept, and the people that stand for them in FHIR."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, true

from plan import passwords
from plan.database import read_transaction, write_transaction
from plan.fhir.json_text import loads
from plan.fhir.store import find_current
from plan.people import team_id
from plan.problems import PlanProblem
from plan.signin.tokens import find_principal, make_token
from plan.users import add_user, find_user, get_user, list_users, reset_password, set_disabled
from tests.plan_signin.signin_doubles import PASSWORD, Browser


def add(engine: Engine, **changed: str | None) -> None:
    values: dict[str, str | None] = {
        "username": "ben.cole",
        "display_name": "Ben Cole, RN",
        "role": "nurse",
        "password": PASSWORD,
        "team": "North",
    }
    with write_transaction(engine) as connection:
        add_user(connection, **(values | changed))  # type: ignore[arg-type]  # tests pass wrong things on purpose


@pytest.mark.parametrize(
    "changed",
    [
        {"username": "ana.ruiz"},
        {"username": " ANA.RUIZ "},
        {"username": "a"},
        {"username": "ana ruiz"},
        {"username": "ana/ruiz"},
        {"username": "-ana"},
        {"username": "añá.ruiz"},
        {"display_name": "  "},
        {"display_name": "x" * 121},
        {"display_name": "Ana\x1b[31m"},
        {"role": "doctor"},
        {"team": None},
        {"team": " "},
        {"password": None},
        {"password": "elevenchars"},
        {"password": "x" * 257},
        {"password": "aaaaaaaaaaaa"},
        {"password": "ben.coleben.cole"},
    ],
)
def test_a_user_that_makes_no_sense_is_refused_in_one_sentence(
    engine: Engine, changed: dict[str, str | None]
) -> None:
    with pytest.raises(PlanProblem) as caught:
        add(engine, **changed)
    assert "\n" not in str(caught.value)
    if changed.get("password"):
        assert str(changed["password"]) not in str(caught.value)
    with read_transaction(engine) as connection:
        assert len(list_users(connection)) == 3, "nothing was made"


def test_a_user_gets_a_practitioner_and_shares_her_teams_organization(engine: Engine) -> None:
    add(engine, team="  north ")
    with read_transaction(engine) as connection:
        ana, ben = get_user(connection, "ana.ruiz"), get_user(connection, "ben.cole")
        assert ana.team_id == ben.team_id == team_id("North")
        practitioner = find_current(connection, "Practitioner", ben.practitioner_id, true())
        team = find_current(connection, "Organization", ben.team_id, true())
    assert practitioner is not None
    assert team is not None
    assert loads(practitioner.body)["name"] == [
        {"text": "Ben Cole, RN", "family": "Cole", "given": ["Ben"], "suffix": ["RN"]}
    ]
    assert loads(team.body)["name"] == "North"


@pytest.fixture
def real_hashes(monkeypatch: pytest.MonkeyPatch, real_hasher: PasswordHasher) -> None:
    """At the cost at which the plan runs."""
    monkeypatch.setattr(passwords, "_hasher", real_hasher)
    monkeypatch.setattr(passwords, "_dummy", [])


def test_passwords_lie_as_argon2id_with_64_mib(real_hashes: None) -> None:
    hashed = passwords.hash_password(PASSWORD)
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.verify_password(hashed, PASSWORD)
    assert not passwords.verify_password(hashed, PASSWORD + " ")
    assert not passwords.verify_password("no hash at all", PASSWORD)


def test_an_unknown_user_costs_the_same_work_as_a_wrong_password(real_hashes: None) -> None:
    hashed = passwords.hash_password(PASSWORD)
    passwords.verify_password(None, PASSWORD)  # makes the dummy once

    def seconds(known: str | None) -> float:
        best = 9.0
        for _ in range(4):
            began = time.perf_counter()
            assert not passwords.verify_password(known, "a-wrong-password")
            best = min(best, time.perf_counter() - began)
        return best

    assert 0.3 < seconds(None) / seconds(hashed) < 3.0


def test_a_letter_composed_or_not_is_the_same_password() -> None:
    hashed = passwords.hash_password("corazo\u0301n-grande-7")
    assert passwords.verify_password(hashed, "coraz\u00f3n-grande-7")


async def test_an_older_hash_is_brought_up_to_date_at_sign_in(browser: Browser, engine: Engine) -> None:
    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    from plan.users import set_password_hash

    with write_transaction(engine) as connection:
        set_password_hash(connection, get_user(connection, "ana.ruiz").id, old)
    await browser.sign_in()
    with read_transaction(engine) as connection:
        assert get_user(connection, "ana.ruiz").password_hash != old
    await browser.sign_in()


async def test_a_reset_ends_sign_ins_and_the_old_password(browser: Browser, engine: Engine) -> None:
    token = await browser.tokens()
    with write_transaction(engine) as connection:
        reset_password(connection, "ana.ruiz", "another-harbor-31")
    assert (await browser.refresh(token["refresh_token"])).status_code == 400
    assert (await browser.submit(await browser.open(), "ana.ruiz", PASSWORD)).status_code == 403
    assert await browser.sign_in("ana.ruiz", "another-harbor-31")


def test_disabling_ends_a_token_made_at_the_database_and_keeps_new_ones_from_being_made(
    engine: Engine,
) -> None:
    with write_transaction(engine) as connection:
        token = make_token(connection, "ana.ruiz", 5)
        assert find_principal(connection, token) is not None
        set_disabled(connection, "ana.ruiz", True)
        assert find_principal(connection, token) is None
        with pytest.raises(PlanProblem, match="disabled"):
            make_token(connection, "ana.ruiz", 5)
        for minutes in (0, -1, 1441):
            with pytest.raises(PlanProblem, match="minutes"):
                make_token(connection, "maria.ortiz", minutes)
        with pytest.raises(PlanProblem, match="no user"):
            make_token(connection, "nobody", 5)


def test_an_operator_has_no_password_to_reset(engine: Engine, tmp_path: Path) -> None:
    with write_transaction(engine) as connection, pytest.raises(PlanProblem):
        reset_password(connection, "records", "another-harbor-31")
    with read_transaction(engine) as connection:
        found = find_user(connection, "RECORDS")
    assert found is not None
    assert found.password_hash is None
