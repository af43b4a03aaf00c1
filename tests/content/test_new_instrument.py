"""Adding an instrument is adding one file: it loads, scores, is offered, answered and exported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.content import Instrument, load, read_directory, together
from app.domain.instruments import score_instrument
from app.domain.offers import offer
from app.domain.visit import Modality
from app.sync.fhir.content_export import encode_questionnaire
from tests.content.made_up import WHEEL
from tests.support.r4 import r4_errors


@pytest.fixture
def wheel(tmp_path: Path) -> Instrument:
    """Loaded together with all that ships, from one file in a directory of its own."""
    (tmp_path / "wheel.json").write_text(json.dumps(WHEEL))
    shipped = [one for one in load().values() if one.short_of is None]
    return together([*shipped, *read_directory(tmp_path)])["wheel"]


def test_it_stands_beside_all_that_ships(wheel: Instrument) -> None:
    assert wheel.get_item("spoke-length").unit is not None
    assert wheel.get_item("wheel-a").name == "It turns"


def test_it_scores(wheel: Instrument) -> None:
    found = score_instrument(wheel, {"wheel-a": "wild", "wheel-b": 4, "wheel-c": ("left", "right")})
    assert (found.total, found.band, found.positive) == (7, "square", True)
    assert found.flags == ("wheel-b", "wheel-c")
    assert score_instrument(wheel, {"wheel-a": "declined", "wheel-b": 5}).total is None


def test_it_is_offered(wheel: Instrument) -> None:
    assert offer(wheel, Modality.TELEPHONE, None, frozenset()) is None


def test_it_is_exported(wheel: Instrument) -> None:
    exported = encode_questionnaire(wheel)
    assert exported["url"] == "urn:hearthside:questionnaire:wheel"
    assert exported["version"] == "3"
    assert r4_errors(exported) == []
