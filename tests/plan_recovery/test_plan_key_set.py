"""The signed key set: both sides read the same, and only what the pinned root signed is taken."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from app.sync.plan_door import PlanDoor
from app.sync.plan_keys import KeysRefused, check_successor, fetch_keys, read_keys
from plan.database import read_transaction, write_transaction
from plan.keys.files import load_opening, load_private, load_public, save_private, write_public
from plan.keys.held import find_key_set, put_key_set
from plan.keys.key_set import KeySet, key_id, read_key_set, sign_key_set
from plan.keys.making import make_keys, rotate_keys
from plan.problems import PlanProblem
from tests.support.rescue import BASE, MADE, RescuePlan


def raw(key: X25519PrivateKey | Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


ROOT, OTHER_ROOT, ORDERS = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))
RESCUE, COURIER = (X25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (4, 5))


def make_set(serial: int = 1, root: Ed25519PrivateKey = ROOT, rescue: X25519PrivateKey = RESCUE) -> KeySet:
    return sign_key_set(
        root, serial=serial, made=MADE, rescue=raw(rescue), courier=raw(COURIER), orders=raw(ORDERS)
    )


def test_the_app_reads_the_set_that_the_plan_signs() -> None:
    plan_side = make_set()
    app_side = read_keys(plan_side.text)
    assert (app_side.serial, app_side.root_id, app_side.mark) == (1, plan_side.root_id, plan_side.mark)
    assert (app_side.rescue_public, app_side.rescue_id) == (raw(RESCUE), plan_side.rescue_id)
    assert (app_side.courier_public, app_side.courier_id) == (raw(COURIER), plan_side.courier_id)
    assert (app_side.orders_public, app_side.orders_id) == (raw(ORDERS), plan_side.orders_id)


@given(st.data())
def test_a_set_that_was_changed_anywhere_is_refused_by_both_sides(data: st.DataObject) -> None:
    document: dict[str, Any] = json.loads(make_set().text)
    role = data.draw(st.sampled_from(["root", "rescue", "courier", "orders", "serial", "made", "more"]))
    if role == "serial":
        document["serial"] = 2
    elif role == "made":
        document["made"] = "2027-01-01T00:00:00Z"
    elif role == "more":
        document["more"] = data.draw(st.integers())
    else:
        other = data.draw(st.binary(min_size=32, max_size=32))
        document[role] = {"id": key_id(other), "public": base64.b64encode(other).decode()}
    text = json.dumps(document)
    with pytest.raises(PlanProblem):
        read_key_set(text)
    with pytest.raises(KeysRefused):
        read_keys(text)


@given(
    st.text(max_size=200)
    | st.builds(json.dumps, st.dictionaries(st.text(max_size=9), st.integers(), max_size=4))
)
def test_anything_else_is_refused_with_a_sentence_and_nothing_else(text: str) -> None:
    with pytest.raises(PlanProblem):
        read_key_set(text)
    with pytest.raises(KeysRefused):
        read_keys(text)


@pytest.mark.parametrize(
    ("second", "word"),
    [
        (make_set(2, OTHER_ROOT), "other-root"),
        (make_set(1, rescue=COURIER), "changed"),
        (make_set(1), None),
        (make_set(2, rescue=COURIER), None),
    ],
)
def test_a_device_takes_only_a_newer_set_of_the_root_it_has_pinned(second: KeySet, word: str | None) -> None:
    held = read_keys(make_set(1).text)
    if word is None:
        check_successor(held, read_keys(second.text))
        return
    with pytest.raises(KeysRefused) as refused:
        check_successor(held, read_keys(second.text))
    assert refused.value.detail == word
    assert "tell your supervisor" in str(refused.value)


def test_a_device_never_goes_back_to_an_older_set() -> None:
    with pytest.raises(KeysRefused) as refused:
        check_successor(read_keys(make_set(5).text), read_keys(make_set(4).text))
    assert refused.value.detail == "older"


async def test_everybody_may_read_the_keys_and_a_plan_without_any_says_so(plan: RescuePlan) -> None:
    async with PlanDoor(plan.url, transport=plan.line) as door:
        keys = await fetch_keys(door)
        assert keys is not None
        assert plan.made is not None
        assert keys.text == plan.made.keys.text
    async with httpx.AsyncClient(transport=plan.line, base_url=BASE) as http:
        statement = (await http.get("/fhir/metadata")).json()
        said = {one["url"]: one for one in statement["extension"]}
        assert said["urn:hearthside:keys"]["valueString"] == keys.mark


async def test_a_server_that_knows_no_keys_has_no_way_back_and_is_no_trouble() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(404, html="<html>not here</html>")

    async with PlanDoor(f"{BASE}/fhir", transport=httpx.MockTransport(answer)) as door:
        assert await fetch_keys(door) is None


def test_the_plan_takes_no_older_set_and_another_root_only_when_told(plan: RescuePlan) -> None:
    before = plan.made
    assert before is not None
    plan.rotate()
    with write_transaction(plan.engine) as connection:
        with pytest.raises(PlanProblem, match="serial"):
            put_key_set(connection, before.keys)
        with pytest.raises(PlanProblem, match="another root"):
            put_key_set(connection, make_set(9))
        assert put_key_set(connection, make_set(9), new_root=True)
    with read_transaction(plan.engine) as connection:
        held = find_key_set(connection)
    assert held is not None
    assert held.serial == 9


def test_private_keys_lie_in_files_of_their_own_for_their_owner_alone(tmp_path: Path) -> None:
    made = make_keys(tmp_path / "officers", raw(COURIER), MADE, None)
    assert {path.name.split("-")[0] for path in made.private} == {"root", "orders", "rescue"}
    for path in (*made.private, made.file):
        assert path.stat().st_mode & 0o777 == 0o600
    assert made.file.parent.stat().st_mode & 0o777 == 0o700
    with pytest.raises(PlanProblem, match="not empty"):
        make_keys(tmp_path / "officers", raw(COURIER), MADE, None)


def test_a_sealed_key_file_opens_with_its_passphrase_only(tmp_path: Path) -> None:
    path = save_private(tmp_path, "rescue", RESCUE, b"five quiet words for officers")
    assert raw(RESCUE) not in path.read_bytes()
    with pytest.raises(PlanProblem, match="sealed"):
        load_private(path)
    with pytest.raises(PlanProblem, match="wrong passphrase"):
        load_private(path, b"five quiet words for nobody")
    assert raw(load_opening(path, b"five quiet words for officers")) == raw(RESCUE)


def test_a_signing_key_is_not_taken_for_one_that_opens(tmp_path: Path) -> None:
    with pytest.raises(PlanProblem, match="no key that opens"):
        load_opening(save_private(tmp_path, "root", ROOT, None))
    write_public(tmp_path / "courier.pub", COURIER.public_key())
    assert load_public(tmp_path / "courier.pub") == raw(COURIER)


def test_a_rotation_keeps_the_root_and_the_old_files(tmp_path: Path) -> None:
    first = make_keys(tmp_path / "officers", raw(COURIER), MADE, None)
    second = rotate_keys(tmp_path / "officers", MADE, None, rescue=True)
    assert second.keys.root_public == first.keys.root_public
    assert second.keys.rescue_id != first.keys.rescue_id
    assert second.keys.orders_id == first.keys.orders_id
    assert second.keys.serial == 2
    assert len(list((tmp_path / "officers").glob("rescue-*.key"))) == 2
    check_successor(read_keys(first.keys.text), read_keys(second.keys.text))
