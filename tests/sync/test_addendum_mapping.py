"""An addendum ↔ DocumentReference beside the visit that it adds to."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.addendum import Addendum
from app.domain.visit import PersonRef
from app.sync.fhir.addendum import decode_addendum, encode_addendum
from app.sync.fhir.document import decode_note
from tests.support.r4 import r4_errors

AT = datetime(2026, 11, 22, 18, 5, tzinfo=UTC)


def addendum(text: str = "Daughter called: she slept.") -> Addendum:
    return Addendum(str(uuid4()), str(uuid4()), PersonRef("Practitioner/n", "Ana Ruiz, RN"), AT, text)


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(str.strip).filter(bool),
    st.booleans(),
)
def test_an_addendum_comes_back_letter_by_letter(text: str, has_note: bool) -> None:
    added = addendum(text)
    assert decode_addendum(encode_addendum(added, "p1", has_note=has_note)) == added


@pytest.mark.parametrize("has_note", [True, False])
def test_the_document_of_an_addendum_is_valid(has_note: bool) -> None:
    assert r4_errors(encode_addendum(addendum(), "p1", has_note=has_note)) == []


def test_an_addendum_is_never_read_as_the_visits_own_note() -> None:
    assert decode_note(encode_addendum(addendum(), "p1", has_note=False)) is None
