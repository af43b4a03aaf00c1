"""How the contact with the plan is, in a word or two: where there is no room for its sentence."""

from __future__ import annotations

from app.language import N_, tr
from app.services.models import SyncWord

SIZE = 13
"""Of these words in our type scale."""
SHORT = {
    SyncWord.NO_NETWORK: N_("No network"),
    SyncWord.PORTAL: N_("Wi-Fi wants a sign-in"),
    SyncWord.PLAN_DOWN: N_("Plan out of reach"),
    SyncWord.NEVER: N_("Not yet connected"),
    SyncWord.SIGN_IN: N_("Sign in"),
    SyncWord.PROBLEM: N_("Problem"),
}


def short(word: SyncWord) -> str:
    """ "" where the contact is as it should be."""
    return tr(SHORT.get(word, ""))
