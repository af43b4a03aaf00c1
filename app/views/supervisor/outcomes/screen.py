"""Outcomes: all measures in a list with their share; one tap opens a measure with its chart, table and people."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.domain.outcomes import Line, Measure, Report
from app.language import tr
from app.paper.model import Hand
from app.services.outcomes import OutcomesPage
from app.store.changes import Topic
from app.views import theme
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.hooks import use_load, use_value
from app.views.paper.leaving import Leaving
from app.views.routes import OutcomesRoute, WorklistRoute
from app.views.supervisor.outcomes.bars import bar
from app.views.supervisor.outcomes.measure import MeasurePart
from app.views.supervisor.outcomes.printing import make_sheet
from app.views.widgets import buttons
from app.views.widgets.base import card, muted, stack, words
from app.views.widgets.frame import screen
from app.views.widgets.notices import empty, loading, optional_notice
from app.views.widgets.options import chip, wrap
from app.views.wording import outcomes as said
from app.views.wording.worklist import OPEN

TOPICS = frozenset({Topic.SYNC})


@safe_component
def OutcomesScreen(env: Env, chosen: str) -> ft.Control:
    """What was pulled last, with its age: nothing here waits for the plan but the names behind a number."""
    found, _ = use_load(env.session.outcomes.read, env.session.hub, TOPICS)
    asked, set_team = use_value(_not_asked)
    printing, set_printing = use_value(lambda: False)
    page = found.value
    if page is None or page.report is None:
        return screen(tr(said.TITLE), [*optional_notice(found.error), *_nothing(page)], narrow=env.narrow)
    report = page.report
    shows = bool(report.team) and (_shows_any(report, report.team) or not _shows_any(report, ""))
    whose = report.team if (shows if asked is None else asked) else ""
    measure = next((one for one in report.measures if one.id == chosen), None)

    def choose(measure_id: str, _: Any) -> None:
        env.go(OutcomesRoute(measure_id))

    def turn(value: bool, _: Any) -> None:
        set_team(lambda _old: value)

    head: list[ft.Control] = [
        muted(said.as_of(report.find_age(whose), now()), 15),
        wrap(
            [
                chip("outcomes-team", report.team_name or tr(said.MY_TEAM), bool(whose), partial(turn, True)),
                chip("outcomes-plan", tr(said.PLAN), not whose, partial(turn, False)),
            ]
        ),
        *([muted(said.too_small(report.team_name), 15)] if asked is not False and not whose else []),
    ]
    if measure is not None and (figures := measure.find(whose)) is not None:
        lead = buttons.back("outcomes-all", tr(said.ALL), lambda _: env.back())
        part = keyed(f"{measure.id}-{whose}", MeasurePart, env, measure, figures, report.team_name)
        return screen(
            tr(measure.title), [*head, part, _end()], narrow=env.narrow, lead=lead, spacing=theme.S4
        )
    label = tr(said.CLOSE_PRINT) if printing else tr(said.PRINT)
    ways = [
        buttons.quiet(
            "outcomes-unseen", tr(OPEN), lambda _: env.go(WorklistRoute()), icon=ft.Icons.PERSON_SEARCH
        ),
        buttons.quiet(
            "outcomes-print", label, lambda _: set_printing(lambda old: not old), icon=ft.Icons.PRINT
        ),
    ]
    body = [*head, wrap(ways), *_paper(env, report, whose, shown=printing)]
    telling = sorted(report.measures, key=lambda one: not _shows(one, whose))
    body += [_row(one, whose, env.narrow, partial(choose, one.id)) for one in telling]
    body += [muted(tr(said.HIDDEN_WHY), 15), _end()]
    return screen(tr(said.TITLE), body, narrow=env.narrow, spacing=theme.S3)


def _not_asked() -> bool | None:
    """Her team's figures or the whole plan's: nobody has chosen yet."""
    return None


def _shows(measure: Measure, whose: str) -> bool:
    figures = measure.find(whose)
    return figures is not None and not measure.has_no_data and figures.everybody.share is not None


def _shows_any(report: Report, whose: str) -> bool:
    return any(_shows(one, whose) for one in report.measures)


def _end() -> ft.Control:
    return ft.Container(height=theme.S4)


def _nothing(page: OutcomesPage | None) -> list[ft.Control]:
    if page is None:
        return [loading()]
    return [empty(ft.Icons.INSIGHTS, tr(said.NONE_YET), tr(said.NONE_YET_HELP))]


def _paper(env: Env, report: Report, whose: str, *, shown: bool) -> list[ft.Control]:
    if not shown:
        return []
    return [card(keyed(f"paper-{whose}", Leaving, env, "", make_sheet(report, whose, now()), Hand(), False))]


def _row(measure: Measure, whose: str, narrow: bool, tap: Any) -> ft.Control:
    """Title, share in words, a bar, and what stands beside the share."""
    figures = measure.find(whose)
    line = figures.everybody if figures is not None else Line("", {})
    no_data = measure.has_no_data
    share = tr(said.NO_DATA) if no_data else said.answer(measure, line)
    lines: list[ft.Control] = [words(tr(measure.title), 17, strong=True), words(share, 16)]
    if not no_data and not measure.is_length and line.share is not None:
        lines.append(ft.Container(width=None if narrow else theme.px(420), content=bar(line)))
    extra = "" if no_data else said.row_extra(measure, line)
    if extra:
        lines.append(muted(extra, 15))
    return buttons.tile(f"outcomes-open-{measure.id}", tap, stack(lines, spacing=4, tight=True))
