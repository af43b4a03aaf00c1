"""The part of a visit's page that the forms of one section are drawn from.

An open section is given this part and nothing more. It is equal as long as nothing was answered that the section could
show, and then nothing of it is made anew: a page holds some two thousand controls, and a tap changes one row of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from app.content.model import Instrument, Item, Section
from app.domain.visit import split_key
from app.domain.visit_kind import KIND, NOT_SEEN_WHY
from app.domain.visit_layout import Layout
from app.services.models import VisitPage
from app.views.forms.form import TALKS_FREELY

T = TypeVar("T")
_EVERYWHERE = frozenset((TALKS_FREELY, KIND, NOT_SEEN_WHY))
"""What decides about questions of any section, or whether anybody was seen at all."""


def seen_by(section: Section, forms: Iterable[Instrument], page: VisitPage) -> VisitPage:
    """What `forms` of this section may draw: their own answers, those that their conditions ask for, and all that is
    on record. Without the note, the stars of other sections, what signing still needs, alerts and the last step.
    """
    forms = tuple(forms)
    link_ids = _EVERYWHERE.union(*map(_link_ids, forms))
    names = {one.id for one in forms} | {one.short_form.id for one in forms if one.short_form is not None}
    draft = page.draft
    entries = _only(draft.entries, link_ids)
    entry_ids = {entry.id for held in entries.values() for entry in held}

    def is_waiting_here(key: str) -> bool:
        entry, link_id = split_key(key)
        return entry in entry_ids if entry else link_id in link_ids

    own = replace(
        draft,
        answers=_only(draft.answers, link_ids),
        entries=entries,
        unfinished=_only(draft.unfinished, filter(is_waiting_here, draft.unfinished)),
        stars=tuple(one for one in draft.stars if one == section.id),
        note="",
    )
    return replace(
        page,
        draft=own,
        scores=_only(page.scores, names),
        layout=None if page.layout is None else _lay_out(section, page.layout),
        missing=(),
        alerts=(),
        undo=None,
    )


def _only(held: Mapping[str, T], names: Iterable[str]) -> dict[str, T]:
    return {name: held[name] for name in names if name in held}


def _lay_out(section: Section, layout: Layout) -> Layout:
    return replace(
        layout,
        open=tuple(one for one in layout.open if one.section == section.id),
        why=_only(layout.why, section.forms),
        not_asked=_only(layout.not_asked, section.forms),
        first=_only(layout.first, section.forms),
    )


def _link_ids(form: Instrument) -> set[str]:
    found = {name for item in form.items for name in _of_item(item)}
    found.update(form.total.of, *(one.of for one in form.derived))
    if form.short_form is not None:
        found.update(form.short_form.of)
    if form.voice is not None:
        found.update(form.voice.links)
    return found


def _of_item(item: Item) -> Iterator[str]:
    yield item.link_id
    if item.when is not None:
        yield item.when.link_id
    for inner in item.items:
        yield from _of_item(inner)
