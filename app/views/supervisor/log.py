"""The supervisor's visit log: every received visit of the team, fifty at a time, as a list or as visit verification."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import flet as ft

from app.language import tr
from app.services.log_models import LogChoices, LogFilter, LogPage, Looking
from app.store.changes import Topic
from app.store.log_rows import Key, LogSort
from app.views import say, text, theme
from app.views.env import Env
from app.views.guard import keyed, safe_component
from app.views.hooks import use_load, use_value
from app.views.supervisor.export import Export
from app.views.supervisor.filters import clear_filters, filters
from app.views.supervisor.menus import menu
from app.views.supervisor.saved_views import SavedViews
from app.views.supervisor.table import show_rows
from app.views.widgets import buttons
from app.views.widgets.base import muted
from app.views.widgets.frame import screen
from app.views.widgets.notices import empty, loading, optional_notice
from app.views.widgets.options import chip, wrap
from app.views.wording import log as said

TOPICS = frozenset({Topic.VISITS, Topic.PATIENTS, Topic.OUTBOX, Topic.ALERTS})
PAGE = 50
_FIRST: tuple[Key, ...] = ()


@safe_component
def VisitLog(env: Env) -> ft.Control:
    looking, set_looking = use_value(Looking)
    turned, set_turned = use_value(lambda: _FIRST)
    opened, set_opened = use_value(frozenset[str])
    team = env.session.team
    after = turned[-1] if turned else None

    async def read() -> LogPage:
        return await team.log(looking, after, PAGE)

    page, _ = use_load(read, env.session.hub, TOPICS, looking, after)
    choices, _again = use_load(team.choices, env.session.hub, frozenset({Topic.VISITS}))

    def look(fn: Callable[[Looking], Looking]) -> None:
        set_turned(lambda _old: _FIRST)
        set_looking(fn)

    def change(fn: Callable[[LogFilter], LogFilter]) -> None:
        look(lambda old: replace(old, wanted=fn(old.wanted)))

    def turn_open(name: str, _: Any = None) -> None:
        set_opened(lambda old: old ^ {name})

    def go_on(_: Any) -> None:
        here = page.value.after if page.value else None
        if here is not None:
            set_turned(lambda old: old if old and old[-1] == here else (*old, here))

    def go_back(_: Any) -> None:
        set_turned(lambda old: old[:-1])

    # On a phone all but the way to look stands behind one line, or nothing of the log would be on the first page.
    unfolded = "filters" in opened or not env.narrow
    tools = [_ways(env, looking, opened, look, turn_open)]
    if unfolded and "views" in opened:
        tools.append(SavedViews(env, looking, lambda new: look(lambda _old: new)))
    if unfolded and "export" in opened and page.value is not None:
        tools.append(Export(env, looking, page.value.total, partial(turn_open, "export")))
    if looking.evv:
        tools.append(muted(tr(said.EVV_HELP)))
    if unfolded:
        more = "more" in opened
        listed = choices.value or LogChoices()
        tools += filters(env, looking, listed, more, partial(turn_open, "more"), change)
    body = _body(env, looking, page.value, page.error, len(turned) * PAGE, go_back, go_on)
    parts = [*tools, *body, ft.Container(height=theme.S4)]
    return screen(tr(text.VISIT_LOG), parts, narrow=env.narrow, spacing=16)


def _ways(
    env: Env,
    looking: Looking,
    opened: frozenset[str],
    look: Callable[[Callable[[Looking], Looking]], None],
    turn_open: Callable[..., None],
) -> ft.Control:
    """How to look, in what order, and what else can be done with it."""

    def as_evv(evv: bool, _: Any) -> None:
        look(lambda old: replace(old, evv=evv))

    def sort(value: str) -> None:
        look(lambda old: replace(old, sort=LogSort(value)))

    def toggle(identifier: str, label: str, name: str, icon: ft.IconData) -> ft.Control:
        shown = ft.Icons.EXPAND_LESS if name in opened else icon
        return buttons.quiet(identifier, label, partial(turn_open, name), icon=shown)

    order = menu(
        env,
        "log-sort",
        tr(said.SORT),
        looking.sort,
        [(k.value, tr(v)) for k, v in said.SORTS.items()],
        sort,
        every=False,
    )
    ways = [
        chip("log-as-list", tr(said.LIST), not looking.evv, partial(as_evv, False)),
        chip("log-as-evv", tr(said.EVV), looking.evv, partial(as_evv, True)),
    ]
    more = [
        # half of its label stands above it
        ft.Container(width=theme.px(220), padding=ft.Padding.only(top=theme.px(16) - 16), content=order),
        toggle("log-views", tr(said.VIEWS), "views", ft.Icons.BOOKMARK_OUTLINE),
        toggle("log-export", tr(said.EXPORT), "export", ft.Icons.OUTPUT),
    ]
    if not env.narrow:
        return wrap([*ways, *more])
    ways.append(toggle("log-filters", tr(text.FILTERS), "filters", ft.Icons.TUNE))
    if "filters" in opened:
        ways += more
    elif looking.wanted != LogFilter():
        ways.append(clear_filters(lambda new: look(lambda old: replace(old, wanted=new))))
    return wrap(ways)


def _body(
    env: Env,
    looking: Looking,
    page: LogPage | None,
    error: str | None,
    offset: int,
    go_back: Callable[[Any], None],
    go_on: Callable[[Any], None],
) -> list[ft.Control]:
    if page is None:
        return [*optional_notice(error)] or [loading()]
    if not page.rows and offset == 0:
        nothing = looking.wanted == LogFilter() and not looking.evv
        return [empty(ft.Icons.LIST_ALT, tr(text.NO_LOG_YET) if nothing else tr(text.LOG_EMPTY))]
    rows = keyed(f"rows-{looking.evv}-{offset}", _Rows, env, page, looking.evv)
    return [*optional_notice(error), rows, _pager(page, offset, go_back, go_on)]


@safe_component
def _Rows(env: Env, page: LogPage, evv: bool) -> ft.Control:
    return ft.Column(
        show_rows(env, page.rows, evv=evv),
        spacing=theme.S2,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _pager(
    page: LogPage, offset: int, go_back: Callable[[Any], None], go_on: Callable[[Any], None]
) -> ft.Control:
    last = offset + len(page.rows)
    ways = wrap(
        [
            buttons.quiet("log-previous", tr(text.PREVIOUS), go_back, disabled=offset == 0),
            buttons.quiet("log-next", tr(text.NEXT), go_on, disabled=page.after is None),
        ]
    )
    return ft.Column([muted(say.range_of(offset + 1, last, page.total)), ways], spacing=theme.S2)
