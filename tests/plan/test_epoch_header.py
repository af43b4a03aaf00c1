"""Every FHIR answer names the epoch of the database behind it, so that a restore is heard of with the next word."""

from __future__ import annotations

from plan.database import write_transaction
from plan.fhir.stamps import renew_epoch
from tests.plan.plan_doubles import Plan

HEADER = "hearthside-store-epoch"


def test_every_answer_names_the_epoch_and_a_restore_changes_it(plan: Plan) -> None:
    statement = plan.client.get("metadata").json()
    (said,) = (
        one["valueString"] for one in statement["extension"] if one["url"] == "urn:hearthside:store-epoch"
    )
    ana = plan.as_user("ana")
    answers = [
        ana.get("Patient/a"),
        ana.get("Patient/nobody"),
        ana.post("", json={"resourceType": "Bundle", "type": "transaction"}),
        plan.client.get("Patient/a"),
    ]
    assert [answer.headers.get(HEADER) for answer in answers] == [said] * len(answers)
    with write_transaction(plan.engine) as connection:
        renewed = renew_epoch(connection)
    assert ana.get("Patient/a").headers[HEADER] == renewed != said
