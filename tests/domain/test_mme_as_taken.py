"""As taken: a figure is whole only when every amount was said; what is not known is never nought."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content.medicine_tables import mme_table
from app.domain.dosing import Amount, Instruction
from app.domain.medicines import (
    Taken,
    as_taken,
    asks_bowel_regimen,
    listed_answers,
    medicine_facts,
    most_ordered,
    offers_naloxone,
    reconcile,
)
from app.domain.mme import MmeSum
from app.domain.patient import Medicine
from app.domain.visit import Answer, Entry, Value
from app.views.wording.medicines import figure

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
REASONS = mme_table().reasons


def line_of(times: str, *, prn: bool = False) -> Instruction:
    one = Amount(Decimal(1), None)
    return Instruction(one, one, None, Decimal(times), Decimal(times), prn)


def order(name: str, *dosing: Instruction) -> Medicine:
    return Medicine(name, "as on the bottle", None, f"MedicationRequest/{name[:3]}", (name,), dosing=dosing)


OXY = order("Oxycodone Hydrochloride 10 MG Oral Tablet", line_of("4"))
PRN = order("Morphine Sulfate 15 MG Oral Tablet", line_of("6", prn=True))
BOTH = order("Hydromorphone 2 MG Oral Tablet", line_of("2"), line_of("4", prn=True))
WORDS = order("Tramadol 50 MG Oral Tablet")


def entry(about: str | None = None, **answers: Value) -> Entry:
    named = {link.replace("_", "-"): Answer(at=AT, value=value) for link, value in answers.items()}
    return Entry(f"e {about}", named, about)


def started(medicine: Medicine, taken: Taken, **more: Value) -> Entry:
    answers = listed_answers(medicine, taken) | {
        link.replace("_", "-"): value for link, value in more.items()
    }
    return Entry(
        "e", {link: Answer(at=AT, value=value) for link, value in answers.items()}, medicine.reference
    )


def taken(*entries: Entry, pulled: tuple[Medicine, ...] = ()) -> MmeSum:
    return as_taken(reconcile({"medicines": entries}, pulled))


HOUSE: dict[str, Any] = {"med_name": "Oxycodone", "med_choice": "not-on-list", "med_dose_mg": Decimal(10)}


def test_breakthrough_doses_without_the_regular_ones_are_a_part() -> None:
    found = taken(entry(**HOUSE, med_breakthrough=3))
    assert figure(found) == "at least 45 MME a day"
    assert [one.why for one in found.uncounted] == [REASONS["no-regular"]]


def test_regular_doses_without_the_as_needed_ones_are_a_part() -> None:
    found = taken(entry(**HOUSE, med_times=Decimal(3)))
    assert figure(found) == "at least 45 MME a day"
    assert [one.why for one in found.uncounted] == [REASONS["no-as-needed"]]
    assert figure(taken(entry(**HOUSE, med_times=Decimal(3), med_breakthrough=0))) == "45 MME a day"


@pytest.mark.parametrize("said", [{"med_times": Decimal(0)}, {"med_breakthrough": 0}])
def test_nought_of_one_kind_and_nothing_said_of_the_other_is_no_figure(said: dict[str, Any]) -> None:
    found = taken(entry(**HOUSE, **said))
    assert figure(found) == "cannot be worked out"
    assert found.uncounted


def test_a_fixed_order_taken_as_listed_is_whole_with_one_tap() -> None:
    assert figure(taken(started(OXY, Taken.AS_LISTED), pulled=(OXY,))) == "60 MME a day"
    assert taken(started(OXY, Taken.AS_LISTED)).is_whole  # in the signed visit, without the list


def test_an_as_needed_order_is_whole_once_its_doses_are_said() -> None:
    assert taken(started(PRN, Taken.AS_LISTED), pulled=(PRN,)).total is None
    for pulled in ((PRN,), ()):
        found = taken(started(PRN, Taken.AS_LISTED, med_breakthrough=3), pulled=pulled)
        assert figure(found) == "45 MME a day"


def test_an_order_with_regular_and_as_needed_doses_needs_both() -> None:
    some: dict[str, Value] = {"med_dose_mg": Decimal(2), "med_times": Decimal(2)}
    for pulled in ((BOTH,), ()):
        assert not taken(started(BOTH, Taken.AS_LISTED, **some), pulled=pulled).is_whole
        assert taken(started(BOTH, Taken.AS_LISTED, **some, med_breakthrough=1), pulled=pulled).total == 30


@pytest.mark.parametrize("name", ["Actiq", "Fentora 100 mcg", "Subsys"])
def test_transmucosal_fentanyl_is_named_and_makes_the_figure_a_part(name: str) -> None:
    said = entry(med_name=name, med_choice="not-on-list", med_dose_mg=Decimal(1), med_times=Decimal(4))
    found = taken(said, started(OXY, Taken.AS_LISTED), pulled=(OXY,))
    assert figure(found) == "at least 60 MME a day"
    assert [(one.name, "Actiq or Fentora" in one.why) for one in found.uncounted] == [(name, True)]


@pytest.mark.parametrize(
    "name", ["Tylenol #3", "Endocet", "Lorcet", "Hycet", "Ultracet", "MSIR", "OxyIR", "Actiq", "Fentora"]
)
def test_a_typed_brand_keeps_neither_rule_silent(name: str) -> None:
    typed = {"medicines": [entry(med_name=name, med_choice="not-on-list")]}
    risk = {"overdose-risk": Answer(AT, "yes")}
    facts = medicine_facts(risk, typed, ())
    assert facts.on_opioid
    assert facts.mme is None
    assert asks_bowel_regimen(facts, comfort_only=False)
    assert offers_naloxone(facts, comfort_only=False)
    found = as_taken(reconcile(typed, ()))
    assert found.total is None
    assert [one.name for one in found.uncounted] == [name]


OPIOIDS = [one.opioid.split(" ")[0] for one in mme_table().factors if one is not mme_table().patch]
OTHERS = ["Actiq", "Suboxone", "Meperidine", "Endocet", "Tylenol #3", "Morphine 10 mg suppository"]
_said: dict[str, Any] = {
    "med_choice": st.sampled_from([one.value for one in Taken]),
    "med_dose_mg": st.decimals(0, 100, places=1),
    "med_times": st.decimals(0, 12, places=1),
    "med_breakthrough": st.integers(0, 20),
}
_house = st.fixed_dictionaries({"med_name": st.sampled_from(OPIOIDS + OTHERS)}, optional=_said)


NO_FACTOR = ("Actiq", "Suboxone", "Meperidine", "Morphine 10 mg suppository")


def _is_known(said: dict[str, Any]) -> bool:
    amounts = {"med_dose_mg", "med_times", "med_breakthrough"} <= said.keys()
    return said["med_name"] not in NO_FACTOR and (said.get("med_choice") == Taken.NOT_TAKING or amounts)


@settings(deadline=None)
@given(st.lists(_house, min_size=1, max_size=4))
def test_a_figure_is_whole_only_when_every_amount_of_every_opioid_is_known(
    said: list[dict[str, Any]],
) -> None:
    entries = [entry(f"MedicationRequest/{number}", **one) for number, one in enumerate(said)]
    found = as_taken(reconcile({"medicines": entries}, ()))
    undecided = any("med_choice" not in one for one in said)
    assert found.is_whole == (not undecided and all(map(_is_known, said)))
    assert len(found.uncounted) >= sum(not _is_known(one) for one in said)


@settings(deadline=None)
@given(_house.filter(lambda one: one.get("med_choice") not in (None, Taken.NOT_TAKING)))
def test_what_is_not_known_is_never_counted_as_nought(said: dict[str, Any]) -> None:
    found = as_taken(reconcile({"medicines": [entry("MedicationRequest/1", **said)]}, ()))
    if not _is_known(said):
        assert found.uncounted
        assert not [one for one in found.counted if one.amount == 0]
        assert figure(found) != "0 MME a day"


@settings(deadline=None)
@given(_house, st.sampled_from(["med_dose_mg", "med_times", "med_breakthrough"]))
def test_leaving_an_answer_out_never_raises_the_figure_nor_makes_it_whole(
    said: dict[str, Any], left: str
) -> None:
    less = {link: value for link, value in said.items() if link != left}
    before = as_taken(reconcile({"medicines": [entry("MedicationRequest/1", **said)]}, ()))
    after = as_taken(reconcile({"medicines": [entry("MedicationRequest/1", **less)]}, ()))
    assert (after.total or 0) <= (before.total or 0)
    if not before.is_whole:
        assert not after.is_whole


@settings(deadline=None)
@given(st.lists(st.sampled_from([OXY, PRN, BOTH, WORDS]), unique=True, min_size=1))
def test_nothing_gone_through_is_no_figure_and_an_order_in_words_makes_the_most_a_part(
    pulled: list[Medicine],
) -> None:
    lines = reconcile({}, pulled)
    assert as_taken(lines).total is None
    assert len(as_taken(lines).uncounted) == len(pulled)
    assert most_ordered(lines).is_whole == (WORDS not in pulled)
