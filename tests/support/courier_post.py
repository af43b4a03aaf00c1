"""A plan in this process with users in it, and the registered device of one of them whose writes are brought."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Engine, insert, select

from app.sync.courier import SUITE, info_text
from plan.courier import ledger
from plan.database import read_transaction, write_transaction
from plan.fhir.tables import resource
from plan.users import User
from tests.plan.fhir_builders import encounter
from tests.plan.plan_doubles import Clock, Plan, load_panel, make_plan
from tests.support.courier_letters import Desk, entry, provenance, transaction

COURIER = "http://plan.test/courier"
DEVICES = "http://plan.test/devices"


@dataclass
class Post:
    """A plan with users in it, and Ana's registered device."""

    plan: Plan
    clock: Clock
    desk: Desk
    receipt: dict[str, Any] | None = None
    """Of what was brought last."""

    def bring(self, document: Any, user: str = "ben") -> tuple[str, str]:
        answer = self.plan.as_user(user).post(COURIER, json=document)
        assert answer.status_code == 200, answer.text
        said = answer.json()
        assert set(said) - {"receipt"} == {"state", "reason"}
        assert set(said.get("receipt", {})) <= {"write", "word", "at_ms", "proof"}
        self.receipt = said.get("receipt")
        return said["state"], said["reason"]

    def versions(self, kind: str, record_id: str) -> list[Any]:
        with read_transaction(self.plan.engine) as connection:
            found = select(resource).where(resource.c.type == kind, resource.c.id == record_id)
            return list(connection.execute(found.order_by(resource.c.last_updated)).all())

    def row(self, write_id: str) -> Any:
        with read_transaction(self.plan.engine) as connection:
            return ledger.find_write(connection, write_id)


def users(engine: Engine) -> None:
    people = {"u1": "ana", "u2": "ben", "u5": "op"}
    with write_transaction(engine) as connection:
        for user_id, name in people.items():
            role = "operator" if name == "op" else "nurse"
            said = {"id": user_id, "username": name, "display_name": name.title(), "role": role}
            more = {"practitioner_id": name, "team_id": "team-1", "disabled": False, "created_ms": 1}
            connection.execute(insert(User).values(**said, **more))


def make_post(engine: Engine, clock: Clock, courier_key: X25519PrivateKey) -> Post:
    load_panel(engine)
    users(engine)
    post = Post(make_plan(engine, clock), clock, Desk("Practitioner/ana", courier_key))
    assert post.plan.as_user("ana").post(DEVICES, json=post.desk.registration()).status_code == 200
    return post


def visit(patient_id: str = "a") -> tuple[str, dict[str, Any]]:
    """A write id, and a visit of Ana's."""
    return str(uuid4()), encounter(f"e-{uuid4().hex[:8]}", patient_id, "ana")


def deliverable(desk: Desk, sealed: dict[str, Any]) -> bytes:
    """What the holder of the private key finds in a copy."""
    info = info_text(sealed["key"], sealed["write"])
    return SUITE.decrypt(base64.b64decode(sealed["sealed"]), desk.courier, info)


def twice(write_id: str, seen: dict[str, Any], author: str) -> dict[str, str]:
    """Signed transactions of which something could be applied twice, or under no write's name."""
    last = entry(provenance(write_id, author, f"Encounter/{seen['id']}"), write_id)
    whole = entry(seen, write_id)
    return {
        "a POST": transaction(whole | {"request": {"method": "POST", "url": "Encounter"}}, last),
        "no condition": transaction(entry(seen, write_id, ifNoneMatch=None), last),
        "a deletion": transaction({"request": {"method": "DELETE", "url": "Encounter/e-1"}}, last),
        "no tag": transaction(whole | {"resource": seen}, last),
        "no Provenance": transaction(whole),
        "another Provenance": transaction(
            whole, entry(provenance(str(uuid4()), author, f"Encounter/{seen['id']}"), write_id)
        ),
        "a batch": transaction(whole, last).replace('"transaction"', '"batch"'),
        "another address": transaction(entry(seen, write_id, url="Encounter/e-other"), last),
    }
