"""Words on the lock screen after the plan ordered records to be removed."""

from __future__ import annotations

from app.language import N_, tr, trn
from app.services.orders import OrderNotice

OK = N_("OK")


def sentence(notice: OrderNotice) -> str:
    """What was done, what was kept, and what to do now."""
    name = notice.user_name
    if notice.did == "all":
        if not name:
            return tr("The plan had records removed from this device. Nothing was waiting to be sent.")
        return tr(
            "The plan had the records of {name} removed from this device. Nothing was waiting to be sent.",
            name=name,
        )
    if notice.did == "keys":
        done = (
            tr("The plan had the records of {name} locked on this device.", name=name)
            if name
            else tr("The plan had records locked on this device.")
        )
        now = tr("Nothing is lost. The old PIN no longer opens them. Please call your supervisor.")
        return f"{done} {_sealed(notice)} {now}"
    wants = (
        tr("The plan wants the records of {name} removed from this device.", name=name)
        if name
        else tr("The plan wants records removed from this device.")
    )
    return tr(
        "{wants} {until_then} Please unlock Hearthside where there is a network, so that all is sent.",
        wants=wants,
        until_then=_until_then(notice),
    )


def _sealed(notice: OrderNotice) -> str:
    if not notice.visits:
        return tr("What was not sent is kept here, sealed.")
    return trn(
        "{number} visit not sent yet is kept here, sealed.",
        "{number} visits not sent yet are kept here, sealed.",
        notice.visits,
    )


def _until_then(notice: OrderNotice) -> str:
    if not notice.visits:
        return tr("What was not sent is kept until then.")
    return trn(
        "{number} visit not sent yet is kept until then.",
        "{number} visits not sent yet are kept until then.",
        notice.visits,
    )
