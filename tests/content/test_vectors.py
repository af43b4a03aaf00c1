"""Every scoring vector in vectors.json: those of the clinical tables, and many more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.content import load
from app.domain.instruments import Scorable, answers_from_list, score

VECTORS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("vectors.json").read_text())


def spelled(value: Any) -> Scorable:
    return tuple(value) if isinstance(value, list) else value  # type: ignore[no-any-return]  # JSON scalars


def answers_in(vector: dict[str, Any]) -> dict[str, Scorable]:
    if isinstance(vector["input"], dict):
        return {link_id: spelled(value) for link_id, value in vector["input"].items()}
    return answers_from_list(vector["instrument"], vector["input"])


def label(vector: dict[str, Any]) -> str:
    return f"{vector['instrument']} {json.dumps(vector['input'])}"


@pytest.mark.parametrize("vector", VECTORS, ids=label)
def test_a_vector_scores_as_it_says(vector: dict[str, Any]) -> None:
    found = score(vector["instrument"], answers_in(vector))
    for what, expected in vector["expect"].items():
        value = getattr(found, what)
        assert value == (tuple(expected) if isinstance(expected, list) else expected), what


def test_there_are_far_more_vectors_than_the_clinical_tables_hold() -> None:
    given = [vector for vector in VECTORS if vector["origin"].startswith("clinical tables")]
    assert len(given) == 17
    assert len(VECTORS) > 5 * len(given)


def test_every_scored_scale_has_vectors() -> None:
    scored = {one.id for one in load().values() if one.total.rule != "none" and one.pack is None}
    assert scored <= {vector["instrument"] for vector in VECTORS}
