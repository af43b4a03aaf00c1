"""Wrong addresses, wrong secrets, two windows, and a window that goes away."""

from __future__ import annotations

import re
import socket
from pathlib import Path

from playwright.sync_api import Playwright

from tests.support.browser import PHONE, browsing
from tests.support.keyring_session import has_gnome_keyring
from tests.support.plan_server import PlanServer
from tests.support.processes import free_port, start_app
from tests.support.tablet import Person, Tablet


def test_a_wrong_address_is_a_sentence_a_wrong_secret_is_counted_and_a_second_window_takes_over(
    plan: PlanServer, env: dict[str, str], playwright: Playwright, tmp_path: Path
) -> None:
    """On a phone, from nothing: one program, one first run, two windows."""
    app, link = start_app(tmp_path / "data", free_port(), env)
    with app:
        with browsing(playwright, tmp_path / "browser", PHONE) as window:
            window.open(link)
            _give_wrong_addresses(Tablet(window))
            _let_a_second_window_take_over(Tablet(window), plan)
        assert app.end() == 0


def _give_wrong_addresses(nurse: Tablet) -> None:
    window = nurse.window
    nurse.give_plan_address("not an address")
    window.see_text("That does not look like a plan address")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound and not listening: a connection is refused
        nurse.give_plan_address(f"http://127.0.0.1:{nobody.getsockname()[1]}")
        window.see_text("Nothing answers at that address")
    nurse.give_plan_address(window.page.url)
    window.see_text(re.compile("not a health plan's record server|sign in to it first"))


def _let_a_second_window_take_over(nurse: Tablet, plan: PlanServer) -> None:
    window, person = nurse.window, plan.nurse
    wrong = Person("", "", "394857" if has_gnome_keyring() else "five words that are wrong")
    nurse.first_run(plan.url, person)
    window.see("today-start")

    second_window = window.new_tab()
    second_window.open(window.page.url)
    second = Tablet(second_window, "second")
    second.unlock(person)
    second_window.see_text("already open in another window")
    second.shot("already-open")
    second.unlock(wrong)
    second_window.see_text("not right")
    assert window.by_id("today-start").count(), "a wrong secret must not take a window over"
    second.shot("wrong")
    second.unlock(person)
    second_window.see("today-start")
    window.see("lock-secret")
    window.see_text("opened in another window, so this one is locked")
    nurse.shots = "second"
    nurse.shot("taken")

    second_window.tap("nav-settings")
    second_window.tap("settings-lock")
    second_window.see("lock-secret")
    second.unlock(wrong)
    second_window.see_text("not right")
    second.unlock(person)
    second_window.see("today-start")
