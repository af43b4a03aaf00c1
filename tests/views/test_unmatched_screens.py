"""A visit to somebody on nobody's list, and a supervisor who says which member she is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.domain.unmatched import NewPerson, Standing
from app.errors import NoNetwork
from app.services.models import Role
from app.store.changes import Topic
from app.sync.matching import MatchUnknown
from app.views.wording import unmatched as said
from tests.views.conftest import Mount
from tests.views.double_unmatched import ROSA, WAITS
from tests.views.doubles import DoubleDevice, World


async def test_a_name_that_was_looked_for_in_vain_becomes_a_visit_in_two_taps(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await app.tap("nav-patients")
        await app.until(lambda: app.has("patients-search"), "the list")
        await app.type("patients-search", "Rosa Diaz")
        await app.until(lambda: app.has("patients-begin"), "nobody found")
        await app.tap("patients-begin")
        await app.until(lambda: app.has("unlisted-go-on"), "the form")
        await app.tap("unlisted-go-on")
        await app.until(lambda: app.has("new-visit-start"), "the visit's beginning")
        assert device.session is not None
        assert device.session.unlisted.made == [NewPerson("Rosa Diaz")]
        assert app.shows("Rosa Diaz")
        assert app.shows(f"{said.NOT_SENT} {said.NOTHING_KNOWN}")
        await app.tap("new-visit-back")
        await app.until(lambda: app.has("patients-row-new-1"), "the list")
        assert any(line.startswith("Not yet matched · ") for line in app.texts())


async def test_without_a_name_or_with_half_a_day_nobody_is_made(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await app.tap("nav-patients")
        await app.until(lambda: app.has("patients-not-listed"), "the list")
        await app.tap("patients-not-listed")
        await app.until(lambda: app.has("emergency-begin"), "the way without a record")
        await app.tap("emergency-begin")
        await app.until(lambda: app.has("unlisted-go-on"), "the form")
        await app.tap("unlisted-go-on")
        await app.until(lambda: app.shows("Please write a name, as you were told it."), "no name")
        await app.type("unlisted-name", "Rosa")
        await app.type("unlisted-born", "1940")
        await app.tap("unlisted-go-on")
        await app.until(lambda: app.shows(said.BAD_DAY), "no day")
        assert device.session is not None
        assert device.session.unlisted.made == []
        await app.type("unlisted-born", "2/3/1940")
        await app.type("unlisted-number", "M-77")
        await app.type("unlisted-address", "12 Oak Street")
        await app.tap("unlisted-go-on")
        await app.until(lambda: app.has("new-visit-start"), "the visit's beginning")
        made = NewPerson("Rosa", date(1940, 2, 3), "M-77", "12 Oak Street")
        assert device.session.unlisted.made == [made]


async def test_somebody_who_is_on_the_list_after_all_is_one_tap_away(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await app.tap("nav-patients")
        await app.until(lambda: app.has("patients-not-listed"), "the list")
        await app.tap("patients-not-listed")
        await app.until(lambda: app.has("emergency-begin"), "the way without a record")
        await app.type("emergency-given", "María")
        await app.tap("emergency-begin")
        await app.until(lambda: app.has("unlisted-known-p0"), "the one of that name")
        await app.tap("unlisted-known-p0")
        await app.until(lambda: app.has("patient-new-visit"), "her page")
        assert device.session is not None
        assert device.session.unlisted.made == []


async def test_her_page_says_how_she_stands_and_leads_to_the_member(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        assert device.session is not None
        standing = device.session.unlisted.standing
        standing["p0"] = Standing(sent=True)
        await app.tap("nav-patients")
        await app.until(lambda: app.has("patients-row-p0"), "the list")
        await app.tap("patients-row-p0")
        await app.until(lambda: app.shows(f"{said.SENT} {said.NOTHING_KNOWN}"), "not yet matched")
        standing["p0"] = Standing(sent=True, member_id="elsewhere")
        device.session.hub.publish(Topic.PATIENTS)
        await app.until(lambda: app.shows(said.MATCHED_ELSEWHERE), "matched")
        standing["p0"] = Standing(sent=True, member_id="p1", member_name="Rosa Díaz")
        device.session.hub.publish(Topic.PATIENTS)
        await app.until(lambda: app.has("unlisted-member"), "the way to the member")
        assert app.shows("Matched to Rosa Díaz. What you write here goes into that record.")
        await app.tap("unlisted-member")
        await app.until(lambda: not app.has("unlisted-member"), "the member's page")


async def test_a_supervisor_sees_what_agrees_and_says_who_it_is_in_two_taps(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        assert device.session is not None
        matching = device.session.matching
        await app.tap("nav-team")
        assert not app.has("board-matching")
        matching.people = [WAITS]
        device.session.hub.publish(Topic.PATIENTS)
        await app.until(lambda: app.has("board-matching"), "somebody waits")
        assert app.shows("1 person not yet matched")
        await app.tap("board-matching")
        await app.until(lambda: app.has("matching-choose-tmp-b"), "whom it could be")
        assert not app.has("matching-sure"), "nobody is chosen beforehand"
        for line in ("Name agrees", "Date of birth differs", "Member number not compared"):
            assert app.shows(line)
        await app.type("matching-name-tmp", "Diaz Rosa")
        await app.tap("matching-look-tmp")
        await app.until(lambda: bool(matching.sought), "looked for")
        assert matching.sought == [("tmp", "Diaz Rosa")]

        await app.tap("matching-choose-tmp-b")
        await app.until(lambda: app.has("matching-sure"), "asked once more")
        assert app.shows("File 2 visits of Rosa Diaz in the record of Rosa Díaz (Feb 3, 1940 · M-77)?")
        matching.error = MatchUnknown()
        await app.tap("matching-sure")
        await app.until(lambda: app.shows(MatchUnknown.sentence), "no answer")
        matching.error = None
        await app.tap("matching-sure")
        await app.until(lambda: app.has("matching-take-back-tmp"), "joined")
        await app.tap("matching-take-back-tmp")
        await app.until(lambda: app.has("matching-sure-back-tmp"), "asked once more")
        await app.tap("matching-sure-back-tmp")
        await app.until(lambda: app.has("matching-choose-tmp-b"), "waiting again")


def test_a_person_who_was_matched_is_not_said_to_be_herself_and_has_no_visits_left_to_count() -> None:
    at = WAITS.made_at
    filed = replace(WAITS, member=replace(ROSA, name="Rosa Diaz"), joined_at=at, visits=0)
    assert said.joined(filed, at).startswith("Rosa Diaz: matched to the member of the same name, since ")
    assert said.joined(replace(filed, member=ROSA), at).startswith("Rosa Diaz is Rosa Díaz, since ")
    assert "visit" not in said.visited(filed, at)
    assert said.visited(WAITS, at).endswith(" · 2 visits")


async def test_without_the_plan_the_list_says_so_and_asks_again(mount: Mount, world: World) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        assert device.session is not None
        matching = device.session.matching
        matching.people = [WAITS]
        await app.tap("nav-team")
        device.session.hub.publish(Topic.PATIENTS)
        await app.until(lambda: app.has("board-matching"), "somebody waits")
        matching.error = NoNetwork()
        await app.tap("board-matching")
        await app.until(lambda: app.has("matching-again"), "the plan is not there")
        matching.error = None
        await app.tap("matching-again")
        await app.until(lambda: app.has("matching-choose-tmp-b"), "the list")
