"""The end of a visit: leaving (undone until signed), what is still missing, signing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import flet as ft

from app.domain.visit import Missing
from app.domain.visit_needs import is_untouched
from app.language import tr
from app.services.models import VisitPage
from app.views import text, theme
from app.views.guard import keyed, safe_component
from app.views.hooks import Action, use_action
from app.views.visit.saving import Saving
from app.views.visit.stars import GoTo, starred_at_the_end
from app.views.visit.times import SetTimes, TimesEditor
from app.views.widgets import buttons
from app.views.widgets.base import card, group, muted, sign, stack, words
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import beside
from app.views.wording import visit as said

Work = Callable[[], Awaitable[Any]]


@safe_component
def Ending(
    page: VisitPage,
    leave: Work,
    undo: Work,
    put_times: SetTimes,
    sign: Work,
    discard: Work,
    saving: Saving,
    go_to: Callable[[Missing], Awaitable[None]],
    go_to_section: GoTo,
) -> ft.Control:
    leaving = use_action(lambda _: leave())
    undoing = use_action(lambda _: undo())
    signing = use_action(lambda _: sign())
    discarding = use_action(lambda _: discard())
    changing, set_changing = ft.use_state(False)

    def turn(_: Any) -> None:
        set_changing(lambda old: not old)

    def done() -> None:
        set_changing(lambda _: False)

    parts: list[ft.Control] = [_leaving(page, leaving, undoing, changing, turn, put_times, done)]
    if page.missing:
        parts.append(_missing(page, go_to))
    parts += starred_at_the_end(page, saving, go_to_section)
    unset = changing and page.draft.left_at is not None
    ready = not page.missing and not unset
    parts.append(
        stack(
            [
                *([muted(tr(text.SIGN_READY), 15)] if ready else []),
                *([muted(tr(text.TIMES_OPEN), 15)] if unset else []),
                *optional_notice(signing.error, Tone.ASK),
                buttons.primary(
                    "visit-sign",
                    tr(text.SIGN),
                    signing.run,
                    icon=ft.Icons.DRAW_OUTLINED,
                    busy=signing.busy,
                    disabled=not ready,
                ),
            ],
            spacing=theme.S2,
        )
    )
    draft = page.draft
    if is_untouched(draft):
        parts.append(
            stack(
                [
                    *optional_notice(discarding.error),
                    ft.Row(
                        [
                            buttons.plain(
                                "visit-discard", tr(text.DISCARD), discarding.run, icon=ft.Icons.CLOSE
                            )
                        ],
                        wrap=True,
                    ),
                ]
            )
        )
    return stack(parts, spacing=theme.S4)


def _leaving(
    page: VisitPage,
    leaving: Action,
    undoing: Action,
    changing: bool,
    turn: Callable[[Any], None],
    put_times: SetTimes,
    done: Callable[[], None],
) -> ft.Control:
    """Times that do not fit are open to be set; others after a tap."""
    began, left = page.draft.began_at, page.draft.left_at
    on_call = said.leaving(page.draft.modality)
    label = on_call or tr(text.LEAVING)
    icon = ft.Icons.CALL_END if on_call else ft.Icons.DIRECTIONS_CAR_OUTLINED
    must = Missing.TIMES in page.missing
    if left is None:
        inside = stack(
            [
                buttons.quiet("visit-leave", label, leaving.run, icon=icon),
                muted(tr(text.LEAVING_HELP)),
                *optional_notice(leaving.error),
            ],
            spacing=6,
        )
    else:
        inside = stack(
            [
                beside(
                    [
                        sign(ft.Icons.CHECK, color=ft.Colors.PRIMARY, size=22),
                        ft.Container(
                            expand=True, content=words(said.ended(page.draft.modality, left), 18, strong=True)
                        ),
                    ],
                    buttons.plain("visit-undo-leave", tr(text.UNDO), undoing.run, icon=ft.Icons.UNDO),
                ),
                *optional_notice(undoing.error),
                *([] if must else [ft.Row([_turn_button(changing, turn)], wrap=True)]),
                *(
                    [
                        keyed(
                            f"times-{began}-{left}",
                            TimesEditor,
                            began,
                            left,
                            page.draft.from_paper,
                            put_times,
                            done,
                        )
                    ]
                    if must or changing
                    else []
                ),
            ],
            spacing=6,
        )
    return card(inside)


def _turn_button(changing: bool, turn: Callable[[Any], None]) -> ft.Control:
    return buttons.plain("visit-times", tr(text.CANCEL) if changing else tr(text.CHANGE_TIMES), turn)


def _missing(page: VisitPage, go_to: Callable[[Missing], Awaitable[None]]) -> ft.Control:
    async def tap(what: Missing, _: Any) -> None:
        await go_to(what)

    return group(
        tr(text.MISSING_TITLE),
        [
            buttons.tile(
                f"visit-missing-{what.value}",
                partial(tap, what),
                words(said.missing(what, page.draft.modality)),
                lead=ft.Icons.RADIO_BUTTON_UNCHECKED,
                end=ft.Icons.ARROW_UPWARD,
            )
            for what in page.missing
        ],
    )
