"""Orders of the plan to this one device: fetched without a sign-in, believed only with the officers' signature.

The format is described in docs/device-orders.md. An order names the device; that id is derived from the store's own
random id, so that an order for another tablet, or for the store that lay here before, fits nothing here.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection

from app.errors import PlanError
from app.language import N_
from app.store import meta
from app.store.engine import Store
from app.store.order_files import OrderFile, Wipe, find_order_file, save_order_file
from app.sync.contact import device_of
from app.sync.device_keys import find_key, get_or_make_key
from app.sync.order_reports import encode_report, is_voucher, make_voucher
from app.sync.plan_door import PlanDoor
from app.sync.plan_keys import PlanKeys, check_successor, fetch_keys, find_keys, read_keys

WIPE = "wipe"
LARGEST = 4_000
"""Characters of one signed order."""
_PURPOSE = b"hearthside device order\n"
_FORMAT = 2
_FIELDS = frozenset({"device", "format", "id", "issued", "kind", "until"})
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_MOST = 20


class OrderRefused(PlanError):
    """An order that is not obeyed.

    `detail`: unreadable, other-key, unsigned, other-device, unknown-kind, over (its days have passed), obeyed.
    """

    may_have_arrived = False
    sentence = N_("The plan sent an order that its officers did not sign for this device. It was not obeyed.")


@dataclass(frozen=True, slots=True)
class Order:
    """A good order for this device."""

    id: str
    kind: str


def read_order(envelope: Any, keys: PlanKeys, device: str, now: datetime) -> Order:
    """The order in an envelope. Raises OrderRefused for all that is not signed for this very device and for now.

    An order has an end because the plan's server may be in other hands: what officers took back must not be good for
    ever to whoever kept it.
    """
    body, signature = _bytes(envelope, "order"), _bytes(envelope, "signature")
    if envelope.get("key") != keys.orders_id:
        raise OrderRefused(detail="other-key")
    try:
        Ed25519PublicKey.from_public_bytes(keys.orders_public).verify(signature, _PURPOSE + body)
    except (InvalidSignature, ValueError):
        raise OrderRefused(detail="unsigned") from None
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict) or fields.keys() != _FIELDS or fields["format"] != _FORMAT:
        raise OrderRefused(detail="unreadable")
    order_id = fields["id"]
    if not isinstance(order_id, str) or not _ID.match(order_id):
        raise OrderRefused(detail="unreadable")
    if fields["device"] != device:
        raise OrderRefused(detail="other-device")
    if fields["kind"] != WIPE:
        raise OrderRefused(detail="unknown-kind")
    if now >= _end_of(fields["until"]):
        raise OrderRefused(detail="over")
    return Order(order_id, WIPE)


def _end_of(until: Any) -> datetime:
    try:
        end = datetime.fromisoformat(until)
    except (TypeError, ValueError):
        raise OrderRefused(detail="unreadable") from None
    if end.tzinfo is None:
        raise OrderRefused(detail="unreadable")
    return end


def time_for(known: OrderFile, now: datetime) -> datetime:
    """By which time an order is judged: this device's, but never earlier than the plan's at the last contact.

    The plan's own word of this moment does not count: whoever answers in its place could say any.
    """
    try:
        seen = datetime.fromisoformat(known.seen_day).replace(tzinfo=UTC)
    except ValueError:
        return now
    return max(now, seen)


def _bytes(envelope: Any, name: str) -> bytes:
    value = envelope.get(name) if isinstance(envelope, dict) else None
    try:
        if isinstance(value, str) and len(value) <= LARGEST:
            return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise OrderRefused(detail="unreadable") from None
    raise OrderRefused(detail="unreadable")


async def fetch_orders(door: PlanDoor, device: str) -> tuple[Mapping[str, Any], ...]:
    """Envelopes as the plan has them; none of them is believed yet. Raises PlanError."""
    answer = await door.ask("GET", f"orders/{device}")
    orders = answer.document.get("orders") if answer.ok else None
    return tuple(one for one in orders[:_MOST] if isinstance(one, dict)) if isinstance(orders, list) else ()


async def find_order(
    door: PlanDoor, device: str, known: OrderFile, now: datetime
) -> tuple[Order | None, list[OrderRefused]]:
    """The first good order that was not obeyed before, and why others were refused. `now`: this device's clock.

    The key is the one of the pinned set, or of a newer set that the same root signed: a tablet that was locked for
    months must still be reached. Raises PlanError.
    """
    refused: list[OrderRefused] = []
    envelopes = await fetch_orders(door, device)
    keys = read_keys(known.keys) if envelopes else None
    if keys is not None and any(one.get("key") != keys.orders_id for one in envelopes):
        newer = await fetch_keys(door)
        if newer is not None:
            check_successor(keys, newer)
            keys = newer
    if keys is None:
        return None, refused
    for envelope in envelopes:
        try:
            order = read_order(envelope, keys, device, time_for(known, now))
        except OrderRefused as error:
            refused.append(error)
            continue
        if order.id not in known.obeyed:
            return order, refused
        refused.append(OrderRefused(detail="obeyed"))
    return None, refused


async def tell_wiped(door: PlanDoor, device: str, wipe: Wipe) -> bool:
    """Say what was done; False when the plan did not take it. Raises PlanError."""
    said = encode_report(device, wipe)
    return (await door.ask("POST", f"orders/{device}/{wipe.order_id}", said)).ok


async def keep_order_file(store: Store, plan_url: str, server_at: datetime | None = None) -> None:
    """Lay down what the locked device needs to know: the pinned key set, the orders it obeyed before, the day by the
    plan's clock, and what it signs its reports with.

    Obeyed orders are kept in the encrypted store too, where nobody takes them out.
    """
    keys, obeyed, held_key = await store.read(_read)
    if keys is None:
        return
    key = held_key if held_key is not None else await store.write(get_or_make_key)
    directory = store.path.parent
    held = await asyncio.to_thread(find_order_file, directory) or OrderFile("", "")
    both = tuple(dict.fromkeys((*obeyed, *held.obeyed)))
    seen = "" if server_at is None else server_at.astimezone(UTC).date().isoformat()
    device = device_of(store.store_id)
    voucher = held.voucher if is_voucher(held.voucher, device, key) else make_voucher(device, key)
    wanted = OrderFile(plan_url, keys.text, both, seen or held.seen_day, voucher)
    if wanted != held:
        await asyncio.to_thread(save_order_file, directory, wanted)
    if both != obeyed:
        await store.write(lambda connection: meta.put(connection, meta.ORDERS_OBEYED, " ".join(both)))


def _read(connection: Connection) -> tuple[PlanKeys | None, tuple[str, ...], Ed25519PrivateKey | None]:
    obeyed = (meta.find(connection, meta.ORDERS_OBEYED) or "").split()
    return find_keys(connection), tuple(obeyed), find_key(connection)
