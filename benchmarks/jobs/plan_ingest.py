"""Visits a second from 50 devices at once into the backend, beside two servers that we did not write.

All take the same transactions in turns. Ours is on the disk when it answers, checked, indexed, audited and guarded by
rights; what the others do not do stands in their names.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

from benchmarks.ingest import A_VISIT, DEVICES, add_senders, post_all, serving_peer, serving_plan
from benchmarks.lines import Line, Measured, Peer, at_least
from benchmarks.registry import NotRun, Setting

PEERS = {
    "sekmet": "sekmet-fhir 0.1.1, strict, one user",
    "medplum": "Medplum FhirRouter 5.2.13, in memory: nothing on a disk, no rollback, no users",
}
OURS = {"SQLite": False, "PostgreSQL": True}
EACH = 4
"""Visits of a device in a round."""


def run(setting: Setting) -> Measured:
    """Each round posts new visits everywhere; the first one is not counted."""
    devices, each = setting.size(DEVICES, 5), setting.size(EACH, 2)
    rates: dict[str, list[float]] = {name: [] for name in (*OURS, *PEERS)}
    missing: dict[str, str] = {}
    with ExitStack() as stack:
        bases: dict[str, tuple[str, list[str]]] = {}
        for name, postgres in OURS.items():
            plan = stack.enter_context(serving_plan(setting.place / name, postgres=postgres))
            senders = add_senders(plan, devices)
            stack.enter_context(plan)
            bases[name] = plan.base_url, [one.nurse.token for one in senders]
        for name in PEERS:
            try:
                base_url, token = stack.enter_context(serving_peer(name, setting.place / name))
            except NotRun as error:
                missing[name] = str(error)
                continue
            bases[name] = base_url, [token] * devices
        for turn in range(setting.rounds(5) + 1):
            bodies = [one.bodies(f"{turn}/{number}", each) for number, one in enumerate(senders)]
            for name, (base_url, tokens) in bases.items():
                rate = asyncio.run(post_all(base_url, tokens, bodies))
                if turn:
                    rates[name].append(rate)
    lines = tuple(
        Line(
            f"visits taken, {ours}, beside {peer}",
            "visits/s",
            tuple(rates[ours]),
            (at_least(1.0, "ratio"),),
            Peer(PEERS[peer], tuple(rates[peer]), missing.get(peer, "")),
        )
        for ours in OURS
        for peer in PEERS
    )
    return Measured(
        lines, about={"devices": devices, "visits a round": devices * each, "resources a visit": A_VISIT}
    )
