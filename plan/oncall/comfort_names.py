"""Comfort medicines of a home, beside opioids: what a nurse is asked for at night. Generic names and usual brands.

Own list: what is kept in a comfort kit for distress, agitation, nausea, secretions, seizures, fever and bleeding, and
naloxone. It decides only which of a person's medicines stand in the on-call pack, and the pack says how many others
are on the plan's list. Opioids are those of `plan.outcomes.facts.medicine_names`.
"""

from __future__ import annotations

import re

from plan.outcomes.facts.medicine_names import OPIOIDS

_COMFORT = (
    # benzodiazepines, as in the app's medicine classes
    "alprazolam, chlordiazepoxide, clobazam, clonazepam, clorazepate, diazepam, estazolam, flurazepam, lorazepam, "
    "midazolam, oxazepam, quazepam, temazepam, triazolam, ativan, valium, xanax, klonopin, versed, nayzilam, "
    # agitation and nausea
    "haloperidol, haldol, chlorpromazine, quetiapine, seroquel, olanzapine, zyprexa, ondansetron, zofran, "
    "metoclopramide, reglan, prochlorperazine, compazine, compro, promethazine, phenergan, dexamethasone, "
    # secretions
    "atropine, glycopyrrolate, robinul, hyoscyamine, levsin, scopolamine, "
    # fever, seizures, bleeding, overdose
    "acetaminophen, tylenol, phenobarbital, levetiracetam, keppra, tranexamic acid, naloxone, narcan, kloxxado"
)
_NAMES = sorted({*OPIOIDS, *(name.strip() for name in _COMFORT.split(","))}, key=len, reverse=True)
_PATTERN = re.compile(r"(?<!\w)(" + "|".join(map(re.escape, _NAMES)) + r")(?!\w)")


def is_for_the_night(name: str) -> bool:
    """Is a medicine of this name an opioid or one for comfort?"""
    return _PATTERN.search(name.casefold()) is not None
