"""The kinds of visit as data: what stands open, what is asked first, what signing needs, and the scales with due dates.

`tables/visit-kinds.json`; what a plan lays over it is `PlanSettings.visit_kinds`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from app.content import all_items, load, load_sections, load_table
from app.content.loading import build
from app.content.model import ContentError

NEEDS = ("person", "who", "finding", "why", "next")
"""What signing may ask for beside the frame and both times: the right person said, who answered, one finding, why
nobody was seen, what happens next."""


@dataclass(frozen=True, slots=True)
class OpenSection:
    """A section that stands open; `forms` are those asked at once, () for all of them."""

    section: str
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class First:
    """The items of a form that are asked first; its others are one tap away."""

    form: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """`open`: in the order of the page. `due`: whether due dates open scales in such a visit. `others`: whether the
    sections that are not named stand closed below; False leaves them out. `modality`: how one meets in such a visit.
    """

    id: str
    title: str
    needs: tuple[str, ...]
    open: tuple[OpenSection, ...]
    due: bool = False
    first: tuple[First, ...] = ()
    others: bool = True
    modality: str | None = None

    def find_open(self, section: str) -> OpenSection | None:
        return next((one for one in self.open if one.section == section), None)

    def find_first(self, form: str) -> tuple[str, ...]:
        """() where all of the form is asked at once."""
        return next((one.items for one in self.first if one.form == form), ())


@dataclass(frozen=True, slots=True)
class Trigger:
    """An answer of this visit: a whole number from `at_least` on, or one of `any_of`."""

    item: str
    at_least: int | None = None
    any_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """An answer of this visit, else the last one on record, that is a number up to this one."""

    item: str
    number: int


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A scale that stays closed until a trigger, a due date or the nurse opens it.

    Due in the first `visits` visits until it was answered, then `days` days after its last answer, or after the last
    of those visits. `not_settings` and `not_at_most` say of whom it is not asked at all, `why_not` says so on the page.
    """

    form: str
    visits: int
    days: int
    rule: str
    source: str
    mark: str
    confirm: str
    when: tuple[Trigger, ...] = ()
    not_settings: tuple[str, ...] = ()
    not_at_most: Limit | None = None
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """A form that an answer opens."""

    form: str
    when: tuple[Trigger, ...]


@dataclass(frozen=True, slots=True)
class VisitKinds:
    kinds: tuple[Kind, ...]
    home_within_days: int
    """Days after a stay in which a first contact at home is "Home from a facility"."""
    scheduled: tuple[Scheduled, ...]
    triggers: tuple[Opening, ...]
    no_change: tuple[str, ...]
    """The items with an answer that says "as it was"; there are no others."""

    def get(self, kind: str) -> Kind:
        """Raises KeyError."""
        for one in self.kinds:
            if one.id == kind:
                return one
        raise KeyError(kind)


@cache
def load_kinds() -> VisitKinds:
    """Read and checked once a process. Raises ContentError."""
    table = load_table("visit-kinds")
    parts = ("kinds", "home_within_days", "scheduled", "triggers", "no_change")
    missing = [part for part in parts if part not in table]
    if missing:
        raise ContentError(f"visit-kinds.json: {missing[0]} is missing")
    found: VisitKinds = build(VisitKinds, {part: table[part] for part in parts}, "visit-kinds.json")
    check_kinds(found)
    return found


def check_kinds(found: VisitKinds) -> None:
    """Raises ContentError where a section, form or item is named that is not there, or a kind stands twice."""
    sections = {one.id: one.forms for one in load_sections()}
    ids = [one.id for one in found.kinds]
    if len(set(ids)) != len(ids):
        raise ContentError("visit-kinds.json: a kind stands twice")
    for kind in found.kinds:
        if unknown := set(kind.needs) - set(NEEDS):
            raise ContentError(
                f"visit-kinds.json {kind.id}: {sorted(unknown)[0]!r} is nothing that signing needs"
            )
        check_open(kind.id, kind.open, sections)
        for one in kind.first:
            _check_items(f"{kind.id} {one.form}", one.form, one.items)
    for form in (*(one.form for one in found.scheduled), *(one.form for one in found.triggers)):
        if form not in load():
            raise ContentError(f"visit-kinds.json: there is no form {form!r}")
    known = {item.link_id for form in load().values() for item in all_items(form)}
    named = set(found.no_change)
    named |= {when.item for rule in found.scheduled for when in rule.when}
    named |= {rule.not_at_most.item for rule in found.scheduled if rule.not_at_most is not None}
    named |= {when.item for opening in found.triggers for when in opening.when}
    if unknown_items := named - known:
        raise ContentError(f"visit-kinds.json: there is no item {sorted(unknown_items)[0]!r}")


def check_open(where: str, opened: Iterable[OpenSection], sections: Mapping[str, tuple[str, ...]]) -> None:
    """Raises ContentError unless each section is there once, with forms of its own."""
    seen: set[str] = set()
    for one in opened:
        if one.section not in sections or one.section in seen:
            raise ContentError(f"visit-kinds.json {where}: {one.section!r} is no section, or stands twice")
        seen.add(one.section)
        if foreign := set(one.forms) - set(sections[one.section]):
            raise ContentError(
                f"visit-kinds.json {where}: {sorted(foreign)[0]!r} does not stand in {one.section}"
            )


def _check_items(where: str, form: str, items: tuple[str, ...]) -> None:
    instrument = load().get(form)
    known = {item.link_id for item in instrument.items} if instrument is not None else set()
    if not items or set(items) - known:
        raise ContentError(f"visit-kinds.json {where}: an item is named that is not in the form")
