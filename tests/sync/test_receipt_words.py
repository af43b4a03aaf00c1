"""A tag is nobody's word: a colleague who puts ours into her own version of a shared record takes no edit away."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.store import bases, conflicts
from app.store.bases import BaseCopy
from app.sync.fhir import json_text
from app.sync.plan import Standing
from app.sync.receipts import from_history, says
from tests.faults.double.server import Quirks, Trouble
from tests.sync.conftest import MakeDesk
from tests.sync.push_kit import Desk, record

LOST = Trouble("cut", on="*", where="write", carried_out=True, times=1)
NEVER_CAME = replace(LOST, carried_out=False)
TASK = {"resourceType": "Task", "id": "t", "subject": {"reference": "Patient/p1"}, "status": "requested"}


async def edit(desk: Desk, **members: Any) -> None:
    """The plan's Task is on this device, and is changed here."""
    row = desk.double.put(TASK)
    base = BaseCopy("Task", "t", row.version_id, row.last_updated, json.dumps(row.resource), "p1")
    await desk.store.write(lambda c: bases.put(c, base))
    body = json.loads(base.body) | members
    await desk.save("t", replace(record("Task", "t", base=row.version_id), payload=json.dumps(body)))


def tagged(desk: Desk, write_id: str, **members: Any) -> None:
    """What somebody else stores there, with the tag of this device's write."""
    tag = {"tag": [{"system": "urn:hearthside:write", "code": write_id}]}
    desk.double.put(TASK | {"meta": tag} | members)


@pytest.mark.parametrize(
    "quirks", [Quirks(), Quirks(ignores_if_match=True), Quirks(transaction_is_batch=True)]
)
async def test_her_version_with_our_tag_is_hers_and_ours_is_not_lost(desks: MakeDesk, quirks: Quirks) -> None:
    desk = await desks(replace(quirks, troubles=(NEVER_CAME,)))
    await edit(desk, status="completed")
    await desk.push()
    (write,) = await desk.writes()
    tagged(desk, write.id, status="on-hold")
    for _ in range(3):
        await desk.push()
    assert not await desk.received("t"), "her version is no receipt of ours"
    assert len(await desk.store.read(conflicts.list_open)) == 1
    assert desk.double.current("Task")["t"]["status"] == "on-hold"


async def test_a_provenance_of_somebody_elses_does_not_make_it_ours(desks: MakeDesk) -> None:
    desk = await desks(Quirks(troubles=(NEVER_CAME,)))
    await edit(desk, status="completed")
    await desk.push()
    (write,) = await desk.writes()
    tagged(desk, write.id, status="on-hold")
    who = [{"who": {"reference": "Practitioner/ben"}}]
    desk.double.put({"resourceType": "Provenance", "id": write.id, "agent": who, "target": []})
    for _ in range(3):
        await desk.push()
    assert not await desk.received("t")


@pytest.mark.parametrize("quirks", [Quirks(), Quirks(transaction_is_batch=True)])
async def test_an_edit_whose_answer_was_lost_is_received_also_under_a_later_one(
    desks: MakeDesk, quirks: Quirks
) -> None:
    desk = await desks(replace(quirks, troubles=(LOST,)))
    await edit(desk, status="completed")
    await desk.push()
    desk.double.edit("Task", "t", status="cancelled")
    await desk.push()
    assert await desk.received("t")
    assert ("Task", "t", "2") in await desk.receipts(), "the receipt names our version"


async def test_without_a_manifest_our_very_words_under_our_tag_are_ours(desks: MakeDesk) -> None:
    """A server that runs a transaction as a batch took the edit and not its Provenance."""
    failing = Trouble(500, on="Provenance", where="write", times=1)
    desk = await desks(Quirks(transaction_is_batch=True, troubles=(failing, LOST)))
    await edit(desk, status="completed", note=[{"text": "Done at noon"}])
    for _ in range(3):
        await desk.push()
    assert await desk.received("t")
    assert len(desk.double.versions("Task", "t")) == 2, "nothing was written twice"


def version(number: int, **members: Any) -> dict[str, Any]:
    stamp = {"versionId": str(number), "lastUpdated": f"2026-11-22T14:0{number}:00Z"}
    tag = {"tag": [{"system": "urn:hearthside:write", "code": "w"}]}
    return {"resource": TASK | members | {"meta": stamp | tag}}


def test_of_several_versions_with_our_tag_the_one_with_our_words_is_ours() -> None:
    entries = {"entry": [version(4, status="completed", note=[]), version(3, status="on-hold"), version(2)]}
    words = TASK | {"status": "completed"}
    for told in (True, False):
        found = from_history(("Task", "t"), entries, {"w"}, "p", None, "1", words, told=told)
        assert found.receipt is not None
        assert (found.standing, found.receipt.version_id) == (Standing.OURS, "4")


async def test_a_server_that_writes_our_words_its_own_way_is_believed_by_our_provenance(
    desks: MakeDesk,
) -> None:
    desk = await desks(Quirks(troubles=(LOST,)))
    await edit(desk, status="completed")

    async def rewrite(request: httpx.Request) -> None:
        if "_history" in str(request.url):
            desk.wire.before = None
            row = desk.double.versions("Task", "t")[-1]
            assert row.resource is not None
            row.resource["status"] = "COMPLETED"

    await desk.push()
    desk.wire.before = rewrite
    await desk.push()
    assert desk.wire.before is None
    assert await desk.received("t")


plain = st.recursive(
    st.booleans()
    | st.integers(-9, 9)
    | st.text(max_size=3)
    | st.sampled_from(["1.0", "1.00"]).map(json_text.NumberText),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from("abc"), plain, max_size=3), st.dictionaries(st.sampled_from("de"), plain)
)
def test_what_a_server_adds_does_not_make_it_others_words(
    words: dict[str, Any], more: dict[str, Any]
) -> None:
    assert says(words | more, words)
    assert says(words | {"meta": {"versionId": "9"}}, words | {"meta": {}})
    assert says(words, words | {"z": 1}) is False
    for name, value in words.items():
        assert not says(words | {name: [value]}, words)
