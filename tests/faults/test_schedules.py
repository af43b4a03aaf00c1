"""Random schedules of taps, signs, faults, kills and corrections, then a healed network: nothing lost or doubled."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import httpx
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.errors import NotFound
from tests.faults.faulty_network import Fault, is_write
from tests.faults.world import FAST, World

EXAMPLES, STEPS = int(os.environ.get("HEARTHSIDE_SCHEDULES", "8")), 14
LINKS = ("esas-pain", "esas-tired", "esas-nausea")
NOTES = ("Slept well.", "Zażółć 👩‍⚕️ \u202eabc", "a\r\nb\tc", "x" * 10_000)
T = TypeVar("T")
AFTER = tuple(one for one in Fault if one not in {Fault.NONE, Fault.CUT_BEFORE, Fault.PORTAL, Fault.TOO_BIG})
fired: Counter[Fault] = Counter()


class Device(RuleBasedStateMachine):
    templates: Path

    @initialize()
    def open(self) -> None:
        self._holder = tempfile.TemporaryDirectory(dir=FAST)
        self._runner = asyncio.Runner()
        self.world = World(self.templates, Path(self._holder.name))
        self._run(self.world.start())
        self._run(self.world.sync())
        self.draft: str | None = None
        self.members = {"ana"}

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    @precondition(lambda self: self.draft is None)
    @rule()
    def begin(self) -> None:
        try:
            self.draft = self._run(self.world.begin())
        except NotFound:
            assert "ana" not in self.members

    @precondition(lambda self: self.draft is None)
    @rule(value=st.integers(0, 10), faults=st.lists(st.sampled_from(AFTER), max_size=3))
    def document_and_send(self, value: int, faults: list[Fault]) -> None:
        """The usual case: a whole visit, and a network that spoils the answers to its write and look-up."""
        self.begin()
        if self.draft is not None:
            self.tap("esas-pain", value)
            self.write_and_perhaps_sign("Slept well.", True)
            self.sync_badly(faults or [Fault.NONE], True)

    @precondition(lambda self: self.draft is not None)
    @rule(link=st.sampled_from(LINKS), value=st.integers(0, 10))
    def tap(self, link: str, value: int) -> None:
        self._run(self.world.tap(self.draft or "", link, value))

    @precondition(lambda self: self.draft is not None)
    @rule(text=st.sampled_from(NOTES), seal=st.booleans())
    def write_and_perhaps_sign(self, text: str, seal: bool) -> None:
        self._run(self.world.write_note(self.draft or "", text))
        if seal:
            self._run(self.world.sign(self.draft or ""))
            self.draft = None

    @rule(
        faults=st.lists(
            st.sampled_from((*AFTER, Fault.CUT_BEFORE, Fault.PORTAL, Fault.NONE)), min_size=1, max_size=6
        ),
        everything=st.booleans(),
    )
    def sync_badly(self, faults: list[Fault], everything: bool) -> None:
        """Faults meet the requests in turn: writes only, or everything that is asked."""
        waiting = list(faults)

        def judge(request: httpx.Request) -> Fault:
            if not waiting or not (everything or is_write(request)) or request.url.path.endswith("/metadata"):
                return Fault.NONE
            return waiting.pop(0)

        self._run(self.world.sync(judge))

    @rule(commits=st.integers(1, 9))
    def sync_and_die(self, commits: int) -> None:
        self._run(self.world.sync_until_killed(commits))

    @rule()
    def kill(self) -> None:
        self._run(self.world.kill())

    @rule(which=st.integers(0, 5))
    def correct(self, which: int) -> None:
        signed = [visit_id for visit_id, made in self.world.visits_made.items() if made.signed]
        if signed:
            self._run(self.world.correct(signed[which % len(signed)]))

    @rule(hers=st.booleans())
    def move(self, hers: bool) -> None:
        self.members = {"ana"} if hers else {"ben"}
        self._run(self.world.assign("a", *self.members))

    @invariant()
    def nothing_is_called_received_too_early(self) -> None:
        if hasattr(self, "world"):
            self._run(self.world.check_receipts())

    @invariant()
    def every_tap_is_there(self) -> None:
        if hasattr(self, "world") and self.draft is not None:
            page = self._run(self.world.visits.page(self.draft))
            made = self.world.visits_made[self.draft]
            assert {link: answer.value for link, answer in page.draft.answers.items()} == made.values
            assert page.draft.note == made.note

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            self._run(self.world.heal())
        finally:
            fired.update(self.world.network.fired)
            self._run(self.world.close())
            self._runner.close()
            self._holder.cleanup()


def test_no_schedule_loses_doubles_or_fools(templates: Path) -> None:
    Device.templates = templates
    fired.clear()
    run_state_machine_as_test(
        Device,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize="HEARTHSIDE_SCHEDULES" not in os.environ,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert len(fired) >= 6, f"too few kinds of fault had effect: {fired}"
