"""Medicines gone through in a visit against the plan's list: what is taken, what rules ask, daily MME twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.content.medicine_tables import mme_table
from app.domain.medicine_names import Opioid, classes_of, find_opioid
from app.domain.mme import Counted, MmeSum, Uncounted, count, not_counted, tidy
from app.domain.ordered import Unclear, most_a_day, opioid_of, regular_dose
from app.domain.patient import Medicine
from app.domain.safety.numbers import rule_number
from app.domain.settings import PlanSettings
from app.domain.visit import Answer, Entry, Value

GROUP = "medicines"
"""Link id of the group whose entries these are."""
AS_NEEDED_ONLY = "med-listed-as-needed"
"""The hidden item that says that the list orders it as needed and in no other way."""
NALOXONE_SETTLED = ("has-it", "offered")
"""What stays answered in later visits: it is there, or was offered and shown. A no or "not now" is of its own day."""


class Taken(StrEnum):
    """The four ways in which the list and the house agree or not."""

    AS_LISTED = "as-listed"
    DIFFERENTLY = "differently"
    NOT_TAKING = "not-taking"
    NOT_ON_LIST = "not-on-list"


@dataclass(frozen=True, slots=True)
class Line:
    """One medicine: as ordered, as found, or both. `taken` is None while it was not gone through."""

    name: str
    medicine: Medicine | None
    entry: Entry | None
    taken: Taken | None
    opioid: Opioid | None
    classes: frozenset[str]

    @property
    def is_taken(self) -> bool:
        """Also true while nobody said otherwise."""
        return self.taken is not Taken.NOT_TAKING


_AmountOf = Callable[[Line, Opioid], tuple[Decimal, str]]
"""A daily amount in the factor's unit, and the reason why it is only a part, "" when it is all. Raises Unclear."""


def value_of(entry: Entry | None, link_id: str) -> Value | None:
    """An entry's answer as a value, None when there is none."""
    answer = entry.answers.get(link_id) if entry is not None else None
    return None if answer is None else answer.value


def text_of(entry: Entry | None, link_id: str) -> str:
    value = value_of(entry, link_id)
    return value if isinstance(value, str) else ""


def number_of(entry: Entry | None, link_id: str) -> Decimal | None:
    value = value_of(entry, link_id)
    return None if value is None or isinstance(value, (str, tuple)) else Decimal(value)


def taken_of(entry: Entry | None) -> Taken | None:
    said = text_of(entry, "med-choice")
    return next((one for one in Taken if one.value == said), None)


def is_only_as_needed(entry: Entry | None) -> bool:
    """Taken as listed, and listed as needed only: there is no regular dose to ask for."""
    return taken_of(entry) is Taken.AS_LISTED and text_of(entry, AS_NEEDED_ONLY) == "yes"


def reconcile(entries: Mapping[str, Sequence[Entry]], pulled: Sequence[Medicine]) -> tuple[Line, ...]:
    """The plan's list in its order, each with the entry about it, then what only the house has.

    An entry about an order that left the list meanwhile stays, under the name it had.
    """
    own = list(entries.get(GROUP, ()))
    lines: list[Line] = []
    for medicine in pulled:
        entry = next((e for e in own if e.about is not None and e.about == medicine.reference), None)
        if entry is not None:
            own.remove(entry)
        names = (medicine.text, *medicine.names)
        lines.append(
            Line(medicine.text, medicine, entry, taken_of(entry), opioid_of(medicine), classes_of(names))
        )
    return (*lines, *map(_line_of, own))


def _line_of(entry: Entry) -> Line:
    name = text_of(entry, "med-name")
    taken = taken_of(entry) or (Taken.NOT_ON_LIST if entry.about is None else None)
    return Line(name, None, entry, taken, find_opioid([name]), classes_of([name]))


def listed_answers(medicine: Medicine, taken: Taken) -> dict[str, Value]:
    """What a new entry about an order starts with: its name, the list's words, and for an opioid its numbers.

    The most that is ordered, and whether only as needed, is kept with the entry, so that a signed visit says what
    stood on the list that day. How many doses as needed were taken the list cannot say: no number stands for them.
    """
    answers: dict[str, Value] = {"med-name": medicine.text, "med-choice": taken.value}
    if medicine.dosage:
        answers["med-listed"] = medicine.dosage
    opioid = opioid_of(medicine)
    if opioid is None or opioid.factor is None:
        return answers
    patch = opioid.factor is mme_table().patch
    with suppress(Unclear):  # no number is kept then, and the page says why
        most = most_a_day(opioid, medicine.dosing)
        answers["med-listed-patch" if patch else "med-listed-mg"] = tidy(most)
    if not patch and medicine.dosing and all(one.as_needed for one in medicine.dosing):
        answers[AS_NEEDED_ONLY] = "yes"
    if taken is Taken.AS_LISTED:
        dose, times = regular_dose(opioid, medicine)
        if dose is not None:
            answers["med-patch" if patch else "med-dose-mg"] = tidy(dose)
        if times is not None:
            answers["med-times"] = tidy(times)
    return answers


def _taken_amount(line: Line, opioid: Opioid) -> tuple[Decimal, str]:
    """As this person takes it: regular and as-needed doses. One kind alone is a part; nought of one kind, unclear."""
    if line.taken is None:
        raise Unclear("not-asked")
    if line.taken is Taken.NOT_TAKING:
        return Decimal(0), ""
    if opioid.factor is mme_table().patch:
        worn = number_of(line.entry, "med-patch")
        if worn is None:
            raise Unclear("no-amount")
        return worn, ""
    each = number_of(line.entry, "med-dose-mg")
    if each is None:
        raise Unclear("no-amount")
    regular, as_needed = (number_of(line.entry, link) for link in ("med-times", "med-breakthrough"))
    if regular is None and is_only_as_needed(line.entry):
        regular = Decimal(0)
    if regular is None and as_needed is None:
        raise Unclear("no-doses")
    amount = each * sum((one for one in (regular, as_needed) if one is not None), Decimal(0))
    part = "no-regular" if regular is None else "no-as-needed" if as_needed is None else ""
    if part and not amount:
        raise Unclear(part)
    # Taken as listed and all that the list allows: there is no as-needed dose to ask for.
    whole = line.taken is Taken.AS_LISTED and tidy(amount) == number_of(line.entry, "med-listed-mg")
    return amount, "" if whole else part


def as_taken(lines: Sequence[Line]) -> MmeSum:
    """Daily MME as the person takes it: ordinary doses and the as-needed ones of the last 24 hours."""
    return _add(lines, _taken_amount)


def _ordered_amount(line: Line, opioid: Opioid) -> tuple[Decimal, str]:
    if line.medicine is not None:
        return most_a_day(opioid, line.medicine.dosing), ""
    link = "med-listed-patch" if opioid.factor is mme_table().patch else "med-listed-mg"
    kept = number_of(line.entry, link)
    if kept is None:
        raise Unclear("text-only")
    return kept, ""


def most_ordered(lines: Sequence[Line]) -> MmeSum:
    """Daily MME of the most that the plan's list allows. What is only in the house was not ordered."""
    listed = [one for one in lines if one.medicine is not None or (one.entry and one.entry.about)]
    return _add(listed, _ordered_amount)


def _add(lines: Sequence[Line], amount_of: _AmountOf) -> MmeSum:
    counted: list[Counted] = []
    uncounted: list[Uncounted] = []
    for line in lines:
        if line.opioid is None:
            continue
        if line.opioid.factor is None:
            uncounted.append(Uncounted(line.name, line.opioid.why))
            continue
        try:
            amount, part = amount_of(line, line.opioid)
        except Unclear as unclear:
            uncounted.append(not_counted(line.name, unclear.reason))
            continue
        counted.append(count(line.name, line.opioid.factor, amount))
        if part:
            uncounted.append(not_counted(line.name, part))
    return MmeSum(tuple(counted), tuple(uncounted))


@dataclass(frozen=True, slots=True)
class MedicineFacts:
    """What the safety rules ask about medicines. Names are as on the list or as written down."""

    opioids: tuple[str, ...] = ()
    benzodiazepines: tuple[str, ...] = ()
    anticoagulants: tuple[str, ...] = ()
    laxatives: tuple[str, ...] = ()
    bowel_regimen: str | None = None
    """"yes", "no" or "contraindicated"; "yes" too where a laxative is taken and nobody said otherwise."""
    naloxone: str | None = None
    """"offered", "has-it", "declined" or "not-now"; "has-it" too where it is on the list. What an earlier visit
    settled stands until somebody says otherwise."""
    overdose_before: bool | None = None
    mme_taken: Decimal | None = None
    mme_ordered: Decimal | None = None

    @property
    def on_opioid(self) -> bool:
        return bool(self.opioids)

    @property
    def benzodiazepine(self) -> bool:
        return bool(self.benzodiazepines)

    @property
    def anticoagulant(self) -> bool:
        return bool(self.anticoagulants)

    @property
    def mme(self) -> Decimal | None:
        """The larger of both figures: what may be in the body at most."""
        return max((one for one in (self.mme_taken, self.mme_ordered) if one is not None), default=None)


def medicine_facts(
    answers: Mapping[str, Answer],
    entries: Mapping[str, Sequence[Entry]],
    pulled: Sequence[Medicine],
    *,
    naloxone_before: Answer | None = None,
) -> MedicineFacts:
    """From a visit's answers and entries and the plan's list. Pure; nothing is assumed of what nobody wrote down.

    `naloxone_before`: the newest answer of earlier visits.
    """
    lines = reconcile(entries, pulled)
    taken = [line for line in lines if line.is_taken]

    def of(class_id: str) -> tuple[str, ...]:
        return tuple(line.name for line in taken if class_id in line.classes)

    def said(link_id: str) -> str | None:
        answer = answers.get(link_id)
        return answer.value if answer is not None and isinstance(answer.value, str) else None

    overdose = said("overdose-risk")
    return MedicineFacts(
        opioids=tuple(line.name for line in taken if line.opioid is not None),
        benzodiazepines=of("benzodiazepine"),
        anticoagulants=of("anticoagulant"),
        laxatives=of("laxative"),
        bowel_regimen=said("bowel-regimen") or ("yes" if of("laxative") else None),
        naloxone=said("naloxone") or ("has-it" if of("naloxone") else settled_naloxone(naloxone_before)),
        overdose_before=None if overdose is None else overdose == "yes",
        mme_taken=as_taken(lines).total,
        mme_ordered=most_ordered([line for line in lines if line.is_taken]).total,
    )


def settled_naloxone(before: Answer | None) -> str | None:
    """Of the newest answer of earlier visits what still stands, None where naloxone may be offered again."""
    said = before.value if before is not None else None
    return said if isinstance(said, str) and said in NALOXONE_SETTLED else None


def asks_bowel_regimen(facts: MedicineFacts, *, comfort_only: bool) -> bool:
    """Whether the page asks for a bowel regimen: on an opioid, nothing said. Never in last days or hospice."""
    return facts.on_opioid and facts.bowel_regimen in (None, "no") and not comfort_only


def offers_naloxone(
    facts: MedicineFacts, *, comfort_only: bool, settings: PlanSettings | None = None
) -> bool:
    """Whether the page offers naloxone: an opioid, and 50 MME or more, a benzodiazepine or an overdose before.

    The amount is that of the safety rule, and the plan's where `settings` have one. Never in last days or hospice
    (`comfort_only`), and not once somebody answered.
    """
    if comfort_only or not facts.on_opioid or facts.naloxone is not None:
        return False
    high = facts.mme is not None and facts.mme >= rule_number("MME_50", "at", settings)
    return high or facts.benzodiazepine or facts.overdose_before is True
