"""A write that somebody brought: opened, checked, and applied as its author's through the ordinary write path.

Once per write id: its Provenance carries that id, is created in the same transaction as everything it names, and is
refused where it is already there. So two deliveries at the same moment, or the author's own, make one version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Connection, or_, select
from sqlmodel import Session
from sqlmodel import select as select_rows

from plan.courier import ledger, receipt
from plan.courier.bundle import BadBundle, Parcel, find_rest, read_parcel
from plan.courier.envelope import Letter, Unreadable, check_signature, open_envelope, read_envelope
from plan.courier.tables import CourierWrite
from plan.database import read_transaction, write_transaction
from plan.devices.registry import find_device
from plan.devices.tables import RegisteredDevice
from plan.fhir.bundles import run_bundle
from plan.fhir.context import Caller, Preferences, Server
from plan.fhir.json_text import dumps
from plan.fhir.outcomes import Refusal
from plan.fhir.tables import resource
from plan.principal import OPERATOR, Principal
from plan.users import User

AUTHORS_SCOPE = "user/*.crus"
"""What the courier may do in an author's name: all that a write holds, never a deletion."""
DRAIN_MS = 24 * 3_600_000
"""How long after a device was withdrawn its signed writes are still taken without an officer."""
TRIES = 3
"""Times that a write of which another part arrives meanwhile is looked at anew."""


class State(StrEnum):
    """What the bearer is told. Nothing in it says what was in the write, or whose it was."""

    APPLIED = "applied"
    KNOWN = "known"
    HELD = "held"
    """The plan keeps it, sealed, for somebody to look at."""
    LATER = "later"
    """Something that it points to has not arrived yet."""
    REFUSED = "refused"


REASONS = {
    State.HELD: "The plan keeps this one for somebody to look at.",
    State.LATER: "Something else has to arrive before this one.",
}


@dataclass(frozen=True)
class Outcome:
    """`reason` may be shown to the bearer. `receipt` is for the author, and proves itself to her device alone."""

    state: State
    reason: str = ""
    receipt: dict[str, Any] | None = None
    over: bool = False
    """Known, but not because it arrived: its author took it back."""


@dataclass(frozen=True)
class Bearer:
    """Who brings it: "" for an officer at the database. `released`: she has looked, and it is to be applied.

    `taken_back`: also what its author took back, who was asked.
    """

    user_id: str = ""
    released: bool = False
    taken_back: bool = False

    def may_bring(self, state: str) -> bool:
        """Is a write of this state in the ledger still to be looked at?"""
        return state == ledger.HELD or (state == ledger.TAKEN_BACK and self.taken_back)


Keys = Mapping[str, X25519PrivateKey]


def deliver(server: Server, keys: Keys, bearer: Bearer, document: Mapping[str, Any]) -> Outcome:
    """Take one sealed write. Raises only what the database raises; then nothing was decided."""
    now_ms = server.clock()
    try:
        letter = open_envelope(read_envelope(document), keys, 2 * server.settings.max_body_bytes)
        with read_transaction(server.engine) as connection:
            author, device = _check_signer(connection, letter)
            known = ledger.find_write(connection, letter.write_id)
    except Unreadable as error:
        return Outcome(State.REFUSED, str(error))
    if known is not None and known.user_id == author.id and not bearer.may_bring(known.state):
        if known.state == ledger.TAKEN_BACK:
            return Outcome(State.KNOWN, over=True)
        return _with_receipt(Outcome(State.KNOWN), letter, known.decided_ms)
    delivery = _Delivery(server, letter, author, bearer, now_ms)
    withdrawn = device.revoked_ms is not None and now_ms > device.revoked_ms + DRAIN_MS
    if (author.disabled or withdrawn) and not bearer.released:
        outcome = delivery.hold("Its author, or the device that signed it, was withdrawn.", document)
    else:
        try:
            outcome = delivery.apply(read_parcel(letter.write_id, letter.body), document)
        except BadBundle as error:
            outcome = delivery.hold(str(error), document)
    return _with_receipt(outcome, letter, now_ms)


_WORDS = {State.APPLIED: receipt.ARRIVED, State.KNOWN: receipt.ARRIVED, State.HELD: receipt.HELD}


def _with_receipt(outcome: Outcome, letter: Letter, at_ms: int) -> Outcome:
    word = _WORDS.get(outcome.state)
    if word is None or outcome.over:
        return outcome
    return replace(outcome, receipt=receipt.make_receipt(letter.receipt_key, letter.write_id, word, at_ms))


def _check_signer(connection: Connection, letter: Letter) -> tuple[User, RegisteredDevice]:
    """Its author, and the device whose signature it bears. Raises Unreadable."""
    author = _find_author(connection, letter)
    device = None if author is None else find_device(connection, author.id, letter.device)
    if author is None or device is None:
        raise Unreadable("The plan does not know the device that signed it.")
    check_signature(letter, device.public_key)
    return author, device


def _find_author(connection: Connection, letter: Letter) -> User | None:
    practitioner_id = letter.author.partition("/")[2]
    with Session(connection, expire_on_commit=False) as session:
        found = session.exec(select_rows(User).where(User.practitioner_id == practitioner_id)).first()
        if found is not None:
            session.expunge(found)
    return None if found is None or found.role == OPERATOR else found


class _Delivery:
    """One write on its way in."""

    def __init__(self, server: Server, letter: Letter, author: User, bearer: Bearer, now_ms: int) -> None:
        self._server = server
        self._letter = letter
        self._author = author
        self._bearer = bearer
        self._now_ms = now_ms
        principal = Principal(
            author.id,
            author.username,
            author.role,
            author.practitioner_id,
            author.team_id,
            frozenset({AUTHORS_SCOPE}),
        )
        self._caller = Caller(server, principal, now_ms)

    def apply(self, parcel: Parcel, document: Mapping[str, Any]) -> Outcome:
        why = ""
        for _ in range(TRIES):
            with read_transaction(self._server.engine) as connection:
                rest = find_rest(connection, parcel, self._author.practitioner_id)
                missing = [need for need in self._letter.needs if not self._is_there(connection, need)]
            if not rest:
                return self._decide(State.KNOWN)
            if missing:
                return Outcome(State.LATER, REASONS[State.LATER])
            bundle = {"resourceType": "Bundle", "type": "transaction", "entry": rest}
            try:
                run_bundle(self._caller, bundle, Preferences(returns="minimal"))
            except Refusal as refusal:
                why = f"{refusal.status} {refusal.text}"
                if refusal.status in (409, 412):
                    # Perhaps only because it is arriving at this very moment by another way.
                    continue
                break
            return self._decide(State.APPLIED)
        return self.hold(why, document)

    def _is_there(self, connection: Connection, need: tuple[str, str]) -> bool:
        """Does the plan hold this record, as far as its author may know?"""
        mine = resource.c.author_id == self._author.practitioner_id
        found = select(resource.c.key).where(
            resource.c.type == need[0],
            resource.c.id == need[1],
            resource.c.is_current == 1,
            or_(mine, self._caller.allowed(by_id=True)),
        )
        return connection.execute(found.limit(1)).first() is not None

    def hold(self, reason: str, document: Mapping[str, Any]) -> Outcome:
        """The tablet may be lost tomorrow: what its author signed is kept here, sealed as it came."""
        with write_transaction(self._server.engine) as connection:
            known = ledger.find_write(connection, self._letter.write_id)
            if known is not None and known.user_id != self._author.id:
                return Outcome(State.REFUSED, "Another write has this id.")
            if known is not None and not self._bearer.may_bring(known.state):
                # settled, or taken back, while this was being looked at
                return Outcome(State.KNOWN, over=known.state == ledger.TAKEN_BACK)
            if known is None and ledger.count_held(connection, self._author.id) >= ledger.MOST_HELD:
                return Outcome(State.REFUSED, "Too many wait for somebody to look at.")
            state = ledger.HELD if known is None else known.state
            ledger.put_write(connection, self._row(state, reason, dumps(dict(document))))
        return Outcome(State.HELD, REASONS[State.HELD])

    def _decide(self, state: State) -> Outcome:
        with write_transaction(self._server.engine) as connection:
            ledger.put_write(connection, self._row(state.value))
        return Outcome(state)

    def _row(self, state: str, reason: str = "", sealed: str | None = None) -> CourierWrite:
        return CourierWrite(
            write_id=self._letter.write_id,
            user_id=self._author.id,
            device=self._letter.device,
            bearer_id=self._bearer.user_id,
            state=state,
            reason=reason[:500],
            first_ms=self._now_ms,
            decided_ms=self._now_ms,
            sealed=sealed,
        )
