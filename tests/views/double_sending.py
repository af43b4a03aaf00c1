"""In-memory "Sent & waiting" with the same doors as the real one."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from app.errors import RecordError
from app.services.models import VisitState, VisitStatus, VisitSummary
from app.services.sending_models import (
    DayEnd,
    Do,
    PassLine,
    PassWord,
    ReceivedLine,
    RefusedBefore,
    SendingPage,
    SharedLog,
    WaitingLine,
    Why,
)
from app.store.changes import Topic
from app.store.outbox_kinds import GroupKind
from app.sync.connection_steps import NOTHING_TRIED, Finding, Step, Steps, StepState, Verdict
from tests.views.double_services import Services
from tests.views.double_world import Hub, World, now

_WHY = {
    VisitState.ON_DEVICE: Why.NO_NETWORK,
    VisitState.SENDING: Why.ASKED,
    VisitState.ARRIVING: Why.ARRIVING,
    VisitState.REFUSED: Why.REFUSED,
    VisitState.TWO_VERSIONS: Why.CONFLICT,
    VisitState.LOST: Why.LOST,
}
_DO: dict[Why, tuple[Do, ...]] = {
    Why.REFUSED: (Do.CORRECT, Do.TRY_AGAIN, Do.CALL),
    Why.CONFLICT: (Do.CHOOSE,),
}


class DoubleTest:
    """Goes through its steps as far as a test lets it."""

    def __init__(self, finding: Finding, on_step: Callable[[], None], gate: asyncio.Event) -> None:
        self.steps: Steps = NOTHING_TRIED
        self.finding: Finding | None = None
        self._ends, self._on_step, self._gate = finding, on_step, gate
        self.stopped = False
        self.left_out: frozenset[Step] = frozenset()
        """Steps that do not apply, whatever comes of the test."""

    async def run(self) -> Finding:
        self.steps = ((Step.REACH, StepState.RUNS), *self.steps[1:])
        self._on_step()
        await self._gate.wait()
        good = self._ends.verdict is Verdict.WELL
        state = StepState.GOOD if good else StepState.BAD
        tried = {step for step in Step if step is Step.REACH or good} - self.left_out
        self.steps = tuple((step, state if step in tried else StepState.SKIPPED) for step in Step)
        self.finding = Finding(Verdict.STOPPED) if self.stopped else self._ends
        self._on_step()
        return self.finding

    def stop(self) -> None:
        self.stopped = True
        self._gate.set()


class DoubleSending(Services):
    def __init__(self, world: World, hub: Hub, user_name: str) -> None:
        super().__init__(world, hub, user_name)
        self.asked: list[tuple[str, str]] = []
        self.error: RecordError | None = None
        self.ends = Finding(Verdict.WELL, now(), timedelta(0), 0.042)
        self.gate = asyncio.Event()
        self.gate.set()
        self.tests: list[DoubleTest] = []
        self.lines = (
            PassLine(2, now(), now(), PassWord.NO_NETWORK, 0, 0, 1, 0, "NoNetwork"),
            PassLine(1, now() - timedelta(days=1), None, PassWord.BROKEN_OFF, 0, 0, 0, 0, ""),
        )

    async def page(self) -> SendingPage:
        self._fail_read()
        if self.world.sending is not None:
            return self.world.sending
        waiting = set(VisitState) - {VisitState.DRAFT, VisitState.RECEIVED}
        lines = [self._line(visit) for visit in reversed(self.rows(*waiting))]
        aside = tuple(line for line in lines if line.set_aside)
        rest = tuple(line for line in lines if not line.set_aside)
        return SendingPage(
            waiting=rest,
            set_aside=aside,
            received=tuple(
                ReceivedLine(
                    v.id,
                    GroupKind.VISIT,
                    v.patient_id,
                    v.patient_name,
                    v.id,
                    v.began_at,
                    v.status.received_at,
                )
                for v in self.rows(VisitState.RECEIVED)
            ),
            last_success_at=self.world.sync.last_success_at,
            day=DayEnd(
                drafts=len(self.rows(VisitState.DRAFT)),
                waiting=Counter(line.kind for line in rest),
                set_aside=Counter(line.kind for line in aside),
                ever=self.world.sync.last_success_at is not None,
                choices=sum(
                    one not in {f"task-{line.conflict}" for line in aside} for one in self.world.conflicts
                ),
            ),
            supervisor_phone="(559) 555-0100",
        )

    def _line(self, visit: VisitSummary) -> WaitingLine:
        why = _WHY[visit.status.state]
        return WaitingLine(
            group_id=visit.id,
            kind=GroupKind.VISIT,
            patient_id=visit.patient_id,
            patient_name=visit.patient_name,
            visit_id=visit.id,
            began_at=visit.began_at,
            since=visit.began_at,
            kb=214,
            why=why,
            said=visit.status.reason or "",
            parts=visit.status.parts or (12, 17),
            conflict=7 if why is Why.CONFLICT else None,
            do=_DO.get(why, ()),
        )

    async def log(self) -> tuple[PassLine, ...]:
        return self.lines

    async def share_log(self, app_version: str) -> SharedLog:
        return SharedLog("hearthside-log.txt", f"app\t{app_version}\n")

    async def try_again(self, group_id: str) -> None:
        self._do("try-again", group_id)
        row = self.world.visits[group_id]
        row.status = replace(row.status, state=VisitState.ON_DEVICE, reason=None)
        self.hub.publish(Topic.OUTBOX)

    async def correct(self, visit_id: str) -> None:
        self._do("correct", visit_id)
        row = self.world.visits[visit_id]
        self.world.refused[visit_id] = RefusedBefore(row.status.reason or "", now())
        row.status, row.signed_at = VisitStatus(VisitState.DRAFT), None
        self.hub.publish(Topic.VISITS)

    def _do(self, what: str, group_id: str) -> None:
        if self.error is not None:
            raise self.error
        self.asked.append((what, group_id))

    async def refused_before(self, visit_id: str) -> RefusedBefore | None:
        return self.world.refused.get(visit_id)

    async def make_test(self, on_step: Callable[[], None]) -> DoubleTest:
        self.tests.append(DoubleTest(self.ends, on_step, self.gate))
        return self.tests[-1]
