"""Walks every screen: each control has a listed test name, and each listed name is shown by some screen."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import flet as ft
import pytest

from app.content import all_items, load
from app.errors import StoreDamaged
from app.services.models import LockKind, Role, SyncState, SyncWord, UserOnDevice, VisitState, VisitStatus
from app.views.forms.names import base
from app.views.theme import dress_of
from tests.support.flet_harness import FletHarness
from tests.support.still_clock import StillClock
from tests.views.conftest import Mount
from tests.views.double_alerts import make_line
from tests.views.doubles import DoubleDevice, World, add_visit, make_answers, make_world, now
from tests.views.large_text import ODD, at_odd_size, find_run_off, find_squeezed, find_unscaled
from tests.views.spoken_screens import answer_only_what_is_given, find_unmarked
from tests.views.walk_alerts import walk_alerts
from tests.views.walk_bedside import walk_bedside, walk_phrases
from tests.views.walk_beside import walk_beside
from tests.views.walk_board import walk_board
from tests.views.walk_conflicts import walk_conflicts
from tests.views.walk_counts import walk_counts
from tests.views.walk_death import walk_death
from tests.views.walk_drafts import walk_drafts
from tests.views.walk_forms import walk_forms
from tests.views.walk_goals import walk_goals
from tests.views.walk_help import walk_help
from tests.views.walk_kinds import walk_kinds
from tests.views.walk_log import walk_log
from tests.views.walk_medicines import walk_medicines
from tests.views.walk_oncall import walk_oncall
from tests.views.walk_outcomes import walk_outcomes
from tests.views.walk_own_lock import walk_own_lock
from tests.views.walk_papers import walk_papers
from tests.views.walk_patient import walk_patient
from tests.views.walk_photos import walk_photos
from tests.views.walk_planning import walk_planning
from tests.views.walk_recovery import walk_recovery
from tests.views.walk_review import walk_review
from tests.views.walk_sharing import walk_sharing
from tests.views.walk_today import walk_today
from tests.views.walk_unmatched import walk_unmatched
from tests.views.walk_waiting import walk_waiting

LIST = Path(__file__).resolve().parents[2] / "docs" / "test-ids.md"
RAISED = make_line(7)
"""By a visit that is signed."""
KINDS = (
    ft.TextField,
    ft.Dropdown,
    ft.IconButton,
    ft.Button,
    ft.OutlinedButton,
    ft.TextButton,
    ft.Checkbox,
    ft.Switch,
)


def read_patterns() -> dict[str, re.Pattern[str]]:
    names = [
        name
        for line in LIST.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`([^`]+)`", line.split("|")[1])
    ]
    known = "|".join(sorted({base(item.link_id) for one in load().values() for item in all_items(one)}))

    def compile_one(name: str) -> re.Pattern[str]:
        exact = re.escape(name).replace(r"\{question\}", f"(?:{known})")
        return re.compile(re.sub(r"\\{[a-z]+\\}", "[A-Za-z0-9-]+", exact))

    return {name: compile_one(name) for name in names}


def find_bare(app: FletHarness) -> list[str]:
    """Controls one can tap or type into that stand under no test name."""
    named: set[int] = set()
    everything = list(app.walk())
    for semantics in [c for c in everything if isinstance(c, ft.Semantics) and c.identifier]:
        if semantics._i not in named:  # else it stands in one that was walked through
            named.update(c._i for c in app.walk(semantics))
    tappable = [c for c in everything if isinstance(c, KINDS) or getattr(c, "on_click", None) is not None]
    return [f"{type(c).__name__}: {app.texts(c)}" for c in tappable if c._i not in named]


class Walker:
    def __init__(self) -> None:
        self.seen: set[str] = set()

    def look(self, app: FletHarness) -> None:
        ids = app.ids()
        if dress_of(app.page).look.text == ODD:
            assert not find_unscaled(app)
            assert not find_squeezed(app)
            assert not find_run_off(app)
            assert not find_unmarked(app)
        assert len(ids) == len(set(ids)), f"twice on one screen: {sorted(i for i in ids if ids.count(i) > 1)}"
        assert not find_bare(app)
        self.seen.update(ids)

    async def go(self, app: FletHarness, identifier: str, shows: str) -> None:
        if identifier.startswith("nav-") and not app.has(identifier):
            await app.tap("nav-more")
            self.look(app)
        await app.until(lambda: app.has(identifier), identifier)
        await app.tap(identifier)
        await app.until(lambda: app.has(shows), shows)
        self.look(app)


def fill(world: World) -> None:
    received = VisitStatus(VisitState.RECEIVED, received_at=now())
    signed = add_visit(world, 0, timedelta(hours=2), status=received, answers=make_answers(5))
    world.alerts[signed] = (RAISED,)
    add_visit(world, 0, timedelta(hours=1), status=VisitStatus(VisitState.ON_DEVICE), note="x")
    add_visit(world, 1, timedelta(hours=1), status=VisitStatus(VisitState.REFUSED, reason="y"), note="x")


async def walk_first_run(mount: Mount, walker: Walker) -> None:
    for kind in LockKind:
        device = DoubleDevice(make_world(), users=[], lock_kind=kind)
        async with mount(device) as app:
            walker.look(app)
            await walker.go(app, "first-run-check", "first-run-sign-in")
            await walker.go(app, "first-run-sign-in", "first-run-open-again")
            assert device.attempt is not None
            device.attempt.back.set_result(object())
            if kind is LockKind.PASSPHRASE:
                await app.until(lambda: app.has("first-run-phrase-written"), "the words")
                walker.look(app)
                await walker.go(app, "first-run-phrase-written", "first-run-phrase")
                continue
            await app.until(lambda: app.has("first-run-pin"), "the PIN")
            walker.look(app)
            await app.type("first-run-pin", "482915", submit=True)
            walker.look(app)
            await app.type("first-run-pin-again", "482915", submit=True)
            await app.until(lambda: app.has("first-run-open-today"), "the load")
            walker.look(app)


async def walk_lock(mount: Mount, walker: Walker) -> None:
    users = [UserOnDevice(s, "Ana Ruiz, RN", LockKind.PIN, 1) for s in ("s1", "s2")]
    device = DoubleDevice(make_world(), users=users)
    device.quick = True
    async with mount(device) as app:
        walker.look(app)
        await walker.go(app, "lock-user-s1", "lock-secret")
        device.error = StoreDamaged()
        await app.type("lock-secret", "482915", submit=True)
        walker.look(app)
        await walker.go(app, "lock-try-again", "lock-secret")
        await app.tap("lock-somebody-else")
        await walker.go(app, "lock-add-person", "first-run-back")
    await walk_recovery(mount, walker)


async def walk_nurse(mount: Mount, walker: Walker, width: int) -> None:
    world = make_world()
    fill(world)
    device, clock = DoubleDevice(world), StillClock()
    device.make_watch = clock.make_watch
    async with mount(device, unlock=True, width=width) as app:
        await app.until(lambda: app.has("today-unsent-v1"), "Today")
        walker.look(app)
        await walker.go(app, "today-received-v0", "reading-back")
        await walker.go(app, f"visit-alert-{RAISED.id}", f"alert-finish-{RAISED.id}")
        await walker.go(app, "reading-back", "today-unsent-v2")
        await walker.go(app, "today-unsent-v2", "reading-waiting")
        await walker.go(app, "nav-waiting", "waiting-row-v1")
        await walker.go(app, "nav-settings", "settings-lock")
        await walk_phrases(app, walker)
        await walker.go(app, "settings-sign-out", "settings-send-first")
        await walker.go(app, "nav-patients", "patients-not-listed")
        await walker.go(app, "patients-not-listed", "emergency-open")
        await walker.go(app, "emergency-back", "patients-row-p0")
        await walker.go(app, "patients-row-p0", "patient-new-visit")
        await walker.go(app, "patient-new-visit", "new-visit-start")
        await app.settle(60)
        await walker.go(app, "new-visit-start", "esas-pain-0")
        await walker.go(app, "visit-where-change", "visit-where-video")
        await walk_bedside(app, walker)
        await app.type("esas-other-name", "Itching")
        await walker.go(app, "esas-other-3", "visit-saved")
        await walker.go(app, "esas-other-declined", "visit-missing-answered-by")
        await walker.go(app, "visit-leave", "visit-undo-leave")
        await walker.go(app, "visit-times", "visit-times-set")
        await walker.go(app, "visit-back", "patient-continue")
        await walker.go(app, "nav-today", "today-start")
        clock.go(120)
        assert device.session is not None
        device.session.lock_watch.act()
        await app.until(lambda: app.has("cover-open"), "the cover")
        walker.look(app)
        await app.tap("cover-open")
        await app.until(lambda: any(i.startswith("today-draft-") for i in app.ids()), "the draft")
        walker.look(app)


async def walk_rest(mount: Mount, walker: Walker, width: int) -> None:
    world = make_world()
    fill(world)
    world.sync = SyncState(SyncWord.SIGN_IN, "Sign in to send 2 visits.", 2, 1, None)
    async with mount(DoubleDevice(world, role=Role.SUPERVISOR), unlock=True, width=width) as app:
        await walker.go(app, "nav-log", "log-row-v0")
        if app.has("log-filters"):
            await walker.go(app, "log-filters", "log-filter-severe")
        await walker.go(app, "log-filter-severe", "log-clear")
        await walker.go(app, "nav-waiting", "waiting-sign-in")
        button = app.inner("waiting-sign-in")
        going = asyncio.create_task(app.session.dispatch_event(button._i, "click", None))
        await app.until(lambda: app.has("waiting-cancel-sign-in"), "the ways out while the browser is open")
        walker.look(app)
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)


async def test_every_control_has_a_listed_name_and_every_listed_name_a_control(
    mount: Mount, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_only_what_is_given(monkeypatch)
    walker = Walker()
    await walk_first_run(mount, walker)
    await walk_lock(mount, walker)
    for width, mounted in ((1180, mount), (390, at_odd_size(mount))):
        await walk_nurse(mounted, walker, width)
        await walk_rest(mounted, walker, width)
        await walk_medicines(mounted, walker, width)
        await walk_counts(mounted, walker, width)
        await walk_planning(mounted, walker, width)
        await walk_kinds(mounted, walker, width)
        await walk_forms(mounted, walker, width)
        await walk_beside(mounted, walker, width)
        await walk_goals(mounted, walker, width)
        await walk_patient(mounted, walker, width)
        await walk_death(mounted, walker, width)
        await walk_alerts(mounted, walker, width)
        await walk_conflicts(mounted, walker, width)
        await walk_drafts(mounted, walker, width)
        await walk_waiting(mounted, walker, width)
        await walk_photos(mounted, walker, width)
        await walk_today(mounted, walker, width)
        await walk_own_lock(mounted, walker, width)
        await walk_papers(mounted, walker, width)
        await walk_review(mounted, walker, width)
        await walk_log(mounted, walker, width)
        await walk_board(mounted, walker, width)
        await walk_oncall(mounted, walker, width)
        await walk_sharing(mounted, walker, width)
        await walk_unmatched(mounted, walker, width)
        await walk_outcomes(mounted, walker, width)
        await walk_help(mounted, walker, width)
    patterns = read_patterns()
    unlisted = sorted(i for i in walker.seen if not any(p.fullmatch(i) for p in patterns.values()))
    unshown = sorted(name for name, p in patterns.items() if not any(p.fullmatch(i) for i in walker.seen))
    assert unlisted == []
    assert unshown == []


async def test_tap_targets_are_at_least_48_high(mount: Mount, world: World) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has(f"today-draft-{visit_id}"), "Today")
        await app.tap(f"today-draft-{visit_id}")
        await app.until(lambda: app.has("esas-pain-0"), "the visit")
        small = [
            f"{type(c).__name__} {c.height}"
            for c in app.walk()
            if getattr(c, "on_click", None) is not None and (getattr(c, "height", None) or 48) < 48
        ]
        assert small == []


def test_the_list_holds_no_name_twice() -> None:
    text = LIST.read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    names = re.findall(r"`([^`]+)`", " ".join(rows))
    assert len(names) == len(set(names))
