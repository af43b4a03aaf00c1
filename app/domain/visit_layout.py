"""Which sections of the visit page stand open and in which order, and which scales stay closed until they are due.

Decided from the kind, the answers so far and what is on record; content and plan say by which rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from app.content import load
from app.content.visit_kinds import Limit, OpenSection, Scheduled, Trigger, load_kinds
from app.domain.declines import NOTHING_QUIET, Quiet
from app.domain.settings import DueDate
from app.domain.visit import Answer, Setting
from app.domain.visit_kind import VisitKind, is_met

NEEDED_SECTIONS: Mapping[str, str] = {"who": "who", "person": "call", "why": "not-seen", "next": "next"}
"""Where the page asks for what signing needs: such a section stands open whatever a plan says."""


class Why(StrEnum):
    """Why a scale that usually stays closed stands open."""

    TRIGGER = "trigger"
    EARLY = "early"
    """One of the first visits."""
    DUE = "due"
    """Its last answer is long ago."""


@dataclass(frozen=True, slots=True)
class Behind:
    """What is on record: `first_visits` is when the person's first visits began (as many as there were, oldest first,
    at least as many as the longest rule asks for), `last` the last values by link id.
    """

    began_at: datetime
    first_visits: Sequence[datetime] = ()
    last: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Layout:
    """`open`: sections in the order of the page, each with the forms asked at once (() for all). `others`: whether
    what is not named stands closed below. `why`: form → why it stands open. `not_asked`: form → why it is not asked
    of this person. `first`: form → the items that are asked first. `scheduled`: forms that stay closed unless `why`.
    """

    kind: VisitKind
    open: tuple[OpenSection, ...]
    others: bool = True
    why: Mapping[str, Why] = field(default_factory=dict)
    not_asked: Mapping[str, str] = field(default_factory=dict)
    first: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scheduled: frozenset[str] = frozenset()
    quiet: frozenset[str] = frozenset()
    """Forms that somebody declined: one tap away, unless an answer asks for them."""
    quiet_sections: frozenset[str] = frozenset()

    def stands_open(self, section: str, forms: Sequence[str]) -> bool:
        """Whether a section that holds `forms` is open without a tap."""
        return any(one.section == section for one in self.open) or any(form in self.why for form in forms)

    def asks(self, section: str, form: str) -> bool:
        """Whether a form is asked at once where its section is open; the others are one tap away inside it."""
        if form in self.not_asked:
            return False
        if form in self.why:
            return True
        if form in self.quiet:
            return False
        named = next((one.forms for one in self.open if one.section == section), None)
        if named:
            return form in named
        return form not in self.scheduled and not is_opened_by_answer(form) and not is_opened_by_hand(form)


def is_opened_by_answer(form: str) -> bool:
    return any(one.form == form for one in load_kinds().triggers)


def is_opened_by_hand(form: str) -> bool:
    """Whether nothing but the nurse's own tap opens it."""
    content = load()
    return form in content and content[form].by_hand


def lay_out(
    kind: VisitKind,
    setting: Setting,
    answers: Mapping[str, Answer],
    behind: Behind,
    opened: Mapping[str, tuple[OpenSection, ...]],
    dates: Mapping[str, DueDate],
    quiet: Quiet = NOTHING_QUIET,
) -> Layout:
    """`opened` and `dates`: what the plan says in place of the content, by kind and by form. `quiet`: what somebody
    declined; an answer that asks for a scale opens it all the same.
    """
    content = load_kinds()
    met = is_met(answers)  # a call that nobody answered is asked no more than a door that stayed shut
    made = content.get((kind if met else VisitKind.NOT_SEEN).value)
    not_asked = {
        one.form: one.why_not or ""
        for one in content.scheduled
        if is_kept_away(one, setting, answers, behind)
    }
    why: dict[str, Why] = {}
    for rule in content.scheduled if met else ():
        due = made.due and rule.form not in quiet.forms
        found = find_why(rule, dates.get(rule.form), answers, behind, due=due)
        if found is not None and rule.form not in not_asked:
            why[rule.form] = found
    for opening in content.triggers:
        if any(holds(when, answers) for when in opening.when):
            why[opening.form] = Why.TRIGGER
    return Layout(
        kind=kind,
        open=_with_needed(
            tuple(one for one in opened.get(made.id, made.open) if one.section not in quiet.sections),
            made.needs,
        ),
        others=made.others,
        why=why,
        not_asked=not_asked,
        first={one.form: one.items for one in made.first},
        scheduled=frozenset(one.form for one in content.scheduled),
        quiet=quiet.forms,
        quiet_sections=quiet.sections,
    )


def _with_needed(opened: tuple[OpenSection, ...], needs: Sequence[str]) -> tuple[OpenSection, ...]:
    named = {one.section for one in opened}
    wanted = [NEEDED_SECTIONS[need] for need in needs if need in NEEDED_SECTIONS]
    return (*opened, *(OpenSection(section) for section in wanted if section not in named))


def is_kept_away(rule: Scheduled, setting: Setting, answers: Mapping[str, Answer], behind: Behind) -> bool:
    """Whether a scale is not asked of this person at all."""
    return setting.value in rule.not_settings or _is_up_to(rule.not_at_most, answers, behind)


def _is_up_to(limit: Limit | None, answers: Mapping[str, Answer], behind: Behind) -> bool:
    if limit is None:
        return False
    answer = answers.get(limit.item) or behind.last.get(limit.item)
    number = as_number(answer)
    return number is not None and number <= limit.number


def as_number(answer: Answer | None) -> int | None:
    """A whole number, also where the answer's option is one (AKPS "40")."""
    if answer is None or isinstance(answer.value, tuple) or answer.value is None:
        return None
    text = str(answer.value)
    return int(text) if text.isascii() and text.isdigit() else None


def holds(when: Trigger, answers: Mapping[str, Answer]) -> bool:
    answer = answers.get(when.item)
    if answer is None or answer.value is None:
        return False
    given = answer.value if isinstance(answer.value, tuple) else (str(answer.value),)
    if any(one in when.any_of for one in given):
        return True
    number = as_number(answer)
    return when.at_least is not None and number is not None and number >= when.at_least


def find_why(
    rule: Scheduled,
    date: DueDate | None,
    answers: Mapping[str, Answer],
    behind: Behind,
    *,
    due: bool,
) -> Why | None:
    """Why this scale stands open in this visit; None while it stays closed. `due`: whether due dates count in it."""
    if any(holds(when, answers) for when in rule.when):
        return Why.TRIGGER
    if not due:
        return None
    visits, days = (rule.visits, rule.days) if date is None else (date.visits, date.days)
    last = _last_answered(rule.form, behind)
    if last is None and len(behind.first_visits) < visits:
        return Why.EARLY
    since = last or (behind.first_visits[visits - 1] if visits else None)
    if since is None or behind.began_at - since < timedelta(days=days):
        return None
    return Why.DUE


def _last_answered(form: str, behind: Behind) -> datetime | None:
    times = [behind.last[item.link_id].at for item in load()[form].items if item.link_id in behind.last]
    return max(times, default=None)
