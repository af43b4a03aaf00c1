"""A section of the visit page: a card with its title and one line of state, built only once it was opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

import flet as ft

from app.content.model import Instrument, Kind, Section
from app.content.spoken import load
from app.language import tr
from app.services.models import VisitPage
from app.views import theme
from app.views.declines.in_visit import below_section, quiet_line
from app.views.env import Env
from app.views.forms import form
from app.views.forms.form import find_score
from app.views.forms.shown import count_answered, is_score_private
from app.views.guard import keyed, memo, safe_component
from app.views.hooks import use_value
from app.views.ports import OpenSession
from app.views.visit.drawn_from import seen_by
from app.views.visit.laid_out import draw_forms, form_name
from app.views.visit.saving import Saving
from app.views.visit.sections import CUSTOM, READS, STATES
from app.views.visit.stars import finished_here, is_entered_later, star, star_line
from app.views.widgets.base import MUTED, STACKED, muted, sign, stack, words
from app.views.wording import bedside
from app.views.wording import forms as said

Turn = Callable[[str, bool], None]
"""Opens (True) or closes what has this name, by hand."""
_NONE: Mapping[str, bool] = {}
_opened: WeakKeyDictionary[OpenSession, dict[str, Mapping[str, bool]]] = WeakKeyDictionary()
"""What of which visit was opened or closed by hand, as long as the store is open: one who is called away comes back to
her place."""


def use_opened(env: Env, visit_id: str) -> tuple[Mapping[str, bool], Turn]:
    """What was opened (True) or closed by hand, by name, and the tap that does it. What was not touched follows the
    page: a section that an answer opens later is not closed by it.
    """
    kept = _opened.setdefault(env.session, {})
    opened, set_opened = use_value(lambda: kept.get(visit_id, _NONE))

    def turn(name: str, wanted: bool) -> None:
        def change(old: Mapping[str, bool]) -> Mapping[str, bool]:
            kept[visit_id] = {**old, name: wanted}
            return kept[visit_id]

        set_opened(change)

    return opened, ft.use_callback(turn, [])


def get_instruments(section: Section) -> tuple[Instrument, ...]:
    """The section's forms that this app has."""
    content = load()
    return tuple(content[name] for name in section.forms if name in content)


def count_in(section: Section, page: VisitPage) -> int:
    return count_answered(get_instruments(section), page.draft.answers, page.draft.entries, page.automatic)


def get_state(section: Section, page: VisitPage) -> str:
    """ "Not asked" of a scale and "Nothing yet" of what nobody is asked, "3 answered", "2 answered · PHQ-2: 1 of 6"."""
    own = STATES.get(section.id)
    sentence = own(page) if own is not None else None
    if sentence:
        return sentence
    number = count_in(section, page)
    if number == 0 and (line := quiet_line(section.id, page)) is not None:
        return line
    if number == 0:
        asks = any(one.kind is Kind.SCALE for one in get_instruments(section))
        return tr(said.NOT_ASKED if asks else said.NOTHING_YET)
    scores = [find_score(one, page) for one in get_instruments(section) if not is_score_private(one)]
    return " · ".join([said.answered(number), *[score for score in scores if score]])


def section_card(
    section: Section,
    env: Env,
    page: VisitPage,
    saving: Saving,
    opened: bool,
    by_hand: Mapping[str, bool],
    turn: Turn,
) -> ft.Control:
    """A closed one is drawn anew only when its line changes, an open one only when something changes that it draws:
    there are many, and every tap passes by them.
    """
    state, answered = get_state(section, page), count_in(section, page) > 0
    if is_entered_later(section, page):
        state = bedside.later(state)
    if not opened:
        starred = section.id in page.draft.stars
        return keyed(
            f"closed {section.id}", ClosedCard, section, state, answered, env.narrow, turn, saving, starred
        )
    seen, by_hand_here = narrow_down(section, page, by_hand)
    return keyed(section.id, OpenCard, section, state, answered, env, seen, saving, by_hand_here, turn)


def narrow_down(
    section: Section, page: VisitPage, by_hand: Mapping[str, bool]
) -> tuple[VisitPage, Mapping[str, bool]]:
    """What this section draws of the page and of what was opened by hand."""
    names = {section.id, *map(form_name, section.forms)}
    here = {name: opened for name, opened in by_hand.items() if name in names}
    return seen_by(section, get_instruments(section), page, READS.get(section.id, ())), here


def _line(
    section: Section,
    state: str,
    answered: bool,
    narrow: bool,
    turn: Turn,
    saving: Saving,
    *,
    starred: bool,
    opened: bool,
) -> ft.Control:
    def tap(_: Any) -> None:
        turn(section.id, not opened)

    slim = narrow and theme.scale() >= STACKED  # the sign says what the words say; they need its room
    mark = sign(
        ft.Icons.CHECK_CIRCLE_OUTLINE if answered else ft.Icons.RADIO_BUTTON_UNCHECKED,
        size=22,
        color=ft.Colors.PRIMARY if answered else MUTED,
    )
    more = sign(ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE, size=24, color=MUTED)
    title = _title(section, state, narrow, answered=answered, more=more if slim else None)
    box = ft.Container(
        padding=ft.Padding.symmetric(horizontal=theme.S2 if slim else theme.S4, vertical=theme.S3),
        border_radius=theme.RADIUS + 2,
        ink=True,
        on_click=tap,
        content=ft.Row([title] if slim else [mark, title, more], spacing=theme.S3),
    )
    tapped = ft.Semantics(
        identifier=f"section-{section.id}",
        button=True,
        expanded=opened,
        container=True,
        expand=True,
        content=box,
    )
    line = ft.Container(
        border_radius=theme.RADIUS + 2,
        content=ft.Row([tapped, star(section.id, starred, saving)], spacing=0),
    )
    if not opened:
        line.bgcolor = ft.Colors.SURFACE_CONTAINER_LOW
        line.border = ft.Border.all(1, ft.Colors.OUTLINE_VARIANT)
    return line


@safe_component
def _closed(
    section: Section,
    state: str,
    answered: bool,
    narrow: bool,
    turn: Turn,
    saving: Saving,
    starred: bool,
) -> ft.Control:
    return _line(section, state, answered, narrow, turn, saving, starred=starred, opened=False)


ClosedCard = memo(_closed)


@safe_component
def _open(
    section: Section,
    state: str,
    answered: bool,
    env: Env,
    page: VisitPage,
    saving: Saving,
    by_hand: Mapping[str, bool],
    turn: Turn,
) -> ft.Control:
    starred = section.id in page.draft.stars
    line = _line(section, state, answered, env.narrow, turn, saving, starred=starred, opened=True)
    inside = draw_inside(section, env, page, saving, by_hand, turn) + below_section(
        section.id, env, page, saving
    )
    inside += finished_here(section.id, page, saving)
    padding = theme.S2 if env.narrow else theme.S4
    return ft.Container(
        border_radius=theme.RADIUS + 2,
        border=ft.Border.all(2, ft.Colors.OUTLINE),
        content=stack(
            [
                line,
                ft.Container(
                    padding=ft.Padding(left=padding, right=padding, top=0, bottom=padding),
                    content=stack(
                        [*([muted(section.note, 16)] if section.note else []), *inside], spacing=theme.S4
                    ),
                ),
            ],
            spacing=0,
        ),
    )


OpenCard = memo(_open)


def _title(
    section: Section, state: str, narrow: bool, *, answered: bool, more: ft.Control | None
) -> ft.Control:
    """`more`: the sign that it opens, below the name where beside it a long word would break."""
    title = words(section.title, 18, strong=True)
    line = words(state, 15, color=ft.Colors.PRIMARY if answered else MUTED, strong=answered)
    made: ft.Column | ft.Row
    if narrow:
        line.expand = more is not None
        below = line if more is None else ft.Row([line, more])
        made = stack([title, below], spacing=0, tight=True)
    else:
        line.text_align = ft.TextAlign.END
        title.expand, line.expand = 2, 3
        made = ft.Row([title, line], spacing=theme.S3)
    made.expand = True
    return made


def draw_inside(
    section: Section, env: Env, page: VisitPage, saving: Saving, by_hand: Mapping[str, bool], turn: Turn
) -> list[ft.Control]:
    own = CUSTOM.get(section.id)
    if own is not None:
        return [own(env, page, saving)]
    instruments = get_instruments(section)
    if page.layout is not None:
        return draw_forms(section, instruments, page.layout, env, page, saving, by_hand, turn)
    titled = {one.id for one in instruments if len(instruments) > 1 and one.name != section.title}
    return [part for one in instruments for part in form(one, env, page, saving, titled=one.id in titled)]


def open_section(
    section: Section, env: Env, page: VisitPage, saving: Saving, by_hand: Mapping[str, bool], turn: Turn
) -> ft.Control:
    """A section that is never closed: the name of its scale stands above it as a heading."""
    seen, by_hand_here = narrow_down(section, page, by_hand)
    return keyed(section.id, BareSection, section, env, seen, saving, by_hand_here, turn)


@safe_component
def _bare(
    section: Section, env: Env, page: VisitPage, saving: Saving, by_hand: Mapping[str, bool], turn: Turn
) -> ft.Control:
    inside = draw_inside(section, env, page, saving, by_hand, turn)
    names = [one.name for one in get_instruments(section)]
    alone = len(names) == 1 and section.id not in CUSTOM
    title = names[0] if alone else section.title
    later = is_entered_later(section, page)
    line = star_line(section.id, title, page, saving, later=later)
    return stack([line, *inside, *finished_here(section.id, page, saving)], spacing=theme.S2)


BareSection = memo(_bare)
