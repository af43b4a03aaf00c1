"""Every switch of the server double changes an answer: the same requests are answered otherwise with it than without.

A switch that changed nothing would let every test that turns it on pass for nothing.
"""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

import httpx
import pytest

from tests.faults.double.quirks import Quirks, Trouble
from tests.faults.double.server import FhirDouble
from tests.faults.double.test_double_answers import NOTE, PATIENT, bundle, client, entry

WEIGHT = (
    '{"resourceType":"Observation","id":"o1","meta":{"tag":[{"code":"%s"}]},"valueQuantity":{"value":72.50}}'
)


@dataclass(frozen=True)
class Talk:
    """A client that writes down what it is told."""

    http: httpx.AsyncClient
    double: FhirDouble
    told: list[object]

    async def ask(self, method: str, url: str, **more: Any) -> None:
        try:
            answer = await self.http.request(method, url, **more)
        except httpx.TransportError as error:
            self.told.append(type(error).__name__)
            return
        self.told.append((answer.status_code, dict(answer.headers), answer.text))


Script = Callable[[Talk], Awaitable[None]]


async def put_one(talk: Talk) -> None:
    await talk.ask("PUT", "Observation/o1", json=NOTE)


async def put_with_guards(talk: Talk) -> None:
    await talk.ask("PUT", "Observation/o1", json=NOTE)
    await talk.ask("PUT", "Observation/o1", json=NOTE, headers={"If-None-Match": "*"})
    await talk.ask("PUT", "Observation/o1", json=NOTE, headers={"If-Match": 'W/"7"'})


async def put_the_same_twice(talk: Talk) -> None:
    for text in ("one", "one", "two"):
        await talk.ask("PUT", "Observation/o1", content=WEIGHT % text)
    await talk.ask("GET", "Observation/o1")


async def send_two(talk: Talk) -> None:
    await talk.ask("POST", "", json=bundle(entry(PATIENT, ifNoneMatch="*"), entry(NOTE, ifNoneMatch="*")))


async def send_one_that_is_there(talk: Talk) -> None:
    talk.double.put(PATIENT)
    await send_two(talk)


async def send_packed(talk: Talk) -> None:
    packed = gzip.compress(b'{"resourceType":"Observation","id":"o1"}')
    await talk.ask("PUT", "Observation/o1", content=packed, headers={"content-encoding": "gzip"})


async def send_nonsense(talk: Talk) -> None:
    await talk.ask("PUT", "Observation/o1", json=PATIENT)


async def search_oddly(talk: Talk) -> None:
    talk.double.put(NOTE)
    await talk.ask("GET", "Observation?colour=red")
    await talk.ask("GET", "Observation?colour=red", headers={"prefer": "handling=strict"})


async def search_by_person(talk: Talk) -> None:
    talk.double.load([PATIENT, NOTE])
    talk.double.put({"resourceType": "Provenance", "id": "w", "target": [{"reference": "Observation/o1"}]})
    await talk.ask("GET", "Observation?patient=p1")
    await talk.ask("GET", "Provenance?patient=p1")


async def search_many(talk: Talk) -> None:
    talk.double.load(NOTE | {"id": f"o{n}"} for n in range(3))
    await talk.ask("GET", "Observation?_count=10")


async def put_and_search(talk: Talk) -> None:
    await talk.ask("PUT", "Observation/o1", json=NOTE)
    await talk.ask("GET", "Observation/o1")
    await talk.ask("GET", "Observation?_id=o1")


async def look_back(talk: Talk) -> None:
    talk.double.put(NOTE)
    await talk.ask("GET", "Observation/o1/_history")


PLAIN = Quirks()


@dataclass(frozen=True)
class Case:
    """`without`: where a switch only means something beside another one. `counted`: the double counts it itself."""

    quirks: Quirks
    script: Script
    without: Quirks = PLAIN
    counted: bool = True


CASES: dict[str, tuple[Case, ...]] = {
    "put_new_id": tuple(Case(Quirks(put_new_id=one), put_one) for one in (400, 404, 405)),
    "ignores_if_match": (Case(Quirks(ignores_if_match=True), put_with_guards),),
    "ignores_if_none_match": (Case(Quirks(ignores_if_none_match=True), put_with_guards),),
    "transaction_is_batch": (Case(Quirks(transaction_is_batch=True), send_one_that_is_there),),
    "entry_limit": (Case(Quirks(entry_limit=1), send_two),),
    "conditional_entry_limit": (Case(Quirks(conditional_entry_limit=1), send_two),),
    "times_out_over": (Case(Quirks(times_out_over=1), send_two),),
    "byte_limit": (Case(Quirks(byte_limit=10), send_two),),
    "no_etag": (Case(Quirks(no_etag=True), send_two),),
    "minimal_answers": (Case(Quirks(minimal_answers=True), send_two),),
    "whole_seconds": (Case(Quirks(whole_seconds=True), put_one),),
    "gzip_body": tuple(Case(Quirks(gzip_body=one), send_packed) for one in (400, 500)),
    "unknown_parameter": tuple(
        Case(Quirks(unknown_parameter=one), search_oddly) for one in ("ignored", "no rows")
    ),
    "deaf_to_strict": (
        Case(
            Quirks(unknown_parameter="ignored", deaf_to_strict=True),
            search_oddly,
            Quirks(unknown_parameter="ignored"),
        ),
    ),
    "unsearchable": (Case(Quirks(unsearchable=frozenset({"Observation"})), search_by_person),),
    "error_in_details": (Case(Quirks(error_in_details=True), send_nonsense),),
    "silent_same_put": (Case(Quirks(silent_same_put=True), put_the_same_twice),),
    "rounds_decimals": (Case(Quirks(rounds_decimals=True), put_the_same_twice),),
    "merges_tags": (Case(Quirks(merges_tags=True), put_the_same_twice),),
    "drops_tags": (Case(Quirks(drops_tags=True), put_the_same_twice),),
    "no_history": (Case(Quirks(no_history=True), look_back),),
    "provenance_by_record_only": (Case(Quirks(provenance_by_record_only=True), search_by_person),),
    "count_cap": (Case(Quirks(count_cap=2), search_many),),
    "late_commit": (Case(Quirks(late_commit=40), put_and_search),),
    "late_commit_on": (
        Case(
            Quirks(late_commit=40, late_commit_on="Patient"),
            put_and_search,
            Quirks(late_commit=40),
            counted=False,
        ),
    ),
    "late_index": (Case(Quirks(late_index=40), put_and_search),),
    "never_reuses_versions": (Case(Quirks(never_reuses_versions=True), put_one),),
    "troubles": tuple(
        Case(Quirks(troubles=(Trouble(one),)), put_one)
        for one in (401, "html", "empty", "wrong-type", "timeout", "cut")
    ),
}
NOT_TODAY = Quirks(troubles=(Trouble(503),))
TROUBLES: dict[str, tuple[Trouble, Script]] = {
    "on": (Trouble(503, on="Patient"), put_one),
    "where": (Trouble(503, where="read"), put_one),
    "carried_out": (Trouble(503, carried_out=True, times=1), put_and_search),
    "times": (Trouble(503, times=1), put_and_search),
    "retry_after": (Trouble(503, retry_after=17), put_one),
    "reason": (Trouble(503, reason="tomorrow"), put_one),
    "many_only": (Trouble(503, many_only=True), put_one),
    "says_why": (Trouble(503, says_why=False), put_one),
}


async def tell(quirks: Quirks, script: Script) -> tuple[list[object], FhirDouble]:
    double = FhirDouble(quirks)
    async with client(double) as http:
        talk = Talk(http, double, [])
        await script(talk)
    return talk.told, double


@pytest.mark.parametrize(
    "case", [pytest.param(c, id=f"{n} {at}") for n, several in CASES.items() for at, c in enumerate(several)]
)
async def test_a_switch_changes_what_is_answered_and_is_counted(case: Case) -> None:
    before, plain = await tell(case.without, case.script)
    after, double = await tell(case.quirks, case.script)
    assert before != after
    if case.without == PLAIN:
        assert not plain.effective.total(), "nothing was switched on"
    if case.counted:
        assert double.effective.total()
        assert all(double.fired[name] >= times for name, times in double.effective.items())


@pytest.mark.parametrize("name", TROUBLES)
async def test_each_turn_of_a_trouble_changes_what_is_answered(name: str) -> None:
    trouble, script = TROUBLES[name]
    before, _ = await tell(NOT_TODAY, script)
    after, _ = await tell(Quirks(troubles=(trouble,)), script)
    assert before != after


async def test_what_the_double_says_of_itself_follows_what_the_test_set() -> None:
    told = []
    for double in (FhirDouble(), FhirDouble(store_epoch="e"), FhirDouble(scopes_by_careteam=True)):
        async with client(double) as http:
            told.append((await http.get("metadata")).text)
    assert len(set(told)) == 3


def test_no_switch_and_no_setting_of_one_is_left_out() -> None:
    assert set(CASES) == {one.name for one in fields(Quirks)}
    assert {"answer", *TROUBLES} == {one.name for one in fields(Trouble)}
    hints = get_type_hints(Quirks)
    for name, cases in CASES.items():
        if get_origin(hints[name]) is Literal:
            wanted = set(get_args(hints[name])) - {getattr(PLAIN, name)}
            assert {getattr(case.quirks, name) for case in cases} == wanted, name
    words = next(one for one in get_args(get_type_hints(Trouble)["answer"]) if get_origin(one) is Literal)
    assert {case.quirks.troubles[0].answer for case in CASES["troubles"]} >= set(get_args(words))
