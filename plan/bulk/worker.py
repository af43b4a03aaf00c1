"""Prepares exports step by step, each step in one short transaction, so that a restart goes on where it stopped.

Any of several server processes may do it: who works on a job holds a lease for a while, renewed with each step. Nobody
has to start it: whoever asks how an export stands wakes it.
"""

from __future__ import annotations

import logging
import threading
import traceback
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, func, insert, or_, select, update
from sqlmodel import Session, col

from plan.bulk.deletions import list_gone, make_lines
from plan.bulk.gathering import DELETIONS, Line, Step, gather, plan_steps
from plan.bulk.group_line import find_group_line
from plan.bulk.kinds import GROUP
from plan.bulk.tables import ACCEPTED, DONE, FAILED, RUNNING, BulkFile, BulkJob, BulkMember, BulkPart
from plan.database import read_transaction, write_transaction
from plan.fhir.stamps import Clock

LEASE_MS = 60_000
MOST_TRIES = 5
"""Times that a job is taken up; one that fails each time is given up."""
FILE_LINES = 100_000
PART_LINES = 400
ENOUGH = 5_000
MOST_STEPS = 20
"""Lines, and steps, that are written down in one transaction."""
_log = logging.getLogger("plan.bulk")


@dataclass(frozen=True, slots=True)
class _Found:
    """What one step found: versions, or lines of their own."""

    step: Step
    lines: Sequence[Line] = ()
    texts: Sequence[str] = ()


class BulkWorker:
    """One per server process. `wake` starts a thread that ends when there is nothing to prepare."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._name = str(uuid.uuid4())
        self._guard = threading.Lock()
        self._again = False
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Prepare what waits, in a thread of its own."""
        with self._guard:
            self._again = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="bulk-export", daemon=True)
                self._thread.start()

    def settle(self) -> None:
        """Wait until the thread has nothing left to do."""
        with self._guard:
            thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        while True:
            with self._guard:
                if not self._again:
                    self._thread = None
                    return
                self._again = False
            try:
                while self.take_step():
                    pass
            except Exception as error:  # noqa: BLE001 - the job goes on at its next waking, and is given up in the end
                place = traceback.extract_tb(error.__traceback__)[-1]
                where = f"{Path(place.filename).name}:{place.lineno}"
                _log.error("a step of an export failed: %s at %s", type(error).__name__, where)

    def take_step(self) -> bool:
        """Do the next steps of the job this process holds or may take. False when there is none."""
        job = self._claim()
        if job is None:
            return False
        try:
            self._work(job)
        except Exception:
            self._put_back(job)
            raise
        return True

    def _work(self, job: BulkJob) -> None:
        if job.steps_done >= job.steps:
            self._finish(job)
            return
        found: list[_Found] = []
        with read_transaction(self._engine) as connection:
            members = connection.execute(
                select(func.count()).where(col(BulkMember.job_id) == job.id)
            ).scalar_one()
            steps = plan_steps(job.types.split(), members, since=job.since_ms is not None)
            for step in islice(steps, job.steps_done, None):
                if step == DELETIONS:
                    found.append(_Found(step, texts=tuple(make_lines(list_gone(connection, job)))))
                elif step.type == GROUP:
                    line = find_group_line(connection, job)
                    found.append(_Found(step, texts=() if line is None else (line,)))
                else:
                    found.append(_Found(step, gather(connection, job, step)))
                # Many steps find nothing, and a transaction for each would be waited for by whoever writes.
                if sum(len(one.lines) for one in found) >= ENOUGH or len(found) == MOST_STEPS:
                    break
        with write_transaction(self._engine) as connection:
            # Otherwise somebody else has it now, or it was called off.
            if self._advance(connection, job, len(found)):
                for one in found:
                    _store(connection, job.id, one)

    def _claim(self) -> BulkJob | None:
        """The oldest job that this process holds, or that nobody is at."""
        now = self._clock()
        mine = col(BulkJob.worker) == self._name
        free = (
            col(BulkJob.state).in_([ACCEPTED, RUNNING]),
            or_(mine, col(BulkJob.lease_ms) <= now),
            col(BulkJob.expires_ms) > now,
        )
        with read_transaction(self._engine) as connection:
            held = connection.execute(
                select(col(BulkJob.id), col(BulkJob.worker), col(BulkJob.tries))
                .where(*free)
                .order_by(col(BulkJob.asked_ms), col(BulkJob.id))
                .limit(1)
            ).first()
        if held is None:
            return None
        if held.worker != self._name:
            values = {
                "state": RUNNING,
                "worker": self._name,
                "lease_ms": now + LEASE_MS,
                "tries": held.tries + 1,
            }
            if held.tries >= MOST_TRIES:
                values |= {"state": FAILED, "worker": ""}
            with write_transaction(self._engine) as connection:
                connection.execute(update(BulkJob).where(col(BulkJob.id) == held.id, *free).values(**values))
            return self._claim()
        with read_transaction(self._engine) as connection, Session(connection) as session:
            job = session.get(BulkJob, held.id)
            if job is not None:
                session.expunge(job)
            return job

    def _advance(self, connection: Connection, job: BulkJob, steps: int) -> bool:
        """Count the steps, if the job is still ours and stands where it stood."""
        held = (
            col(BulkJob.id) == job.id,
            col(BulkJob.worker) == self._name,
            col(BulkJob.state) == RUNNING,
            col(BulkJob.steps_done) == job.steps_done,
        )
        values = {"steps_done": job.steps_done + steps, "lease_ms": self._clock() + LEASE_MS}
        return connection.execute(update(BulkJob).where(*held).values(**values)).rowcount == 1

    def _put_back(self, job: BulkJob) -> None:
        """So that taking it up again counts as a further try."""
        held = (col(BulkJob.id) == job.id, col(BulkJob.worker) == self._name)
        with write_transaction(self._engine) as connection:
            connection.execute(update(BulkJob).where(*held).values(worker="", lease_ms=0))

    def _finish(self, job: BulkJob) -> None:
        held = (col(BulkJob.id) == job.id, col(BulkJob.worker) == self._name)
        with write_transaction(self._engine) as connection:
            connection.execute(update(BulkJob).where(*held).values(state=DONE))


def _store(connection: Connection, job_id: str, found: _Found) -> None:
    """Add what a step found to its file, beginning a new one where there is none or it is full."""
    for first in range(0, len(found.lines), PART_LINES):
        some = found.lines[first : first + PART_LINES]
        size = sum(line.size for line in some)
        file, number, start = _room(connection, job_id, "output", found.step.type, len(some), size)
        keys = " ".join(str(line.key) for line in some)
        values = {"job_id": job_id, "file": file, "number": number, "start": start, "size": size}
        connection.execute(insert(BulkPart).values(**values, keys=keys))
    kind = ("deleted", "Bundle") if found.step == DELETIONS else ("output", found.step.type)
    for text in found.texts:
        size = len(text.encode()) + 1
        file, number, start = _room(connection, job_id, *kind, 1, size)
        values = {"job_id": job_id, "file": file, "number": number, "start": start, "size": size}
        connection.execute(insert(BulkPart).values(**values, text=text))


def _room(
    connection: Connection, job_id: str, kind: str, type_name: str, lines: int, size: int
) -> tuple[int, int, int]:
    """The file for so many more lines, the number of the next part in it, and where that starts."""
    mine = col(BulkFile.job_id) == job_id
    file = connection.execute(
        select(BulkFile.__table__)  # type: ignore[attr-defined]  # SQLModel hides it
        .where(mine, col(BulkFile.kind) == kind, col(BulkFile.type) == type_name)
        .order_by(col(BulkFile.number).desc())
        .limit(1)
    ).first()
    if file is None or file.lines + lines > FILE_LINES:
        number = connection.execute(select(func.count()).select_from(BulkFile).where(mine)).scalar_one()
        values = {"job_id": job_id, "number": number, "kind": kind, "type": type_name}
        connection.execute(insert(BulkFile).values(**values, lines=lines, size=size))
        return number, 0, 0
    here = (mine, col(BulkFile.number) == file.number)
    connection.execute(update(BulkFile).where(*here).values(lines=file.lines + lines, size=file.size + size))
    parts = select(func.count()).where(col(BulkPart.job_id) == job_id, col(BulkPart.file) == file.number)
    return file.number, connection.execute(parts).scalar_one(), file.size


def drop_job(connection: Connection, job_id: str) -> None:
    """Take an export away with all its files. Inside `write_transaction`."""
    connection.execute(delete(BulkPart).where(col(BulkPart.job_id) == job_id))
    connection.execute(delete(BulkFile).where(col(BulkFile.job_id) == job_id))
    connection.execute(delete(BulkMember).where(col(BulkMember.job_id) == job_id))
    connection.execute(delete(BulkJob).where(col(BulkJob.id) == job_id))


def drop_expired(connection: Connection, now_ms: int) -> None:
    """Take away every export whose time is over. Inside `write_transaction`."""
    over = connection.execute(select(col(BulkJob.id)).where(col(BulkJob.expires_ms) <= now_ms)).scalars()
    for job_id in over.all():
        drop_job(connection, job_id)
