"""Words on the lock screen after the plan ordered records to be removed."""

from __future__ import annotations

from app.services.orders import OrderNotice

OK = "OK"


def sentence(notice: OrderNotice) -> str:
    """What was done, what was kept, and what to do now."""
    name = notice.user_name
    if notice.did == "all":
        if not name:
            return "The plan had records removed from this device. Nothing was waiting to be sent."
        return f"The plan had the records of {name} removed from this device. Nothing was waiting to be sent."
    if notice.did == "keys":
        done = (
            f"The plan had the records of {name} locked on this device."
            if name
            else "The plan had records locked on this device."
        )
        now = "Nothing is lost. The old PIN no longer opens them. Please call your supervisor."
        return f"{done} {_sealed(notice)} {now}"
    wants = (
        f"The plan wants the records of {name} removed from this device."
        if name
        else "The plan wants records removed from this device."
    )
    return f"{wants} {_until_then(notice)} Please unlock Hearthside where there is a network, so that all is sent."


def _sealed(notice: OrderNotice) -> str:
    if not notice.visits:
        return "What was not sent is kept here, sealed."
    if notice.visits == 1:
        return "1 visit not sent yet is kept here, sealed."
    return f"{notice.visits} visits not sent yet are kept here, sealed."


def _until_then(notice: OrderNotice) -> str:
    if not notice.visits:
        return "What was not sent is kept until then."
    if notice.visits == 1:
        return "1 visit not sent yet is kept until then."
    return f"{notice.visits} visits not sent yet are kept until then."
