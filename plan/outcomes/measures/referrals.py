"""Referrals to other programmes whose loop was closed within 14 days."""

from __future__ import annotations

from string import Template

from plan.outcomes.measures.common import DAY_MS, PEOPLE
from plan.outcomes.measures.model import Basis, Mark, Measure, Unit

WINDOW_DAYS = 14
TARGETS = (
    "complex-care",
    "ltss",
    "ecm",
    "home-primary-care",
    "care-navigation",
    "behavioral-health",
    "hospice",
)

_QUOTED = ", ".join(f"'{target}'" for target in TARGETS)

SQL = Template("""
sent AS (
    SELECT p.patient_id, p.died_ms, r.request_id, r.at_ms, r.state, r.started_ms,
           CASE WHEN r.state IN ('lost', 'declined') THEN NULL ELSE r.closed_ms END AS closed_ms
    FROM people p
    JOIN outcome_referral r ON r.patient_id = p.patient_id
    WHERE r.at_ms >= :start_ms AND r.at_ms < :end_ms
      AND EXISTS (SELECT 1 FROM outcome_roster l
                  WHERE l.patient_id = p.patient_id AND l.since_ms <= r.at_ms AND l.until_ms > r.at_ms)
      AND r.target IN ($targets)
),
judged AS (
    SELECT patient_id, request_id, at_ms,
           CASE WHEN started_ms <= at_ms + :window_ms THEN 'started'
                WHEN closed_ms <= at_ms + :window_ms
                THEN CASE WHEN state IN ('not-eligible', 'no-capacity') THEN state ELSE 'closed' END
                WHEN state = 'declined' THEN 'declined'
                WHEN died_ms <= at_ms + :window_ms THEN 'died'
                WHEN :as_of_ms < at_ms + :window_ms THEN 'pending'
                WHEN state = 'lost' THEN 'lost'
                WHEN started_ms IS NOT NULL OR closed_ms IS NOT NULL THEN 'late'
                ELSE 'open' END AS reason,
           (CASE WHEN started_ms IS NULL THEN closed_ms
                 WHEN closed_ms IS NULL OR started_ms < closed_ms THEN started_ms
                 ELSE closed_ms END - at_ms) / 86400000.0 AS value
    FROM sent
),
units AS (
    SELECT patient_id, 'ServiceRequest/' || request_id AS unit, at_ms,
           CASE WHEN reason IN ('started', 'closed', 'not-eligible', 'no-capacity') THEN 'met'
                WHEN reason = 'declined' THEN 'preference'
                WHEN reason = 'died' THEN 'died'
                WHEN reason = 'pending' THEN 'pending'
                ELSE 'missed' END AS standing,
           reason, value
    FROM judged
)""").substitute(targets=_QUOTED)

REFERRAL_CLOSED = Measure(
    id="REF_CLOSED",
    title="Referral answered within 14 days",
    unit=Unit.REFERRAL,
    numerator="Care began, or the referral ended with an outcome (done, not eligible, no capacity), within "
    "14 days.",
    denominator="Referrals of the period, of members on the roster, to Complex Care, LTSS, ECM, home-based "
    "primary care, care "
    "navigation, behavioral health or hospice.",
    exclusions='None. "Declined by the person" stands apart; "lost, nobody knows" is no outcome.',
    data_source="Referrals (ServiceRequest) and their loop (Task)",
    source="Coordination paper of this project: referral loops across programs (seed 004)",
    mark=Mark.OWN,
    basis=Basis.OWN,
    unverified="That care which began counts as an outcome before the loop is closed is our reading.",
    reasons={
        "started": "Care began",
        "closed": "Done",
        "not-eligible": "Not eligible",
        "no-capacity": "No capacity",
        "declined": "Declined by the person",
        "lost": "Lost, nobody knows",
        "late": "Answered later",
        "open": "No outcome",
        "died": "Died within the 14 days",
        "pending": "The 14 days are not over",
    },
    sql=f"{PEOPLE},{SQL}",
    parameters={"window_ms": WINDOW_DAYS * DAY_MS},
    window_hours=WINDOW_DAYS * 24,
    value_unit="days",
)
