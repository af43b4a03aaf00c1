"""What a nurse does on the visit page, by the names in docs/test-ids.md: sections, answers, entries, words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.support import page_scripts
from tests.support.browser import SLOW, Window
from tests.support.tablet import Tablet


@dataclass
class Chart:
    """The visit page in a nurse's hands."""

    nurse: Tablet

    @property
    def window(self) -> Window:
        return self.nurse.window

    def expect(self, identifier: str, state: str) -> None:
        """Wait until it is "chosen", "open" or "closed"."""
        try:
            self.window.wait(page_scripts.HAS_STATE, [identifier, state], SLOW)
        except PlaywrightTimeout:
            self.window.shot("failed")
            raise AssertionError(self.window.tell(f"{identifier} is not {state}")) from None

    def open_section(self, section: str) -> None:
        """By a tap, where the kind of the visit has not opened it."""
        if self.window.scroll_to(f"section-{section}").get_attribute("aria-expanded") != "true":
            self.window.tap(f"section-{section}")
        self.expect(f"section-{section}", "open")

    def close_section(self, section: str) -> None:
        self.window.tap(f"section-{section}")
        self.expect(f"section-{section}", "closed")

    def pick(self, *identifiers: str) -> None:
        """Tap each answer and wait until it is shown as chosen, which is after the commit."""
        for identifier in identifiers:
            self.window.tap(identifier)
            self.expect(identifier, "chosen")

    def pick_in(self, entry: str, *identifiers: str) -> None:
        self.pick(*(f"{entry}-{one}" for one in identifiers))

    def could_not(self, item: str, why: str) -> None:
        """A number that could not be given, and its cause: "sleepy", "confused", "no-words"."""
        self.pick(f"{item}-could-not", f"{item}-{why}")

    def write(self, words: Mapping[str, str], entry: str = "") -> None:
        for item, text in words.items():
            self.window.fill(f"{entry}-{item}" if entry else item, text, at_once=True)
        # taps on buttons reach the app as actions, and leave the cursor in the field: when a button far below is
        # drawn anew, the page would jump back to it. A tap beside everything takes the cursor away.
        self.window.click(self.window.see("visit-saved"))

    def measure_again(self, item: str, number: int, done: str) -> None:
        self.window.tap(f"{item}-again")
        self.write({f"{item}-again-done": done})
        self.window.tap(f"{item}-again-{number}")
        self.window.gone(f"{item}-again-{number}")

    def add_entry(self, group: str, option: str) -> str:
        """One more person, referral, …; returns the id of its entry, known by an `option` that each entry offers."""
        before = self._entries(option)
        self.window.tap(f"{group}-add")
        self.window.wait(page_scripts.ARE_MORE, [f"-{option}", len(before)], SLOW)
        (made,) = self._entries(option) - before
        return made

    def _entries(self, option: str) -> set[str]:
        found = self.window.page.locator(f'[flt-semantics-identifier$="-{option}"]')
        names = found.evaluate_all(page_scripts.NAMES)
        return {name.removesuffix(f"-{option}") for name in names}

    def find_medicine(self, name: str) -> str:
        """Begin of the test names of the medicine with this name on the list."""
        chips = self.window.by_prefix("medicine-").filter(has_text=f"{name}: As listed")
        (found,) = chips.evaluate_all(page_scripts.NAMES)
        return str(found).removesuffix("-as-listed")

    def words_of(self, identifier: str) -> str:
        """What is written on it, for screen readers too."""
        return self.window.see(identifier).inner_text()

    def find_in_entries(self, item: str) -> list[str]:
        """Test names of this question in all entries that show it."""
        found = self.window.page.locator(f'[flt-semantics-identifier$="-{item}"]')
        return [str(name) for name in found.evaluate_all(page_scripts.NAMES)]
