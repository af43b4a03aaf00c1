"""What the double says about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.faults.double.wire import Json

if TYPE_CHECKING:
    from tests.faults.double.server import FhirDouble

TYPES = (
    "AllergyIntolerance", "Binary", "CarePlan", "CareTeam", "Communication", "Condition", "Consent", "Coverage",
    "DocumentReference", "Encounter", "EpisodeOfCare", "Flag", "Goal", "Group", "Library", "MedicationRequest",
    "MedicationStatement", "Observation", "Organization", "Patient", "Practitioner", "Procedure", "Provenance",
    "QuestionnaireResponse", "RelatedPerson", "ServiceRequest", "Task",
)  # fmt: skip


def statement(double: FhirDouble) -> Json:
    """A CapabilityStatement; the epoch and scoping extensions of our own backend only where the test set them."""
    creates = double.quirks.put_new_id == 201
    found: Json = {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "kind": "instance",
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "software": {"name": "Double"},
        "rest": [
            {
                "mode": "server",
                "resource": [
                    {"type": kind, "versioning": "versioned-update", "updateCreate": creates}
                    for kind in TYPES
                ],
                "interaction": [{"code": "transaction"}, {"code": "batch"}],
            }
        ],
    }
    extensions: list[Json] = []
    if double.store_epoch is not None:
        extensions.append({"url": "urn:hearthside:store-epoch", "valueString": double.store_epoch})
    if double.scopes_by_careteam:
        extensions.append({"url": "urn:hearthside:scopes-by-careteam", "valueBoolean": True})
    return found | ({"extension": extensions} if extensions else {})
