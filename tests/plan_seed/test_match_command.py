"""`hearthside plan match`: who waits, whom she could be, joining and taking back."""

from __future__ import annotations

from plan.database import make_engine, write_transaction
from plan.fhir.bundles import run_bundle
from plan.fhir.context import Caller, Preferences, Server
from plan.fhir.stamps import clock_ms
from plan.principal import Principal
from plan.resources import put_as_system
from plan.settings import PlanSettings
from tests.plan.fhir_builders import bundle, encounter, entry, patient
from tests.plan_seed.plan_commands import Here


def test_somebody_waits_is_joined_once_and_taken_back(here: Here, database: str) -> None:
    here.succeed("users", "add", "records", "--role", "operator")
    assert here.succeed("match") == "Nobody waits to be matched.\n"
    engine = make_engine(database)
    with write_transaction(engine) as connection:
        put_as_system(connection, patient("m", "Diaz"))
    who = Principal("u1", "ana", "nurse", "ana", None, frozenset({"user/*.cruds"}))
    person = {
        "resourceType": "Patient",
        "id": "tmp",
        "identifier": [{"system": "urn:hearthside:unmatched", "value": "tmp"}],
        "name": [{"text": "Test Díaz"}],
    }
    server = Server(engine, "http://plan.test/fhir", PlanSettings(), clock_ms)
    sent = bundle(entry(person), entry(encounter("e1", "tmp", "ana")))
    run_bundle(Caller(server, who, clock_ms()), sent, Preferences())
    engine.dispose()
    listed = here.succeed("match")
    assert listed.splitlines()[0].startswith("tmp  Test Díaz  by Practitioner/ana, ")
    assert "m  Test Diaz, 1940-02-03, m-m" in listed
    assert "name: agrees; birth date: not known; member number: not known; address: not known" in listed
    assert "No member has anything" in here.succeed("match", "tmp", "--name", "Okonkwo")
    assert here.fail("match", "tmp", "m", "--undo").endswith("To take a join back only PERSON is named.\n")
    assert here.fail("match", "m", "tmp").endswith("Nobody of this id waits to be matched.\n")
    assert here.succeed("match", "tmp", "m") == "Joined: 1 records are the member's now.\n"
    assert "joined to m  Test Diaz" in here.succeed("match")
    assert here.succeed("match", "tmp", "--undo") == "Taken back: 1 records.\n"
    assert here.fail("match", "tmp", "--undo").endswith("This person is not joined to anybody.\n")
