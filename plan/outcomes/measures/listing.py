"""All measures, and how one is run."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

from plan.outcomes.measures.advance_care import ADVANCE_CARE
from plan.outcomes.measures.bowel_regimen import BOWEL_REGIMEN
from plan.outcomes.measures.comfort import TIME_TO_COMFORT
from plan.outcomes.measures.common import DAY_MS, QUIET_DAYS
from plan.outcomes.measures.conversation import GOC_FULL
from plan.outcomes.measures.home_48h import HOME_48H
from plan.outcomes.measures.hospital import CONCORD_HOSP
from plan.outcomes.measures.interpreter import INTERPRETER
from plan.outcomes.measures.model import Measure, Standing, Unit, UnitRow
from plan.outcomes.measures.pain_48h import PAIN_48H
from plan.outcomes.measures.phases import PHASE_LENGTH, UNSTABLE3
from plan.outcomes.measures.preferences import SPIRITUAL_CONCERNS, TREATMENT_PREFERENCES
from plan.outcomes.measures.referrals import REFERRAL_CLOSED
from plan.outcomes.measures.screening import BREATH_SCREENING, PAIN_SCREENING
from plan.outcomes.measures.surveys import HEARD, PAIN_HELP
from plan.outcomes.measures.symptom_care import BREATH_TREATMENT, PAIN_ASSESSMENT
from plan.outcomes.periods import Period, list_days

MEASURES: Final[tuple[Measure, ...]] = (
    PAIN_SCREENING,
    PAIN_ASSESSMENT,
    BREATH_SCREENING,
    BREATH_TREATMENT,
    BOWEL_REGIMEN,
    TREATMENT_PREFERENCES,
    SPIRITUAL_CONCERNS,
    ADVANCE_CARE,
    HEARD,
    PAIN_HELP,
    PAIN_48H,
    HOME_48H,
    UNSTABLE3,
    GOC_FULL,
    CONCORD_HOSP,
    INTERPRETER,
    REFERRAL_CLOSED,
    TIME_TO_COMFORT,
    PHASE_LENGTH,
)
"""The seventeen of the clinical document in its order, then two that give a length of time."""

_BY_ID = {one.id: one for one in MEASURES}


def get_measure(measure_id: str) -> Measure:
    """Raises LookupError for an id unknown."""
    if measure_id not in _BY_ID:
        raise LookupError("no such measure")
    return _BY_ID[measure_id]


_UNITS = "SELECT * FROM units ORDER BY patient_id, at_ms, unit"


def find_measure(measure_id: str) -> Measure | None:
    return _BY_ID.get(measure_id)


def run(connection: Connection, measure_id: str, period: Period, as_of_ms: int) -> list[UnitRow]:
    """The units of one measure in one period, by member and time.

    `as_of_ms`: when the figures are made; a window that is not over then is pending. Raises LookupError for an id
    unknown.
    """
    return run_measure(connection, get_measure(measure_id), period, as_of_ms)


def run_measure(connection: Connection, measure: Measure, period: Period, as_of_ms: int) -> list[UnitRow]:
    """As `run`, for a measure in hand."""
    tables = measure.sql if measure.unit is not Unit.HOSPITAL_DAY else f"{_days(period)},{measure.sql}"
    rows = connection.execute(
        # our own text; what is given is bound
        text(f"WITH {tables} {_UNITS}"),
        {
            "start_ms": period.start_ms,
            "end_ms": period.end_ms,
            "as_of_ms": as_of_ms,
            "last_day": period.last_day.isoformat(),
            "quiet_ms": QUIET_DAYS * DAY_MS,
            **measure.parameters,
        },
    )
    return [
        UnitRow(
            measure=measure.id,
            member_id=row.patient_id,
            unit=row.unit,
            at_ms=row.at_ms,
            standing=Standing(row.standing),
            reason=row.reason,
            value=None if row.value is None else float(row.value),
        )
        for row in rows
    ]


def _days(period: Period) -> str:
    """The days of the period as a table: a calendar that both databases understand, made of our own numbers."""
    rows = ",".join(f"('{day.isoformat()}',{start},{end})" for day, start, end in list_days(period))
    return f"days (day, from_ms, until_ms) AS (VALUES {rows})"
