"""Requests of devices whose PIN is lost, from the asking to the answer's receipt."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, update
from sqlalchemy import select as select_values
from sqlmodel import Session, col, select

from plan.problems import PlanProblem
from plan.recovery.opening import Ask, read_ask
from plan.recovery.tables import ANSWERED, DONE, REFUSED, WAITING, RecoveryRequest

LIFE_MS = 15 * 60_000
"""From the asking on; the answer has to be fetched within it."""
MOST_AN_HOUR = 6
"""Requests of one user."""
_HOUR_MS = 3_600_000
_KEPT_MS = 400 * 86_400_000


class TooMany(Exception):
    """This user has asked too often within the hour."""


def begin(connection: Connection, user_id: str, ask: Ask, now_ms: int) -> RecoveryRequest:
    """Keep a request; an earlier one of the same device is over. Inside `write_transaction`. Raises TooMany."""
    sweep(connection, now_ms)
    recent = connection.execute(
        select_values(func.count()).where(
            col(RecoveryRequest.user_id) == user_id, col(RecoveryRequest.began_ms) > now_ms - _HOUR_MS
        )
    ).scalar_one()
    if recent >= MOST_AN_HOUR:
        raise TooMany
    mine = (col(RecoveryRequest.user_id) == user_id, col(RecoveryRequest.device) == ask.device)
    _end(connection, *mine)
    request = RecoveryRequest(
        id=secrets.token_hex(16),
        user_id=user_id,
        device=ask.device,
        ask=json.dumps(ask.to_json()),
        rescue_ids=" ".join(sorted({slot.rescue_id for slot in ask.slots}))[:200],
        began_ms=now_ms,
        expires_ms=now_ms + LIFE_MS,
    )
    with Session(connection, expire_on_commit=False) as session:
        session.add(request)
        session.flush()
        session.expunge(request)
    return request


def find(connection: Connection, user_id: str, request_id: str, now_ms: int) -> RecoveryRequest | None:
    """A user's own request while it lasts; None for anybody else's, an unknown one, and one that is over."""
    request = _find(connection, request_id)
    if request is None or request.user_id != user_id or request.expires_ms <= now_ms or request.state == DONE:
        return None
    return request


def finish(connection: Connection, user_id: str, request_id: str) -> bool:
    """The device has its answer, or asks no more: both texts go. Inside `write_transaction`."""
    mine = (col(RecoveryRequest.id) == request_id, col(RecoveryRequest.user_id) == user_id)
    return _end(connection, *mine) > 0


def list_open(connection: Connection, now_ms: int) -> Sequence[RecoveryRequest]:
    """What waits for an officer, the oldest first."""
    waits = (col(RecoveryRequest.state) == WAITING, col(RecoveryRequest.expires_ms) > now_ms)
    with Session(connection) as session:
        return session.exec(
            select(RecoveryRequest).where(*waits).order_by(col(RecoveryRequest.began_ms))
        ).all()


def get_waiting(connection: Connection, request_id: str, now_ms: int) -> tuple[RecoveryRequest, Ask]:
    """Raises PlanProblem with a sentence for a request that cannot be answered (any more)."""
    request = _find(connection, request_id)
    if request is None:
        raise PlanProblem("There is no such request.")
    if request.state != WAITING:
        raise PlanProblem(f"That request is {request.state} already; each one is answered once.")
    if request.expires_ms <= now_ms:
        raise PlanProblem("That request is over: it was good for 15 minutes. The nurse can ask again.")
    document = json.loads(request.ask)
    return request, read_ask(document, document["user"])


def put_answer(connection: Connection, request_id: str, sealed: str, officer: str, now_ms: int) -> None:
    """Inside `write_transaction`. Raises PlanProblem unless the request waits: one answer a request."""
    _decide(connection, request_id, now_ms, state=ANSWERED, answer=sealed, officer=officer)


def refuse(connection: Connection, request_id: str, officer: str, now_ms: int) -> None:
    """Inside `write_transaction`. Raises PlanProblem unless the request waits."""
    _decide(connection, request_id, now_ms, state=REFUSED, answer="", officer=officer)


def sweep(connection: Connection, now_ms: int) -> None:
    """Empty what is over, and drop what is older than 400 days. Inside `write_transaction`."""
    _end(connection, col(RecoveryRequest.expires_ms) <= now_ms)
    connection.execute(delete(RecoveryRequest).where(col(RecoveryRequest.began_ms) < now_ms - _KEPT_MS))


def _find(connection: Connection, request_id: str) -> RecoveryRequest | None:
    with Session(connection) as session:
        return session.get(RecoveryRequest, request_id)


def _decide(
    connection: Connection, request_id: str, now_ms: int, *, state: str, answer: str, officer: str
) -> None:
    get_waiting(connection, request_id, now_ms)
    still = (col(RecoveryRequest.id) == request_id, col(RecoveryRequest.state) == WAITING)
    values = {"state": state, "answer": answer, "officer": officer[:80], "decided_ms": now_ms}
    connection.execute(update(RecoveryRequest).where(*still).values(**values))


def _end(connection: Connection, *where: object) -> int:
    """Requests that are over keep who decided and when, and nothing that was sealed."""
    open_ones = (col(RecoveryRequest.state) != DONE, *where)
    ended = connection.execute(
        update(RecoveryRequest).where(*open_ones).values(state=DONE, ask="", answer="")  # type: ignore[arg-type]  # conditions on columns
    )
    return ended.rowcount
