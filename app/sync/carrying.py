"""Sealed writes from hand to hand: where there is no network for days, another device takes them to the plan.

One hand-over goes both ways: sealed copies that have to reach the plan, and the plan's receipts on their way home.
What is in a copy can be read by the plan alone. A receipt is believed by the device that wrote the copy, because only
the plan could have made it; to everybody else it is a thing to carry. Nothing is taken for received because of one: the
outbox waits for the plan's own answer, and the screens say who brought what.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from app.errors import HearthsideError
from app.language import N_
from app.store import meta, sealed
from app.store.courier_files import LARGEST, SealedFiles
from app.store.engine import Store
from app.sync.carry_receipt import (
    WRITE_ID,
    CarriedReceipt,
    ReceiptWord,
    derive_receipt_key,
    is_genuine,
    read_receipt,
)
from app.sync.device_keys import find_key

FORMAT = 1
KIND = "hearthside sealed visits"
MOST = 2_000
"""Copies that one device carries for others; of receipts as many, the newest."""
LARGEST_FILE = 64_000_000
"""Bytes of one hand-over; what is beyond it goes with the next one."""
RECEIPTS = "carried-receipts"
"""Meta key (JSON): receipts for others, by write id, the newest last."""
COME_HOME = "carried-home"
"""Meta key (JSON): by write id, the plan's word for own writes that others brought, and when."""
REFUSED_COPIES = "carried-refused"
"""Meta key (JSON): ids of carried copies that the plan did not take."""


class NoHandOver(HearthsideError):
    sentence = N_("This is no file with sealed visits. Nothing was taken from it.")


class CarriesTooMuch(HearthsideError):
    sentence = N_("This tablet carries as much as it can. Let it reach the plan first, then take these.")


@dataclass(frozen=True, slots=True)
class Taken:
    """What was in a hand-over. `foreign`: copies for another plan, which were left."""

    copies: int = 0
    had: int = 0
    receipts: int = 0
    foreign: int = 0


@dataclass(frozen=True, slots=True)
class Carried:
    """`own`: own writes that have not settled; `own_arrived`, `own_held`: of these, what others brought to the plan.

    `for_others`: copies carried here; `refused`: of these, what the plan did not take; `receipts`: to be taken home.
    `possible`: the plan has given this device the key that copies are sealed to.
    """

    own: int = 0
    own_arrived: int = 0
    own_held: int = 0
    for_others: int = 0
    refused: int = 0
    receipts: int = 0
    possible: bool = True


def pack(copies: Iterable[Mapping[str, Any]], receipts: Iterable[CarriedReceipt]) -> bytes:
    """A hand-over; copies that would make it larger than `LARGEST_FILE` stay for the next."""
    chosen: list[str] = []
    said = [one.to_json() for one in receipts]
    size = len(json.dumps(said)) + 200
    for copy in copies:
        line = json.dumps(dict(copy))
        size += len(line) + 1
        if size > LARGEST_FILE:
            break
        chosen.append(line)
    head = json.dumps({"hearthside": KIND, "format": FORMAT, "receipts": said})
    return f'{head[:-1]}, "copies": [{",".join(chosen)}]}}'.encode()


def unpack(data: bytes) -> tuple[dict[str, dict[str, Any]], dict[str, CarriedReceipt]]:
    """Copies and receipts by write id; what is neither is left out. Raises NoHandOver."""
    if len(data) > LARGEST_FILE:
        raise NoHandOver(detail="too large")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise NoHandOver(detail="no JSON") from None
    if (
        not isinstance(document, dict)
        or document.get("hearthside") != KIND
        or document.get("format") != FORMAT
    ):
        raise NoHandOver(detail="no hand-over")
    listed, said = document.get("copies"), document.get("receipts")
    copies = {one["write"]: one for one in listed if _is_copy(one)} if isinstance(listed, list) else {}
    read = (read_receipt(one) for one in said) if isinstance(said, list) else ()
    return copies, {one.write_id: one for one in read if one is not None}


def _is_copy(value: Any) -> bool:
    """Has it the shape of docs/courier.md? More cannot be known of it here."""
    if not isinstance(value, dict) or set(value) != {"format", "plan", "key", "write", "sealed"}:
        return False
    write_id, body = value["write"], value["sealed"]
    if not isinstance(write_id, str) or WRITE_ID.match(write_id) is None:
        return False
    if not isinstance(value["plan"], str) or not isinstance(value["key"], str) or not isinstance(body, str):
        return False
    if value["format"] != 1 or len(value["plan"]) > 64 or len(value["key"]) > 64 or len(body) > LARGEST:
        return False
    try:
        return bool(base64.b64decode(body, validate=True))
    except (binascii.Error, ValueError):
        return False


def list_receipts(connection: Connection) -> tuple[CarriedReceipt, ...]:
    """Receipts that are on their way home to others."""
    found = (read_receipt(one) for one in _read(connection, RECEIPTS).values())
    return tuple(one for one in found if one is not None)


def keep_receipts(connection: Connection, receipts: Mapping[str, CarriedReceipt]) -> int:
    """Believe those for own writes that prove themselves, and carry the others on; returns how many were news."""
    own = sealed.list_known(connection, frozenset(receipts))
    key = find_key(connection)
    home, carried, news = _read(connection, COME_HOME), _read(connection, RECEIPTS), 0
    for write_id, receipt in receipts.items():
        if write_id in own:
            if key is None or not is_genuine(receipt, derive_receipt_key(key, write_id)):
                continue
            known = home.get(write_id)
            if known is None or (known.get("word") != receipt.word and receipt.word is ReceiptWord.ARRIVED):
                home[write_id] = {"word": receipt.word.value, "at_ms": receipt.at_ms}
                news += 1
        else:
            news += write_id not in carried
            carried[write_id] = receipt.to_json()
    wanted = sealed.list_wanted(connection)
    _put(connection, COME_HOME, {w: one for w, one in home.items() if w in wanted})
    _put(connection, RECEIPTS, dict(list(carried.items())[-MOST:]))
    return news


def count_carried(connection: Connection, here: frozenset[str], known: frozenset[str]) -> Carried:
    """`here`: ids of the copies that are carried; `known`: of these, those this very store has cut."""
    wanted = sealed.list_wanted(connection)
    words = [str(one.get("word")) for w, one in _read(connection, COME_HOME).items() if w in wanted]
    refused = frozenset(_read(connection, REFUSED_COPIES)) & here
    return Carried(
        own=len(wanted),
        own_arrived=words.count(ReceiptWord.ARRIVED),
        own_held=words.count(ReceiptWord.HELD),
        for_others=len(here - known),
        refused=len(refused - known),
        receipts=len(list_receipts(connection)),
    )


def list_arrived(connection: Connection) -> frozenset[str]:
    """Own writes of which the plan said, by way of others, that they came."""
    home = _read(connection, COME_HOME)
    return frozenset(w for w, one in home.items() if one.get("word") == ReceiptWord.ARRIVED)


async def hand_in(
    store: Store,
    receipts: Mapping[str, CarriedReceipt],
    arrived: frozenset[str],
    refused: frozenset[str],
) -> None:
    """After carried copies were brought: keep the receipts for their authors, and drop what the plan has.

    The receipts are committed first: a crash in between brings a copy once more, and the plan knows it.
    """
    files = SealedFiles.carried(store.path)
    here = await asyncio.to_thread(files.list_ids)
    held = frozenset(w for w, one in receipts.items() if one.word is ReceiptWord.HELD)
    mine = {w: one for w, one in receipts.items() if w in here}
    if mine or refused & here:

        def keep(connection: Connection) -> None:
            if mine:
                keep_receipts(connection, mine)
            before = frozenset(_read(connection, REFUSED_COPIES)) & here
            _put(connection, REFUSED_COPIES, {w: {} for w in (before | refused & here) - arrived})

        await store.write(keep)
    for write_id in sorted((arrived | held) & here):
        await asyncio.to_thread(files.delete, write_id)


def _read(connection: Connection, key: str) -> dict[str, dict[str, Any]]:
    try:
        found = json.loads(meta.find(connection, key) or "{}")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(name): one for name, one in found.items() if isinstance(one, dict)}


def _put(connection: Connection, key: str, value: Mapping[str, Any]) -> None:
    meta.put(connection, key, json.dumps(value))
