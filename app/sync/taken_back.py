"""Telling the plan which sealed writes are over: refused, then corrected or discarded here.

A copy of such a write may lie at the plan, brought by others and held there; nobody is to let it in later. The word is
signed by this device, so that a token alone takes nobody's visit back. `plan.courier.taking_back` was written apart.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Sequence

from sqlalchemy import Connection

from app.errors import PlanError
from app.store import meta, sealed
from app.store.engine import Store
from app.sync.contact import device_of
from app.sync.device_keys import find_key
from app.sync.plan_door import PlanDoor

PATH = "courier/taken-back"
MOST = 200
_PURPOSE = "hearthside courier taken back 1"
_EPOCH = "epoch"
_log = logging.getLogger("app.sync")


def taken_back_text(device: str, author: str, writes: Sequence[str]) -> bytes:
    """What is signed."""
    return "\n".join([_PURPOSE, device, author, *writes]).encode()


async def tell_taken_back(store: Store, door: PlanDoor, epoch: str | None) -> int:
    """Tell what the plan was not told yet, again after it was put back to an earlier day; returns how many.

    Raises nothing that a pass reports: what could not be told is told with the next one.
    """

    def read(connection: Connection) -> tuple[tuple[str, ...], dict[str, str] | None]:
        over = sealed.list_taken_back(connection)
        told = _read_told(connection, epoch or "")
        news = tuple(one for one in over if one not in told)[:MOST]
        key = find_key(connection)
        if not news or key is None:
            return (), None
        device, author = device_of(store.store_id), meta.get(connection, meta.USER_REFERENCE)
        proof = base64.b64encode(key.sign(taken_back_text(device, author, news))).decode()
        return news, {"device": device, "proof": proof}

    news, body = await store.read(read)
    if body is None:
        return 0
    try:
        answer = await door.ask("POST", PATH, {**body, "writes": list(news)}, signed=True)
    except PlanError as error:
        _log.info("the plan was not told of what is over: %s %s", type(error).__name__, error.detail)
        return 0
    if not answer.ok:
        _log.info("the plan was not told of what is over: HTTP %s", answer.status)
        return 0
    await store.write(lambda connection: _keep_told(connection, epoch or "", news))
    return len(news)


def _read_told(connection: Connection, epoch: str) -> frozenset[str]:
    try:
        told = json.loads(meta.find(connection, meta.TAKEN_BACK) or "{}")
        return frozenset(map(str, told["writes"])) if told[_EPOCH] == epoch else frozenset()
    except (ValueError, KeyError, TypeError):
        return frozenset()


def _keep_told(connection: Connection, epoch: str, news: Sequence[str]) -> None:
    told = sorted(_read_told(connection, epoch).union(news))
    meta.put(connection, meta.TAKEN_BACK, json.dumps({_EPOCH: epoch, "writes": told}))
