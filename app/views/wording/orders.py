"""Words on the lock screen after the plan ordered records to be removed."""

from __future__ import annotations

from app.services.orders import OrderNotice
from app.views import say

OK = "OK"


def sentence(notice: OrderNotice) -> str:
    """What was done, what was kept, and what to do now."""
    whose = f"{notice.user_name}'s records" if notice.user_name else "The records"
    if notice.did == "all":
        return f"The plan had {_lower(whose)} removed from this device. Nothing was waiting to be sent."
    if notice.did == "keys":
        return (
            f"The plan had {_lower(whose)} locked on this device. {_unsent(notice)} kept here, sealed, and nothing is "
            "lost. The old PIN no longer opens them. Please call your supervisor."
        )
    return (
        f"The plan wants {_lower(whose)} removed from this device. {_unsent(notice)} kept until then. "
        "Please unlock Hearthside where there is a network, so that they are sent."
    )


def _unsent(notice: OrderNotice) -> str:
    if not notice.visits:
        return "What was not sent is"
    return f"{say.visits(notice.visits)} not sent yet {'is' if notice.visits == 1 else 'are'}"


def _lower(whose: str) -> str:
    return "the records" if whose == "The records" else whose
