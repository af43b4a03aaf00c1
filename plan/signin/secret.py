"""The secrets that sign login forms and blind the names of failed sign-ins. One set a store, shared by its workers.

The newest signs. Those before it are good for what they signed as long as a form can be open, so that nobody who is
typing her password when the secret is changed has to begin again. A secret from the surroundings takes the place of
the one in the database; there several lines are several secrets, the newest first.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, insert, select

from plan.database import read_transaction, write_transaction
from plan.fhir.stamps import clock_ms
from plan.fhir.tables import plan_state
from plan.problems import PlanProblem
from plan.secret_sources import find_secret
from plan.settings import PlanSettings

VARIABLE = "HEARTHSIDE_PLAN_SIGN_IN_SECRET"
SHORTEST = 32
"""Characters of a secret from outside."""
_NEWEST, _BEFORE = "sign_in_secret", "sign_in_secret_before"


@dataclass(frozen=True)
class Secrets:
    """`newest` signs; `all` are what a form or a count may have been made with."""

    newest: bytes
    all: tuple[bytes, ...]


def given_secrets() -> Secrets | None:
    """The secrets of the surroundings. Raises PlanProblem for one that is too short."""
    text = find_secret(VARIABLE)
    if text is None:
        return None
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if min(map(len, lines)) < SHORTEST:
        raise PlanProblem(f"A secret in {VARIABLE} has at least {SHORTEST} characters.")
    found = tuple(line.encode() for line in lines)
    return Secrets(found[0], found)


def load_secrets(engine: Engine, now_ms: int | None = None) -> Secrets:
    """What signs and what is still good now. The first is made on first use."""
    given = given_secrets()
    if given is not None:
        return given
    with read_transaction(engine) as connection:
        held = _read(connection)
    if _NEWEST not in held:
        with write_transaction(engine) as connection:
            held = _read(connection)
            if _NEWEST not in held:
                held[_NEWEST] = secrets.token_hex(32)
                _write(connection, _NEWEST, held[_NEWEST])
    newest = bytes.fromhex(held[_NEWEST])
    before, _, until = held.get(_BEFORE, "").partition(" ")
    now = clock_ms() if now_ms is None else now_ms
    if before and int(until) > now:
        return Secrets(newest, (newest, bytes.fromhex(before)))
    return Secrets(newest, (newest,))


def rotate_secret(connection: Connection, now_ms: int, settings: PlanSettings) -> None:
    """Make a new secret; the one before stays good while a form may be open. Inside `write_transaction`.

    Raises PlanProblem when the secret comes from the surroundings: there it is changed.
    """
    if given_secrets() is not None:
        raise PlanProblem(f"The secret comes from {VARIABLE}: put a new line above the one that is there.")
    held = _read(connection)
    if _NEWEST in held:
        _write(connection, _BEFORE, f"{held[_NEWEST]} {now_ms + settings.form_seconds * 1000}")
    _write(connection, _NEWEST, secrets.token_hex(32))


def _read(connection: Connection) -> dict[str, str]:
    found = select(plan_state.c.name, plan_state.c.value).where(plan_state.c.name.in_((_NEWEST, _BEFORE)))
    return {row.name: row.value for row in connection.execute(found)}


def _write(connection: Connection, name: str, value: str) -> None:
    connection.execute(delete(plan_state).where(plan_state.c.name == name))
    connection.execute(insert(plan_state).values(name=name, value=value))
