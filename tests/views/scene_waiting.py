"""Sent & waiting in its states, for looking at."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from app.domain.alert import PRIVATE_TEXT
from app.services.models import SyncState, SyncWord
from app.services.sending_models import (
    Blocker,
    DayEnd,
    Do,
    ReceivedLine,
    RefusedBefore,
    SendingPage,
    WaitingLine,
    Why,
)
from app.store.outbox_kinds import GroupKind
from tests.views.doubles import World, add_visit, make_answers, make_world, now

NAMES = (
    "Colón Ríos, María",
    "Nguyễn, Văn Thọ",
    "Okafor, Grace",
    "Petrov, Nikolaĭ",
    "Alvarado-Montgomery, Guadalupe Concepción",
    "Whitfield, James",
)
OFFLINE = "No network. Everything is kept on this device."


def make_line(number: int, kind: GroupKind, why: Why, hours: float, kb: int = 48) -> WaitingLine:
    at = now()
    person = number % len(NAMES)
    return WaitingLine(
        group_id=f"g{number}",
        kind=kind,
        patient_id=f"p{person}",
        patient_name=NAMES[person],
        visit_id=f"g{number}" if kind is GroupKind.VISIT else None,
        began_at=at - timedelta(hours=hours + 1) if kind is GroupKind.VISIT else None,
        since=at - timedelta(hours=hours),
        kb=kb,
        why=why,
    )


def _received() -> tuple[ReceivedLine, ...]:
    at = now()
    return tuple(
        ReceivedLine(
            f"r{n}",
            GroupKind.ALERT if n == 1 else GroupKind.VISIT,
            f"p{n}",
            NAMES[n],
            None if n == 1 else f"r{n}",
            at - timedelta(hours=7 * n + 2),
            at - timedelta(hours=7 * n + 1),
            "Pain 9 of 10" if n == 1 else "",
        )
        for n in range(5)
    )


def make_waiting_world(scene: str) -> World:
    """`offline`, `sign-in`, `pass`, `done`, `never`; `corrected`: a draft that the plan had refused, on Today."""
    world = make_world()
    at = now()
    if scene == "corrected":
        add_visit(world, 1, timedelta(hours=2), answers=make_answers(7, 4), note="Slept in the chair.")
        world.refused["v0"] = RefusedBefore(
            "the member is not in your team any more", at - timedelta(hours=1)
        )
        return world
    visits = [
        make_line(0, GroupKind.VISIT, Why.NO_NETWORK, 5, 214),
        make_line(1, GroupKind.VISIT, Why.NO_NETWORK, 3, 180),
        make_line(2, GroupKind.VISIT, Why.ASKED, 2, 96),
    ]
    refused = replace(
        make_line(4, GroupKind.VISIT, Why.REFUSED, 26, 120),
        said="the member is not in your team any more",
        do=(Do.CORRECT, Do.TRY_AGAIN, Do.CALL),
        refusals=2,
        refused_at=at - timedelta(minutes=4),
    )
    two = replace(make_line(3, GroupKind.TASK, Why.CONFLICT, 4, 2), conflict=1, do=(Do.CHOOSE,))
    addendum = replace(
        make_line(10, GroupKind.ADDENDUM, Why.BEHIND, 20, 3),
        blocker=Blocker("g4", GroupKind.VISIT, NAMES[4], True),
    )
    picture = make_line(6, GroupKind.ATTACHMENT, Why.LAST, 5, 780)
    parts = replace(make_line(5, GroupKind.VISIT, Why.ARRIVING, 1, 300), parts=(12, 17), attempts=2)
    alert = replace(
        make_line(7, GroupKind.ALERT, Why.NO_NETWORK, 0.2, 2),
        about="Pain 9 of 10",
        began_at=at - timedelta(minutes=12),
    )
    breath = replace(alert, group_id="g13", about="Shortness of breath 8 of 10")
    private = replace(alert, group_id="g14", about=PRIVATE_TEXT)
    waiting = (alert, breath, private, *visits, parts, addendum, picture)
    sync = SyncState(SyncWord.NO_NETWORK, OFFLINE, 5, 2, at - timedelta(hours=6), None, 1, 3)
    if scene == "sign-in":
        waiting = tuple(replace(one, why=Why.SIGN_IN) for one in visits)
        sync = SyncState(SyncWord.SIGN_IN, "Sign in to send 3 visits.", 3, 0, at - timedelta(hours=6))
    if scene == "pass":
        waiting = tuple(replace(one, why=Why.NOW) for one in (*visits, picture))
        sync = replace(sync, word=SyncWord.WORKING, sentence="Talking to the plan…", progress=(12, 40))
    if scene in ("done", "never"):
        ever = at - timedelta(minutes=3) if scene == "done" else None
        world.sync = SyncState(
            SyncWord.OK if ever else SyncWord.NEVER,
            "Not yet connected to the plan from this device.",
            0,
            0,
            ever,
        )
        world.sending = SendingPage(
            received=_received() if ever else (), last_success_at=ever, day=DayEnd(ever=ever is not None)
        )
        return world
    aside = (refused, two) if scene == "offline" else ()
    world.sync = sync
    world.sending = SendingPage(
        waiting=waiting,
        set_aside=aside,
        received=_received(),
        last_success_at=sync.last_success_at,
        day=DayEnd(
            1 if scene == "offline" else 0,
            Counter(one.kind for one in waiting),
            Counter(one.kind for one in aside),
            sign_in=scene == "sign-in",
        ),
        supervisor_phone="(559) 555-0100",
    )
    return world
