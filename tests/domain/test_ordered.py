from __future__ import annotations

from decimal import Decimal

import pytest

from app.domain.dosing import Amount, Instruction
from app.domain.ordered import Unclear, most_a_day, opioid_of, regular_dose
from app.domain.patient import Medicine

OXYCODONE = "Oxycodone Hydrochloride 5 MG Oral Tablet"
PERCOCET = "Acetaminophen 325 MG / Oxycodone Hydrochloride 10 MG Oral Tablet"
SOLUTION = "Morphine Sulfate 20 MG/ML Oral Solution"
PATCH = "72 HR Fentanyl 0.025 MG/HR Transdermal System"


def order(name: str, *lines: Instruction) -> Medicine:
    return Medicine(name, None, None, names=(name,), dosing=lines)


def line(
    value: str | None,
    unit: str | None,
    times: str | None,
    *,
    high: str | None = None,
    more: str | None = None,
    prn: bool = False,
    limit: Amount | None = None,
    sequence: int | None = None,
    hourly: Amount | None = None,
    routes: frozenset[str] = frozenset(),
) -> Instruction:
    low = Amount(Decimal(value), unit) if value else None
    top = Amount(Decimal(high), unit) if high else low
    fewest = Decimal(times) if times else None
    most = Decimal(more) if more else fewest
    return Instruction(low, top, hourly, fewest, most, prn, limit, sequence, routes)


def most(medicine: Medicine) -> Decimal:
    opioid = opioid_of(medicine)
    assert opioid is not None
    return most_a_day(opioid, medicine.dosing)


@pytest.mark.parametrize(
    ("medicine", "milligrams"),
    [
        (order(OXYCODONE, line("5", "mg", "4")), "20"),
        (order(OXYCODONE, line("1", "TAB", "4")), "20"),
        (order(OXYCODONE, line("1", None, "4")), "20"),
        (order(OXYCODONE, line("1", "{tablet}", "4", high="2", more="6")), "60"),
        (order(SOLUTION, line("0.5", "mL", "6", prn=True)), "60"),
        (order(PERCOCET, line("1", None, "4")), "40"),
        (order(PERCOCET, line("10", "mg", "3")), "30"),
        (order(OXYCODONE, line("5000", "mcg", "2")), "10"),
        (order(OXYCODONE, line("1", "tablet", None, prn=True, limit=Amount(Decimal(6), "tablet"))), "30"),
        (order(OXYCODONE, line("2", "tablet", "6", prn=True, limit=Amount(Decimal(40), "mg"))), "40"),
        (order(OXYCODONE, line("1", "tablet", "2"), line("2", "tablet", "1")), "20"),
        (order(OXYCODONE, line("3", "tablet", "2", sequence=1), line("1", "tablet", "2", sequence=2)), "30"),
    ],
)
def test_the_most_in_24_hours_is_worked_out_from_numbers(medicine: Medicine, milligrams: str) -> None:
    assert most(medicine) == Decimal(milligrams)


@pytest.mark.parametrize(
    ("medicine", "rate"),
    [
        (order(PATCH, line("1", None, "0.3333")), "25"),
        (order(PATCH, line("2", "patch", "0.5")), "50"),
        (order(PATCH, line(None, None, "0.3333", hourly=Amount(Decimal(37), "ug/h"))), "37"),
    ],
)
def test_a_patch_counts_by_its_hourly_rate_however_often_it_is_changed(medicine: Medicine, rate: str) -> None:
    assert most(medicine) == Decimal(rate)


@pytest.mark.parametrize(
    ("medicine", "reason"),
    [
        (order(OXYCODONE), "text-only"),
        (order(OXYCODONE, line("1", "tablet", None)), "text-only"),
        (order(OXYCODONE, line("1", "tablet", None, prn=True)), "as-needed"),
        (order(OXYCODONE, line(None, None, "4")), "text-only"),
        (order(OXYCODONE, line("10", None, "4")), "unit"),
        (order(OXYCODONE, line("1", "drop", "4")), "unit"),
        (order(SOLUTION, line("1", None, "4")), "unit"),
        (order(SOLUTION, line("1", "tablet", "4")), "unit"),
        (order("oxycodone", line("1", "tablet", "4")), "no-strength"),
        (order(PERCOCET, line("325", "mg", "4")), "combination"),
        (order("oxycodone / acetaminophen", line("5", "mg", "4")), "combination"),
        (order(PATCH, line("25", "mcg", "1")), "unit"),
    ],
)
def test_what_the_numbers_do_not_say_is_refused_with_a_reason(medicine: Medicine, reason: str) -> None:
    with pytest.raises(Unclear) as refused:
        most(medicine)
    assert refused.value.reason == reason


def test_one_unclear_line_leaves_the_whole_order_uncounted() -> None:
    with pytest.raises(Unclear):
        most(order(OXYCODONE, line("1", "tablet", "2"), line("1", "tablet", None)))


def test_an_order_by_injection_is_never_converted() -> None:
    found = opioid_of(order(OXYCODONE, line("5", "mg", "4", routes=frozenset({"34206005"}))))
    assert found is not None
    assert found.factor is None
    assert "injection" in found.why


def test_a_fixed_order_gives_its_dose_and_times_and_an_as_needed_one_only_its_dose() -> None:
    for medicine, expected in (
        (order(OXYCODONE, line("1", "tablet", "4")), (Decimal(5), Decimal(4))),
        (order(OXYCODONE, line("1", "tablet", "4", prn=True)), (Decimal(5), None)),
        (order(OXYCODONE, line("1", "tablet", "4", high="2")), (None, None)),
        (order(OXYCODONE, line("1", "tablet", "4", more="6")), (Decimal(5), None)),
        (order(PATCH, line("1", None, "0.33")), (Decimal(25), None)),
        (order(OXYCODONE, line("1", "tablet", "4"), line("1", "tablet", "1")), (None, None)),
        (order(OXYCODONE), (None, None)),
    ):
        opioid = opioid_of(medicine)
        assert opioid is not None
        assert regular_dose(opioid, medicine) == expected
