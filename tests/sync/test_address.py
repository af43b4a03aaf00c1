"""The plan's address as somebody types it."""

from __future__ import annotations

import pytest

from app.errors import BadPlanAddress
from app.sync.address import read_address, same_origin


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("plan.example", "https://plan.example"),
        (" https://plan.example/fhir/ ", "https://plan.example/fhir"),
        ("http://127.0.0.1:8600", "http://127.0.0.1:8600"),
        ("http://localhost:8600/fhir", "http://localhost:8600/fhir"),
        ("http://[::1]:8600", "http://[::1]:8600"),
        ("https://plan.example/fhir?x=1#y", "https://plan.example/fhir"),
    ],
)
def test_an_address_is_read_as_it_was_meant(typed: str, address: str) -> None:
    assert read_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "http://plan.example", "ftp://plan.example", "https://", "https://me:secret@plan.example",
     "javascript:alert(1)", "http://127.0.0.1.evil.example", "not a plan", "https://plan.example:99999", "http://10.0.0.5"],
)  # fmt: skip
def test_an_address_that_is_none_or_would_send_in_clear_is_refused(typed: str) -> None:
    with pytest.raises(BadPlanAddress):
        read_address(typed)


def test_origins() -> None:
    assert same_origin("https://plan.example/fhir", "https://plan.example:443/x")
    assert not same_origin("https://plan.example", "http://plan.example")
    assert not same_origin("https://plan.example", "https://plan.example:8443")
