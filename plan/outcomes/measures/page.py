"""docs/measures.md, written from the definitions: `python -m plan.outcomes.measures.page > docs/measures.md`."""

from __future__ import annotations

import sys

from plan.outcomes.measures.listing import MEASURES
from plan.outcomes.measures.model import Measure

_HEAD = """\
# Measures

Written from the definitions in `plan/outcomes/measures` (`python -m plan.outcomes.measures.page > docs/measures.md`);
do not edit by hand. How each person counts at the edges of windows and periods stands in tables that a clinician can
check: `tests/plan_outcomes/by_hand`. Decisions: [ADR 0051](adr/0051-what-each-measure-counts.md).

Everybody whom the plan's roster holds as seriously ill is counted, visited or not. Each unit (a member, a discharge, a
referral, a visit, a phase, a day in hospital) stands in exactly one place:

| Where | What it means |
| --- | --- |
| met | numerator |
| missed | in the denominator, not in the numerator |
| excluded | left out by the measure's own rule, with the reason |
| preference | the person did not want it; never part of the rate, always shown |
| died | died inside the window before it was met |
| no visit | on the roster, and nobody has been there |
| no data | nothing says it either way |
| pending | the window was not over when the figures were made |

Rate = met ÷ (met + missed). A period runs from midnight to midnight in the plan's time zone; it holds its beginning,
not its end. A window of hours is counted by the clock that never turns, and holds its last moment. What happens to
somebody (a discharge, a referral, a visit) counts if she was on the roster at that moment; what is true of a member
(her first visit, her papers) counts if she was on the roster at any time of the period. Who is visited and is not on
the roster is not counted; who is known to be dead, and nobody says since when, is not counted among those whom nobody
has visited.

"No" to visits, to a talk or to an interpreter is respected for 30 days where nobody said for how long: those quiet days
stand under preference too. A discharge home is a new beginning: only what was said after it, or for longer, counts.

**Not verified as a whole:** no clinician has reviewed these definitions; where a published measure is named, copies of
its specification were read, not its owner's page. The cell size of 11 is a habit of CMS, not a rule that we found.
"""


def render() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *map(_section, MEASURES)])


def _section(one: Measure) -> str:
    lines = [
        f"## {one.id} · {one.title}",
        "",
        f"- **Counts:** {one.unit.value.replace('-', ' ')}s",
        f"- **Numerator:** {one.numerator}",
        f"- **Denominator:** {one.denominator}",
        f"- **Left out:** {one.exclusions}",
        f"- **Data:** {one.data_source}",
    ]
    if one.feed:
        lines.append(f"- **How a plan can feed it:** {one.feed}")
    if one.value_unit:
        lines.append(f"- **Value beside it:** {one.value_unit}")
    if one.preference_met:
        lines.append(
            '- **Published otherwise:** there, "did not want it" counts as met; here it stands beside.'
        )
    lines += [
        f"- **Source:** {one.source} ({one.basis}, {one.mark})",
        f"- **Not verified:** {one.unverified}",
        "- **Reasons:** " + "; ".join(dict.fromkeys(one.reasons.values())) + ".",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(render())
