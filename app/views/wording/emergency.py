"""Words of opening a record in an emergency."""

from __future__ import annotations

from datetime import datetime

from app.errors import NoNetwork, PlanDown
from app.views import say

NOT_LISTED = "Not on my list"
TITLE = "Open a record in an emergency"
WHAT = "For somebody who needs you now and is not on your list. You need a network."
RULES = (
    "Your supervisor is told at once, with your reason.",
    "The record stays open 12 hours. Then it leaves this device; your own visit stays.",
    "You can read it and make a visit. At most 3 records in 24 hours.",
)
GIVEN = "First name"
FAMILY = "Last name"
BORN = "Date of birth"
BORN_HELP = "Month/day/year, such as 2/3/1940"
REASON = "Why you need it now"
REASON_HELP = "At least 10 letters. Your supervisor reads this."
OPEN = "Open this record"
CANCEL = "Cancel"
NO_NAME = "Please write the first name and the last name."
NO_DAY = "Please write the date of birth as month/day/year."
NO_REASON = "Please say why in at least 10 letters."
ON_ITS_WAY = "The record is being fetched. You can begin a visit meanwhile."
OVER = "The time for this record is over, and it has left this device. What you wrote yourself stays."
_CALL = "A record cannot be opened without the plan. Call your supervisor."
NO_PLAN: dict[type[Exception], str] = {
    NoNetwork: f"There is no network here. {_CALL}",
    PlanDown: f"The plan's server does not answer right now. {_CALL}",
}
"""What to say, and what she can do, where the plan cannot be reached."""


def open_until(until: datetime, at: datetime) -> str:
    """On the person's page."""
    return f"Open in an emergency until {say.moment(until, at)}. Then this record leaves the device."
