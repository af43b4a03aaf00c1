"""Whose the newest version is, whichever way round a server gives a history."""

from __future__ import annotations

from typing import Any

import pytest

from app.sync.fhir import codes
from app.sync.plan import Standing
from app.sync.receipts import from_history


def version(number: int, write_id: str) -> dict[str, Any]:
    stamp = f"2026-11-20T10:00:0{number}Z"
    tag = {"system": codes.WRITE_TAG, "code": write_id}
    meta = {"versionId": str(number), "lastUpdated": stamp, "tag": [tag]}
    return {"resource": {"resourceType": "Task", "id": "a", "meta": meta}}


@pytest.mark.parametrize("turned", [False, True])
def test_the_newest_version_is_the_base_whichever_way_the_history_came(turned: bool) -> None:
    entries = [version(3, "hers"), version(2, "ours"), version(1, "first")]
    bundle = {"entry": entries[::-1] if turned else entries}
    found = from_history(("Task", "a"), bundle, ["ours"], "p")
    assert found.standing is Standing.OURS
    assert found.receipt is not None
    assert found.receipt.version_id == "2"
    assert found.base is not None
    assert found.base.version_id == "3"
