"""2,000 resources reach the plan: beside PouchDB to its own server, and beside bare HTTP to another FHIR server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.lines import Line, Measured, Peer, at_least
from benchmarks.pouch import CAVEAT, NAME, start_pouch, why_not
from benchmarks.pushing import make_load, post_bare, push_anew
from benchmarks.registry import Setting
from benchmarks.sync_plan import SyncPlan
from benchmarks.sync_visits import VISITS, resources_of
from tests.support.sekmet import ROOT, Sekmet, start_sekmet

AIM, FLOOR, BARE = 1.0, 0.6, 2.0
SEKMET = "bare httpx → sekmet-fhir 0.1.1"


@contextmanager
def _sekmet(place: Path) -> Iterator[Sekmet | None]:
    if not (ROOT / ".peer-venv" / "bin" / "sekmet").exists():
        yield None
        return
    place.mkdir(parents=True)
    with start_sekmet(place) as sekmet:
        yield sekmet


def run(setting: Setting) -> Measured:
    """Each round pushes the same records by each way, each server new; the first round is not counted."""
    visits = setting.size(VISITS, 12)
    ours: list[float] = []
    pouch_rates: list[float] = []
    sekmet_rates: list[float] = []
    absent = why_not()
    for turn in range(setting.rounds(5) + 1):
        place = setting.place / f"round-{turn}"
        with SyncPlan(place / "plan") as plan:
            load = make_load(plan, f"push.{turn}", visits)
            ours.append(load.resources / push_anew(place / "device", plan, load))
        bodies = load.bodies()
        if not absent:
            with start_pouch(place / "pouch") as pouch:
                pouch_rates.append(pouch.replicate(list(resources_of(bodies))).push)
        with _sekmet(place / "sekmet") as sekmet:
            if sekmet is not None:
                sekmet_rates.append(load.resources / post_bare(sekmet.base_url, sekmet.token, bodies))
    what = f"{load.resources} resources of about 2 KB as {visits} visits"
    by_pouch = Peer(NAME, why_not=absent) if absent else Peer(f"{NAME}, batch 100", tuple(pouch_rates[1:]))
    by_sekmet = (
        Peer(SEKMET, tuple(sekmet_rates[1:]))
        if sekmet_rates
        else Peer(SEKMET, why_not="sekmet is not installed")
    )
    lines = (
        Line(what, "docs/s", tuple(ours[1:]), (at_least(FLOOR, "ratio"),), by_pouch, note=_told(CAVEAT)),
        Line(f"{what}, beside sekmet", "docs/s", tuple(ours[1:]), (at_least(BARE, "ratio"),), by_sekmet),
    )
    return Measured(lines, about={"resources": load.resources, "visits": visits})


def _told(caveat: str) -> str:
    return f"{caveat} The aim is {AIM}, the bound {FLOOR}."
