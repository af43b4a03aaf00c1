"""Draw the README's pictures anew, from the demo panel: `make screenshots`. Needs Chromium."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.browser import PHONE, TABLET, browsing  # noqa: E402 - after the path is set
from tests.support.keyring_session import has_gnome_keyring, keyring_session  # noqa: E402 - as above
from tests.support.processes import (  # noqa: E402 - as above
    Program,
    clean_environment,
    free_port,
    hearthside,
    start_app,
)
from tests.support.tablet import PULL, Person, Tablet  # noqa: E402 - as above

SEEN = ("Marcus D'Angelo-Whitfield", "Walter O'Dowd", "Dorothy Mae Freeman")
"""People of the demo panel's first nurse; the first has been visited before."""
TEAM = "North"
PICTURE_AT = "esas-drowsy"
NOTE = "Slept badly. Morphine before washing helped. Daughter knows whom to call at night."
SCORES: dict[str, int | str] = {
    "esas-pain": 6,
    "esas-tired": 7,
    "esas-drowsy": 4,
    "esas-nausea": 0,
    "esas-appetite": 5,
    "esas-sob": 3,
    "esas-depr": 2,
    "esas-anx": "declined",
    "esas-wb": 5,
}


@dataclass
class DemoPlan:
    """The plan backend with its demo panel."""

    program: Program
    url: str
    nurse: Person
    supervisor: Person


@contextmanager
def demo_plan(directory: Path, env: dict[str, str]) -> Iterator[DemoPlan]:
    serve = [
        "plan",
        "serve",
        "--demo",
        "--population",
        "--db",
        f"sqlite:///{directory / 'plan.db'}",
        "--port",
        "0",
    ]
    with hearthside(*serve, env=env) as program:
        url = program.wait_for(r"ready at (http://\S+)").group(1)
        people = json.loads((directory / "demo-sign-ins.json").read_text(encoding="utf-8"))["sign_ins"]
        first = {
            p["role"]: Person(p["username"], p["password"]) for p in reversed(people) if p["team"] == TEAM
        }
        yield DemoPlan(program, url, first["nurse"], first["supervisor"])
        program.end()


@contextmanager
def opened(
    playwright: Playwright,
    directory: Path,
    env: dict[str, str],
    size: tuple[int, int],
    url: str,
    person: Person,
    *,
    dark: bool = False,
) -> Iterator[Tablet]:
    """A new app in a new browser, signed in and loaded."""
    app, link = start_app(directory / "data", free_port(), env, "--plan", url)
    with app, browsing(playwright, directory / "browser", size, dark=dark) as window:
        tablet = Tablet(window)
        window.open(link)
        tablet.first_run(url, person)
        yield tablet
        app.end()


def document(tablet: Tablet, name: str, picture: str | None = None) -> None:
    """A whole visit with this person, signed; the picture is taken while the scale is being filled."""
    tablet.begin_visit(name)
    tablet.answered_by("patient")
    for item, answer in SCORES.items():
        tablet.score(item, answer)
        if picture and item == PICTURE_AT:
            tablet.window.shot(picture)
    tablet.write_note(NOTE)
    tablet.leave_and_sign()
    tablet.window.see("reading-back")


def working_day() -> str:
    """A time zone in which both now and the demo panel's past visits (about 18:00 UTC) fall into a working day."""
    now, past = datetime.now(UTC).hour, 18

    def oddness(shift: int) -> int:
        return max(abs((hour + shift) % 24 - 13) for hour in (now, past))

    return f"Etc/GMT{-min(range(-12, 15), key=oddness):+d}"


def main() -> None:
    os.environ["HEARTHSIDE_SHOTS"] = str(ROOT / "docs" / "screenshots")
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hearthside-pictures-")))
        for name in ("home", "plan", "tablet", "supervisor", "dark", "light"):
            (place / name).mkdir()
        env = {**clean_environment(place / "home"), "TZ": working_day()}
        if has_gnome_keyring():
            env = stack.enter_context(keyring_session(env))
        playwright = stack.enter_context(sync_playwright())
        with demo_plan(place / "plan", env) as plan:
            draw(playwright, place, env, plan)
    print(f"drawn in {os.environ['HEARTHSIDE_SHOTS']}")


def draw(playwright: Playwright, place: Path, env: dict[str, str], plan: DemoPlan) -> None:
    with opened(playwright, place / "tablet", env, TABLET, plan.url, plan.nurse) as tablet:
        document(tablet, SEEN[0], "visit-tablet-light")
        tablet.window.see_text(re.compile(r"Received by the plan \d\d:\d\d"), timeout=PULL)
        tablet.open_person(SEEN[1])
        tablet.window.see("patient-new-visit")
        tablet.window.see_text("How it has gone")
        tablet.window.shot("person-tablet-light")
        tablet.begin_visit(SEEN[1])
        tablet.score("esas-pain", 3)
        tablet.window.tap("nav-today")
        tablet.window.see_text("Received by the plan today")
        tablet.window.shot("today-tablet-light")
    with opened(playwright, place / "supervisor", env, TABLET, plan.url, plan.supervisor) as desk:
        desk.window.see_text(SEEN[0], timeout=PULL)
        desk.window.shot("review-tablet-light")
        desk.window.tap("nav-log")
        desk.window.see("log-sort")
        desk.window.see_text(SEEN[0])
        desk.window.shot("log-tablet-light")
        desk.window.tap("nav-team")
        desk.window.see_text("Ana Ruiz, RN", timeout=PULL)
        desk.window.shot("team-tablet-light")
    with opened(playwright, place / "dark", env, PHONE, plan.url, plan.nurse, dark=True) as phone:
        document(phone, SEEN[2], "visit-phone-dark")
    with opened(playwright, place / "light", env, PHONE, plan.url, plan.nurse) as phone:
        plan.program.end()
        phone.window.see_text("server does not answer", timeout=PULL)
        document(phone, SEEN[1])
        phone.window.see_text("Signed, only on this tablet")
        phone.window.tap("nav-waiting")
        phone.window.see("waiting-send")
        phone.window.shot("waiting-phone-light")


if __name__ == "__main__":
    main()
