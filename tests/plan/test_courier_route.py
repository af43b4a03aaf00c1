"""Writes that somebody brings: only what a registered device of their author signed, with her rights, once."""

from __future__ import annotations

import json
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, update
from sqlmodel import col

from app.sync.carry_receipt import derive_receipt_key, is_genuine, read_receipt
from plan.courier.delivering import DRAIN_MS, Bearer, State, deliver
from plan.courier.envelope import Unreadable, open_envelope, read_envelope
from plan.database import write_transaction
from plan.devices.registry import mark_revoked
from plan.fhir.context import Server
from plan.resources import put_as_system
from plan.settings import PlanSettings
from plan.users import User
from tests.plan.fhir_builders import careteam, observation, patient
from tests.plan.plan_doubles import Clock
from tests.support.courier_letters import Desk, entry, provenance, transaction
from tests.support.courier_post import COURIER, DEVICES, Post, deliverable, make_post, twice, visit


@pytest.fixture
def courier_key(monkeypatch: pytest.MonkeyPatch) -> X25519PrivateKey:
    key = X25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    monkeypatch.setenv("HEARTHSIDE_PLAN_COURIER_KEY", pem.decode())
    return key


@pytest.fixture
def post(engine: Engine, clock: Clock, courier_key: X25519PrivateKey) -> Post:
    return make_post(engine, clock, courier_key)


def test_a_brought_write_is_applied_once_as_its_authors_on_both_databases(
    any_engine: Engine, clock: Clock, courier_key: X25519PrivateKey
) -> None:
    post = make_post(any_engine, clock, courier_key)
    write_id, seen = visit()
    sealed = post.desk.seal(write_id, post.desk.body(write_id, seen))
    shown = json.dumps(sealed)  # three bare letters of a name turn up by chance in what is written as Base64
    assert all(word not in shown for word in ("Encounter", '"ana"', "Practitioner/ana"))
    assert post.bring(sealed) == ("applied", "")
    assert (first := read_receipt(post.receipt)) is not None
    assert is_genuine(first, derive_receipt_key(post.desk.key, write_id))
    assert post.bring(sealed, "sue") == ("known", "")
    assert read_receipt(post.receipt) == first
    (version,) = post.versions("Encounter", seen["id"])
    assert version.author_id == "ana"
    assert len(post.versions("Provenance", write_id)) == 1
    assert (post.row(write_id).state, post.row(write_id).bearer_id, post.row(write_id).sealed) == (
        "applied", "u2", None
    )  # fmt: skip


def test_several_who_bring_it_at_the_same_moment_as_its_author_make_one_version(
    any_engine: Engine, clock: Clock, courier_key: X25519PrivateKey
) -> None:
    post = make_post(any_engine, clock, courier_key)
    ana = post.plan.as_user("ana")
    with ThreadPoolExecutor(4) as threads:
        for _ in range(5):
            write_id, seen = visit()
            body = post.desk.body(write_id, seen, observation(f"o-{seen['id']}", "a", nurse="ana"))
            sealed = post.desk.seal(write_id, body)
            bringing = [threads.submit(post.bring, sealed, user) for user in ("ben", "sue", "cam")]
            own = threads.submit(ana.post, "", json=json.loads(body)).result()
            assert {one.result()[0] for one in bringing} <= {"applied", "known"}
            assert own.status_code in (200, 412), own.text
            named = (("Encounter", seen["id"]), ("Observation", f"o-{seen['id']}"), ("Provenance", write_id))
            assert [len(post.versions(*key)) for key in named] == [1, 1, 1]


def test_who_is_not_signed_in_brings_nothing(post: Post) -> None:
    write_id, seen = visit()
    answer = post.plan.client.post(COURIER, json=post.desk.seal(write_id, post.desk.body(write_id, seen)))
    assert answer.status_code == 401
    assert post.versions("Encounter", seen["id"]) == []


FORGED = ["another key", "another author", "another device", "another write", "another recipient", "flipped"]


@pytest.mark.parametrize("how", FORGED)
def test_what_its_authors_device_did_not_sign_is_refused(post: Post, how: str) -> None:
    write_id, seen = visit()
    body = post.desk.body(write_id, seen)
    sealed = post.desk.seal(write_id, body)
    if how == "another key":
        sealed = post.desk.seal(write_id, body, key=Ed25519PrivateKey.generate())
    elif how == "another author":
        sealed = post.desk.seal(write_id, body, author="Practitioner/ben")
    elif how == "another device":
        sealed = post.desk.seal(write_id, body, device="0" * 32)
    elif how == "another write":
        sealed |= {"write": str(uuid4())}
    elif how == "another recipient":
        # What the plan (or its thief) opened cannot be sealed again for another plan's key in her name.
        theirs = Desk(post.desk.author, X25519PrivateKey.generate(), post.desk.device, post.desk.key)
        opened = deliverable(theirs, theirs.seal(write_id, body))
        sealed = post.desk.seal_bytes(write_id, opened, packed=True)
    else:
        half = len(sealed["sealed"]) // 2
        other = "A" if sealed["sealed"][half] != "A" else "B"
        sealed["sealed"] = sealed["sealed"][:half] + other + sealed["sealed"][half + 1 :]
    state, reason = post.bring(sealed)
    assert state == "refused"
    assert reason
    assert post.versions("Encounter", seen["id"]) == []
    assert post.row(write_id) is None, "nobody fills the plan's shelves with what nobody signed"


def test_a_users_token_alone_does_not_let_her_write_in_a_colleagues_name(post: Post) -> None:
    bens = Desk("Practitioner/ana", post.desk.courier)
    assert post.plan.as_user("ben").post(DEVICES, json=bens.registration()).status_code == 400
    own = bens.registration(author="Practitioner/ben")
    assert post.plan.as_user("ben").post(DEVICES, json=own).status_code == 200
    write_id, seen = visit()
    assert post.bring(bens.seal(write_id, bens.body(write_id, seen)))[0] == "refused"


def test_a_device_keeps_the_key_that_it_said_first(post: Post) -> None:
    ana, told = post.plan.as_user("ana"), post.desk.registration()
    assert ana.post(DEVICES, json=told).status_code == 200
    other = Desk(post.desk.author, post.desk.courier, post.desk.device)
    assert ana.post(DEVICES, json=other.registration()).status_code == 409
    assert post.plan.client.post(DEVICES, json=told).status_code == 401
    operators = Desk("Practitioner/op", post.desk.courier)
    assert post.plan.as_user("op").post(DEVICES, json=operators.registration()).status_code == 403
    assert ana.post(DEVICES, json=told | {"proof": "AAAA"}).status_code == 400
    assert ana.post(DEVICES, json=told | {"device": "../x"}).status_code == 400


def test_a_write_that_its_author_may_not_make_is_kept_sealed_and_taken_once_she_may(post: Post) -> None:
    with write_transaction(post.plan.engine) as connection:
        put_as_system(connection, patient("c"))
    write_id, seen = visit("c")
    sealed = post.desk.seal(write_id, post.desk.body(write_id, seen))
    state, reason = post.bring(sealed)
    assert state == "held"
    assert "patient" not in reason, "the bearer learns nothing of what was in it"
    assert post.row(write_id).reason.startswith("403 ")
    assert json.loads(post.row(write_id).sealed) == sealed
    with write_transaction(post.plan.engine) as connection:
        put_as_system(connection, careteam("ct-c", "c", "ana"))
    assert post.bring(sealed)[0] == "applied"
    assert post.row(write_id).sealed is None


def test_an_edit_of_what_somebody_changed_since_is_kept_and_changes_nothing(post: Post) -> None:
    goal = {
        "resourceType": "Goal",
        "id": "g-1",
        "lifecycleStatus": "active",
        "description": {"text": "To sit in the garden"},
        "subject": {"reference": "Patient/a"},
        "expressedBy": {"reference": "Practitioner/ana"},
    }
    assert post.plan.as_user("ana").put("Goal/g-1", json=goal).status_code == 201
    (first,) = post.versions("Goal", "g-1")
    write_id, seen = visit()
    edit = entry(
        goal | {"lifecycleStatus": "completed"}, write_id, ifNoneMatch=None, ifMatch=f'W/"{first.version_id}"'
    )
    named = provenance(write_id, post.desk.author, "Goal/g-1", f"Encounter/{seen['id']}")
    body = transaction(edit, entry(seen, write_id), entry(named, write_id))
    assert (
        post.plan.as_user("ana").put("Goal/g-1", json=goal | {"lifecycleStatus": "on-hold"}).status_code
        == 200
    )
    assert post.bring(post.desk.seal(write_id, body))[0] == "held"
    assert len(post.versions("Goal", "g-1")) == 2
    assert post.versions("Encounter", seen["id"]) == [], "all of it or nothing"


def test_what_it_points_to_must_be_there_before_it(post: Post) -> None:
    first_id, seen = visit()
    second_id = str(uuid4())
    later = observation(
        f"o-{second_id[:8]}", "a", nurse="ana", encounter={"reference": f"Encounter/{seen['id']}"}
    )
    need = f"Encounter/{seen['id']}"
    second = post.desk.seal(second_id, post.desk.body(second_id, later), need)
    assert post.bring(second)[0] == "later"
    assert post.row(second_id) is None
    assert post.bring(post.desk.seal(first_id, post.desk.body(first_id, seen)))[0] == "applied"
    assert post.bring(second)[0] == "applied"


def test_the_rest_of_a_write_whose_tablet_died_half_way_is_brought(post: Post) -> None:
    write_id, seen = visit()
    part = observation("o-part", "a", nurse="ana", encounter={"reference": f"Encounter/{seen['id']}"})
    body = post.desk.body(write_id, seen, part)
    sent = transaction(*json.loads(body)["entry"][:1])
    answer = post.plan.as_user("ana").post("", json=json.loads(sent))
    assert answer.status_code == 200, answer.text
    sealed = post.desk.seal(write_id, body)
    assert [post.bring(sealed)[0] for _ in range(2)] == ["applied", "known"]
    named = (("Encounter", seen["id"]), ("Observation", "o-part"), ("Provenance", write_id))
    assert [len(post.versions(*key)) for key in named] == [1, 1, 1]


@pytest.mark.parametrize(
    "how", list(twice("w", {"resourceType": "Encounter", "id": "e"}, "Practitioner/ana"))
)
def test_a_signed_write_that_could_be_applied_twice_is_kept_for_somebody_to_look_at(
    post: Post, how: str
) -> None:
    write_id, seen = visit()
    body = twice(write_id, seen, post.desk.author)[how]
    assert post.bring(post.desk.seal(write_id, body))[0] == "held"
    assert post.versions("Encounter", seen["id"]) == []


def test_a_withdrawn_devices_writes_are_taken_for_a_day_and_wait_for_an_officer_after_that(
    post: Post,
) -> None:
    with write_transaction(post.plan.engine) as connection:
        assert mark_revoked(connection, "u1", post.desk.device, post.clock.now)
    soon, seen = visit()
    post.clock.now += DRAIN_MS - 1_000
    assert post.bring(post.desk.seal(soon, post.desk.body(soon, seen)))[0] == "applied"
    post.clock.now += 2_000
    late, other = visit()
    sealed = post.desk.seal(late, post.desk.body(late, other))
    assert [post.bring(sealed)[0] for _ in range(2)] == ["held", "held"]
    server = Server(post.plan.engine, "http://plan.test/fhir", PlanSettings(), post.clock)
    keys = {post.desk.keys.courier_id: post.desk.courier}
    assert (
        deliver(server, keys, Bearer(released=True), json.loads(post.row(late).sealed)).state is State.APPLIED
    )
    (version,) = post.versions("Encounter", other["id"])
    assert version.author_id == "ana"


def test_what_somebody_signed_who_was_shut_out_since_waits_for_an_officer(post: Post) -> None:
    write_id, seen = visit()
    sealed = post.desk.seal(write_id, post.desk.body(write_id, seen))
    with write_transaction(post.plan.engine) as connection:
        connection.execute(update(User).where(col(User.id) == "u1").values(disabled=True))
    assert post.bring(sealed)[0] == "held"
    assert post.versions("Encounter", seen["id"]) == []


def test_a_small_document_that_unpacks_to_a_large_one_is_refused_before_it_is_unpacked(post: Post) -> None:
    bomb = post.desk.seal_bytes(str(uuid4()), zlib.compress(bytes(60_000_000), 9), packed=True)
    assert post.bring(bomb)[0] == "refused"
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable):
            open_envelope(read_envelope(bomb), {post.desk.keys.courier_id: post.desk.courier}, 1_000_000)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("Practitioner/ana"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
NAMES = ["format", "plan", "key", "write", "sealed"]
INSIDE = ["purpose", "key", "write", "device", "author", "needs", "body"]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.dictionaries(st.sampled_from(NAMES), JUNK, max_size=5),
    st.dictionaries(st.sampled_from(INSIDE), JUNK, max_size=7),
    st.binary(max_size=80),
)
def test_whatever_is_brought_the_plan_does_not_fall_over(
    post: Post, outside: dict[str, Any], inside: dict[str, Any], content: bytes
) -> None:
    write_id, seen = visit()
    whole = post.desk.seal(write_id, post.desk.body(write_id, seen))
    said = {"purpose": "hearthside courier write 1", "key": whole["key"], "write": write_id}
    sealed = [
        whole | outside,
        post.desk.seal_bytes(write_id, content),
        post.desk.seal_bytes(write_id, bytes(64) + json.dumps(said | {"body": "{}"} | inside).encode()),
    ]
    for document in sealed:
        assert post.plan.as_user("ben").post(COURIER, json=document).status_code in (200, 400)
