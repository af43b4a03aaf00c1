"""A world with photos and signatures: a draft with a wound, and a signed visit with one of every state."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

from PIL import Image, ImageDraw, ImageFilter

from app.domain.attachment import AttachmentKind
from app.domain.visit import Answer, Entry
from app.services import pictures
from app.services.attachment_models import AttachmentLine
from app.services.models import VisitState, VisitStatus
from tests.views.doubles import World, add_visit, make_world, now


def wound(seed: int = 0) -> bytes:
    """Skin with a red place on it, as a camera gives it."""
    picture = Image.new("RGB", (1600, 1200), (214, 170 - 4 * seed, 146))
    pen = ImageDraw.Draw(picture)
    for size, colour in ((420, (196, 110, 96)), (320, (176, 52, 48)), (150, (224, 190, 120))):
        pen.ellipse(
            (800 - size + 40 * seed, 600 - size // 2, 800 + size + 40 * seed, 600 + size // 2), fill=colour
        )
    for number in range(12):
        pen.line(
            (200 + 80 * number, 1120, 200 + 80 * number, 1160 - 20 * (number % 2)), fill="black", width=4
        )
    out = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(6)).save(out, "JPEG")
    return out.getvalue()


def line(number: int, **more: object) -> AttachmentLine:
    made = pictures.make_picture(wound(number))
    plain = AttachmentLine(
        f"p{number}", AttachmentKind.WOUND, "", now(), len(made.body), "wound-photo", "e1", made.thumbnail
    )
    return replace(plain, **more)  # type: ignore[arg-type]  # fields by name


def make_photos_world() -> World:
    world = make_world()
    at = now()
    entries = {
        "wounds": (Entry("e1", {"wound-place": Answer(at, "Left heel"), "wound-photo": Answer(at, "taken")}),)
    }
    draft = add_visit(world, 0, timedelta(minutes=20), answers={"skin-how": Answer(at, ("open",))})
    row = world.visits[draft]
    row.draft = replace(row.draft, entries=entries)
    world.photos[draft] = (line(1), line(2), line(3, removed=True))
    status = VisitStatus(VisitState.RECEIVED, received_at=at - timedelta(hours=1), photos_waiting=2)
    signed = add_visit(
        world, 1, timedelta(hours=3), status=status, answers={"skin-how": Answer(at, ("open",))}
    )
    row = world.visits[signed]
    row.draft = replace(row.draft, entries=entries)
    scrawl = [[(0.1 + n / 60, 0.2 + 0.12 * ((n % 5) / 5 - 0.4)) for n in range(48)]]
    signature = pictures.make_signature(scrawl)
    world.photos[signed] = (
        line(4, received_at=at - timedelta(minutes=50)),
        line(5, waits=True, problem="The connection was too slow for it. It is sent again by itself."),
        line(6, refused="It is too large for the plan's server (940 KB)."),
        line(7, thumbnail=None, here=False, received_at=at - timedelta(minutes=40)),
        line(8, thumbnail=None, here=False, elsewhere=True, title="Scan of a POLST"),
        line(
            9,
            kind=AttachmentKind.SIGNATURE,
            title="Rosa Colón agrees to the plan of care",
            thumbnail=signature.thumbnail,
            waits=True,
        ),
    )
    return world
