"""A second look at a whole scale or set of signs: what was done is said once, each sign is one tap."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import flet as ft

from app.content.model import Instrument, Item
from app.domain.visit import Again, Answer
from app.language import tr
from app.views import theme
from app.views.forms import said
from app.views.forms.names import ident
from app.views.forms.options import Tap, is_long, option_controls
from app.views.forms.shown import looked_at
from app.views.guard import keyed, memo, safe_component
from app.views.hooks import use_action, use_value
from app.views.ports import OpenSession
from app.views.visit.autosave import use_autosave
from app.views.visit.saving import Saving
from app.views.widgets import buttons
from app.views.widgets.base import muted, stack, words
from app.views.widgets.fields import field
from app.views.widgets.options import aside
from app.views.wording import forms as wording

Pick = Callable[[str, str], Awaitable[None]]
"""Stores an item's answer by its option's code."""


@dataclass(slots=True)
class Look:
    """One second look under way: how often each item had been measured again when it began, and what was done."""

    before: Mapping[str, int]
    done: str = ""

    def find(self, link_id: str, answer: Answer | None) -> Again | None:
        """What this look says of an item, None while it says nothing."""
        if answer is None or len(answer.again) <= self.before.get(link_id, 0):
            return None
        return answer.again[-1]


_looks: WeakKeyDictionary[OpenSession, dict[tuple[str, str], Look]] = WeakKeyDictionary()
"""Looks under way by visit and scale, as long as the store is open: one who is called away goes on with hers."""


@safe_component
def _look_again(
    instrument: Instrument, answers: Mapping[str, Answer], narrow: bool, saving: Saving
) -> ft.Control:
    """`answers` are those of the items that can be looked at again; items without a first answer stand above."""
    key = (saving.visit_id, instrument.id)
    kept = _looks.setdefault(saving.session, {})
    look, set_look = use_value(lambda: kept.get(key))

    def begin(_: Any) -> None:
        new = Look({link_id: len(answer.again) for link_id, answer in answers.items()})
        kept[key] = new
        set_look(lambda _old: new)

    def end() -> None:
        kept.pop(key, None)
        set_look(lambda _old: None)

    if look is None:
        name = wording.again_title(instrument.name)
        button = aside(f"{instrument.id}-again", tr(wording.AGAIN), begin, icon=ft.Icons.MORE_TIME, said=name)
        return ft.Row([button], wrap=True)
    return keyed(f"panel {instrument.id}", LookPanel, instrument, answers, look, narrow, saving, end)


LookAgain = memo(_look_again)


@safe_component
def LookPanel(
    instrument: Instrument,
    answers: Mapping[str, Answer],
    look: Look,
    narrow: bool,
    saving: Saving,
    end: Callable[[], None],
) -> ft.Control:
    prefix = f"{instrument.id}-again"

    def stale(done: str) -> list[tuple[str, Again]]:
        """What this look says together with other words for what was done."""
        known = {item.link_id: saving.find(item.link_id) for item in looked_at(instrument)}
        found = [(link_id, look.find(link_id, answer)) for link_id, answer in known.items()]
        return [(link_id, one) for link_id, one in found if one is not None and one.done != done.strip()]

    async def mend(done: str) -> None:
        for link_id, one in stale(done):
            await saving.visits.measure_again(
                saving.visit_id,
                link_id,
                value=one.value,
                absent=one.absent,
                done=done.strip(),
                instead=True,
            )

    async def save(done: str) -> bool:
        return await saving.commit(lambda: mend(done)) if stale(done) else True

    what = use_autosave(
        saving.visit_id, f" {prefix}-done", look.done, save, mend, saving.session, saving.flushers
    )

    def change(new: str) -> None:
        look.done = new
        what.change(new)

    async def pick(link_id: str, code: str) -> None:
        await saving.look_again(link_id, code, what.newest().strip(), look.before.get(link_id, 0))

    left = [link_id for link_id, answer in answers.items() if look.find(link_id, answer) is None]

    async def as_before() -> None:
        for link_id in left:
            answer = answers[link_id]
            latest = answer.again[-1] if answer.again else answer
            await saving.visits.measure_again(
                saving.visit_id,
                link_id,
                value=latest.value,
                absent=latest.absent,
                done=what.newest().strip(),
            )

    rest = use_action(lambda _: saving.commit(as_before))

    async def close(_: Any) -> None:
        if await saving.flush_one(f" {prefix}-done"):
            end()

    rows = [
        _row(item, answers[item.link_id], look.find(item.link_id, answers[item.link_id]), narrow, pick)
        for item in looked_at(instrument)
        if item.link_id in answers
    ]
    ways: list[ft.Control] = [buttons.quiet(f"{prefix}-close", tr(wording.AGAIN_CLOSE), close)]
    if left:
        ways.insert(0, aside(f"{prefix}-rest", tr(wording.AGAIN_REST), rest.run, icon=ft.Icons.DONE_ALL))
    return ft.Container(
        padding=theme.S3,
        border_radius=theme.RADIUS,
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOW,
        border=ft.Border.all(1, ft.Colors.OUTLINE),
        content=stack(
            [
                words(wording.again_title(instrument.name), 17, strong=True),
                field(f"{prefix}-done", tr(wording.AGAIN_DONE), what.value, change, on_blur=what.leave),
                *rows,
                ft.Row(ways, wrap=True, spacing=theme.S2, alignment=ft.MainAxisAlignment.SPACE_BETWEEN),
            ],
            spacing=theme.S3,
        ),
    )


def _row(item: Item, answer: Answer, held: Again | None, narrow: bool, pick: Pick) -> ft.Control:
    def tap(code: str) -> Tap:
        async def picked(_: Any) -> None:
            await pick(item.link_id, code)

        return picked

    chosen = (held.value,) if held is not None and isinstance(held.value, str) else ()
    title = wording.again_title(item.name)
    options = option_controls(item, title, chosen, lambda code: ident(item.link_id, f"again-{code}"), tap)
    measured: tuple[Answer | Again, ...] = (answer, *answer.again)
    before = measured[-1] if held is None else measured[-2]
    head = stack(
        [words(item.name, 16, strong=True), muted(said.measured_once(item, before), 14)],
        spacing=0,
        tight=True,
    )
    if narrow or is_long(item):
        return stack([head, *options], spacing=6)
    return ft.Row(
        [ft.Container(expand=2, content=head), ft.Container(expand=3, content=stack(options))],
        spacing=theme.S3,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )
