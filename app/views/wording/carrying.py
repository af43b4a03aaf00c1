"""Words of handing sealed visits to a colleague's tablet, and of carrying hers."""

from __future__ import annotations

from app.language import N_, tr, trn
from app.services.carrying import Carried, Taken

TITLE = N_("By a colleague's tablet")
SHORT = N_("By a colleague")
HELP = N_(
    "No network for days? A colleague's tablet, or your supervisor's computer, can take your visits to the plan. "
    "They travel sealed: only the plan can read them."
)
NOT_POSSIBLE = N_(
    "This plan does not take visits from a colleague's tablet. They go from this tablet as soon as there is a network."
)
NOT_VISITS = N_(
    "A visit can fill more than one envelope, and an alert has its own: this is no count of visits."
)
NOTHING = N_("Nothing of yours waits, and you carry nothing for others.")
BOTH_WAYS = N_("What each of you carries goes to the other, once. Doing it twice does no harm.")
STILL_HERE = N_("Your visits also stay on this tablet until the plan itself has answered it.")

ROOM = N_("Both tablets on one network")
ROOM_HELP = N_(
    "The same Wi-Fi is enough, or the hotspot of a phone. One shows a code, the other one types it."
)
SHOW_CODE = N_("Show my code")
HIDE_CODE = N_("Put the code away")
CODE_HELP = N_("The other tablet types this. It is good for ten minutes.")
CODE_OVER = N_("The code is no longer good.")
TYPE_CODE = N_("Code on the other tablet")
HAND_OVER = N_("Hand over")

FILE = N_("As a file")
FILE_HELP = N_("By a cable, a stick, or what two tablets share between them. Nobody can read it on the way.")
GIVE_FILE = N_("Give a file")
TAKE_FILE = N_("Take a file")


def own(state: Carried) -> list[str]:
    """How it stands with her own."""
    lines = []
    if state.own:
        lines.append(
            trn(
                "{number} sealed envelope of yours waits here.",
                "{number} sealed envelopes of yours wait here.",
                state.own,
            )
        )
        lines.append(tr(NOT_VISITS))
    if state.own_arrived:
        lines.append(
            trn(
                "{number} of them was brought to the plan by a colleague.",
                "{number} of them were brought to the plan by a colleague.",
                state.own_arrived,
            )
        )
    if state.own_held:
        lines.append(
            trn(
                "{number} of them lies at the plan, where somebody has to look at it.",
                "{number} of them lie at the plan, where somebody has to look at them.",
                state.own_held,
            )
        )
    return lines


def others(state: Carried) -> list[str]:
    """What she carries."""
    lines = []
    if state.for_others:
        lines.append(
            trn(
                "You carry {number} sealed envelope for others. It goes with your next contact.",
                "You carry {number} sealed envelopes for others. They go with your next contact.",
                state.for_others,
            )
        )
    if state.refused:
        lines.append(
            trn(
                "The plan did not take {number} of them. Please tell whoever gave it to you.",
                "The plan did not take {number} of them. Please tell whoever gave them to you.",
                state.refused,
            )
        )
    if state.receipts:
        lines.append(
            trn(
                "You have {number} receipt for a colleague. Meet once more, so that she knows.",
                "You have {number} receipts for colleagues. Meet once more, so that they know.",
                state.receipts,
            )
        )
    return lines


def taken(what: Taken) -> str:
    """What has come, in one sentence or two."""
    parts = []
    if what.copies:
        parts.append(
            trn(
                "You now carry {number} envelope more.", "You now carry {number} envelopes more.", what.copies
            )
        )
    if what.receipts:
        parts.append(trn("{number} receipt has come.", "{number} receipts have come.", what.receipts))
    if what.foreign:
        parts.append(
            trn(
                "{number} envelope is for another plan, and was left.",
                "{number} envelopes are for another plan, and were left.",
                what.foreign,
            )
        )
    return " ".join(parts) or tr("There was nothing new in it.")


def given(copies: int, receipts: int) -> str:
    """What went into a file."""
    number = copies + receipts
    return trn(
        "In the file: {number} sealed envelope or receipt. Give it to whoever goes where there is a network.",
        "In the file: {number} sealed envelopes and receipts. Give it to whoever goes where there is a network.",
        number,
    )
