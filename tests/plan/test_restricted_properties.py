"""Random records, labels, versions, references and roles: nothing restricted leaves by any road, all else does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plan.database import make_engine, write_transaction
from plan.fhir.types import TYPES
from plan.resources import put_as_system
from plan.schema import create_schema
from tests.plan.fhir_builders import bundle, careteam, encounter, ids, patient, restricted
from tests.plan.fhir_samples import samples
from tests.plan.plan_doubles import Clock, Plan, load_panel, make_plan

KINDS = ("Observation", "Task", "CarePlan", "Goal", "Flag", "QuestionnaireResponse", "Encounter", "Consent")
SHARED = ("Task", "CarePlan", "Goal", "Flag", "Encounter")
"""Of these a care manager reads what others wrote."""
LABELS: dict[str, dict[str, Any] | None] = {
    "none": None,
    "N": restricted("N"),
    "R": restricted("R"),
    "V": restricted("V"),
    "tag": {"tag": [{"system": "urn:hearthside:private", "code": "private"}]},
}
SECRET = ("R", "V", "tag")


@dataclass(frozen=True)
class Version:
    label: str
    names: tuple[int, ...]
    """Places of the records it refers to, among all of the example."""
    in_visit: int | None


@dataclass(frozen=True)
class Record:
    kind: str
    mine: bool
    author: str
    versions: tuple[Version, ...]
    deleted: bool

    @property
    def is_anas(self) -> bool:
        """Loaded without a user, a record has the author that it names, and some kinds name none."""
        return self.author == "ana" and self.kind not in ("Goal", "Consent")

    @property
    def is_read_by_cam(self) -> bool:
        """Part of the shared plan of care, or her own. Loaded without a user, some kinds name no author."""
        hers = self.author == "cam" and self.kind not in ("Goal", "Consent")
        return self.kind in SHARED or hers

    @property
    def label(self) -> str:
        return self.versions[-1].label


versions = st.builds(
    Version,
    st.sampled_from(["none", "none", "N", "R", "V", "tag"]),
    st.lists(st.integers(0, 6), max_size=2).map(tuple),
    st.sampled_from([None, 0, 0, 1]),
)


def records(*kinds: str) -> st.SearchStrategy[Record]:
    return st.builds(
        Record,
        st.sampled_from(kinds or KINDS),
        st.sampled_from([True, True, True, False]),
        st.sampled_from(["ana", "cam"]),
        st.lists(versions, min_size=1, max_size=3).map(tuple),
        st.sampled_from([False, False, False, True]),
    )


charts = st.builds(
    lambda visit, others: [visit, *others],
    records("Encounter"),
    st.lists(records(), min_size=1, max_size=6),
)
"""A visit first, so that others lie in it often."""


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plan]:
    directory: Path = tmp_path_factory.mktemp("restricted")
    engine = make_engine(f"sqlite:///{directory}/plan.db")
    create_schema(engine)
    load_panel(engine)
    yield make_plan(engine, Clock(4_000_000_000_000))
    engine.dispose()


@dataclass
class World:
    """One example, loaded for two patients of its own: Cam and Ana work with the first only."""

    plan: Plan
    told: list[Record]
    mark: str

    def name(self, place: int) -> str:
        return f"{self.told[place].kind}/{self.mark}-{place}"

    def load(self) -> None:
        client = self.plan.as_user("op")
        with write_transaction(self.plan.engine) as connection:
            for key, nurses in (("mine", ("ana", "cam")), ("other", ("ben",))):
                put_as_system(connection, patient(f"{self.mark}-{key}"))
                put_as_system(connection, careteam(f"{self.mark}-{key}", f"{self.mark}-{key}", *nurses))
        rounds = max(len(record.versions) for record in self.told)
        for turn in range(rounds):
            with write_transaction(self.plan.engine) as connection:
                for place, record in enumerate(self.told):
                    if turn < len(record.versions):
                        put_as_system(connection, self._compose(place, turn))
        for place, record in enumerate(self.told):
            if record.deleted:
                assert client.delete(self.name(place)).status_code == 204

    def _compose(self, place: int, turn: int) -> dict[str, Any]:
        record, version = self.told[place], self.told[place].versions[turn]
        who = f"{self.mark}-{'mine' if record.mine else 'other'}"
        base = samples(who, record.author, "x")[record.kind] if record.kind != "Encounter" else {}
        made = (base or encounter("x", who, record.author)) | {"id": f"{self.mark}-{place}"}
        made["extension"] = [{"url": "urn:test:text", "valueString": self.text(place, turn)}]
        for other in version.names:
            if other < len(self.told):
                named = {"reference": self.name(other)}
                made["extension"].append({"url": "urn:test:names", "valueReference": named})
        inside = version.in_visit
        if inside is not None and self._is_visit(inside) and TYPES[record.kind].encounter_path:
            made["encounter"] = {"reference": self.name(inside)}
        meta = LABELS[version.label]
        return made | ({"meta": meta} if meta else {})

    def _is_visit(self, place: int) -> bool:
        return place < len(self.told) and self.told[place].kind == "Encounter"

    def text(self, place: int, turn: int) -> str:
        return f"text-{self.mark}-{place}-{turn}-"

    def is_secret(self, place: int) -> bool:
        return place < len(self.told) and self.told[place].label in SECRET

    def visible_to_cam(self) -> set[int]:
        """Worked out anew, from the table alone."""
        found = set()
        for place, record in enumerate(self.told):
            last = record.versions[-1]
            inside = last.in_visit
            under = (
                inside is not None
                and TYPES[record.kind].encounter_path
                and self._is_visit(inside)
                and self.is_secret(inside)
            )
            named = any(self.is_secret(other) for other in last.names)
            if not record.is_read_by_cam:
                continue
            if record.mine and not record.deleted and not (self.is_secret(place) or under or named):
                found.add(place)
        return found

    def visible_to_ana(self) -> set[int]:
        return {
            place
            for place, record in enumerate(self.told)
            if record.mine and not record.deleted and (record.label != "V" or record.is_anas)
        }


def roads(world: World) -> Iterator[str]:
    """Every way to ask for something that this server has."""
    for place in range(len(world.told)):
        url = world.name(place)
        yield from (url, f"{url}/_history", f"{world.told[place].kind}?_id={world.mark}-{place}")
        history = world.plan.as_user("op").get(f"{url}/_history").json()
        for each in history.get("entry", []):
            version = each["response"]["etag"][3:-1]
            yield f"{url}/_history/{version}"
    mine = f"{world.mark}-mine"
    for kind in sorted({record.kind for record in world.told}):
        yield f"{kind}?patient={mine}&_sort=-_lastUpdated&_count=1000"
        yield f"{kind}?_security=R&_count=1000"
        yield f"{kind}?_tag=urn:hearthside:private|private"
        yield f"{kind}?patient:Patient._id={mine}&_elements=extension,id"
        yield f"{kind}/_history?_count=1000"
        yield f"Patient?_id={mine}&_revinclude={kind}:patient"
        yield f"Encounter?patient={mine}&_revinclude={kind}:encounter&_include=Encounter:patient"
        yield f"{kind}?patient={mine}&encounter.status=finished"


def ask_all(world: World, user: str) -> tuple[str, set[str]]:
    """Everything that is answered, as text, and the `Type/id` of every resource in it: in one batch, some by GET."""
    client = world.plan.as_user(user)
    urls = list(roads(world))
    answers = [client.get(url) for url in urls[:: len(urls) // 8 + 1]]
    found = {name for answer in answers for name in _names(answer.json())}
    batch = client.post(
        "", json=bundle(*({"request": {"method": "GET", "url": url}} for url in urls), kind="batch")
    )
    for each in batch.json()["entry"]:
        found |= _names(each.get("resource", {}))
    return "".join(answer.text for answer in answers) + batch.text, found


def _names(body: dict[str, Any]) -> set[str]:
    if body.get("resourceType") == "Bundle":
        return set(ids({"entry": [each for each in body.get("entry", []) if "resource" in each]}))
    return {f"{body['resourceType']}/{body['id']}"} if "id" in body else set()


@given(charts)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_care_manager_gets_all_that_is_open_and_nothing_else(plan: Plan, told: list[Record]) -> None:
    world = World(plan, told, uuid4().hex[:12])
    world.load()
    said, found = ask_all(world, "cam")
    expected = world.visible_to_cam()
    seen = {place for place in range(len(told)) if world.name(place) in found}
    assert seen == expected
    for place, record in enumerate(told):
        for turn in range(len(record.versions)):
            now = turn == len(record.versions) - 1
            assert (world.text(place, turn) in said) == (now and place in expected), (place, turn)
    counted = plan.as_user("cam").get(f"Task?patient={world.mark}-mine&_summary=count").json()["total"]
    assert counted == sum(told[place].kind == "Task" for place in expected)
    # Names of hidden records stand in nothing that is answered, but for the addresses that were asked for.
    for place in range(len(told)):
        if world.is_secret(place):
            assert f'"reference":"{world.name(place)}"' not in said


@given(charts)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_nurse_of_the_team_gets_restricted_records_too(plan: Plan, told: list[Record]) -> None:
    world = World(plan, told, uuid4().hex[:12])
    world.load()
    said, found = ask_all(world, "ana")
    expected = world.visible_to_ana()
    assert {place for place in range(len(told)) if world.name(place) in found} >= expected
    for place, record in enumerate(told):
        last = len(record.versions) - 1
        if place in expected:
            assert world.text(place, last) in said
        elif not record.mine or (record.label == "V" and not record.is_anas):
            assert not any(world.text(place, turn) in said for turn in range(last + 1))


@given(charts)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_write_of_a_care_manager_tells_of_a_hidden_record(plan: Plan, told: list[Record]) -> None:
    world = World(plan, told, uuid4().hex[:12])
    world.load()
    cam, visible = plan.as_user("cam"), world.visible_to_cam()
    for place in range(len(told)):
        kind = told[place].kind
        url, condition = world.name(place), {"If-None-Exist": f"_id={world.mark}-{place}"}
        task = samples(f"{world.mark}-mine", "cam", "new")["Task"]
        own = samples(f"{world.mark}-mine", "cam", "new").get(kind, {}) | {"id": f"{world.mark}-{place}"}
        answers = [
            cam.put(url, json=own | {"resourceType": kind}),
            cam.delete(url, headers={"If-Match": 'W/"none"'}),
            cam.post(kind, json=own | {"resourceType": kind}, headers=condition),
            cam.post("Task", json=task, headers=condition),
        ]
        if place not in visible:
            for answer in answers:
                assert answer.status_code not in (200, 204), answer.text
                assert not any(
                    world.text(place, turn) in answer.text for turn in range(len(told[place].versions))
                )
