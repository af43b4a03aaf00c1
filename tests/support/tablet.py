"""What a nurse or supervisor does in the app's window, by the names in docs/test-ids.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, Playwright, expect

from tests.support import page_scripts
from tests.support.browser import SLOW, Window, browsing
from tests.support.processes import Program, free_port, start_app

PIN = "604938"
PULL = 90_000
"""Milliseconds for the first load, and for what the app does by itself when the plan is back."""


TRIES = 4
"""How often a secret is typed into a screen that is still being drawn."""


@dataclass
class Person:
    """A user of the plan, and what unlocks her records on this device."""

    username: str
    password: str
    secret: str = ""


@dataclass
class Tablet:
    """A window of the app in somebody's hands."""

    window: Window
    shots: str = ""
    """Beginning of the names of its pictures; nothing is kept without one."""

    def shot(self, name: str) -> None:
        if self.shots:
            self.window.shot(f"{self.shots}-{name}")

    # first run and lock

    def give_plan_address(self, url: str) -> None:
        self.window.fill("first-run-plan", url)
        self.window.tap("first-run-check")

    def sign_in(self, person: Person) -> None:
        """From the checked address through the plan's own page, and back with the secret still to choose."""
        self.window.see("first-run-sign-in")
        self.shot("plan-found")
        with self.window.context.expect_page(timeout=SLOW) as opened:
            self.window.tap("first-run-sign-in")
        page = opened.value
        self.sign_in_at_plan(page, person)
        page.close()

    def sign_in_at_plan(self, page: Page, person: Person) -> None:
        """The plan's sign-in page is plain HTML in a tab of its own."""
        page.locator("input[name=username]").fill(person.username, timeout=SLOW)
        page.locator("input[name=password]").fill(person.password)
        if self.shots:
            Window(page, self.window.context).shot(f"{self.shots}-sign-in-page")
        page.locator("button[value=sign-in]").click()
        page.wait_for_url(re.compile(r"/callback"), timeout=SLOW)

    def choose_secret(self, person: Person) -> None:
        """A PIN where the system has a keystore, else the five words that the app shows."""
        first = self.window.page.locator(
            '[flt-semantics-identifier="first-run-pin"], [flt-semantics-identifier="first-run-phrase-written"]'
        ).first
        first.wait_for(state="attached", timeout=SLOW)
        if first.get_attribute("flt-semantics-identifier") == "first-run-pin":
            person.secret = PIN
            self.window.fill("first-run-pin", PIN)
            self.shot("pin")
            self.window.tap("first-run-pin-continue")
            self.window.see("first-run-pin-again")
            self.window.fill("first-run-pin-again", PIN)
            self.window.tap("first-run-pin-continue")
        else:
            words = re.search(r"\b([a-z]{3,}(?:[ -][a-z]{3,}){4})\b", self._phrase_card())
            assert words is not None, f"no five words on the screen: {self.window.words()}"
            person.secret = words.group(1)
            self.shot("five-words")
            self.window.tap("first-run-phrase-written")
            self.window.fill("first-run-phrase", person.secret)
            self.window.tap("first-run-phrase-continue")

    def _phrase_card(self) -> str:
        parts = self.window.words().split(" | ")
        return next((part for part in parts if len(part.split()) == 5 and part.islower()), "")

    def finish_first_load(self) -> None:
        """Wait until everything is here, then go to the first screen."""
        self.window.see("first-run-open-today", timeout=PULL)
        self.window.see_text("Everything is here", timeout=PULL)
        self.shot("loaded")
        self.window.tap("first-run-open-today")

    def first_run(self, plan_url: str, person: Person) -> None:
        self.window.see("first-run-plan")
        self.shot("first-run")
        self.give_plan_address(plan_url)
        self.sign_in(person)
        self.choose_secret(person)
        self.finish_first_load()

    def unlock(self, person: Person) -> None:
        self.window.see("lock-secret", timeout=60_000)
        for _ in range(TRIES):
            self.window.fill("lock-secret", person.secret)
            # A tab that has just found a new program may be drawn once more, with an empty field: one types again.
            if self.window.until(page_scripts.READY, "lock-unlock"):
                break
        self.window.tap("lock-unlock")

    # a visit

    def first_person(self) -> str:
        """The name of the first in the list, as her own page says it."""
        self.window.tap("nav-patients")
        row = self.window.by_prefix("patients-row-").first
        row.wait_for(state="attached")
        found = re.match(r"(.+?)\s+(\d+ years|Age not)", row.inner_text())
        assert found is not None
        return as_said(found.group(1))

    def open_person(self, name: str) -> None:
        """By searching, as with a caseload of two hundred; until her page has taken the place of somebody else's."""
        self.window.tap("nav-patients")
        self.window.fill("patients-search", name, at_once=True)
        row = _naming(self.window.by_prefix("patients-row-"), name).first
        if not row.count():
            expect(self.window.by_prefix("patients-row-")).to_have_count(1, timeout=SLOW)
            row = self.window.by_prefix("patients-row-").first
        self.window.tap(row)
        expect(_naming(self.window.by_id("patient-name"), name)).to_be_attached(timeout=SLOW)

    def begin_visit(self, name: str, *choices: str) -> None:
        """`choices` where it is not in person at home: "video", "nursing-home-long-stay"."""
        self.open_person(name)
        self.window.see("patient-new-visit")
        self.shot("person")
        self.window.tap("patient-new-visit")
        start = self.window.see("new-visit-start")
        # until the person is read the page moves down under the finger
        expect(start.locator(page_scripts.DISABLED)).to_have_count(0, timeout=SLOW)
        if choices:
            self.window.tap("new-visit-change")
        for choice in choices:
            self.window.tap(f"new-visit-{choice}")
            self.expect_chosen(f"new-visit-{choice}")
        self.shot("new-visit")
        self.window.tap("new-visit-start")
        self.window.see("visit-back")

    def score(self, item: str, answer: int | str) -> None:
        """Tap one cell (a number, or "could-not" / "declined") and wait until the app has stored it."""
        cell = f"{item}-{answer}"
        self.window.tap(cell)
        self.expect_chosen(cell)

    def score_all(self, answers: Mapping[str, int | str]) -> None:
        for item, answer in answers.items():
            self.score(item, answer)

    def expect_chosen(self, identifier: str) -> None:
        """The cell is shown as chosen, which the app does only after the commit."""
        expect(self._chosen(self.window.scroll_to(identifier))).to_be_attached(timeout=SLOW)

    def _chosen(self, cell: Locator) -> Locator:
        return cell.and_(
            self.window.page.locator("[aria-selected=true], [aria-current=true], [aria-pressed=true]")
        )

    def answered_by(self, who: str) -> None:
        self.window.tap(f"visit-answered-{who}")
        self.expect_chosen(f"visit-answered-{who}")

    def write_note(self, text: str) -> None:
        """At once, as by dictation; single letters are typed where an address, a password or a PIN is."""
        self.window.fill("visit-note", text, at_once=True)

    def say_what_comes_next(self) -> None:
        self.window.tap("poc-next-contact-week")
        self.expect_chosen("poc-next-contact-week")

    def leave_and_sign(self) -> None:
        self.say_what_comes_next()
        self.window.tap("visit-leave")
        self.window.scroll_to("visit-undo-leave")
        self.shot("left")
        self.window.tap("visit-sign")


@contextmanager
def in_hand(
    playwright: Playwright, data: Path, env: Mapping[str, str], shots: str = ""
) -> Iterator[tuple[Tablet, Program]]:
    """The app on this data directory in a browser of its own; both end gently at the end."""
    app, link = start_app(data, free_port(), env)
    with app, browsing(playwright, data.with_name(f"{data.name}-browser")) as window:
        window.open(link)
        yield Tablet(window, shots), app
        assert app.end() == 0


def as_said(listed: str) -> str:
    """ "Beer, Ike" of a list is "Ike Beer" on his page."""
    family, _, given = listed.partition(", ")
    return f"{given} {family}".strip()


def _naming(found: Locator, name: str) -> Locator:
    """Those that say every part of a name: a list has the family's name first, her own page the given one."""
    for part in re.findall(r"[^\s,]+", name):
        found = found.filter(has_text=part)
    return found
