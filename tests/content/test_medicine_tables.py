from __future__ import annotations

import copy
import json
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest

from app.content.medicine_tables import medicine_classes, mme_table, read_mme
from app.content.model import ContentError, Mark
from app.content.rules import load_rules

RAW: dict[str, Any] = json.loads((files("app.content") / "tables" / "mme.json").read_text(encoding="utf-8"))
CLASSES: dict[str, Any] = json.loads(
    (files("app.content") / "tables" / "medicine-classes.json").read_text(encoding="utf-8")
)

CDC_2022 = {
    "codeine": "0.15",
    "fentanyl transdermal": "2.4",
    "hydrocodone": "1.0",
    "hydromorphone": "5.0",
    "methadone": "4.7",
    "morphine": "1.0",
    "oxycodone": "1.5",
    "oxymorphone": "3.0",
    "tapentadol": "0.4",
    "tramadol": "0.2",
}


def test_the_factors_are_those_of_2022_and_no_others() -> None:
    assert {one.opioid: one.factor for one in mme_table().factors} == {
        name: Decimal(factor) for name, factor in CDC_2022.items()
    }
    assert {one.unit for one in mme_table().factors if one.opioid != "fentanyl transdermal"} == {"mg"}
    assert mme_table().patch.unit == "mcg/h"


def test_every_statement_has_a_source_a_mark_and_somebody_who_confirms_it() -> None:
    parts = [RAW[name] for name in ("patch", "scope", "rxnorm", "brands", "route_codes", "reasons")]
    for held in (RAW, *parts, *RAW["not_converted"], *RAW["no_factor_routes"], *CLASSES["classes"]):
        assert held["source"].strip()
        assert Mark(held["mark"])
    assert RAW["confirm"] == CLASSES["confirm"] == "medical director"


def test_no_name_means_two_opioids_and_no_code_two_ingredients() -> None:
    names = [n for one in mme_table().factors for n in one.names]
    names += [n for one in mme_table().not_converted for n in one.names]
    assert len(names) == len(set(names))
    codes = [code for one in mme_table().factors for code in one.rxnorm]
    assert len(codes) == len(set(codes)) == 10


def test_the_table_holds_no_amount_a_day_from_which_anything_is_done() -> None:
    """That is the safety rule's number alone; the ceiling of 2016 is nowhere."""
    assert "thresholds" not in RAW
    assert load_rules().get("MME_50").find_parameter("at") is not None
    assert [one.value for one in load_rules().get("MME_50").parameters] == ["50"]


def test_every_reason_is_a_sentence() -> None:
    table = mme_table()
    sentences = [*table.reasons.values(), table.scope, table.other_fentanyl]
    sentences += [one.why for one in (*table.not_converted, *table.routes)]
    assert all(sentence.endswith(".") and sentence[0].isupper() for sentence in sentences)


def test_the_classes_that_rules_ask_for_are_there() -> None:
    assert set(medicine_classes()) == {"benzodiazepine", "laxative", "naloxone", "anticoagulant"}
    assert medicine_classes()["naloxone"].alone


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw.pop("scope"),
        lambda raw: raw.update(mark="SURELY"),
        lambda raw: raw["factors"][0].update(factor="0"),
        lambda raw: raw["factors"][0].update(factor="about 1"),
        lambda raw: raw["factors"][0].update(unit="grains"),
        lambda raw: raw["factors"][0].update(words=["Codeine"]),
        lambda raw: raw["patch"].update(opioid="nobody"),
    ],
)
def test_a_damaged_table_is_refused(spoil: Any) -> None:
    raw = copy.deepcopy(RAW)
    spoil(raw)
    with pytest.raises(ContentError):
        read_mme(raw)
