"""Random schedules for two devices, a supervisor and a server: edits, faults, kills, restores, wrong clocks.

Every schedule ends with a healed network and the judgement of files by another process (`tests.faults.checker`).
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from app.services.signing_out import SigningOut
from tests.faults.checker import Checker
from tests.faults.faulty_network import Fault
from tests.faults.many import MARK, Many
from tests.faults.quick import seeded_ids
from tests.faults.serving import Serving
from tests.faults.steps import Listener, Tally, edit, in_turn
from tests.faults.ward import NURSES, PATIENTS

T = TypeVar("T")
SHM = Path("/dev/shm")
FAST = str(SHM) if SHM.is_dir() else None
REAL = tuple(one for one in Fault if one is not Fault.NONE)
ON_WRITES = tuple(one for one in REAL if one not in (Fault.NOTHING, Fault.STALE, Fault.UNAUTHORIZED))
ON_READS = (
    Fault.STALE,
    Fault.NOTHING,
    Fault.UNAUTHORIZED,
    Fault.PARTIAL,
    Fault.TRUNCATED,
    Fault.CUT_AFTER,
    Fault.LATE,
    Fault.WAIT,
    Fault.NONE,
)
STEPS = 8
NAMES = st.sampled_from((0, 1))
WHO = st.sampled_from(PATIENTS)
WHICH = st.integers(0, 5)
PAIN = st.sampled_from((9, 2, 7))
"""From 7 on the safety rules raise an alert."""
FAULTS = st.lists(st.sampled_from(ON_WRITES), min_size=1, max_size=4)
EDITS = ("sent", "acknowledge", "finish", "started", "closed", "addendum")
HAPPENINGS = (
    "killed",
    "locked",
    "signed out",
    "sign-in ended",
    "token expired",
    "clock in 2105",
    "clock a day ahead",
    "clock a day behind",
    "25 hours go by",
)


class Schedules(RuleBasedStateMachine):
    """`templates`, `serving`, `runner` and `checker` are set by whoever runs it (`tests.faults.running`)."""

    templates: ClassVar[Path]
    serving: ClassVar[Serving]
    runner: ClassVar[asyncio.Runner]
    checker: ClassVar[Checker]
    tally: ClassVar[Tally]

    @initialize(seed=st.integers(0, 2**16))
    def open(self, seed: int) -> None:
        self._holder = tempfile.TemporaryDirectory(dir=FAST)
        self._ids = seeded_ids(seed)
        self._ids.__enter__()
        self._listener = Listener()
        logging.getLogger("app").addHandler(self._listener)
        self.many = Many(self.templates, Path(self._holder.name), self.serving)
        self._run(self.many.start())

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def _did(self, what: str) -> None:
        self.tally.steps[what] += 1

    # nurses

    @rule(n=NAMES, who=WHO, pain=PAIN, extra=st.sampled_from(("", "converse", "plan", "refer")))
    def document(self, n: int, who: str, pain: int, extra: str) -> None:
        if self._run(self.many.devices[n].document(who, pain, extra=extra)) is not None:
            self._did(f"visits with {extra or 'no more'}")

    @rule(n=NAMES, who=WHO, pain=PAIN, extra=st.sampled_from(("converse", "plan")), faults=FAULTS)
    def document_and_send(self, n: int, who: str, pain: int, extra: str, faults: list[Fault]) -> None:
        """The usual case: a whole visit, and a network that spoils its write and what follows."""
        self.document(n, who, pain, extra)
        self.sync_badly(n, faults, True, False)

    @rule(n=NAMES, who=WHO, pain=PAIN, seal=st.booleans())
    def draft(self, n: int, who: str, pain: int, seal: bool) -> None:
        """A visit over several steps; whatever is unsigned at the end must still be a draft."""
        device = self.many.devices[n]

        async def work() -> None:
            visit_id = await device.begin(who)
            if visit_id is not None:
                await device.tap(visit_id, "esas-pain", pain)
                await device.note(visit_id, device.words())
                if seal:
                    await device.sign(visit_id)

        self._run(work())
        self._did("drafts")

    @rule(n=NAMES, which=WHICH, how=st.sampled_from(EDITS))
    def edit(self, n: int, which: int, how: str) -> None:
        if self._run(edit(self.many.devices[n], which, how)):
            self._did(f"edits: {how}")

    @rule(n=NAMES, which=WHICH, how=st.sampled_from(EDITS), faults=FAULTS)
    def edit_and_send(self, n: int, which: int, how: str, faults: list[Fault]) -> None:
        self.edit(n, which, how)
        self.sync_badly(n, faults, True, False)

    @rule(which=WHICH, hows=st.tuples(st.sampled_from(EDITS), st.sampled_from(EDITS)))
    def both_edit(self, which: int, hows: tuple[str, str]) -> None:
        """The two nurses change the same person's records without knowing of each other, and send."""
        for n in (0, 1):
            self.edit(n, which, hows[n])
        for n in (0, 1):
            self.sync_badly(n, [], True, False)

    # networks and processes

    @rule(
        n=NAMES,
        faults=st.lists(st.sampled_from(REAL), max_size=5),
        writes=st.booleans(),
        meanwhile=st.booleans(),
    )
    def sync_badly(self, n: int, faults: list[Fault], writes: bool, meanwhile: bool) -> None:
        """Faults meet the requests in turn: writes only, or all. Meanwhile somebody may go on working (I2)."""
        device = self.many.devices[n]

        async def work() -> None:
            if meanwhile:
                await device.meanwhile(lambda: edit(device, 0, "finish"))
            await self.many.sync(device, in_turn(faults, writes_only=writes))

        self._run(work())
        self._did("passes")

    @rule(n=NAMES, faults=st.lists(st.sampled_from(ON_READS), min_size=1, max_size=4))
    def read_badly(self, n: int, faults: list[Fault]) -> None:
        """Faults meet what is asked, while all that is sent arrives."""
        self._run(self.many.sync(self.many.devices[n], in_turn(faults, reads_only=True)))
        self._did("passes")

    @rule(
        n=NAMES,
        count=st.integers(1, 14),
        answers=st.booleans(),
        faults=st.lists(st.sampled_from(ON_WRITES), max_size=2),
    )
    def sync_and_die(self, n: int, count: int, answers: bool, faults: list[Fault]) -> None:
        device, judge = self.many.devices[n], in_turn(faults, writes_only=True)
        at = {"answers": 1 + count // 3} if answers else {"commits": count}
        if self._run(device.sync_until_killed(**at, judge=judge)):
            self._did("kills in a pass, at an answer" if answers else "kills in a pass, at a commit")

    @rule(n=NAMES, how=st.sampled_from(HAPPENINGS))
    def happen(self, n: int, how: str) -> None:
        """What comes over one tablet."""
        device, ward = self.many.devices[n], self.many.ward
        match how:
            case "killed":
                self._run(device.kill())
            case "locked":
                self._run(device.reopen())
            case "signed out":
                self._run(SigningOut(device.store, device.me, device.clock).sign_out())
            case "sign-in ended":
                ward.desk.end(device.name)
            case "token expired":
                ward.desk.expire(device.name)
            case "clock in 2105":
                device.clock.offset = datetime(2105, 1, 1, tzinfo=UTC) - ward.clock.at
            case "clock a day ahead":
                device.clock.offset = timedelta(days=1)
            case "clock a day behind":
                device.clock.offset = timedelta(days=-1)
            case "25 hours go by":
                ward.clock.pass_by(25 * 3600)
        self._did(how)

    # the plan

    @rule(which=WHICH, kind=st.sampled_from(("Task", "Encounter")))
    def supervise(self, which: int, kind: str) -> None:
        known = self.many.ward.list_ids(kind)
        if known:
            words = f"Sue: seen {MARK} {self.many.ward.words()}"
            if self._run(self.many.ward.supervise(kind, known[which % len(known)], words)):
                self._did(f"supervisor's edits of {kind}")

    @rule(n=NAMES, which=WHICH, how=st.sampled_from(EDITS), fault=st.sampled_from(ON_WRITES))
    def supervise_before_the_look_up(self, n: int, which: int, how: str, fault: Fault) -> None:
        """A nurse's change arrives, or not, without her hearing of it; then her supervisor changes the same record."""
        self.edit_and_send(n, which, how, [fault])
        self.supervise(5, "Task")
        self.sync_badly(n, [], True, False)

    @rule(who=WHO, nurses=st.sampled_from((("ana",), ("ben",), NURSES)))
    def move(self, who: str, nurses: tuple[str, ...]) -> None:
        self._run(self.many.ward.assign(who, *nurses))
        self._did("people moved")

    @rule(put_back=st.booleans())
    def copy_the_database(self, put_back: bool) -> None:
        """Make a backup; or put the last one back and say so."""
        if not put_back:
            self.many.ward.back_up()
            self._did("backups")
        elif self.many.ward.restore():
            self._did("restores")

    def teardown(self) -> None:
        if not hasattr(self, "many"):
            return
        try:
            self._run(self._end())
        finally:
            self._count()
            logging.getLogger("app").removeHandler(self._listener)
            self._run(self.many.close())
            self._ids.__exit__(None, None, None)
            self._holder.cleanup()

    async def _end(self) -> None:
        await self._judge(at_rest=False)
        await self.many.heal()
        await self._judge(at_rest=True)
        assert not self._listener.found, f"words of a person in logs of {self._listener.found} (I6)"

    async def _judge(self, *, at_rest: bool) -> None:
        verdict = await self.many.judge(self.checker, at_rest=at_rest)
        self.tally.judged += 1
        counts = {"lost": verdict.lost, "doubled": verdict.doubled}
        counts["wrongly reported received"] = verdict.wrongly_received
        self.tally.found.update(
            {what: len(several) for what, several in (counts | dict(verdict.broken)).items()}
        )
        assert verdict.fine, verdict
        if at_rest:
            await self.many.compare()

    def _count(self) -> None:
        self.tally.schedules += 1
        for device in self.many.devices:
            for counted, told in (
                (self.tally.fired, device.network.fired),
                (self.tally.effective, device.network.effective),
            ):
                counted.update({one.value: n for one, n in told.items() if n})
