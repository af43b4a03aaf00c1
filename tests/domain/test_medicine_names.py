from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content.medicine_tables import mme_table
from app.domain.medicine_names import classes_of, find_opioid, find_strength
from app.domain.patient import fold

BRANDS = sorted(
    [name for one in mme_table().factors for name in one.names]
    + [name for one in mme_table().not_converted for name in one.names]
)

CONVERTED = [
    (
        "Acetaminophen 325 MG / Oxycodone Hydrochloride 10 MG Oral Tablet [Percocet]",
        "oxycodone",
        "10",
        "unit",
    ),
    ("Acetaminophen 300 MG / Hydrocodone Bitartrate 5 MG Oral Tablet", "hydrocodone", "5", "unit"),
    ("Hydrocodone Bitartrate 5 MG / Acetaminophen 325 MG Oral Tablet", "hydrocodone", "5", "unit"),
    ("72 HR Fentanyl 0.025 MG/HR Transdermal System", "fentanyl transdermal", "0.025", "h"),
    ("Fentanyl 50 mcg/hr patch", "fentanyl transdermal", "0.05", "h"),
    ("Morphine Sulfate 20 MG/ML Oral Solution", "morphine", "20", "ml"),
    ("oxycodone 5 mg/5 mL oral solution", "oxycodone", "1", "ml"),
    ("12 HR Morphine Sulfate 100 MG Extended Release Oral Tablet", "morphine", "100", "unit"),
    ("Abuse-Deterrent 12 HR Oxycodone Hydrochloride 15 MG ER Oral Tablet", "oxycodone", "15", "unit"),
    ("codeine 2 MG/ML / promethazine 1.25 MG/ML Oral Solution", "codeine", "2", "ml"),
    ("methadone 1,000 mg", "methadone", "1000", "unit"),
    ("Morfín — MORPHINE 7.5mg", "morphine", "7.5", "unit"),
]


@pytest.mark.parametrize(("name", "opioid", "mg", "of"), CONVERTED)
def test_an_opioid_is_known_by_its_ingredient_and_its_own_strength(
    name: str, opioid: str, mg: str, of: str
) -> None:
    found = find_opioid([name])
    assert found is not None
    assert found.factor is not None
    assert found.factor.opioid == opioid
    assert found.strength is not None
    assert (found.strength.mg, found.strength.of) == (Decimal(mg), of)


@pytest.mark.parametrize(
    "name",
    [
        "Apomorphine 10 MG/ML Injection",
        "loperamide 2 MG Oral Capsule",
        "Dextromethorphan 15 MG",
        "naloxone 4 MG/ACTUAT nasal spray",
        "naltrexone 50 MG Oral Tablet",
        "Furosemide 40 mg tablet",
        "",
    ],
)
def test_what_only_sounds_like_an_opioid_is_none(name: str) -> None:
    assert find_opioid([name]) is None


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("buprenorphine 8 MG / naloxone 2 MG Sublingual Film", "Buprenorphine is not converted."),
        ("Buprenorphine 10 mcg/h patch", "Buprenorphine is not converted."),
        ("1 ML morphine sulfate 4 MG/ML Cartridge", "injection"),
        ("Hydromorphone 2 mg SC every 4 hours", "injection"),
        ("Fentanyl 100 mcg lozenge", "patch only"),
        ("Morphine 10 mg rectal suppository", "not used for this way"),
        ("Meperidine 50 MG Oral Tablet", "no factor"),
    ],
)
def test_an_opioid_without_a_factor_is_refused_with_a_sentence(name: str, why: str) -> None:
    found = find_opioid([name])
    assert found is not None
    assert found.factor is None
    assert why in found.why


@pytest.mark.parametrize(
    "name",
    [
        "HYDROcodone-acetaminophen (NORCO) 5-325 MG per tablet",
        "oxycodone/acetaminophen 5/325 mg",
        "acetaminophen-codeine 300-30 mg",
        "Percocet",
    ],
)
def test_a_strength_that_may_be_the_other_ingredients_is_not_believed(name: str) -> None:
    found = find_opioid([name])
    assert found is not None
    assert found.factor is not None
    assert found.strength is None


@pytest.mark.parametrize(
    ("name", "opioid"),
    [
        ("Tylenol #3", "codeine"),
        ("tylenol no. 3 as needed", "codeine"),
        ("Tylenol 3", "codeine"),
        ("Tylenol 3 tab every 6 h", "codeine"),
        ("Tylenol #3 x 30", "codeine"),
        ("Tylenol with codeine", "codeine"),
        ("Endocet 10-325", "oxycodone"),
        ("OxyIR", "oxycodone"),
        ("Oxy IR 5 mg", "oxycodone"),
        ("Roxicet", "oxycodone"),
        ("Lorcet Plus", "hydrocodone"),
        ("Hycet elixir", "hydrocodone"),
        ("Ultracet", "tramadol"),
        ("MSIR 15 mg", "morphine"),
        ("Zohydro ER", "hydrocodone"),
    ],
)
def test_a_brand_that_somebody_types_is_known_as_the_opioid_it_holds(name: str, opioid: str) -> None:
    found = find_opioid([name])
    assert found is not None
    assert found.factor is not None
    assert found.factor.opioid == opioid


@pytest.mark.parametrize(
    "name", ["Actiq 200 mcg", "FENTORA", "Abstral", "Subsys spray", "Lazanda", "Onsolis film"]
)
def test_fentanyl_by_mouth_cheek_or_nose_is_named_and_never_converted(name: str) -> None:
    found = find_opioid([name])
    assert found is not None
    assert found.factor is None
    assert "Fentanyl" in found.why
    assert "patch only" in found.why


@pytest.mark.parametrize(
    "name", ["Fentanyl buccal tablet 100 mcg", "fentanyl citrate 0.2 MG Oral Lozenge [Actiq]"]
)
def test_a_generic_name_for_it_is_refused_as_well(name: str) -> None:
    found = find_opioid([name])
    assert found is not None
    assert found.factor is None


@pytest.mark.parametrize(
    "name",
    [
        "Tylenol 325 mg",
        "Tylenol 300 MG Oral Tablet",
        "Tylenol 3 times a day",
        "Tylenol 3 x daily",
        "Tylenol 3 g a day",
        "Tylenol 3,000 mg",
        "Tylenol 500",
        "Tylenol",
        "Tylenol PM",
        "Fioricet",
        "Advil",
    ],
)
def test_what_only_shares_the_brand_is_no_opioid(name: str) -> None:
    assert find_opioid([name]) is None


@pytest.mark.parametrize(
    "name",
    ["Percocet 325 mg", "Norco 325 MG tablet", "Endocet 10 mg", "Ultracet 37.5 mg", "Tylenol #3 300 mg"],
)
def test_a_strength_beside_a_brand_of_two_ingredients_is_not_believed(name: str) -> None:
    found = find_opioid([name])
    assert found is not None
    assert found.strength is None
    assert found.combined


@settings(deadline=None)
@given(st.sampled_from(BRANDS), st.sampled_from(["", " 10 mg", " as needed", " tablets", " from a friend"]))
def test_every_name_of_the_table_is_an_opioid_whatever_is_written_behind_it(name: str, more: str) -> None:
    assert find_opioid([name + more]) is not None
    assert find_opioid([name.title() + more]) is not None


def test_an_rxnorm_ingredient_code_is_enough_where_no_words_are() -> None:
    found = find_opioid(["7804"], ["7804"])
    assert found is not None
    assert found.factor is not None
    assert found.factor.opioid == "oxycodone"


def test_fentanyl_by_code_alone_is_not_taken_for_a_patch() -> None:
    found = find_opioid(["a medicine"], ["4337"])
    assert found is not None
    assert found.factor is None


@pytest.mark.parametrize(
    ("name", "classes"),
    [
        ("Lorazepam 0.5 MG Oral Tablet [Ativan]", {"benzodiazepine"}),
        ("Senna 8.6 mg tablet", {"laxative"}),
        ("polyethylene glycol 3350 17 g", {"laxative"}),
        ("Narcan nasal spray", {"naloxone"}),
        ("buprenorphine 8 MG / naloxone 2 MG Sublingual Film", set()),
        ("oxycodone-naloxone 10-5 mg", set()),
        ("Warfarin Sodium 5 MG Oral Tablet", {"anticoagulant"}),
        ("psyllium husk", set()),
        ("Midodrine 5 MG", set()),
    ],
)
def test_medicines_belong_to_the_classes_that_rules_ask_for(name: str, classes: set[str]) -> None:
    assert classes_of([name]) == classes


def test_a_strength_is_the_one_behind_the_word() -> None:
    name = fold("Acetaminophen 325 MG / Oxycodone 10 MG")
    strength = find_strength(name, name.index("oxycodone"))
    assert strength is not None
    assert strength.mg == 10
