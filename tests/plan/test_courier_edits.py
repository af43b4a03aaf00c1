"""Edits that somebody brings: what counts as here already, and what a tag alone does not prove."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Engine

from plan.database import write_transaction
from plan.resources import put_as_system
from tests.plan.fhir_builders import careteam
from tests.plan.plan_doubles import Clock
from tests.support.courier_letters import entry, provenance, transaction
from tests.support.courier_post import Post, make_post, visit

GOAL = {
    "resourceType": "Goal",
    "lifecycleStatus": "active",
    "description": {"text": "To sit in the garden"},
    "subject": {"reference": "Patient/a"},
    "expressedBy": {"reference": "Practitioner/ana"},
}


@pytest.fixture
def post(engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Post:
    key = X25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    monkeypatch.setenv("HEARTHSIDE_PLAN_COURIER_KEY", pem.decode())
    return make_post(engine, clock, key)


def test_a_colleague_who_tags_her_own_version_takes_no_edit_away(post: Post) -> None:
    """The write's id is the name of a file that she can see; the tag is hers to write on what they share."""
    with write_transaction(post.plan.engine) as connection:
        put_as_system(connection, careteam("ct-both", "a", "ben"))
    goal = GOAL | {"id": "g-2"}
    assert post.plan.as_user("ana").put("Goal/g-2", json=goal).status_code == 201
    (first,) = post.versions("Goal", "g-2")
    write_id, seen = visit()
    edited = goal | {"lifecycleStatus": "completed"}
    edit = entry(edited, write_id, ifNoneMatch=None, ifMatch=f'W/"{first.version_id}"')
    named = provenance(write_id, post.desk.author, "Goal/g-2", f"Encounter/{seen['id']}")
    sealed = post.desk.seal(write_id, transaction(edit, entry(seen, write_id), entry(named, write_id)))
    hers = entry(goal | {"lifecycleStatus": "on-hold"}, write_id)["resource"]
    assert post.plan.as_user("ben").put("Goal/g-2", json=hers).status_code == 200
    assert post.bring(sealed)[0] == "held", "somebody looks at it: the edit is not here"
    assert post.versions("Encounter", seen["id"]) == []


def test_the_rest_of_an_edit_whose_tablet_died_half_way_is_brought(post: Post) -> None:
    goal = GOAL | {"id": "g-3"}
    assert post.plan.as_user("ana").put("Goal/g-3", json=goal).status_code == 201
    (first,) = post.versions("Goal", "g-3")
    write_id, seen = visit()
    edited = goal | {"lifecycleStatus": "completed"}
    edit = entry(edited, write_id, ifNoneMatch=None, ifMatch=f'W/"{first.version_id}"')
    named = provenance(write_id, post.desk.author, "Goal/g-3", f"Encounter/{seen['id']}")
    assert post.plan.as_user("ana").post("", json=json.loads(transaction(edit))).status_code == 200
    sealed = post.desk.seal(write_id, transaction(edit, entry(seen, write_id), entry(named, write_id)))
    assert [post.bring(sealed)[0] for _ in range(2)] == ["applied", "known"]
    assert len(post.versions("Goal", "g-3")) == 2
