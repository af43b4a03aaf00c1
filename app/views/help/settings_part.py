"""Help in settings: the tour again, practising, no signal for days, a hard day."""

from __future__ import annotations

import flet as ft

from app.language import tr
from app.views import theme
from app.views.env import Env
from app.views.guard import safe_component
from app.views.help.hard_day import HardDayCard
from app.views.help.practising import PracticeButton
from app.views.routes import NoSignalRoute, TourRoute
from app.views.widgets import buttons
from app.views.widgets.base import group, muted
from app.views.wording import help as said


@safe_component
def HelpPart(env: Env) -> ft.Control:
    ways = ft.Row(
        [
            buttons.quiet(
                "settings-tour",
                tr(said.TOUR),
                lambda _: env.go(TourRoute()),
                icon=ft.Icons.SLIDESHOW_OUTLINED,
            ),
            buttons.quiet(
                "settings-no-signal",
                tr(said.NO_SIGNAL),
                lambda _: env.go(NoSignalRoute()),
                icon=ft.Icons.SIGNAL_CELLULAR_OFF,
            ),
            PracticeButton(env, "settings-practise"),
        ],
        wrap=True,
        spacing=theme.S3,
        run_spacing=theme.S2,
    )
    alone = [] if env.is_supervisor else [HardDayCard(env)]
    return group(
        tr(said.SETTINGS_TITLE), [muted(tr(said.SETTINGS_HELP)), ways, muted(tr(said.PRACTISE_HELP)), *alone]
    )
