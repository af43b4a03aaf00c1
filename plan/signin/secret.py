"""The secret that signs login forms and blinds the names of failed sign-ins. One a store, shared by its workers."""

from __future__ import annotations

import secrets

from sqlalchemy import Engine, insert, select

from plan.database import write_transaction
from plan.fhir.tables import plan_state

_NAME = "sign_in_secret"


def load_secret(engine: Engine) -> bytes:
    """The secret, made on first use."""
    with write_transaction(engine) as connection:
        held = connection.execute(select(plan_state.c.value).where(plan_state.c.name == _NAME)).scalar()
        if held is None:
            held = secrets.token_hex(32)
            connection.execute(insert(plan_state).values(name=_NAME, value=held))
    return bytes.fromhex(held)
