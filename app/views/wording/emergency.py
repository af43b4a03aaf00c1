"""Words of opening a record in an emergency."""

from __future__ import annotations

from datetime import datetime

from app.errors import NoNetwork, PlanDown
from app.language import N_, tr
from app.views import say

NOT_LISTED = N_("Not on my list")
TITLE = N_("Open a record in an emergency")
WHAT = N_("For somebody who needs you now and is not on your list. You need a network.")
RULES = (
    N_("Your supervisor is told at once, with your reason."),
    N_("The record stays open 12 hours. Then it leaves this device; your own visit stays."),
    N_("You can read it and make a visit. At most 3 records in 24 hours."),
)
GIVEN = N_("First name")
FAMILY = N_("Last name")
BORN = N_("Date of birth")
BORN_HELP = N_("Month/day/year, such as 2/23/1940")
REASON = N_("Why you need it now")
REASON_HELP = N_("At least 10 letters. Your supervisor reads this.")
OPEN = N_("Open this record")
CANCEL = N_("Cancel")
NO_NAME = N_("Please write the first name and the last name.")
NO_DAY = N_("Please write the date of birth as month/day/year.")
NO_REASON = N_("Please say why in at least 10 letters.")
ON_ITS_WAY = N_("The record is being fetched. You can begin a visit meanwhile.")
OVER = N_("The time for this record is over, and it has left this device. What you wrote yourself stays.")
NO_PLAN: dict[type[Exception], str] = {
    NoNetwork: N_(
        "There is no network here. A record cannot be opened without the plan. Call your supervisor."
    ),
    PlanDown: N_(
        "The plan's server does not answer right now. "
        "A record cannot be opened without the plan. Call your supervisor."
    ),
}
"""What to say, and what she can do, where the plan cannot be reached."""


def open_until(until: datetime, at: datetime) -> str:
    """On the person's page."""
    return tr(
        "Open in an emergency until {when}. Then this record leaves the device.", when=say.moment(until, at)
    )
