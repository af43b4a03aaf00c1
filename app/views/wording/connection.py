"""Words of the connection test and of the log of contacts."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.services.sending_models import PassLine, PassWord
from app.sync.connection_steps import Finding, Step, StepState, Verdict
from app.views import say

TEST = "Test the connection"
TEST_TITLE = "Connection"
TEST_AGAIN = "Test again"
TEST_STOP = "Stop the test"
TEST_HELP = "Nothing of a patient is sent in this test, and what waits goes on meanwhile."
LOG, LOG_SHORT = "Log of contacts", "Log"
LOG_HELP = "What happened at each contact with the plan. It holds no names and nothing about patients."
LOG_EMPTY = "No contact yet."
SHARE = "Share this log"
PLAN_TIME, ROUND_TRIP, CLOCK = "The plan's time", "Answer came after", "This tablet's clock"

STEP = {
    Step.REACH: "Reach the plan's server",
    Step.TRUST: "It proves who it is",
    Step.PLAN: "It is your plan's record server",
    Step.CLOCK: "This tablet's date is right",
    Step.SIGN_IN: "It knows your sign-in",
}
STEP_STATE = {
    StepState.WAITS: "not yet tried",
    StepState.RUNS: "trying…",
    StepState.GOOD: "yes",
    StepState.BAD: "no",
    StepState.SKIPPED: "not tried",
}
VERDICT: dict[Verdict, tuple[str, str]] = {
    Verdict.WELL: ("All is well.", "What waits goes by itself."),
    Verdict.NO_NETWORK: (
        "There is no network here.",
        "Go on working; everything is kept. Try near a window, or with mobile data on.",
    ),
    Verdict.PORTAL: (
        "This network wants you to sign in to it first.",
        "Open a web page on this tablet, accept the network's terms, then test again.",
    ),
    Verdict.SERVER_DOWN: (
        "The network works, but the plan's server does not answer.",
        "Go on working; it is tried again by itself. If it lasts for hours, call your supervisor.",
    ),
    Verdict.SIGN_IN: (
        "The plan wants you to sign in again.",
        "Sign in on this page. Nothing you saved is touched.",
    ),
    Verdict.WRONG_DATE: (
        "This tablet's date is wrong.",
        "Set it in the tablet's settings, best to “automatic”, then test again.",
    ),
    Verdict.UNTRUSTED: (
        "The server could not prove that it is your plan's, so nothing was sent.",
        "Leave this network if it is not your own. If it stays so, call your supervisor.",
    ),
    Verdict.NOT_A_PLAN: (
        "There is a server at the plan's address, but it is not a record server.",
        "Please call your supervisor: the address may have changed.",
    ),
    Verdict.UPDATE: (
        "The plan asks for a newer Hearthside.",
        "Update the app. Everything you saved is kept and goes afterwards.",
    ),
    Verdict.STOPPED: ("You stopped the test.", "Test again whenever you like."),
}
EXPIRED_OR_DATE = "The server's certificate is over, or this tablet's date is wrong."
EXPIRED_OR_DATE_HELP = "If the date below is today's, call your supervisor. If not, set it and test again."

PASS = {
    PassWord.OK: "All went well",
    PassWord.RUNNING: "Under way",
    PassWord.BROKEN_OFF: "Broken off: the app was closed",
    PassWord.STOPPED: "Stopped by you",
    PassWord.PARTLY: "Not everything went",
    PassWord.NO_NETWORK: "No network",
    PassWord.PORTAL: "The network wanted a sign-in of its own",
    PassWord.PLAN_DOWN: "The plan's server did not answer",
    PassWord.SIGN_IN: "Sign-in needed",
    PassWord.WRONG_DATE: "This tablet's date was wrong",
    PassWord.UNTRUSTED: "The server could not prove who it is",
    PassWord.UPDATE: "The plan asked for a newer app",
    PassWord.PROBLEM: "Something went wrong",
}


def finding(found: Finding) -> tuple[str, str]:
    """What came of the test, and what to do."""
    if found.verdict is Verdict.WRONG_DATE and found.expired:
        return EXPIRED_OR_DATE, EXPIRED_OR_DATE_HELP
    return VERDICT[found.verdict]


def full_time(at: datetime) -> str:
    """`Sun, Nov 22, 2026, 14:02:10`, in the device's own zone."""
    local = at.astimezone()
    return f"{say.full_day(local.date())}, {say.clock(local, seconds=True)}"


def round_trip(seconds: float) -> str:
    return f"{seconds:.1f} seconds" if seconds >= 1 else f"{max(1, round(seconds * 1000))} milliseconds"


def offset(by: timedelta) -> str:
    """This tablet's clock against the plan's; the plan tells whole seconds."""
    seconds = abs(by.total_seconds())
    if seconds < 2:
        return "agrees with the plan's"
    if seconds < 120:
        amount = say.count(round(seconds), "second", "seconds")
    elif seconds < 2 * 3600:
        amount = say.count(round(seconds / 60), "minute", "minutes")
    elif seconds < 48 * 3600:
        amount = say.count(round(seconds / 3600), "hour", "hours")
    else:
        amount = say.count(round(seconds / 86_400), "day", "days")
    return f"{amount} {'behind' if by > timedelta(0) else 'ahead of'} the plan's"


def pass_counts(line: PassLine) -> str:
    """ "3 sent, 12 fetched, 1 not taken"."""
    parts = [
        f"{number} {what}"
        for number, what in (
            (line.sent, "sent"),
            (line.fetched, "fetched"),
            (line.set_aside, "not taken"),
            (line.waiting, "still open"),
        )
        if number
    ]
    return ", ".join(parts) or "nothing new"


def pass_time(line: PassLine, now: datetime) -> str:
    """ "14:02:10, 3 s"."""
    day_part = (
        "" if line.began_at.astimezone().date() == now.date() else f"{say.day_of(line.began_at, now)}, "
    )
    at = f"{day_part}{say.clock(line.began_at, seconds=True)}"
    if line.ended_at is None:
        return at
    return f"{at} · {max(0.0, (line.ended_at - line.began_at).total_seconds()):.1f} s"
