"""Leave and cover between device and plan: what stands, "I have them", and what a supervisor enters at once."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from app.domain.leave import Leave, LeaveWord, first_name
from app.domain.visit import PersonRef
from app.errors import NoNetwork, PlanDown, PlanError, SignInNeeded, Withdrawn
from app.language import N_
from app.store import leaves
from app.store.changes import Topic
from app.store.engine import Store
from app.store.sessions import SignInRow
from app.sync.answer import Answer
from app.sync.capabilities import Capabilities
from app.sync.fhir import json_text
from app.sync.fhir.frame import Json
from app.sync.fhir.leave import decode_leaves, encode_ask, encode_step
from app.sync.transport import FHIR_JSON, FhirClient

OPERATION = "$hearthside-leave"
ASKED_EVERY = 120.0
"""Seconds for which the plan's answer stands, so that a quiet pass asks for nothing more; a fresh start asks at once.

The plan itself lets nobody read a minute longer than the leave.
"""
NURSE = "nurse"
NOT_OFFERED = (403, 404, 405, 501)
_log = logging.getLogger("app.sync")
_asked: WeakKeyDictionary[Store, float] = WeakKeyDictionary()
"""When each open store was told last, by `time.monotonic`."""


class LeaveFailed(PlanError):
    """Nothing was entered or ended; the sentence says why."""

    sentence = N_("Nothing was entered.")


class LeaveUnknown(PlanError):
    """The plan's answer was lost."""

    sentence = N_(
        "The plan did not answer, so nobody knows whether it was entered. Please try again: it is entered once."
    )


UNREACHABLE = N_(
    "The plan cannot be reached: nothing was entered. Cover needs the plan, because it gives access to records."
)


def read_word(connection: Connection) -> LeaveWord:
    """The plan's newest answer that is here."""
    return Told(leaves.find_text(connection)).word


def read_standing(connection: Connection, now: datetime) -> tuple[Leave, ...]:
    """The leaves that concern this user and stand at that moment."""
    return tuple(one for one in read_word(connection).leaves if one.stands(now))


def read_covered(connection: Connection) -> Mapping[str, str]:
    """By patient id the first name of the nurse for whom this one stands in; her own people are not among them."""
    found = {who: first_name(one.nurse) for one in read_word(connection).leaves for who in one.people}
    others = leaves.list_people(connection) if found else frozenset()
    return {who: name for who, name in found.items() if who in others}


@dataclass(frozen=True, slots=True)
class Told:
    """What the plan says now. `text` is None where it knows of no leaves."""

    text: str | None = None

    @property
    def word(self) -> LeaveWord:
        found = None if self.text is None else decode_leaves(json_text.find_object(self.text))
        return found or LeaveWord()

    @property
    def people(self) -> frozenset[str]:
        return self.word.people

    def is_news(self, connection: Connection) -> bool:
        """Does it say anything else than what is here?"""
        return self.word != read_word(connection)

    def keep(self, connection: Connection, own: frozenset[str]) -> None:
        """`own`: who is on her own list anyhow."""
        leaves.put_text(connection, self.text)
        leaves.put_people(connection, self.people - own)


async def ask_leaves(
    store: Store, client: FhirClient, capabilities: Capabilities | None, sign_in: SignInRow
) -> Told:
    """Ask, for a nurse and where the plan keeps leaves; "I have them" goes before it.

    Raises PlanError when the plan could not be asked.
    """
    if capabilities is None or not capabilities.leave or sign_in.role != NURSE:
        return Told()
    if (
        not await _tell_taken(store, client)
        and time.monotonic() - _asked.get(store, -ASKED_EVERY) < ASKED_EVERY
    ):
        return Told(await store.read(leaves.find_text))
    answer = await client.send("GET", OPERATION)
    if answer.status in NOT_OFFERED:
        return Told()
    word = answer.get()
    _asked[store] = time.monotonic()
    if decode_leaves(word) is None:
        # No answer of that kind: what is known stands, rather than that people leave because of it.
        return Told(await store.read(leaves.find_text))
    return Told(json_text.dumps(word))


def ask_again(store: Store) -> None:
    """Something was told that may have opened a record: the next pull asks at once."""
    _asked.pop(store, None)


async def _tell_taken(store: Store, client: FhirClient) -> bool:
    """True where there was something to tell."""
    taken = await store.read(leaves.list_taken)
    for leave_id in taken:
        answer = await _post(client, encode_step("taken", leave_id))
        if answer.ok or answer.status in NOT_OFFERED:
            await store.write(partial(leaves.forget_taken, leave_id=leave_id), Topic.SYNC)
        else:
            raise answer.error()
    return bool(taken)


async def enter_leave(
    client: FhirClient, nurse: PersonRef, stand_in: PersonRef, begins: datetime, until: datetime
) -> None:
    """Enter a leave with its cover. Raises LeaveFailed, with nothing entered, or LeaveUnknown."""
    await _ask(client, encode_ask(nurse, stand_in, begins, until))


async def end_leave(client: FhirClient, leave_id: str) -> None:
    """End it now. Raises as `enter_leave`."""
    await _ask(client, encode_step("end", leave_id))


async def _ask(client: FhirClient, body: Json) -> None:
    try:
        answer = await _post(client, body)
    except (SignInNeeded, Withdrawn):
        raise
    except (NoNetwork, PlanDown) as error:
        if error.may_have_arrived:
            raise LeaveUnknown(detail=error.detail) from None
        raise LeaveFailed(UNREACHABLE, detail=error.detail) from None
    except PlanError as error:
        raise LeaveUnknown(detail=error.detail) from None
    if answer.ok:
        return
    if answer.status >= 500:
        raise LeaveUnknown(detail=f"HTTP {answer.status}")
    raise LeaveFailed(f"{LeaveFailed.sentence} {answer.reason}", detail=f"HTTP {answer.status}")


async def _post(client: FhirClient, body: Json) -> Answer:
    return await client.send("POST", OPERATION, json_text.dumps(body).encode(), {"Content-Type": FHIR_JSON})
