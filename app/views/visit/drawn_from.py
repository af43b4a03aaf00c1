"""The part of a visit's page that one section is drawn from.

An open section is given this part and nothing more. It is equal as long as nothing was answered that the section could
show, and then nothing of it is made anew: a page holds some two thousand controls, and a tap changes one row of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
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


def seen_by(
    section: Section, forms: Iterable[Instrument], page: VisitPage, also: Iterable[str] = ()
) -> VisitPage:
    """What `forms` of this section may draw: their own answers, those that their conditions ask for, those of `also`
    (link ids), and all that is on record. Without the note, the stars of other sections, what signing still needs,
    alerts and the last step.
    """
    forms = tuple(forms)
    link_ids = _EVERYWHERE.union(also, *map(_link_ids, forms))
    names = {one.id for one in forms} | {one.short_form.id for one in forms if one.short_form is not None}
    layout = None if page.layout is None else _lay_out(section, page.layout)
    stars = tuple(one for one in page.draft.stars if one == section.id)
    return _narrow(page, link_ids, names, layout, stars)


def seen_beside(page: VisitPage, link_ids: Iterable[str]) -> VisitPage:
    """What a part that stands between the sections may draw: answers of these link ids, and all that is on record."""
    return _narrow(page, frozenset(link_ids), (), None, ())


def _narrow(
    page: VisitPage,
    link_ids: Set[str],
    scores: Iterable[str],
    layout: Layout | None,
    stars: tuple[str, ...],
) -> VisitPage:
    draft = page.draft
    entries = only_of(draft.entries, link_ids)
    entry_ids = {entry.id for held in entries.values() for entry in held}

    def is_waiting_here(key: str) -> bool:
        entry, link_id = split_key(key)
        return entry in entry_ids if entry else link_id in link_ids

    own = replace(
        draft,
        answers=only_of(draft.answers, link_ids),
        entries=entries,
        unfinished=only_of(draft.unfinished, filter(is_waiting_here, draft.unfinished)),
        stars=stars,
        note="",
    )
    return replace(
        page,
        draft=own,
        automatic=page.automatic & link_ids,
        scores=only_of(page.scores, scores),
        layout=layout,
        missing=(),
        alerts=(),
        undo=None,
    )


def only_of(held: Mapping[str, T], names: Iterable[str]) -> dict[str, T]:
    return {name: held[name] for name in names if name in held}


def _lay_out(section: Section, layout: Layout) -> Layout:
    return replace(
        layout,
        open=tuple(one for one in layout.open if one.section == section.id),
        why=only_of(layout.why, section.forms),
        not_asked=only_of(layout.not_asked, section.forms),
        first=only_of(layout.first, section.forms),
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
