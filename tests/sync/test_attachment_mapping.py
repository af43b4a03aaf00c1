"""A picture's document and file as FHIR, there and back; and where its address may lead."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.attachment import Attachment, AttachmentKind, hash_of
from app.domain.visit import PersonRef
from app.store.records import find_references
from app.sync.fhir.attachment import (
    binary_id_of,
    data_of,
    decode_document,
    encode_binary,
    encode_document,
    with_data,
)
from tests.support.r4 import r4_errors

PLAN = "https://plan.example/fhir"
ANA = PersonRef("Practitioner/ana", "Ana Ruiz, RN")
VISIT, PHOTO, FILE = (f"0b3f0a5e-5d6e-4a53-9c0e-00000000000{n}" for n in range(3))
BODY = b"\xff\xd8\xff\xe0 not really a picture"
TAKEN = datetime(2026, 11, 22, 10, 42, 5, 123456, tzinfo=timezone(-timedelta(hours=8)))


def attachment(**more: object) -> Attachment:
    plain: dict[str, object] = {
        "id": PHOTO,
        "binary_id": FILE,
        "patient_id": "p1",
        "kind": AttachmentKind.WOUND,
        "content_type": "image/jpeg",
        "size": len(BODY),
        "sha1": hash_of(BODY),
        "taken_at": TAKEN,
        "author": ANA.reference,
        "visit_id": VISIT,
        "link_id": "wound-photo",
        "entry": "e1",
        "title": "Photo of a wound",
    }
    return Attachment(**(plain | more))  # type: ignore[arg-type]  # keyword by keyword as above


@pytest.mark.parametrize("kind", list(AttachmentKind))
def test_a_document_comes_back_as_it_was_and_is_valid_r4(kind: AttachmentKind) -> None:
    made = attachment(kind=kind, title="Rosa Colón agrees" if kind is AttachmentKind.SIGNATURE else "Photo")
    document = encode_document(made, ANA)
    assert decode_document(json.loads(json.dumps(document)), PLAN) == made
    assert r4_errors(document) == []
    assert r4_errors(json.loads(with_data(json.dumps(encode_binary(made)), BODY))) == []


def test_the_bytes_never_lie_in_what_waits_in_the_outbox() -> None:
    payload = json.dumps(encode_binary(attachment()))
    assert "data" not in payload
    assert len(payload) < 400
    assert data_of(json.loads(with_data(payload, BODY))) == BODY


def test_a_document_waits_for_its_file_and_its_visit() -> None:
    refs = find_references(json.dumps(encode_document(attachment(), ANA)))
    assert {f"Binary/{FILE}", f"Encounter/{VISIT}", "Patient/p1"} <= set(refs)


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/fhir/Binary/x",
        "https://plan.example.evil.test/fhir/Binary/x",
        "https://plan.example/fhir/../admin/Binary/x",
        "https://plan.example/fhir/Patient/x",
        "//elsewhere.example/Binary/x",
        "Binary/../Patient/x",
        "Binary/x/y",
        "Binary/",
        "Binary/a b",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "urn:uuid:0b3f0a5e",
        "",
    ],
)
def test_an_address_that_leads_away_from_the_plan_is_never_followed(url: str) -> None:
    document = encode_document(attachment(), ANA)
    document["content"][0]["attachment"]["url"] = url
    assert decode_document(document, PLAN) is None


@pytest.mark.parametrize("url", ["Binary/x1", f"{PLAN}/Binary/x1", "Binary/x1/_history/3"])
def test_an_address_below_the_plan_is_its_files_id(url: str) -> None:
    assert binary_id_of(url, PLAN) == "x1"


NAMES = (
    "attachment",
    "coding",
    "content",
    "creation",
    "extension",
    "hash",
    "reference",
    "size",
    "subject",
    "type",
    "url",
)
PLAIN = st.none() | st.text(max_size=9) | st.integers() | st.booleans()
ANYTHING = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=20,
)


@given(ANYTHING)
def test_whatever_a_server_sends_is_read_without_a_fault(value: object) -> None:
    decode_document(value, PLAN)
    data_of(value)
    document = encode_document(attachment(), ANA)
    document["content"] = value
    assert decode_document(document, PLAN) is None or isinstance(value, list)


def test_a_withdrawn_document_shows_nothing() -> None:
    document = encode_document(attachment(), ANA) | {"status": "entered-in-error"}
    assert decode_document(document, PLAN) is None
