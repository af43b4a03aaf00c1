"""Photos and signatures on the visit page and on the page where a visit is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import flet as ft
import pytest

from app.device.pictures import PictureTooLarge
from app.domain.attachment import AttachmentKind
from app.domain.look import Look
from app.domain.visit import Answer, Entry
from app.errors import DiskFull
from app.services.attachment_models import AttachmentLine
from app.services.attachments import NotHereYet
from app.services.models import Role, VisitState, VisitStatus
from app.views.attachments.pad import MOST_POINTS, SHAPE, add_point
from app.views.wording import attachments as said
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit, now
from tests.views.photo_steps import PhotoDevice, open_wound, sign_in_box
from tests.views.visit_page import open_section, open_visit


async def test_a_photo_is_asked_for_only_after_consent_was_answered(mount: Mount, world: World) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        wound = await open_wound(app)
        assert app.shows("Only with consent, and never with a face in it.")
        await app.tap(f"{wound}-wound-photo-not-wanted")
        await app.until(lambda: not app.has(f"{wound}-wound-photo-photo"), "no way to add one")


async def test_a_photo_is_added_looked_at_removed_and_brought_back(mount: Mount, world: World) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_visit(app, visit_id)
        wound = await open_wound(app)
        await PhotoDevice.of(device).add(app, f"{wound}-wound-photo-photo")
        await app.until(lambda: app.has("photo-a1"), "the thumbnail")
        small = app.inner("photo-a1", ft.Image)
        assert small.src == world.photos[visit_id][0].thumbnail
        assert "Photo of a wound" in (app.named("photo-a1").label or "")
        await app.tap("photo-a1")
        await app.until(lambda: app.has("photo-close"), "the picture itself")
        shown = [c.src for c in app.walk() if isinstance(c, ft.Image)]
        assert PhotoDevice.of(device).attachments.bodies["a1"] in shown
        await app.tap("photo-close")
        await app.until(lambda: not app.has("photo-close"), "closed")
        await app.tap("photo-away-a1")
        await app.until(lambda: app.shows(said.TAKEN_AWAY), "the way back")
        await app.tap("photo-back-a1")
        await app.until(lambda: app.has("photo-away-a1"), "it came back")


@pytest.mark.parametrize("fault", [PictureTooLarge(), b"no picture", DiskFull()])
async def test_what_cannot_be_kept_says_why_and_may_be_tried_again(
    mount: Mount, world: World, fault: Exception | bytes
) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_visit(app, visit_id)
        button = f"{await open_wound(app)}-wound-photo-photo"
        photos = PhotoDevice.of(device)
        if isinstance(fault, DiskFull):
            photos.attachments.error = fault
            await photos.add(app, button)
        else:
            await photos.add(app, button, fault)
        sentence = str(fault) if isinstance(fault, Exception) else "not a picture"
        await app.until(lambda: app.shows(sentence), sentence)
        photos.attachments.error = None
        await photos.add(app, button)
        await app.until(lambda: app.has("photo-a1"), "the second try")
        assert not app.shows(sentence)


async def test_a_dialog_that_never_answers_does_not_hold_back_another(mount: Mount, world: World) -> None:
    """A browser may not say that its dialog was closed."""
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_visit(app, visit_id)
        button = f"{await open_wound(app)}-wound-photo-photo"
        import asyncio

        from app.views.attachments import picker

        class Silent:
            async def choose(self) -> bytes | None:
                await asyncio.Event().wait()
                return None

        before, picker.make_source = picker.make_source, Silent
        control = app.inner(button)
        hanging = asyncio.create_task(app.session.dispatch_event(control._i, "click", None))
        await app.settle()
        picker.make_source = before
        await PhotoDevice.of(device).add(app, button)
        await app.until(lambda: app.has("photo-a1"), "the photo of the second dialog")
        hanging.cancel()
        await asyncio.gather(hanging, return_exceptions=True)


async def test_a_photo_of_a_paper_is_asked_for_where_one_was_seen(mount: Mount, world: World) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_section(app, visit_id, "conversation")
        await app.until(lambda: app.has("cs-add"), "code status")
        await app.tap("cs-add")
        await app.until(lambda: any(i.endswith("-cs-rests-polst") for i in app.ids()), "a statement")
        (polst,) = [i for i in app.ids() if i.endswith("-cs-rests-polst")]
        entry = polst.removesuffix("-cs-rests-polst")
        assert not app.has(f"{entry}-cs-rests-photo")
        await app.tap(polst)
        await PhotoDevice.of(device).add(app, f"{entry}-cs-rests-photo")
        await app.until(lambda: app.has("photo-a1"), "the thumbnail")
        assert world.photos[visit_id][0].kind is AttachmentKind.DOCUMENT


async def test_a_signature_is_drawn_and_kept_with_who_signs(mount: Mount, world: World) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    device = DoubleDevice(world)
    async with mount(device, unlock=True, width=390) as app:
        await open_visit(app, visit_id)
        await app.tap("signature-open")
        await app.type("signature-who", "Rosa Colón agrees")
        await app.tap("signature-keep")
        await app.until(lambda: app.shows("Please sign in the box first."), "the sentence")
        await sign_in_box(app)
        await app.tap("signature-clear")
        await sign_in_box(app)
        await app.tap("signature-keep")
        await app.until(lambda: app.has("photo-a1"), "the signature")
        assert [line.title for line in world.photos[visit_id]] == ["Rosa Colón agrees"]
        assert not app.has("signature-pad")


def line(number: int, **more: object) -> AttachmentLine:
    plain = AttachmentLine(f"p{number}", AttachmentKind.WOUND, "", now(), 40_000, "wound-photo", "e1")
    return replace(plain, **more)  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize("role", [Role.NURSE, Role.SUPERVISOR])
async def test_a_signed_visit_says_where_each_photo_is(mount: Mount, world: World, role: Role) -> None:
    status = VisitStatus(VisitState.RECEIVED, now(), photos_waiting=1)
    visit_id = add_visit(world, 0, timedelta(hours=2), status=status)
    world.photos[visit_id] = (
        line(1, waits=True, problem="The connection broke off. It is sent again by itself."),
        line(2, received_at=now()),
        line(3, refused="It is too large for the plan's server (900 KB)."),
        line(4, here=False),
        line(5, here=False, elsewhere=True, kind=AttachmentKind.DOCUMENT),
    )
    device = DoubleDevice(world, role=role)
    async with mount(device, unlock=True) as app:
        if role is Role.NURSE:
            await app.tap(f"today-received-{visit_id}")
        else:
            await app.tap("nav-log")
            await app.until(lambda: app.has(f"log-row-{visit_id}"), "the log")
            await app.tap(f"log-row-{visit_id}")
        await app.until(lambda: app.has("photo-p1"), "the photos")
        for sentence in (
            "1 photo or signature still waits",
            "Photo waits. The connection broke off.",
            "Photo received",
            "Photo not taken by the plan: It is too large",
            "Not on this tablet yet",
            "Kept on another server",
        ):
            assert app.shows(sentence), sentence
        photos = PhotoDevice.of(device).attachments
        photos.error = NotHereYet()
        await app.tap("photo-p4")
        await app.until(lambda: app.shows("It can be opened as soon as"), "why not")
        photos.error = None
        await app.tap("photo-p2")
        await app.until(lambda: app.has("photo-close"), "the picture")


async def test_a_photo_of_a_signed_visit_says_whose_wound_it_is_in_the_language_that_is_spoken(
    mount: Mount, world: World
) -> None:
    visit_id = add_visit(world, 0, timedelta(hours=2), status=VisitStatus(VisitState.RECEIVED, now()))
    agreed = {"wound-photo": Answer(now(), "taken")}
    wounds = (Entry("e1", {"wound-place": Answer(now(), "heel"), **agreed}), Entry("e2", agreed))
    row = world.visits[visit_id]
    row.draft = replace(row.draft, entries={"wounds": wounds})
    world.photos[visit_id] = (line(1), line(2, entry="e2"))
    device = DoubleDevice(world)
    device.found = [replace(one, look=Look(language="es")) for one in device.found]
    async with mount(device, unlock=True) as app:
        await app.tap(f"today-received-{visit_id}")
        await app.until(lambda: app.has("photo-p2"), "the photos")
        beside = {
            name: app.texts(one)
            for name in ("photo-p1", "photo-p2")
            for one in app.walk()
            if isinstance(one, ft.Row) and app.named(name) in app.walk(one)
        }
        assert "Talón" in beside["photo-p1"]
        assert "Herida 2" in beside["photo-p2"], "that it was agreed to says nothing of the wound"


async def test_an_entry_that_comes_back_has_its_photos_again(mount: Mount, world: World) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_visit(app, visit_id)
        wound = await open_wound(app)
        await app.tap(f"{wound}-wounds-remove")
        await app.until(lambda: app.has("wounds-undo"), "the way back")
        await app.tap("wounds-undo")
        photos = PhotoDevice.of(device).attachments
        await app.until(lambda: photos.moved, "its photos go along")
        assert photos.moved[0][0] == wound


def test_a_finger_stays_in_the_box_and_does_not_draw_for_ever() -> None:
    strokes = add_point((), -3.0, 9.0, begins=True)
    assert strokes == (((0.0, SHAPE),),)
    assert add_point(strokes, 0.001, SHAPE, begins=False) == strokes, "a trembling finger adds nothing"
    for number in range(MOST_POINTS + 50):
        strokes = add_point(strokes, (number % 90) / 90, 0.2, begins=False)
    assert sum(map(len, strokes)) <= MOST_POINTS
