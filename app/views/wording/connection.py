"""Words of the connection test and of the log of contacts."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.language import N_, tr, trn
from app.services.sending_models import PassLine, PassWord
from app.sync.connection_steps import Finding, Step, StepState, Verdict
from app.views import say

TEST = N_("Test the connection")
TEST_TITLE = N_("Connection")
TEST_AGAIN = N_("Test again")
TEST_STOP = N_("Stop the test")
TEST_HELP = N_("Nothing of a patient is sent in this test, and what waits goes on meanwhile.")
LOG, LOG_SHORT = N_("Log of contacts"), N_("Contacts with the plan")
LOG_HELP = N_("What happened at each contact with the plan. It holds no names and nothing about patients.")
LOG_EMPTY = N_("No contact yet.")
SHARE = N_("Share this list of contacts")
PLAN_TIME, ROUND_TRIP, CLOCK = N_("The plan's time"), N_("Answer came after"), N_("This tablet's clock")

STEP = {
    Step.REACH: N_("The plan's server answers"),
    Step.TRUST: N_("It is really the plan's server"),
    Step.PLAN: N_("It keeps your plan's records"),
    Step.CLOCK: N_("This tablet's date is right"),
    Step.SIGN_IN: N_("Your sign-in still holds"),
}
STEP_STATE = {
    StepState.WAITS: N_("not yet tried"),
    StepState.RUNS: N_("trying…"),
    StepState.GOOD: N_("yes"),
    StepState.BAD: N_("no"),
    StepState.SKIPPED: N_("not tried"),
}
VERDICT: dict[Verdict, tuple[str, str]] = {
    Verdict.WELL: (N_("All is well."), N_("What waits goes by itself.")),
    Verdict.NO_NETWORK: (
        N_("There is no network here."),
        N_("Go on working; everything is kept. Try near a window, or with mobile data on."),
    ),
    Verdict.PORTAL: (
        N_("This network wants you to sign in to it first."),
        N_("Open a web page on this tablet, accept the network's terms, then test again."),
    ),
    Verdict.SERVER_DOWN: (
        N_("The network works, but the plan's server does not answer."),
        N_("Go on working; it is tried again by itself. If it lasts for hours, call your supervisor."),
    ),
    Verdict.SIGN_IN: (
        N_("The plan wants you to sign in again."),
        N_("Sign in on this page. Nothing you saved is touched."),
    ),
    Verdict.NOT_TO_SIGN_IN: (
        N_("The plan's server answers, but not to your sign-in just now."),
        N_("Go on working; it is tried again by itself. If it lasts for hours, call your supervisor."),
    ),
    Verdict.WRONG_DATE: (
        N_("This tablet's date is wrong."),
        N_("Set it in the tablet's settings, best to “automatic”, then test again."),
    ),
    Verdict.UNTRUSTED: (
        N_("The server could not prove that it is your plan's, so nothing was sent."),
        N_("Leave this network if it is not your own. If it stays so, call your supervisor."),
    ),
    Verdict.NOT_A_PLAN: (
        N_("There is a server at the plan's address, but it is not a record server."),
        N_("Please call your supervisor: the address may have changed."),
    ),
    Verdict.UPDATE: (
        N_("The plan asks for a newer Hearthside."),
        N_("Update the app. Everything you saved is kept and goes afterwards."),
    ),
    Verdict.STOPPED: (N_("You stopped the test."), N_("Test again whenever you like.")),
}
EXPIRED_OR_DATE = N_("The server's certificate is over, or this tablet's date is wrong.")
EXPIRED_OR_DATE_HELP = N_(
    "If the date below is today's, call your supervisor. If not, set it and test again."
)

PASS = {
    PassWord.OK: N_("All went well"),
    PassWord.RUNNING: N_("Under way"),
    PassWord.BROKEN_OFF: N_("Broken off: the app was closed"),
    PassWord.STOPPED: N_("Stopped by you"),
    PassWord.PARTLY: N_("Not everything went"),
    PassWord.NO_NETWORK: N_("No network"),
    PassWord.PORTAL: N_("The network wanted a sign-in of its own"),
    PassWord.PLAN_DOWN: N_("The plan's server did not answer"),
    PassWord.SIGN_IN: N_("Sign-in needed"),
    PassWord.WRONG_DATE: N_("This tablet's date was wrong"),
    PassWord.UNTRUSTED: N_("The server could not prove who it is"),
    PassWord.UPDATE: N_("The plan asked for a newer app"),
    PassWord.PROBLEM: N_("Something went wrong"),
}


def finding(found: Finding) -> tuple[str, str]:
    """What came of the test, and what to do."""
    if found.verdict is Verdict.WRONG_DATE and found.expired:
        return tr(EXPIRED_OR_DATE), tr(EXPIRED_OR_DATE_HELP)
    what, to_do = VERDICT[found.verdict]
    return tr(what), tr(to_do)


def full_time(at: datetime) -> str:
    """`Sun, Nov 22, 2026, 14:02:10`, in the device's own zone."""
    local = at.astimezone()
    return f"{say.full_day(local.date())}, {say.clock(local, seconds=True)}"


def round_trip(seconds: float) -> str:
    return (
        tr("{seconds} seconds", seconds=f"{seconds:.1f}")
        if seconds >= 1
        else tr("{number} milliseconds", number=max(1, round(seconds * 1000)))
    )


def offset(by: timedelta) -> str:
    """This tablet's clock against the plan's; the plan tells whole seconds."""
    seconds = abs(by.total_seconds())
    if seconds < 2:
        return tr("agrees with the plan's")
    if seconds < 120:
        amount = trn("{number} second", "{number} seconds", round(seconds))
    elif seconds < 2 * 3600:
        amount = trn("{number} minute", "{number} minutes", round(seconds / 60))
    elif seconds < 48 * 3600:
        amount = trn("{number} hour", "{number} hours", round(seconds / 3600))
    else:
        amount = trn("{number} day", "{number} days", round(seconds / 86_400))
    if by > timedelta(0):
        return tr("{amount} behind the plan's", amount=amount)
    return tr("{amount} ahead of the plan's", amount=amount)


def pass_counts(line: PassLine) -> str:
    """ "3 sent, 12 fetched, 1 not taken"."""
    parts = [
        trn("{number} sent", "{number} sent", line.sent) if line.sent else "",
        trn("{number} fetched", "{number} fetched", line.fetched) if line.fetched else "",
        trn("{number} not taken", "{number} not taken", line.set_aside) if line.set_aside else "",
        trn("{number} still open", "{number} still open", line.waiting) if line.waiting else "",
    ]
    return ", ".join(part for part in parts if part) or tr("nothing new")


def pass_time(line: PassLine, now: datetime) -> str:
    """ "14:02:10, 3 s"."""
    day_part = (
        "" if line.began_at.astimezone().date() == now.date() else f"{say.day_of(line.began_at, now)}, "
    )
    at = f"{day_part}{say.clock(line.began_at, seconds=True)}"
    if line.ended_at is None:
        return at
    return f"{at} · {max(0.0, (line.ended_at - line.began_at).total_seconds()):.1f} s"
