"""Taking a device's log: each event has to follow from what the same device told before.

A device that was put back to an earlier copy, or whose log was rewritten, tells another event under a number that is
already held; its log goes on in a new generation, and the old one stays. A log that only got shorter is a state, not
yet a finding: a request that was held up on its way looks the same. Opening a store adds an event, so that a shortened
log that is used again differs at its next contact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert
from sqlmodel import Session, col, select

from plan.device_audit.events import ToldEvent, ToldLog
from plan.device_audit.tables import DeviceChain, DeviceEvent
from plan.fhir.access import IS_CURRENT
from plan.fhir.tables import resource

AGREED, BEHIND, DIFFERS = "ok", "behind", "differs"
BROKEN = "broken"
FIRST = "first"
_WHOSE = (
    resource.select()
    .with_only_columns(resource.c.type, resource.c.id, resource.c.patient_id)
    .where(
        IS_CURRENT,
        resource.c.type.in_(bindparam("kinds", expanding=True)),
        resource.c.id.in_(bindparam("ids", expanding=True)),
        resource.c.patient_id.is_not(None),
    )
)


@dataclass(frozen=True, slots=True)
class Held:
    """The answer to a device: how many of its events are held, and whether they are the ones that it has."""

    known: int
    state: str


def keep_log(connection: Connection, user_id: str, device: str, told: ToldLog, now_ms: int) -> Held:
    """Take the events that are new, and compare the rest. Told twice, they stand once. Inside `write_transaction`."""
    with Session(connection) as session:
        chain = find_chain(session, user_id, device)
        if chain is None:
            chain = _open(user_id, device, 0, now_ms, FIRST, 0, "")
            session.add(chain)
        taking = _Taking(session, chain, now_ms)
        state = taking.take(told)
        session.flush()
        kept, known = taking.kept, taking.chain.length
        session.expunge_all()
    if kept:
        known_patients = _patients(connection, kept)
        for row in kept:
            row["patient_id"] = known_patients.get(
                (row["subject_type"], row["subject_id"]), row["patient_id"]
            )
        connection.execute(insert(DeviceEvent), kept)
    return Held(known, state)


def find_chain(session: Session, user_id: str, device: str) -> DeviceChain | None:
    """The newest generation of a device's log."""
    mine = (DeviceChain.user_id == user_id, DeviceChain.device == device)
    return session.exec(select(DeviceChain).where(*mine).order_by(col(DeviceChain.generation).desc())).first()


class _Taking:
    """One contact's events on their way into one chain."""

    def __init__(self, session: Session, chain: DeviceChain, now_ms: int) -> None:
        self.chain = chain
        self.kept: list[dict[str, Any]] = []
        self._session = session
        self._now_ms = now_ms

    def take(self, told: ToldLog) -> str:
        events, state = told.events, AGREED
        if events and events[0].seq > self.chain.length + 1:
            # The device thinks that more is held: this database was put back. It tells the rest again.
            events = ()
        held = self._digests(events[0].seq, events[-1].seq) if events else {}
        for event in events:
            if held.get(event.seq) == event.digest:
                continue
            follows = event.previous == self.chain.head
            fits = event.digest == event.digest_after(event.previous)
            if event.seq <= self.chain.length or not (follows and fits):
                if state == DIFFERS:
                    break  # one new generation a contact; the rest is told again
                state = DIFFERS
                why = BROKEN if event.seq > self.chain.length else DIFFERS
                self._go_on(event.seq - 1, event.previous, why)
                held = {}
            self._append(event, fits=fits)
        return self._compare_end(told, state)

    def _compare_end(self, told: ToldLog, state: str) -> str:
        chain = self.chain
        chain.told_length = told.length
        if state != AGREED or told.length > chain.length:
            return state
        held = {chain.length: chain.head}
        if told.length < chain.length:
            held = self._digests(told.length, told.length)
        if held.get(told.length, "") != told.head:
            self._go_on(told.length, told.head, DIFFERS)
            self.chain.told_length = told.length
            return DIFFERS
        return BEHIND if told.length < chain.length else AGREED

    def _append(self, event: ToldEvent, *, fits: bool) -> None:
        chain = self.chain
        chain.length, chain.head = event.seq, event.digest
        kind, record_id = event.about
        row = DeviceEvent(
            user_id=chain.user_id,
            device=chain.device,
            generation=chain.generation,
            seq=event.seq,
            at_ms=self._now_ms if event.at_ms is None else event.at_ms,
            received_ms=self._now_ms,
            actor=event.safe_actor,
            action=event.safe_action,
            subject_type=kind,
            subject_id=record_id,
            patient_id=record_id if kind == "Patient" else event.patient_id,
            digest=event.digest,
            fits=fits,
        )
        self.kept.append(row.model_dump())

    def _go_on(self, length: int, head: str, why: str) -> None:
        old = self.chain
        self.chain = _open(old.user_id, old.device, old.generation + 1, self._now_ms, why, length, head)
        self._session.add(self.chain)

    def _digests(self, first: int, last: int) -> dict[int, str]:
        """The digests held by number: each of the newest log that has it, for a log goes on from the one before."""
        chain = self.chain
        mine = (DeviceChain.user_id == chain.user_id, DeviceChain.device == chain.device)
        wanted = select(DeviceChain).where(*mine).order_by(col(DeviceChain.generation))
        rows = self._session.exec(
            select(DeviceEvent.generation, DeviceEvent.seq, DeviceEvent.digest)
            .where(DeviceEvent.user_id == chain.user_id, DeviceEvent.device == chain.device)
            .where(DeviceEvent.seq >= first, DeviceEvent.seq <= last)
        )
        by_log: dict[int, dict[int, str]] = {}
        for generation, seq, digest in rows:
            by_log.setdefault(generation, {})[seq] = digest
        found: dict[int, str] = {}
        for log in self._session.exec(wanted):
            found = {seq: digest for seq, digest in found.items() if seq < log.from_length}
            found |= by_log.get(log.generation, {})
            if log.from_length:
                found[log.from_length] = log.from_head
        return found


def _open(
    user_id: str, device: str, generation: int, now_ms: int, why: str, length: int, head: str
) -> DeviceChain:
    return DeviceChain(
        user_id=user_id,
        device=device,
        generation=generation,
        opened_ms=now_ms,
        opened_by=why,
        from_length=length,
        from_head=head,
        length=length,
        head=head,
        told_length=length,
    )


def _patients(connection: Connection, rows: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """Whose records the subjects are, as the plan knows it: that counts, not what the device says."""
    subjects = {(row["subject_type"], row["subject_id"]) for row in rows if row["subject_id"]}
    asked = sorted(one for one in subjects if one[0] != "Patient")
    if not asked:
        return {}
    # By type and id, as the index has them: by id alone every version there is would be looked at, under the lock.
    found = connection.execute(
        _WHOSE, {"kinds": [kind for kind, _ in asked], "ids": [own for _, own in asked]}
    )
    return {(row.type, row.id): row.patient_id for row in found}
