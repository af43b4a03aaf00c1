"""What a plan holds of a record, asked beside the app."""

from __future__ import annotations

from typing import Any

from tests.support.field import FieldPlan, Person


def versions(plan: FieldPlan, person: Person, kind: str, record_id: str) -> list[dict[str, Any]]:
    """Every version of a record, oldest first."""
    with plan.peer(person) as peer:
        bundle = peer.get(f"{kind}/{record_id}/_history").raise_for_status().json()
    return [entry["resource"] for entry in reversed(bundle["entry"])]


def write_of(resource: dict[str, Any]) -> str:
    return next(t["code"] for t in resource["meta"]["tag"] if t["system"] == "urn:hearthside:write")


def provenance_targets(plan: FieldPlan, person: Person, encounter: dict[str, Any]) -> list[dict[str, str]]:
    with plan.peer(person) as peer:
        found: list[dict[str, str]] = peer.get(f"Provenance/{write_of(encounter)}").json()["target"]
    return found
