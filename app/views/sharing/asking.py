"""What is needed before a record is shared: for whom, by name, who said yes and how, for how long."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import flet as ft

from app.domain.sharing import (
    DAYS,
    USUAL_DAYS,
    Audience,
    HowAgreed,
    NewSharing,
    SharingAsk,
    SharingPage,
    tidy_name,
)
from app.language import tr
from app.views.env import Env
from app.views.guard import safe_component
from app.views.hooks import use_action, use_value
from app.views.widgets import buttons
from app.views.widgets.base import group, muted
from app.views.widgets.fields import field
from app.views.widgets.frame import columns
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import chip, wrap
from app.views.wording import sharing as said
from app.views.wording import stored


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was tapped and written so far."""

    audience: Audience | None = None
    recipient: str = ""
    said_by: str = ""
    how: HowAgreed | None = None
    days: int = USUAL_DAYS


def find_wrong(chosen: Chosen) -> str:
    """What is still missing, as a sentence; empty when nothing is."""
    if chosen.audience is None:
        return tr(said.NO_AUDIENCE)
    if not tidy_name(chosen.recipient):
        return tr(said.NO_NAME)
    if not chosen.said_by:
        return tr(said.NO_YES)
    return "" if chosen.how is not None else tr(said.NO_HOW)


@safe_component
def Asking(
    env: Env,
    patient_id: str,
    page: SharingPage,
    done: Callable[[NewSharing | None], None],
    unsure: Callable[[], None],
) -> ft.Control:
    """`done` is called with the new sharing, `unsure` where it may have been made."""
    chosen, choose = use_value(Chosen)
    problem, set_problem = use_value(lambda: "")

    async def share(_: Any) -> None:
        wrong = find_wrong(chosen)
        set_problem(lambda _: wrong)
        if wrong or chosen.audience is None or chosen.how is None:
            return
        name = tidy_name(chosen.recipient)
        ask = SharingAsk(patient_id, chosen.audience, name, chosen.said_by, chosen.how, chosen.days)
        done(await env.session.sharing.share(ask))

    def failed(_: Exception) -> bool:
        unsure()
        return False

    sharing = use_action(share, failed)

    def pick(change: dict[str, Any], _: Any) -> None:
        choose(lambda old: replace(old, **change))

    def write(value: str) -> None:
        choose(lambda old: replace(old, recipient=value))

    def offer(identifier: str, label: str, on: bool, **change: Any) -> ft.Control:
        return chip(f"sharing-{identifier}", label, on, partial(pick, change))

    audiences = [
        offer(f"for-{one}", tr(said.AUDIENCES[one]), one is chosen.audience, audience=one) for one in Audience
    ]
    doctors = page.doctors if chosen.audience is Audience.PRIMARY_CARE else ()
    names = [
        offer(f"name-{number}", one, one == chosen.recipient, recipient=one)
        for number, one in enumerate(doctors)
    ]
    yes = [
        offer(f"yes-{number}", stored.name(one.name), one.reference == chosen.said_by, said_by=one.reference)
        for number, one in enumerate(page.agreeing)
    ]
    hows = [offer(f"how-{one}", tr(said.HOWS[one]), one is chosen.how, how=one) for one in HowAgreed]
    lengths = [offer(f"days-{one}", said.days(one), one == chosen.days, days=one) for one in DAYS]
    name = field("sharing-name", tr(said.NAME), chosen.recipient, write, helper=tr(said.NAME_HELP))
    alone = [muted(tr(said.NOBODY_ELSE))] if len(page.agreeing) == 1 else []
    go = buttons.primary("sharing-share", tr(said.SHARE), sharing.run, icon=ft.Icons.SHARE, busy=sharing.busy)
    whom = [
        group(tr(said.FOR_WHOM), [wrap(audiences), *_row(names), name]),
        group(tr(said.WHO_AGREED), [wrap(yes), *alone]),
    ]
    how = [
        group(tr(said.HOW), [wrap(hows)]),
        group(tr(said.HOW_LONG), [wrap(lengths)]),
        *optional_notice(problem or sharing.error, Tone.ASK),
        ft.Row([go], wrap=True),
    ]
    # Side by side on a tablet: the button, and what it says is missing, stand above the edge.
    return columns(whom, how, narrow=env.narrow)


def _row(chips: Iterable[ft.Control]) -> list[ft.Control]:
    held = list(chips)
    return [wrap(held)] if held else []
