"""The team board: what cannot wait on one side, the nurses by name on the other. It ranks work, never people."""

from __future__ import annotations

import flet as ft

from app.language import tr
from app.services.board_models import BoardPage
from app.store.changes import Topic
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.hooks import use_load
from app.views.routes import WorklistRoute
from app.views.supervisor.board.needs import need_groups
from app.views.supervisor.board.nurses import Nurses
from app.views.today.ticking import use_minutes
from app.views.unmatched.matching import MatchingWay
from app.views.widgets import buttons
from app.views.widgets.base import group, muted, stack
from app.views.widgets.frame import columns, screen
from app.views.widgets.notices import Tone, empty, loading, notice, optional_notice
from app.views.wording import board as said
from app.views.wording import worklist

TOPICS = frozenset({Topic.PATIENTS, Topic.VISITS, Topic.ALERTS, Topic.OUTBOX, Topic.SYNC})


@safe_component
def TeamBoard(env: Env) -> ft.Control:
    """What was pulled, with its age; nothing here waits for the plan but moving somebody."""
    use_minutes()
    found, _ = use_load(env.session.board.read, env.session.hub, TOPICS)
    page = found.value
    body = [loading()] if page is None and found.error is None else []
    if page is not None:
        body = [_ages(page), columns(_nurses(env, page), need_groups(env, page), narrow=env.narrow)]
        if env.narrow:
            # On a phone what cannot wait stands above the nurses.
            body = [_ages(page), columns(need_groups(env, page), _nurses(env, page), narrow=True)]
    to_list = buttons.quiet(
        "board-worklist",
        tr(worklist.OPEN),
        lambda _: env.go(WorklistRoute()),
        icon=ft.Icons.PERSON_SEARCH,
    )
    # Beside the title, where it is found without scrolling past all nurses.
    here = [ft.Row([to_list], wrap=True)] if env.narrow else []
    parts = [*optional_notice(found.error), *here, MatchingWay(env), *body, ft.Container(height=16)]
    return screen(tr(said.TITLE), parts, narrow=env.narrow, spacing=16, ends=[] if env.narrow else [to_list])


def _ages(page: BoardPage) -> ft.Control:
    lines: list[ft.Control] = [muted(said.pulled(page.pulled_at, now()), 15)]
    if page.told_at is not None:
        lines.append(muted(said.told(page.told_at, now()), 15))
    return stack(lines, spacing=2, tight=True)


def _nurses(env: Env, page: BoardPage) -> list[ft.Control]:
    if page.told_at is None:
        return [group(tr(said.NURSES), [notice(f"{tr(said.NOT_TOLD)} {tr(said.NOT_TOLD_HELP)}", Tone.CALM)])]
    if not page.nurses:
        return [group(tr(said.NURSES), [empty(ft.Icons.PEOPLE_OUTLINE, tr(said.NO_NURSES))])]
    return [keyed("nurses", Nurses, env, page.nurses)]
