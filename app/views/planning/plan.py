"""The plan of care: in a visit, where each problem can be renewed, and on a person's page."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.content.spoken import load
from app.domain.care_plan import FORM, GROUP, CareGoal, OtherPlan, prefill, untouched
from app.language import tr
from app.services.conflict_models import ConflictLine
from app.services.models import PatientPage, VisitPage
from app.views import theme
from app.views.env import Env, now
from app.views.forms import fields, form
from app.views.guard import keyed, safe_component
from app.views.hooks import use_action
from app.views.visit.saving import Saving
from app.views.widgets import buttons
from app.views.widgets.base import card, group, heading, muted, stack, words
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import wrap
from app.views.wording import planning as said

SAME = "plan-same"


def _goal_words(goal: CareGoal) -> list[ft.Control]:
    lines = said.goal_lines(goal, now())
    return [words(said.goal_title(goal), 17, strong=True), *[muted(line, 15) for line in lines]]


def _double(goal: CareGoal, conflicts: tuple[ConflictLine, ...]) -> list[ft.Control]:
    """Where another version of this problem stands that did not know this one."""
    doubled = any(line.records & set(goal.references) for line in conflicts)
    return [words(tr(said.DOUBLE), 15, strong=True)] if doubled else []


def _other(plan: OtherPlan) -> ft.Control:
    lines = [muted(line, 15) for line in said.other_lines(plan, now())]
    return card(stack([words(plan.title, 17, strong=True), *lines], spacing=2))


def _others(plans: tuple[OtherPlan, ...]) -> list[ft.Control]:
    return [heading(tr(said.OTHERS), 16, level=3), *map(_other, plans)] if plans else []


@safe_component
def Standing(goal: CareGoal, number: int, saving: Saving, conflicts: tuple[ConflictLine, ...]) -> ft.Control:
    """A problem that stands; one tap takes it into this visit with everything that was written."""

    async def change(_: Any) -> None:
        await saving.add_entry(GROUP, about=" ".join(goal.references), answers=prefill(goal))

    changing = use_action(change)
    return card(
        stack(
            [
                *_goal_words(goal),
                *_double(goal, conflicts),
                *optional_notice(changing.error, Tone.ASK),
                wrap(
                    [
                        buttons.quiet(
                            f"plan-change-{number}", tr(said.CHANGE), changing.run, busy=changing.busy
                        )
                    ]
                ),
            ],
            spacing=theme.S2,
        )
    )


@safe_component
def PlanSection(env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    plan = page.parts.plan
    standing = untouched(plan.open_goals, page.draft.entries.get(GROUP, ()))
    parts: list[ft.Control] = [heading(tr(said.STANDS), 16, level=3)] if standing else []
    parts += [
        keyed(" ".join(goal.references), Standing, goal, number, saving, page.parts.conflicts)
        for number, goal in enumerate(standing, start=1)
    ]
    parts += _asked(env, page, saving, shown=bool(standing))
    return stack([*parts, *_others(plan.others)], spacing=theme.S3)


def _asked(env: Env, page: VisitPage, saving: Saving, *, shown: bool) -> list[ft.Control]:
    """`shown`: what stands was shown above; only then can one say that it goes on. What happens next has a place of its
    own on the page of a visit that has a kind.
    """
    plan = load()[FORM]
    if page.layout is None:
        return form(plan, env, page, saving, titled=False)
    links = [SAME, GROUP] if shown or SAME in page.draft.answers else [GROUP]
    return fields([plan.get_item(link) for link in links], env, page, saving, instrument=plan)


def state(page: VisitPage) -> str | None:
    """The closed section's line; None while nothing stands: then the usual one."""
    touched = len(page.draft.entries.get(GROUP, ()))
    if (
        touched
        or SAME in page.draft.answers
        or "poc-next-contact" in page.draft.answers
        or "poc-if-worse" in page.draft.answers
    ):
        return None
    standing = len(page.parts.plan.open_goals)
    return said.state_line(standing, 0) or None


@safe_component
def PlanPart(env: Env, page: PatientPage) -> ft.Control:
    plan = page.parts.plan
    lines: list[ft.Control] = [
        card(stack([*_goal_words(goal), *_double(goal, page.parts.conflicts)], spacing=2))
        for goal in plan.open_goals
    ] + _others(plan.others)
    return group(tr(said.PLAN), lines or [card(muted(tr(said.NO_PLAN), 16))])
