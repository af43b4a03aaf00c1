"""Serve the screens with in-memory services, to look at them: `python tests/views/serve_screens.py PORT`.

The first path segment of the address picks the scene: nurse, supervisor, empty, signin, fresh, pin, phrase,
large-nurse and so on at 200 %;
es-nurse and es-large-nurse, long-nurse (40 % longer), turned-nurse (from the right);
lock-two, lock-busy, lock-damaged, lock-key, lock-cipher, lock-wait;
forms, proxy, call, forms-team; goals; person;
beside; conflicts; alerts, morning; photos; look; kinds; counts;
review, asked. The PIN is 482915.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import flet as ft

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.domain import evv
from app.domain.look import Look
from app.domain.visit import Absent, Answer, AnsweredBy, Modality, PersonRef, Setting
from app.domain.visit_kind import KIND, VisitKind
from app.errors import KeyMissing, NoCipher, StoreDamaged
from app.language import ENGLISH
from app.language.names import LONG, MIRRORED
from app.services.models import (
    LockKind,
    PlanInfo,
    Role,
    SyncState,
    SyncWord,
    UserOnDevice,
    VisitState,
    VisitStatus,
)
from app.views.app import show
from tests.views.doubles import DoubleDevice, DoubleSignIn, World, add_visit, make_answers, make_world, now
from tests.views.scene_alerts import make_alerts_world, make_morning
from tests.views.scene_beside import make_beside_world
from tests.views.scene_conflicts import make_conflicts_world
from tests.views.scene_counts import make_counts_world
from tests.views.scene_forms import make_forms_world, make_look_world
from tests.views.scene_goals import make_goals_world
from tests.views.scene_kinds import make_kinds_world
from tests.views.scene_patient import make_patient_world
from tests.views.scene_photos import make_photos_world
from tests.views.scene_waiting import make_waiting_world
from tests.views.walk_review import make_review_world

T = TypeVar("T")
LANGUAGES = {"es": "es", "long": LONG.code, "turned": MIRRORED.code}


def received(ago: timedelta) -> VisitStatus:
    return VisitStatus(VisitState.RECEIVED, received_at=now() - ago)


def busy_world() -> World:
    world = make_world()
    week = timedelta(days=7)
    add_visit(
        world, 0, week, status=received(week), answers=make_answers(5, 4, 3, 0, 6, 2, 1, Absent.DECLINED, 4)
    )
    add_visit(
        world,
        0,
        timedelta(hours=5),
        status=received(timedelta(hours=4)),
        answers=make_answers(7, 4, 3, 0, 6, 2, Absent.COULD_NOT_ANSWER, 3, 4),
        note="Slept in the chair. Breathing easier sitting up.\nDaughter has the new dose; will call on Thursday.",
    )
    add_visit(
        world, 1, timedelta(hours=3), status=VisitStatus(VisitState.ON_DEVICE), answers=make_answers(2, 3)
    )
    add_visit(
        world,
        5,
        timedelta(hours=2),
        status=VisitStatus(VisitState.SENDING),
        note="Telephone check.",
        modality=Modality.TELEPHONE,
    )
    add_visit(
        world,
        2,
        timedelta(days=1),
        status=VisitStatus(VisitState.REFUSED, reason="the member is not in your team any more"),
        answers=make_answers(4),
        setting=Setting.NURSING_HOME_LONG,
    )
    add_visit(
        world,
        0,
        timedelta(minutes=25),
        answers=make_answers(7, 4, None, 0, Absent.DECLINED),
        note="Slept in the chair.",
    )
    state = SyncState(
        SyncWord.NO_NETWORK,
        "No network. Everything is kept on this device.",
        3,
        1,
        now() - timedelta(hours=4),
    )
    world.sync = state
    return world


def framed(n: int) -> dict[str, Answer]:
    """What the log reads beside the scores: kind, address, line of business, provider organization."""
    said = {
        KIND: (VisitKind.ROUTINE, VisitKind.FIRST, VisitKind.CANNOT_SPEAK)[n % 3].value,
        evv.ADDRESS: (evv.ON_RECORD, evv.ON_RECORD, evv.ELSEWHERE)[n % 3],
        evv.LINE_OF_BUSINESS: ("Medicaid", "Medicare Advantage")[n % 2],
        evv.ORGANISATION: ("Golden Valley Home Care", "Sierra Palliative")[n // 5 % 2],
    }
    return {link_id: Answer(now(), value) for link_id, value in said.items()}


def team_world(count: int = 64) -> World:
    world = make_world()
    nurses = [PersonRef("Practitioner/ana", "Ana Ruiz, RN"), PersonRef("Practitioner/tom", "Tomás Okoye, RN")]
    for n in range(count):
        add_visit(
            world,
            n % 10,
            timedelta(hours=5 + 7 * n),
            status=received(timedelta(hours=4 + 7 * n)),
            answers=make_answers((n * 3) % 11, 4, 2) | framed(n),
            nurse=nurses[n % 2],
            modality=list(Modality)[n % 3],
            setting=list(Setting)[n % 6],
            note="As before.",
        )
    return world


TWO = [
    UserOnDevice("s1", "Ana Ruiz, RN", LockKind.PIN, 2),
    UserOnDevice("s2", "Maria Santos, RN", LockKind.PIN, 0),
]


class QuickSignIn(DoubleDevice):
    """Signs in by itself and is in the middle of its first load."""

    async def start_sign_in(self, plan: PlanInfo) -> DoubleSignIn:
        attempt = await super().start_sign_in(plan)
        attempt.back.set_result(object())
        self.world.sync = SyncState(
            SyncWord.WORKING, "Talking to the plan…", 0, 0, None, progress=(640, 2_100)
        )
        return attempt


def make_device(scene: str) -> DoubleDevice:
    if scene == "supervisor":
        return DoubleDevice(team_world(), role=Role.SUPERVISOR)
    if scene == "fresh":
        return DoubleDevice(busy_world(), users=[])
    if scene in ("pin", "phrase"):
        kind = LockKind.PIN if scene == "pin" else LockKind.PASSPHRASE
        return QuickSignIn(busy_world(), users=[], lock_kind=kind)
    if scene == "alerts":
        return DoubleDevice(make_alerts_world())
    if scene == "morning":
        return DoubleDevice(make_morning())
    if scene == "beside":
        return DoubleDevice(make_beside_world())
    if scene == "look":
        return DoubleDevice(make_look_world())
    if scene.startswith("waiting-"):
        return DoubleDevice(make_waiting_world(scene.removeprefix("waiting-")))
    if scene == "conflicts":
        return DoubleDevice(make_conflicts_world())
    if scene == "counts":
        return DoubleDevice(make_counts_world())
    if scene == "kinds":
        return DoubleDevice(make_kinds_world())
    if scene in ("review", "asked"):
        return DoubleDevice(make_review_world(), role=Role.SUPERVISOR if scene == "review" else Role.NURSE)
    if scene == "photos":
        return DoubleDevice(make_photos_world())
    if scene == "person":
        return DoubleDevice(make_patient_world())
    if scene == "goals":
        return DoubleDevice(make_goals_world())
    if scene == "forms-team":
        return DoubleDevice(make_forms_world(), role=Role.SUPERVISOR)
    if scene in ("forms", "proxy", "call"):
        by = AnsweredBy.FAMILY if scene == "proxy" else None
        how = Modality.TELEPHONE if scene == "call" else Modality.IN_PERSON
        return DoubleDevice(make_forms_world(answered_by=by, modality=how))
    if scene == "empty":
        return DoubleDevice(make_world(0))
    device = DoubleDevice(busy_world(), users=TWO if scene == "lock-two" else None)
    if scene == "lock-busy":
        device.busy = True
    if scene == "lock-damaged":
        device.error = StoreDamaged()
    if scene == "lock-key":
        device.error = KeyMissing()
    if scene == "lock-cipher":
        device.error = NoCipher()
    if scene == "lock-wait":
        device.wait = 30
    if scene == "signin":
        device.world.sync = replace(
            device.world.sync, word=SyncWord.SIGN_IN, sentence="Sign in to send 3 visits."
        )
    return device


def _take(scene: str, known: dict[str, T], usual: T) -> tuple[str, T]:
    """The scene without its first word where that is known, and what the word stands for."""
    first, _, rest = scene.partition("-")
    return (rest, known[first]) if first in known and rest else (scene, usual)


async def main(page: ft.Page) -> None:
    scene = (page.route or "/").strip("/") or "nurse"
    scene, language = _take(scene, LANGUAGES, ENGLISH)
    scene, size = _take(scene, {"large": 200}, 100)
    device = make_device(scene)
    if size != 100 or language != ENGLISH:
        device.found = [replace(one, look=Look(text=size, language=language)) for one in device.found]

    async def open_url(_: str) -> None:
        """The sign-in page is not real here; it answers at once."""

    await show(page, device, open_url=open_url, plan_url="https://plan.example.org")


if __name__ == "__main__":
    assets = Path(__file__).resolve().parents[2] / "assets"
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8571
    ft.run(main, view=None, host="127.0.0.1", port=port, no_cdn=True, assets_dir=str(assets))
