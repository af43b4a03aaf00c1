from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.medicine_tables import mme_table
from app.domain import mme
from app.domain.mme import Dose, MmeSum, Uncounted, daily_mme, shown, tidy

# The published example of the CDC table (hydrocodone), and numbers made from its factors.
VECTORS = [
    ([("hydrocodone", "5", "4")], "20"),
    ([("oxycodone", "10", "2")], "30"),
    ([("fentanyl transdermal", "25", "1")], "60"),
    ([("fentanyl transdermal", "12", "1")], "28.8"),
    ([("fentanyl transdermal", "100", "1")], "240"),
    ([("hydromorphone", "4", "6")], "120"),
    ([("codeine", "30", "4"), ("morphine", "30", "2")], "78"),
    ([("methadone", "10", "3")], "141"),
    ([("methadone", "30", "1")], "141"),
    ([("oxymorphone", "10", "2")], "60"),
    ([("tapentadol", "100", "3")], "120"),
    ([("tramadol", "50", "6")], "60"),
    ([("morphine", "15", "0.5")], "7.5"),
    ([("oxycodone", "2.5", "3"), ("fentanyl transdermal", "37.5", "1")], "101.25"),
]


@pytest.mark.parametrize(("doses", "expected"), VECTORS)
def test_doses_add_up_to_the_mme_of_the_cdc_factors(doses: list[tuple[str, str, str]], expected: str) -> None:
    total = daily_mme(Dose(name, Decimal(each), Decimal(times)) for name, each, times in doses)
    assert total.total == Decimal(expected)
    assert total.is_whole


def test_a_patch_of_25_mcg_an_hour_is_60() -> None:
    assert daily_mme([Dose("fentanyl transdermal", Decimal(25), Decimal(1))]).total == 60


def test_methadone_has_one_factor_at_every_dose() -> None:
    """Older files have 4, 8, 10 and 12 by dose."""
    for milligrams in (5, 20, 30, 60, 120):
        total = daily_mme([Dose("methadone", Decimal(milligrams), Decimal(1))]).total
        assert total == Decimal("4.7") * milligrams
    assert daily_mme([Dose("methadone", Decimal(30), Decimal(1))]).total == 141


def test_hydromorphone_counts_five_not_the_four_of_2016() -> None:
    assert daily_mme([Dose("hydromorphone", Decimal(1), Decimal(1))]).total == 5


@pytest.mark.parametrize("opioid", ["buprenorphine", "meperidine", "fentanyl", "opium"])
def test_what_has_no_factor_is_named_with_the_reason_and_not_counted(opioid: str) -> None:
    total = daily_mme([Dose(opioid, Decimal(8), Decimal(2)), Dose("morphine", Decimal(10), Decimal(2))])
    assert total.total == 20
    assert not total.is_whole
    (left_out,) = total.uncounted
    assert left_out.name == opioid
    assert left_out.why.endswith(".")


def test_buprenorphine_alone_gives_no_number() -> None:
    total = daily_mme([Dose("buprenorphine", Decimal(8), Decimal(2))])
    assert total.total is None
    assert total.uncounted == (Uncounted("buprenorphine", "Buprenorphine is not converted."),)


def test_no_opioid_is_no_number_rather_than_nought() -> None:
    assert daily_mme([]).total is None
    assert MmeSum().is_empty


def test_a_negative_amount_is_an_error_of_the_program() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        daily_mme([Dose("morphine", Decimal(-1), Decimal(1))])


def test_nothing_here_turns_one_opioid_into_another() -> None:
    """The table's factors may not be used for that: a sum holds milligrams of morphine and no way back."""
    public = [name for name in vars(mme) if not name.startswith("_")]
    assert not [name for name in public if "convert" in name.casefold() or "equianalgesic" in name.casefold()]
    assert "change from one opioid to another" in mme_table().scope


def test_the_information_sentence_says_what_the_guideline_leaves_out() -> None:
    for words in ("information only", "cancer pain", "palliative care", "end-of-life care", "never a target"):
        assert words in mme_table().scope


@pytest.mark.parametrize(
    ("number", "said"), [("78.00", "78"), ("40.54", "40.5"), ("0", "0"), ("28.8", "28.8"), ("120", "120")]
)
def test_a_figure_is_read_with_at_most_one_decimal(number: str, said: str) -> None:
    assert shown(Decimal(number)) == said


def test_a_tidy_number_has_no_exponent() -> None:
    assert str(tidy(Decimal("4E+1"))) == "40"
    assert str(tidy(Decimal(10) / 3)) == "3.333"


_doses = st.builds(
    Dose,
    st.sampled_from([one.opioid for one in mme_table().factors]),
    st.decimals(0, 500, places=2),
    st.decimals(0, 24, places=1),
)


@given(st.lists(_doses, max_size=6), st.randoms(use_true_random=False))
def test_the_total_does_not_depend_on_the_order(doses: list[Dose], random: Random) -> None:
    turned = list(doses)
    random.shuffle(turned)
    assert daily_mme(doses).total == daily_mme(turned).total


@given(st.lists(_doses, min_size=1, max_size=6), _doses)
def test_one_dose_more_never_lowers_the_total(doses: list[Dose], more: Dose) -> None:
    before, after = daily_mme(doses).total, daily_mme([*doses, more]).total
    assert before is not None
    assert after is not None
    assert after >= before
    assert after == before + more.per_dose * more.per_day * _factor(more.opioid)


def _factor(opioid: str) -> Decimal:
    return next(one.factor for one in mme_table().factors if one.opioid == opioid)
