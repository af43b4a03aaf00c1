"""What officers sign is what a device obeys; anything else, however like it, is refused."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from app.sync.orders import WIPE, OrderRefused, read_order
from app.sync.plan_keys import PlanKeys, key_id
from plan.orders.order import PURPOSE, SignedOrder, sign_order

OFFICERS = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = OFFICERS.public_key().public_bytes_raw()
KEYS = PlanKeys(1, b"r" * 32, "", b"", "", b"", key_id(PUBLIC), PUBLIC, "{}")
DEVICE, OTHER = "a" * 32, "b" * 32
NOW_MS = 1_795_366_800_000
NOW = datetime.fromtimestamp(NOW_MS / 1000, UTC)


def signed(**changes: Any) -> dict[str, Any]:
    """An order with other fields, signed by the very officers."""
    fields = json.loads(sign_order(OFFICERS, DEVICE, NOW_MS).body) | changes
    body = json.dumps(fields).encode()
    return {
        "key": key_id(PUBLIC),
        "order": base64.b64encode(body).decode(),
        "signature": base64.b64encode(OFFICERS.sign(PURPOSE + body)).decode(),
    }


def refusal(envelope: Any, device: str = DEVICE, now: datetime = NOW) -> str:
    with pytest.raises(OrderRefused) as refused:
        read_order(envelope, KEYS, device, now)
    return refused.value.detail


def test_what_the_officers_sign_the_device_reads() -> None:
    made = sign_order(OFFICERS, DEVICE, NOW_MS)
    order = read_order(json.loads(json.dumps(made.envelope)), KEYS, DEVICE, NOW)
    assert (order.id, order.kind) == (made.id, WIPE)
    assert sign_order(OFFICERS, DEVICE, NOW_MS).id != made.id


def test_an_order_for_another_device_is_refused() -> None:
    assert refusal(sign_order(OFFICERS, OTHER, NOW_MS).envelope) == "other-device"


def test_a_forged_order_is_refused() -> None:
    thief = Ed25519PrivateKey.generate()
    made = sign_order(thief, DEVICE, NOW_MS)
    assert refusal(made.envelope) == "other-key"
    assert refusal(replace(made, key_id=key_id(PUBLIC)).envelope) == "unsigned"


def test_an_order_is_obeyed_until_its_end_and_not_from_then_on() -> None:
    made = sign_order(OFFICERS, DEVICE, NOW_MS, days=3)
    end = NOW + timedelta(days=3)
    assert read_order(made.envelope, KEYS, DEVICE, end - timedelta(milliseconds=1)).id == made.id
    assert refusal(made.envelope, now=end) == "over"
    assert made.until_ms == NOW_MS + 3 * 86_400_000


def test_an_order_without_an_end_was_good_for_ever_and_is_not_any_more() -> None:
    fields = json.loads(sign_order(OFFICERS, DEVICE, NOW_MS).body) | {"format": 1}
    del fields["until"]
    body = json.dumps(fields).encode()
    old = _made(body, OFFICERS.sign(PURPOSE + body))
    assert (refusal(old.envelope), old.until_ms) == ("unreadable", 0)


def test_a_signature_made_for_something_else_is_none_on_an_order() -> None:
    """The same key, the same bytes, without the words that say what is signed."""
    body = sign_order(OFFICERS, DEVICE, NOW_MS).body
    assert refusal(_made(body, OFFICERS.sign(body)).envelope) == "unsigned"
    assert refusal(_made(body, OFFICERS.sign(b"hearthside plan keys\n" + body)).envelope) == "unsigned"


def _made(body: bytes, signature: bytes) -> SignedOrder:
    return replace(sign_order(OFFICERS, DEVICE, NOW_MS), body=body, signature=signature)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kind": "delete"}, "unknown-kind"),
        ({"format": 1}, "unreadable"),
        ({"until": None}, "unreadable"),
        ({"until": "2026-12-22T17:00:00"}, "unreadable"),
        ({"until": "tomorrow"}, "unreadable"),
        ({"id": "1"}, "unreadable"),
        ({"id": None}, "unreadable"),
        ({"device": [DEVICE]}, "other-device"),
        ({"more": 1}, "unreadable"),
    ],
)
def test_an_order_of_another_kind_or_form_is_refused_although_it_is_signed(
    changes: dict[str, Any], why: str
) -> None:
    assert refusal(signed(**changes)) == why


@given(st.integers(0, 400), st.integers(0, 7))
def test_one_bit_of_an_order_or_its_signature_is_enough(place: int, bit: int) -> None:
    made = sign_order(OFFICERS, DEVICE, NOW_MS)
    both = bytearray(made.body + made.signature)
    both[place % len(both)] ^= 1 << bit
    changed = replace(made, body=bytes(both[:-64]), signature=bytes(both[-64:]))
    assert refusal(changed.envelope) == "unsigned"


@given(
    st.dictionaries(
        st.sampled_from(["key", "order", "signature", "x"]),
        st.none() | st.integers() | st.text(max_size=8) | st.just("aGVsbG8=") | st.just(key_id(PUBLIC)),
    )
    | st.none()
    | st.lists(st.integers(), max_size=2)
)
def test_whatever_a_server_sends_is_refused_in_one_way(envelope: Any) -> None:
    assert refusal(envelope) in ("unreadable", "other-key", "unsigned")
