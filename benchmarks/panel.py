"""A device with a large panel, as after a first load: `python -m benchmarks.panel DIR`.

The records go through the door of the pull (`app.sync.inbound`), so that every row, base copy and projection is what
a real device holds. No plan is needed, and none is reached: the device that comes out is offline. A panel that was
made before is copied: it lies under `.cache/benchmarks`, by what went into it.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import shutil
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from app.store import meta, passes, patients, sessions
from app.store.changes import Topic
from app.store.engine import Store
from app.store.sessions import SignInRow
from app.store.slots import KdfCost
from app.store.vault import Vault
from app.sync import plan_settings
from app.sync.inbound import Inbound, store_inbound
from app.sync.oauth import CLIENT_ID
from app.sync.pull import mark_joined
from benchmarks.people import NURSE, PanelMember, make_people, make_shared, make_users
from plan.demo_panel.load import SETTINGS

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache" / "benchmarks"
PEOPLE, VISITS = 100, 2_000
SECRET = "acorn breeze candle dolphin ember"  # noqa: S105 - opens made-up records only
NO_KDF = KdfCost(memory_kib=8, passes=1, lanes=1)
"""Next to nothing: what a key derivation costs is chosen, and measured by itself."""
NOWHERE = "http://127.0.0.1:9"
"""A plan that refuses every connection at once."""
_AT_ONCE = 10


async def make_panel(data: Path, people: int = PEOPLE, visits: int = VISITS, *, now: datetime) -> None:
    """Make the device in `data`, which must not exist. Its one user opens it with `SECRET`."""
    nurse = make_users()[NURSE]
    row = SignInRow(
        plan_url=f"{NOWHERE}/fhir",
        token_endpoint=f"{NOWHERE}/oauth/token",
        revocation_endpoint=None,
        client_id=CLIENT_ID,
        user_reference=f"Practitioner/{nurse.practitioner_id}",
        user_name=nurse.display_name,
        role=nurse.role,
        access_token="none",  # noqa: S106 - a plan that is not there asks for none
    )
    await asyncio.to_thread(data.mkdir, mode=0o700, parents=True)
    store = await Vault(data, None, cost=NO_KDF).create(
        user_reference=row.user_reference, user_name=row.user_name, plan_url=row.plan_url, secret=SECRET
    )
    try:
        await _fill(store, row, list(make_people(people, visits, now)), now)
    finally:
        await store.close()


async def _fill(store: Store, row: SignInRow, members: list[PanelMember], now: datetime) -> None:
    ids = frozenset(member.patient_id for member in members)

    def begin(connection: Connection) -> None:
        sessions.save(connection, row)
        meta.put(connection, plan_settings.META_KEY, json.dumps(SETTINGS))
        store_inbound(connection, [Inbound(make_shared(now))], ids, now)

    await store.write(begin, Topic.SIGN_IN)
    for start in range(0, len(members), _AT_ONCE):
        some = [Inbound(member.resources) for member in members[start : start + _AT_ONCE]]
        await store.write(lambda c, some=some: store_inbound(c, some, ids, now))  # type: ignore[misc]

    def finish(connection: Connection) -> None:
        patients.set_active_members(connection, ids)
        mark_joined(connection, ids)
        number = passes.begin(connection, now)
        passes.end(connection, number, at=now, outcome="ok")

    await store.write(finish)


def copy_panel(data: Path, people: int = PEOPLE, visits: int = VISITS) -> None:
    """A device with today's panel in `data`, which must not exist; made only where it was not made today before."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    kept = CACHE / f"panel-{people}-{visits}-{now:%Y%m%d}-{_fingerprint()}"
    if not kept.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        for old in CACHE.glob(f"panel-{people}-{visits}-*"):
            shutil.rmtree(old)
        fresh = kept.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        asyncio.run(make_panel(fresh, people, visits, now=now))
        fresh.rename(kept)
    shutil.copytree(kept, data)


def _fingerprint() -> str:
    """Of everything that makes a panel what it is."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _sources() -> Iterable[Path]:
    folders = ("app/store", "app/sync/fhir", "app/domain", "app/content", "plan/demo_panel")
    names = ("*.py", "*.json", "*.toml")
    found = (path for folder in folders for name in names for path in (ROOT / folder).rglob(name))
    return sorted((*found, Path(__file__), ROOT / "benchmarks" / "people.py"))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.panel", description=__doc__)
    parser.add_argument("data", type=Path, help="the data directory to make")
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--visits", type=int, default=VISITS)
    args = parser.parse_args()
    began = time.perf_counter()
    copy_panel(args.data, args.people, args.visits)
    sys.stdout.write(
        f"{args.people} people, {args.visits} visits in {args.data}, {time.perf_counter() - began:.1f} s.\n"
        f"hearthside app --web --data {args.data}\nThe five words: {SECRET}\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
