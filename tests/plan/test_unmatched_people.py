"""A person made at a door: who makes and reads her, what a join moves, and what still arrives after it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine, select

from plan.database import read_transaction, write_transaction
from plan.fhir.outcomes import Refusal
from plan.outcomes import refresh
from plan.outcomes.tables import FACTS
from plan.resources import put_as_system
from plan.unmatched.joining import join
from tests.plan.fhir_builders import (
    bundle,
    encounter,
    entry,
    ids,
    observation,
    patient,
    provenance,
    visit,
)
from tests.plan.plan_doubles import PRINCIPALS, Clock, Plan, load_panel, make_plan
from tests.plan.unmatched_ward import (
    HERE,
    Json,
    alert,
    do_join,
    make_ward,
    person,
    send_person,
    subject_of,
)


@pytest.fixture
def ward(engine: Engine, clock: Clock) -> Plan:
    return make_ward(engine, clock)


@pytest.fixture
def any_ward(any_engine: Engine, clock: Clock) -> Plan:
    """The same on both databases."""
    return make_ward(any_engine, clock)


@pytest.fixture
def lite(engine: Engine, clock: Clock) -> Plan:
    load_panel(engine)
    return make_plan(engine, clock)


class TestTakingSomebodyIn:
    def test_her_nurse_and_the_supervisor_of_her_team_read_her_and_nobody_else_does(self, ward: Plan) -> None:
        for name, found in {"ana": 200, "sue": 200, "ben": 404, "tom": 404, "cam": 404}.items():
            for url in ("Patient/tmp", "Encounter/e1", "Observation/o1", "Provenance/made-tmp"):
                assert ward.as_user(name).get(url).status_code == found, (name, url)

    def test_says_no_more_than_a_nurse_was_told_at_the_door(self, lite: Plan) -> None:
        attempts: list[tuple[str, Json, int]] = [
            ("sue", {}, 403),
            ("cam", {}, 403),
            ("reader", {}, 403),
            ("ana", {"identifier": [{"system": "urn:plan", "value": "1"}]}, 403),
            ("ana", {"identifier": [{"system": HERE, "value": "another"}]}, 422),
            (
                "ana",
                {"identifier": [{"system": HERE, "value": "x"}, {"system": "urn:plan", "value": "1"}]},
                422,
            ),
            ("ana", {"link": [{"other": {"reference": "Patient/b"}, "type": "replaced-by"}]}, 422),
            ("ana", {"managingOrganization": {"reference": "Organization/team-2"}}, 422),
            ("ana", {"deceasedBoolean": True}, 422),
            ("ana", {"name": [{"family": "Muster"}]}, 422),
        ]
        for who, changed, status in attempts:
            answer = lite.as_user(who).put("Patient/x", json=person("x") | changed)
            assert answer.status_code == status, (who, changed, answer.text)
            assert lite.as_user("op").get("Patient/x").status_code == 404

    def test_a_member_is_not_taken_over_and_a_person_is_not_changed(self, ward: Plan) -> None:
        ana = ward.as_user("ana")
        assert ana.put("Patient/a", json=person("a")).status_code == 403
        assert ana.put("Patient/b", json=person("b")).status_code == 404
        assert ana.put("Patient/tmp", json=person(name="Somebody Else")).status_code == 403

    def test_a_withdrawn_sign_in_still_brings_her_and_asks_what_became_of_that(self, lite: Plan) -> None:
        PRINCIPALS["gone-token"] = replace(PRINCIPALS["ana-token"], drain_until_ms=lite.clock() + 1_000)
        try:
            gone = lite.as_user("gone")
            tagged = {"meta": {"tag": [{"system": "urn:hearthside:write", "code": "w-tmp"}]}}
            sent = bundle(entry(person() | tagged), entry(provenance("w-tmp", "ana", "Patient/tmp")))
            assert gone.post("", json=sent).status_code == 200
            assert gone.get("Patient/tmp").status_code == 200
            assert gone.get("Patient/a").status_code == 403
            assert gone.get("Patient/nobody").status_code == 403
        finally:
            del PRINCIPALS["gone-token"]

    def test_counts_for_nothing_joined_or_not(self, ward: Plan) -> None:
        def counted() -> set[str]:
            refresh.refresh(ward.engine)
            with read_transaction(ward.engine) as connection:
                return {
                    one for table in FACTS for one in connection.execute(select(table.c.patient_id)).scalars()
                }

        assert "tmp" not in counted()
        do_join(ward)
        assert "tmp" not in counted()

    def test_she_is_not_found_in_an_emergency_and_hides_no_member_of_her_name(self, lite: Plan) -> None:
        whole = [{"text": "Test Muster", "family": "Muster", "given": ["Test"]}]
        assert (
            lite.as_user("ben").put("Patient/tmp", json=person(name="") | {"name": whole}).status_code == 201
        )
        said = {"given": "Test", "family": "Muster", "reason": "Found in pain at home"}
        ask = {
            "resourceType": "Parameters",
            "parameter": [
                *({"name": name, "valueString": value} for name, value in said.items()),
                {"name": "birthDate", "valueDate": "1940-02-03"},
            ],
        }
        with write_transaction(lite.engine) as connection:
            put_as_system(connection, patient("a", "Other"))  # one member of that name is left
        answer = lite.as_user("ana").post("$hearthside-emergency", json=ask)
        assert answer.json()["parameter"][0]["part"][0]["valueReference"] == {"reference": "Patient/b"}


class TestJoining:
    def test_files_everything_under_the_member_and_links_both(self, any_ward: Plan) -> None:
        assert do_join(any_ward) == 4
        assert do_join(any_ward) == 0  # asked again after a lost answer
        ben = any_ward.as_user("ben")
        for url in ("Encounter/e1", "Observation/o1", "Task/t1"):
            assert subject_of(ben, url) == "Patient/b"
        found = ids(ben.get("Encounter", params={"patient": "b"}).json())
        assert found == ["Encounter/e1"]
        assert ben.get("Provenance/w1").status_code == 200
        assert ben.get("Patient/b").json()["link"] == [
            {"other": {"reference": "Patient/tmp"}, "type": "replaces"}
        ]
        ana = any_ward.as_user("ana")
        left = ana.get("Patient/tmp").json()
        assert left["active"] is False
        assert left["link"] == [{"other": {"reference": "Patient/b"}, "type": "replaced-by"}]
        assert ana.get("Provenance/made-tmp").json()["target"] == [{"reference": "Patient/tmp"}]

    def test_gives_her_nurse_what_she_wrote_by_its_id_and_nothing_else_of_the_member(
        self, ward: Plan, clock: Clock
    ) -> None:
        with write_transaction(ward.engine) as connection:
            put_as_system(connection, observation("bens", "b", 4, "ben"))
        do_join(ward)
        ana = ward.as_user("ana")
        for url, status in {
            "Encounter/e1": 200,
            "Provenance/w1": 200,
            "Patient/b": 404,
            "Observation/bens": 404,
        }.items():
            assert ana.get(url).status_code == status, url
        assert ids(ana.get("Observation").json()) == []
        clock.now += 31 * 86_400_000
        assert ana.get("Encounter/e1").status_code == 404
        assert ids(ana.get("Patient").json()) == ["Patient/a"]

    def test_nobody_is_joined_twice_to_herself_or_to_somebody_who_is_no_member(self, ward: Plan) -> None:
        send_person(ward.as_user("ana"), "tmp-2")
        for member, status in {"tmp": 422, "tmp-2": 422, "nobody": 404}.items():
            with pytest.raises(Refusal) as refused:
                do_join(ward, member)
            assert refused.value.status == status
        do_join(ward)
        with pytest.raises(Refusal) as refused:
            do_join(ward, "a")
        assert refused.value.status == 409

    def test_what_is_written_to_her_afterwards_arrives_under_the_member(
        self, ward: Plan, clock: Clock
    ) -> None:
        do_join(ward)
        ana = ward.as_user("ana")
        for days in (0, 200):  # a tablet that lay in a drawer: the visit took place before its own day
            clock.now += days * 86_400_000
            later = visit("tmp", "ana", values=2)
            answer = ana.post("", json=later, headers={"Prefer": "return=representation"})
            assert answer.status_code == 200, answer.text
            shown = [one["resource"] for one in answer.json()["entry"] if "subject" in one["resource"]]
            assert {one["subject"]["reference"] for one in shown} == {"Patient/b"}
        assert (
            ana.put(
                "Observation/x", json=observation("x", "b", 4, "ana", effectiveDateTime="2027-01-01")
            ).status_code
            == 403
        )

    def test_a_write_in_parts_arrives_whose_manifest_names_no_person(self, ward: Plan) -> None:
        do_join(ward)
        sent = visit("tmp", "ana", values=1)
        for one in sent["entry"]:
            if "period" in one["resource"]:
                one["resource"]["period"] = {"start": "2026-05-28T20:26:00Z", "end": "2026-05-28T20:26:30Z"}
        ana = ward.as_user("ana")
        for part in (sent["entry"][:-1], sent["entry"][-1:]):
            answer = ana.post("", json=bundle(*part))
            assert answer.status_code == 200, answer.text
        write_id = sent["entry"][-1]["resource"]["id"]
        assert ward.as_user("ben").get(f"Provenance/{write_id}").status_code == 200

    def test_an_edit_that_rests_on_the_version_before_the_join_is_no_conflict(self, ward: Plan) -> None:
        ana = ward.as_user("ana")
        before = ana.get("Task/t1")
        do_join(ward)
        done = before.json() | {"status": "completed"}
        answer = ana.put("Task/t1", json=done, headers={"If-Match": before.headers["ETag"]})
        assert answer.status_code == 200, answer.text
        assert subject_of(ward.as_user("ben"), "Task/t1") == "Patient/b"
        again = ana.put("Task/t1", json=done, headers={"If-Match": before.headers["ETag"]})
        assert again.status_code == 412  # since then somebody did change it

    def test_she_changes_nothing_that_others_wrote_there(self, ward: Plan) -> None:
        with write_transaction(ward.engine) as connection:
            put_as_system(
                connection, alert("bens", "b", "none") | {"requester": {"reference": "Practitioner/ben"}}
            )
        do_join(ward)
        stolen = alert("bens", "tmp", "e1", status="completed")
        answer = ward.as_user("ana").put("Task/bens", json=stolen)
        assert answer.status_code == 404
        assert ward.as_user("op").get("Task/bens").json()["status"] == "requested"

    def test_another_nurse_gets_no_way_to_the_member_through_her(self, ward: Plan) -> None:
        """Ben's patient a is Ana's only; a person of Ben's is joined to a."""
        send_person(ward.as_user("ben"), "bens", nurse="ben")
        with write_transaction(ward.engine) as connection:
            join(connection, "bens", "a", None, clock=ward.clock)
        refused = ward.as_user("tom").put("Encounter/e9", json=encounter("e9", "bens", "tom"))
        assert refused.status_code == 403
        assert ward.as_user("ben").put("Encounter/e8", json=encounter("e8", "bens", "ben")).status_code == 201
        assert subject_of(ward.as_user("ana"), "Encounter/e8") == "Patient/a"
