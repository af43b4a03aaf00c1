"""No patient's name, no note and no token in any file that the app wrote: open, killed, and closed."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Playwright

from app.store import sessions
from app.store.vault import Vault
from tests.memory.memory_search import count_in_memory
from tests.support.browser import browsing
from tests.support.plan_server import PlanServer
from tests.support.processes import free_port, start_app
from tests.support.readers import RECEIVED
from tests.support.tablet import PULL, Person, Tablet

NOTE = "Quillfeather asked whether Marzipanova may sleep beside her."
FORGETS = 45.0
"""Seconds; a machine under load gets its time."""
SHORTEST = 5
"""Shorter names would turn up in random bytes by chance."""


def _names(plan: PlanServer) -> set[str]:
    """Every part of every name, address and telephone number that the app has pulled."""
    found: set[str] = set()
    for patient in plan.patients():
        for name in patient.get("name", []):
            found |= {*name.get("given", []), name.get("family", ""), name.get("text", "")}
        for address in patient.get("address", []):
            found |= {*address.get("line", []), address.get("city", "")}
        found |= {point.get("value", "") for point in patient.get("telecom", [])}
    return {text for text in found if len(text) >= SHORTEST}


def _files(*roots: Path) -> Iterator[Path]:
    for root in roots:
        yield from (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())


def _find(markers: set[str], *roots: Path) -> list[str]:
    """(file, marker) of every marker found, in UTF-8 or UTF-16, in contents or names."""
    spelled = [(marker, form) for marker in markers for form in (marker.encode(), marker.encode("utf-16-le"))]
    hits = []
    for path in _files(*roots):
        raw = path.read_bytes() + str(path).encode()
        hits += [f"{path.name}: {marker}" for marker, form in spelled if form in raw]
    return hits


def _settled(pid: int, held: dict[str, bytes]) -> dict[str, int]:
    """Copies in the memory of a locked app, which writes over them a second after its store has closed."""
    deadline = time.monotonic() + FORGETS
    while any((found := count_in_memory(pid, held)).values()) and time.monotonic() < deadline:
        pass
    return found


async def _tokens(data: Path, secret: str) -> set[str]:
    """What the app holds of the plan's tokens, read with the secret from a copy of its files."""
    vault = Vault(data, None)
    store = await vault.unlock(vault.users()[0].store_id, secret)
    try:
        row = await store.read(sessions.find)
    finally:
        await store.close()
    assert row is not None
    assert row.access_token
    assert row.refresh_token
    return {row.access_token, row.refresh_token}


def in_a_thread(work: Coroutine[None, None, set[str]]) -> set[str]:
    """The browser driver occupies this thread's event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result(60)


def test_files_hold_no_name_no_note_and_no_token(
    plan: PlanServer,
    plain_env: dict[str, str],
    playwright: Playwright,
    tmp_path: Path,
) -> None:
    home, temporary, data = Path(plain_env["HOME"]), tmp_path / "temporary", tmp_path / "data"
    temporary.mkdir()
    env = {**plain_env, "TMPDIR": str(temporary)}
    person = Person(plan.nurse.username, plan.nurse.password)
    markers = _names(plan) | {NOTE, "Quillfeather", "Marzipanova"}
    assert len(markers) > 20
    port = free_port()
    app, link = start_app(data, port, env)
    with ExitStack() as ending, app, browsing(playwright, tmp_path / "browser") as window:
        nurse = Tablet(window)
        window.open(link)
        nurse.first_run(plan.url, person)
        window.see("today-start")
        name = nurse.first_person()
        nurse.begin_visit(name)
        nurse.score("esas-pain", 9)
        nurse.answered_by("patient")
        nurse.write_note(NOTE)
        window.see("visit-saved")
        assert _find(markers, data, temporary, home) == [], "while the app is open"
        app.kill()
        assert _find(markers, data, temporary, home) == [], "after SIGKILL"
        copy = tmp_path / "copy"
        shutil.copytree(data, copy)
        tokens = in_a_thread(_tokens(copy, person.secret))
        assert _find(tokens, data, temporary, home) == [], "tokens, after SIGKILL"

        again, _ = start_app(data, port, env)
        ending.enter_context(again)
        nurse.unlock(person)  # the tab finds the new program by itself
        window.see_text("Continue the visit you began")
        window.tap(window.by_prefix("today-draft-").first)
        nurse.leave_and_sign()
        window.see_text(RECEIVED, timeout=PULL)
        window.tap("nav-settings")
        window.tap("settings-lock")
        window.see("lock-secret")
        if os.geteuid() == 0:  # nobody else may read the app's memory
            held = {"note": NOTE.encode(), "person": name.encode(), "secret": person.secret.encode()}
            assert _settled(again.process.pid, held) == dict.fromkeys(held, 0), "in the locked app's memory"
        assert again.end() == 0
    logs = [path for path in _files(data) if path.name.endswith("-wal") and path.stat().st_size]
    assert not logs, "a clean end leaves nothing in a write-ahead log"
    assert _find(markers | tokens | {person.password}, data, temporary, home) == [], "after a clean end"
    assert _find({person.secret}, data, temporary, home) == []
