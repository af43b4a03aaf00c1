"""A record is shared with the member's yes, opens with link and passcode only, and ends when it must."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from plan.audit.tables import AuditRow
from plan.database import read_transaction, write_transaction
from plan.fhir.access import DAY_MS
from plan.fhir.json_text import loads
from plan.resources import put_as_system
from plan.sharing.granting import MOST_AT_ONCE, MOST_TRIES
from plan.sharing.tables import SharedRecord
from tests.plan.fhir_builders import patient, restricted
from tests.plan.plan_doubles import Clock, Plan
from tests.plan.sharing_steps import SHARE, Shared, about, ask, list_of, share


def consent_of(plan: Plan) -> dict[str, Any]:
    found = plan.as_user("ana").get("Consent?patient=a").json()
    (entry,) = found["entry"]
    resource: dict[str, Any] = entry["resource"]
    return resource


def test_who_works_with_a_person_shares_her_record_and_the_plan_keeps_her_yes(plan: Plan) -> None:
    made = share(plan)
    assert made.open().status_code == 200
    consent = consent_of(plan)
    assert consent["status"] == "active"
    assert consent["performer"] == [{"reference": "Patient/a"}]
    assert consent["provision"]["actor"][0]["reference"]["display"] == "Lena Hart, Golden Valley"
    (told,) = list_of(plan)
    assert (told["id"], told["recipient"], told["openings"]) == (made.id, "Lena Hart, Golden Valley", 1)


STRANGERS = {"ben": 404, "tom": 404, "cam": 403, "op": 403, "reader": 403}


def test_nobody_else_shares_lists_or_withdraws(plan: Plan) -> None:
    made = share(plan)
    for who, status in STRANGERS.items():
        user = plan.as_user(who)
        answers = [
            user.post(SHARE, json=ask()),
            user.post(f"{SHARE}/list", json=about("a")),
            user.post(f"{SHARE}/{made.id}/withdraw"),
        ]
        assert [one.status_code for one in answers] == [status] * 3, who
        assert all("Lena Hart" not in one.text for one in answers)
    assert made.open().status_code == 200


WRONG: list[dict[str, Any]] = [
    {"audience": "everybody"},
    {"recipient": "  "},
    {"recipient": "x" * 121},
    {"recipient": "Lena\x07Hart"},
    {"how": "assumed"},
    {"days": 0},
    {"days": 31},
    {"said_by": "Patient/b"},
    {"said_by": "RelatedPerson/of-b"},
    {"said_by": "Practitioner/ana"},
]


def test_an_ask_that_leaves_something_out_shares_nothing(plan: Plan) -> None:
    with write_transaction(plan.engine) as connection:
        whose = {"resourceType": "RelatedPerson", "id": "of-b", "patient": {"reference": "Patient/b"}}
        put_as_system(connection, whose)
    for more in WRONG:
        assert plan.as_user("ana").post(SHARE, json=ask(**more)).status_code == 422, more
    assert list_of(plan) == []
    assert "entry" not in plan.as_user("ana").get("Consent?patient=a").json()


def test_it_ends_by_the_servers_clock_to_the_millisecond(plan: Plan, clock: Clock) -> None:
    made = share(plan, days=7)
    clock.now += 7 * DAY_MS - 1
    assert made.open().status_code == 200
    clock.now += 1
    assert made.open().status_code == 410
    assert list_of(plan)[0]["ended"] == "over"


def test_withdrawn_by_her_supervisor_it_opens_no_more_and_the_consent_ends(plan: Plan) -> None:
    made = share(plan)
    for who in ("sue", "ana"):
        assert plan.as_user(who).post(f"{SHARE}/{made.id}/withdraw").status_code == 204
    assert made.open().status_code == 410
    assert list_of(plan)[0]["ended"] == "withdrawn"
    consent = consent_of(plan)
    assert consent["status"] == "inactive"


def change(consent: dict[str, Any], how: str) -> dict[str, Any]:
    provision = consent["provision"]
    if how == "deny":
        return consent | {"provision": provision | {"type": "deny"}}
    if how == "over":
        start = provision["period"]["start"]
        return consent | {"provision": provision | {"period": {"start": start, "end": start}}}
    if how == "another":
        return consent | {"identifier": [{"system": "urn:hearthside:sharing", "value": "another"}]}
    return consent | {"status": how}


def test_without_a_standing_yes_nothing_opens(plan: Plan, clock: Clock) -> None:
    made, ana = share(plan), plan.as_user("ana")
    consent = consent_of(plan)
    name = f"Consent/{consent['id']}"
    for how in ("inactive", "rejected", "entered-in-error", "deny", "over", "another"):
        assert ana.put(name, json=change(consent, how)).status_code == 200, how
        clock.now += 1
        answer = made.open()
        assert answer.status_code == 410, how
        assert "Muster" not in answer.text
        assert list_of(plan)[0]["ended"] == "consent"
        assert ana.put(name, json=consent).status_code == 200
        assert made.open().status_code == 200
    assert ana.delete(name).status_code == 204
    assert made.open().status_code == 410


def test_wrong_passcodes_shut_it_for_good_and_say_nothing(plan: Plan) -> None:
    made = share(plan)
    wrong = f"{(int(made.passcode) + 1) % 10**8:08}"
    never = Shared(plan, "", made.link.rpartition("/")[0] + "/" + "x" * 43, made.passcode)
    told = {never.open().text}
    for _ in range(MOST_TRIES):
        answer = made.open(passcode=wrong)
        assert answer.status_code == 403
        told.add(answer.text)
    answer = made.open()
    assert answer.status_code == 403
    assert told == {answer.text}, "a link that never was, a wrong passcode and a shut one answer alike"
    assert list_of(plan)[0]["ended"] == "tries"


def test_each_opening_stands_in_the_trail_before_anything_is_shown(plan: Plan) -> None:
    made = share(plan)
    made.open(passcode="00000000" if made.passcode != "00000000" else "11111111")
    for form in ("page", "pdf", "fhir"):
        made.open(form)
    events = plan.as_user("sue").get("Patient/a/$hearthside-seen").json()["entry"]
    shown = [
        one["resource"]["outcome"]
        for one in events
        if one["resource"]["type"].get("display") == "Export"
        and "who" not in str(one["resource"]["agent"][0].get("role"))
    ]
    assert sorted(shown) == ["0", "0", "0", "0", "4"], "made, three openings, one wrong passcode"


def test_the_database_holds_neither_link_nor_passcode(plan: Plan) -> None:
    made = share(plan)
    table = SharedRecord.metadata.tables["shared_record"]
    with read_transaction(plan.engine) as connection:
        (row,) = connection.execute(select(table)).all()
    held = " ".join(str(one) for one in row)
    assert made.link.rpartition("/")[2] not in held
    assert made.passcode not in held
    assert "Muster" not in made.link


def test_a_record_that_is_kept_apart_as_a_whole_is_not_shared(plan: Plan) -> None:
    made = share(plan)
    with write_transaction(plan.engine) as connection:
        put_as_system(connection, patient("a") | {"meta": restricted()})
    assert plan.as_user("ana").post(SHARE, json=ask()).status_code == 409
    answer = made.open("fhir")
    assert answer.status_code == 410
    assert "Muster" not in answer.text
    with read_transaction(plan.engine) as connection:
        events = [
            loads(one)
            for one in connection.execute(select(AuditRow.metadata.tables["audit_event"].c.what)).scalars()
        ]
    done = [one["done"] for one in events if one.get("sharing") == made.id]
    assert done == ["made", "kept apart"], "the trail never says that somebody saw what nobody was shown"


def test_only_so_many_stand_at_once(plan: Plan) -> None:
    made = [share(plan, recipient=f"Somebody {number}") for number in range(MOST_AT_ONCE)]
    assert plan.as_user("ana").post(SHARE, json=ask()).status_code == 409
    plan.as_user("ana").post(f"{SHARE}/{made[0].id}/withdraw")
    assert plan.as_user("ana").post(SHARE, json=ask()).status_code == 201


def test_the_page_that_asks_is_the_same_for_every_link_and_runs_nothing(plan: Plan) -> None:
    made = share(plan)
    door = plan.client
    pages = [door.get(link) for link in (made.link, "http://plan.test/shared/nothing")]
    assert pages[0].text == pages[1].text
    policy = pages[0].headers["content-security-policy"]
    assert "script-src" not in policy
    assert policy.startswith("default-src 'none'")
    assert "<script" not in made.open().text
    assert made.open().headers["cache-control"] == "no-store"
