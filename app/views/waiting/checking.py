"""The connection test on screen: its steps as they run, what came of it, what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import flet as ft

from app.language import tr
from app.sync.connection_steps import NOTHING_TRIED, Finding, Step, StepState, Verdict
from app.views import say, theme
from app.views.env import Env, now
from app.views.guard import on_page, safe_component
from app.views.hooks import use_action
from app.views.ports import ConnectionTest
from app.views.widgets import buttons
from app.views.widgets.base import MUTED, card, fact, muted, sign, stack, words
from app.views.widgets.frame import screen
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.wording import connection as said
from app.views.wording import waiting

_LOOK: dict[StepState, tuple[ft.IconData, ft.Colors]] = {
    StepState.WAITS: (ft.Icons.RADIO_BUTTON_UNCHECKED, MUTED),
    StepState.RUNS: (ft.Icons.SYNC, ft.Colors.PRIMARY),
    StepState.GOOD: (ft.Icons.CHECK_CIRCLE_OUTLINE, ft.Colors.PRIMARY),
    StepState.BAD: (ft.Icons.REPORT_OUTLINED, ft.Colors.ERROR),
    StepState.SKIPPED: (ft.Icons.REMOVE, MUTED),
}


@safe_component
def Checking(env: Env, close: Callable[[], None]) -> ft.Control:
    """Begins at once; leaving the page stops it."""
    box: ft.MutableRef[ConnectionTest | None] = ft.use_ref(lambda: None)
    _, set_tick = ft.use_state(0)
    page = ft.context.page
    moved = on_page(page, lambda: set_tick(lambda tick: tick + 1))

    async def go(_: Any) -> None:
        box.current = await env.session.sending.make_test(moved)
        await box.current.run()

    def halt(_: Any = None) -> None:
        if box.current is not None:
            box.current.stop()

    testing = use_action(go)

    async def begin() -> None:
        await testing.run(None)

    ft.use_effect(on_page(page, begin), [], cleanup=halt)
    test = cast("ConnectionTest | None", box.current)
    finding = None if test is None or testing.busy else test.finding
    steps = NOTHING_TRIED if test is None else test.steps
    well = finding is not None and finding.verdict is Verdict.WELL
    button = (
        buttons.quiet("waiting-test-stop", tr(said.TEST_STOP), halt, icon=ft.Icons.STOP)
        if testing.busy
        else buttons.quiet("waiting-test-again", tr(said.TEST_AGAIN), testing.run, icon=ft.Icons.REFRESH)
    )
    return screen(
        tr(said.TEST_TITLE),
        [
            *optional_notice(testing.error),
            *(_found(finding) if finding else []),
            card(
                stack(
                    [_step(step, state) for step, state in steps if not (well and state is StepState.SKIPPED)]
                )
            ),
            ft.Row([button], wrap=True),
            muted(tr(said.TEST_HELP)),
            ft.Container(height=theme.S4),
        ],
        narrow=True,
        lead=buttons.close("waiting-close", tr(waiting.CLOSE), lambda _: close()),
    )


def _step(step: Step, state: StepState) -> ft.Control:
    icon, color = _LOOK[state]
    told = ft.Row(
        [words(tr(said.STEP[step])), words(tr(said.STEP_STATE[state]), 15, color=color, strong=True)],
        wrap=True,
        spacing=theme.S3,
        run_spacing=0,
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        expand=True,
    )
    return ft.Row([sign(icon, size=22, color=color), told], spacing=theme.S3)


def _found(finding: Finding) -> list[ft.Control]:
    head, todo = said.finding(finding)
    tone = Tone.CALM if finding.verdict in (Verdict.WELL, Verdict.STOPPED) else Tone.ASK
    at = now()
    facts: list[ft.Control] = []
    if finding.plan_at is not None:
        facts.append(fact(tr(said.PLAN_TIME), said.full_time(finding.plan_at)))
    if finding.offset is not None:
        facts.append(fact(tr(said.CLOCK), said.offset(finding.offset)))
    elif finding.verdict is Verdict.WRONG_DATE:
        facts.append(fact(tr(said.CLOCK), f"{say.full_day(at.date())}, {say.clock(at)}"))
    if finding.round_trip is not None:
        facts.append(fact(tr(said.ROUND_TRIP), said.round_trip(finding.round_trip)))
    return [notice(f"{head} {todo}", tone), *([card(stack(facts))] if facts else [])]
