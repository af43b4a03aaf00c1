"""What a push costs over bare HTTP: the same bytes in the same transactions to the same backend."""

from __future__ import annotations

from benchmarks.lines import Line, Measured, Peer, at_most
from benchmarks.pushing import make_load, post_bare, push_anew
from benchmarks.registry import Setting
from benchmarks.sync_plan import SyncPlan
from benchmarks.sync_visits import VISITS


def run(setting: Setting) -> Measured:
    """Each round has nurses and a device of its own; the first round is not counted."""
    visits = setting.size(VISITS, 12)
    ours, floor = [], []
    with SyncPlan(setting.place / "plan") as plan:
        for turn in range(setting.rounds(7) + 1):
            load, bare = make_load(plan, f"push.{turn}", visits), make_load(plan, f"bare.{turn}", visits)
            took = push_anew(setting.place / f"device-{turn}", plan, load)
            least = post_bare(plan.base_url, bare.nurse.token, bare.bodies())
            if turn:
                ours.append(took * 1000)
                floor.append(least * 1000)
    peer = Peer("bare httpx, four requests at a time", tuple(floor))
    line = Line(f"{visits} visits sent and settled", "ms", tuple(ours), (at_most(1.3, "ratio"),), peer)
    return Measured((line,), about={"visits": visits, "resources": load.resources})
