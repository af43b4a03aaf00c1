"""What its author took back is let in by nobody any more, but by an officer who says that she was asked."""

from __future__ import annotations

import base64
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Engine

from app.sync.taken_back import taken_back_text
from plan.courier.delivering import Bearer, State, deliver
from plan.database import write_transaction
from plan.fhir.context import Server
from plan.resources import put_as_system
from plan.settings import PlanSettings
from tests.plan.fhir_builders import careteam, patient
from tests.plan.plan_doubles import Clock
from tests.support.courier_letters import Desk
from tests.support.courier_post import DEVICES, Post, make_post, visit

URL = "http://plan.test/courier/taken-back"


@pytest.fixture
def post(engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Post:
    key = X25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    monkeypatch.setenv("HEARTHSIDE_PLAN_COURIER_KEY", pem.decode())
    made = make_post(engine, clock, key)
    with write_transaction(engine) as connection:
        put_as_system(connection, patient("c"))
    return made


def word(desk: Desk, *writes: str, author: str | None = None) -> dict[str, Any]:
    proof = desk.key.sign(taken_back_text(desk.device, author or desk.author, writes))
    return {"device": desk.device, "writes": list(writes), "proof": base64.b64encode(proof).decode()}


def tell(post: Post, document: Any, user: str = "ana") -> tuple[int, Any]:
    answer = post.plan.as_user(user).post(URL, json=document)
    return answer.status_code, answer.json().get("taken_back")


def held(post: Post) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A visit to somebody who is not on her list yet, brought by a colleague; from now on she may."""
    write_id, seen = visit("c")
    sealed = post.desk.seal(write_id, post.desk.body(write_id, seen))
    assert post.bring(sealed)[0] == "held"
    assert post.receipt is not None
    assert post.receipt["word"] == "held"
    return write_id, seen, sealed


def assign(post: Post) -> None:
    with write_transaction(post.plan.engine) as connection:
        put_as_system(connection, careteam("ct-c", "c", "ana"))


def let_in(post: Post, sealed: dict[str, Any], *, taken_back: bool = False) -> State:
    server = Server(post.plan.engine, "", PlanSettings(), post.clock)
    keys = {sealed["key"]: post.desk.courier}
    return deliver(server, keys, Bearer(released=True, taken_back=taken_back), sealed).state


def test_a_held_copy_that_was_taken_back_is_brought_and_let_in_by_nobody(post: Post) -> None:
    write_id, seen, sealed = held(post)
    assert tell(post, word(post.desk, write_id)) == (200, 1)
    assign(post)
    assert post.bring(sealed) == ("known", ""), "its bearer need not come again"
    assert let_in(post, sealed) is State.KNOWN
    assert post.versions("Encounter", seen["id"]) == []
    assert (post.row(write_id).state, post.row(write_id).reason[:3]) == ("taken-back", "403")
    assert post.row(write_id).sealed, "the tablet may be lost before the corrected visit arrives"
    assert let_in(post, sealed, taken_back=True) is State.APPLIED
    assert len(post.versions("Encounter", seen["id"])) == 1
    assert (post.row(write_id).state, post.row(write_id).sealed) == ("applied", None)


def test_a_copy_that_comes_after_the_word_is_not_let_in_either(post: Post) -> None:
    write_id, seen = visit()
    sealed = post.desk.seal(write_id, post.desk.body(write_id, seen))
    assert tell(post, word(post.desk, write_id)) == (200, 1)
    assert [tell(post, word(post.desk, write_id)), post.bring(sealed)] == [(200, 0), ("known", "")]
    assert post.versions("Encounter", seen["id"]) == []
    assert post.receipt is None, "nothing of it has arrived, so nothing says that it has"


def test_an_officer_who_asked_and_may_not_let_it_in_leaves_it_taken_back(post: Post) -> None:
    write_id, _, sealed = held(post)
    tell(post, word(post.desk, write_id))
    assert let_in(post, sealed, taken_back=True) is State.HELD
    assert post.row(write_id).state == "taken-back"


def test_only_a_device_of_the_author_takes_a_write_back(post: Post) -> None:
    """Nobody keeps a colleague's visit from the plan, nor whoever holds a token for a minute."""
    write_id, seen, sealed = held(post)
    bens = Desk("Practitioner/ben", post.desk.courier)
    assert post.plan.as_user("ben").post(DEVICES, json=bens.registration()).status_code == 200
    stranger = Desk("Practitioner/ana", post.desk.courier)
    good = word(post.desk, write_id)
    for document, user, answer in (
        (good, "ben", (403, None)),
        (word(bens, write_id), "ben", (200, 0)),
        (word(bens, write_id, author="Practitioner/ana"), "ana", (403, None)),
        (word(stranger, write_id), "ana", (403, None)),
        (good | {"writes": [str(uuid4())]}, "ana", (403, None)),
        (good | {"proof": "AAAA"}, "ana", (403, None)),
        (good | {"writes": []}, "ana", (400, None)),
        (good | {"writes": ["x"]}, "ana", (400, None)),
        (good | {"writes": [write_id] * 201}, "ana", (400, None)),
        (good | {"device": 1}, "ana", (400, None)),
    ):
        assert tell(post, document, user) == answer, document
    assign(post)
    assert post.bring(sealed)[0] == "applied"
    assert tell(post, good) == (200, 0), "what is in its record is not taken out of it"
    assert len(post.versions("Encounter", seen["id"])) == 1
