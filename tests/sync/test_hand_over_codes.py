"""The code of a hand-over, and what may stand in a file: whatever comes, nothing of it harms."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sync.carry_receipt import CarriedReceipt, ReceiptWord
from app.sync.carrying import NoHandOver, pack, unpack
from app.sync.nearby import NotACode, make_code, read_code

LOCAL = st.sampled_from(["192.168.1.17", "10.0.0.1", "172.16.254.3", "127.0.0.1", "169.254.3.4"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(LOCAL, st.integers(1, 65_535), st.binary(min_size=6, max_size=6))
def test_a_code_leads_to_where_it_was_made(host: str, port: int, secret: bytes) -> None:
    code = make_code(host, port, secret)
    assert [len(group) for group in code.split()] == [5, 5, 5, 5]
    assert read_code(code) == (host, port, secret)
    assert read_code(f" {code.lower().replace('o', '0').replace(' ', '-')} ") == (host, port, secret)


@pytest.mark.parametrize("host", ["8.8.8.8", "93.184.216.34", "0.0.0.0", "224.0.0.1"])  # noqa: S104 - no socket is bound
def test_a_code_never_leads_out_of_the_local_network(host: str) -> None:
    with pytest.raises(NotACode):
        read_code(make_code(host, 443, b"secret"))


@given(st.text(max_size=40))
def test_what_is_no_code_is_told(typed: str) -> None:
    try:
        host, port, secret = read_code(typed)
    except NotACode:
        return
    assert read_code(make_code(host, port, secret)) == (host, port, secret)


@given(JSON, JSON)
def test_a_file_of_anything_gives_copies_and_receipts_or_is_refused(copies: object, receipts: object) -> None:
    document = {"hearthside": "hearthside sealed visits", "format": 1, "copies": copies, "receipts": receipts}
    assert unpack(json.dumps(document).encode()) == ({}, {})


@given(st.binary(max_size=200))
def test_bytes_of_anything_are_refused(data: bytes) -> None:
    with pytest.raises(NoHandOver):
        unpack(data)


def test_what_is_handed_over_is_what_comes_out() -> None:
    write_id = "10000000-0000-4000-8000-000000000000"
    copy = {"format": 1, "plan": "0" * 16, "key": "1" * 16, "write": write_id, "sealed": "QUJD"}
    receipt = CarriedReceipt(write_id, ReceiptWord.ARRIVED, 1_777_777_777_000, "QUJD")
    assert unpack(pack([copy], [receipt])) == ({write_id: copy}, {write_id: receipt})
    for wrong in ({"format": 2}, {"write": "../../etc/passwd"}, {"sealed": "no base64!"}, {"more": 1}):
        assert unpack(pack([copy | wrong], ()))[0] == {}
